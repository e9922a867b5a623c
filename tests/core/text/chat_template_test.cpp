// Whole templates of real models against what python's jinja2 made of them.
#include "core/text/chat_template.h"
#include "tests/support/golden.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <ctime>
#include <iostream>
#include <string>
#include <vector>

namespace corral::text {

namespace {

using test::readJson;
using test::sharedPath;

std::vector<std::filesystem::path> goldenFiles()
{
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator(sharedPath("golden/templates")))
        if (entry.path().extension() == ".json") files.push_back(entry.path());
    std::ranges::sort(files);
    return files;
}

std::int64_t seconds(const std::string& isoTime)
{
    std::tm tm{};
    strptime(isoTime.c_str(), "%Y-%m-%dT%H:%M:%S", &tm);
    return timegm(&tm);
}

ChatInput inputOf(const Json& golden, const Json& testCase)
{
    return {.messages = testCase.at("messages"),
            .tools = testCase.at("tools"),
            .kwargs = testCase.at("kwargs"),
            .now = seconds(golden.at("now").get<std::string>())};
}

} // namespace

TEST(ChatTemplateGolden, everyCaseIsIdentical)
{
    CORRAL_NEEDS_SHARED("golden/templates");
    std::size_t cases = 0;
    for (const auto& file : goldenFiles()) {
        SCOPED_TRACE(file.filename().string());
        const Json golden = readJson(file);
        const auto parsed = ChatTemplate::parse(golden.at("template_text").get<std::string>(), {});
        ASSERT_TRUE(parsed) << parsed.error().message;
        for (const Json& testCase : golden.at("cases")) {
            SCOPED_TRACE(testCase.at("name").get<std::string>());
            ++cases;
            const auto text = parsed->render(inputOf(golden, testCase));
            if (testCase.contains("expected")) {
                ASSERT_TRUE(text) << text.error().message;
                EXPECT_EQ(*text, testCase.at("expected").get<std::string>());
                continue;
            }
            const Json& error = testCase.at("expected_error");
            ASSERT_FALSE(text) << *text;
            EXPECT_EQ(text.error().code, ErrorCode::Template);
            if (error.at("kind") == "raised")
                EXPECT_EQ(text.error().message, error.at("message").get<std::string>());
            else
                EXPECT_THAT(text.error().message, testing::ContainsRegex("^chat template, line [0-9]+: .* \\(in: .+\\)$"));
        }
    }
    EXPECT_GE(cases, 700u);
}

TEST(ChatTemplateGolden, thousandsOfShortMessagesStayWithinTheLimits)
{
    CORRAL_NEEDS_SHARED("golden/templates");
    ChatInput input; // short, because the limits grow with the text
    for (int i = 0; i < 4000; ++i) input.messages.push_back({{"role", i % 2 ? "assistant" : "user"}, {"content", "m" + std::to_string(i)}});
    int templates = 0;
    for (const auto& entry : std::filesystem::directory_iterator(sharedPath("golden/templates"))) {
        if (entry.path().extension() != ".json") continue;
        const Json golden = readJson(entry.path());
        const auto parsed = ChatTemplate::parse(golden.at("template_text").get<std::string>(), {.bosToken = "<s>", .eosToken = "</s>"});
        ASSERT_TRUE(parsed);
        if (entry.path().stem().string().ends_with("tool_use")) continue; // refuses to do without tools
        const auto start = std::chrono::steady_clock::now();
        const auto text = parsed->render(input);
        const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - start;
        ASSERT_TRUE(text) << entry.path() << ": " << text.error().message;
        EXPECT_THAT(*text, testing::HasSubstr("m3999"));
        std::cout << entry.path().stem() << ": " << took.count() << " ms\n";
        EXPECT_LT(took.count(), 4000); // a wide margin: sanitizers, shared machines
        ++templates;
    }
    EXPECT_GE(templates, 15);
}

} // namespace corral::text
