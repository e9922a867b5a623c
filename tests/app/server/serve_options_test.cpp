// What flags mean for the server.
#include "app/server/server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace corral::server {
namespace {

ServeOptions meant(const ServerOptions& options)
{
    auto serve = serveOptions(options, "model.gguf");
    if (!serve) return ADD_FAILURE() << serve.error().message, ServeOptions();
    return std::move(*serve);
}

TEST(ServeOptions, NothingIsSaidToTemplatesUnasked) { EXPECT_EQ(meant({}).api.templateKwargs, Json::object()); }

TEST(ServeOptions, WishesAboutReasoningReachTemplates)
{
    ServerOptions options;
    options.chatTemplateKwargs = R"({"custom":1})";
    options.reasoning = "off";
    options.reasoningEffort = "low";
    options.reasoningPreserve = true;
    EXPECT_EQ(meant(options).api.templateKwargs, Json::parse(R"({"custom":1,"enable_thinking":false,"reasoning_effort":"low","reasoning_strength":"low",
        "preserve_thinking":true,"clear_thinking":false,"truncate_history_thinking":false,"drop_thinking":false})"));
    options.reasoningPreserve = false;
    EXPECT_EQ(meant(options).api.templateKwargs["drop_thinking"], true);
}

TEST(ServeOptions, NamesTagsAndSlots)
{
    ServerOptions options;
    options.aliases = {"a", "b"};
    options.tags = {"t"};
    options.session.contextLength = 2048;
    options.slotCount = 4;
    const ServeOptions serve = meant(options);
    EXPECT_THAT(serve.api.aliases, testing::ElementsAre("a", "b"));
    EXPECT_THAT(serve.api.tags, testing::ElementsAre("t"));
    EXPECT_EQ(serve.service.session.contextLength, 512) << "each slot has its part";
    options.slotCount.reset();
    EXPECT_EQ(meant(options).service.session.contextLength, 2048) << "shared";
    EXPECT_TRUE(withoutEffect(options).empty());
    options.chatTemplateKwargs = "[1]";
    EXPECT_FALSE(serveOptions(options, "model.gguf"));
}

} // namespace
} // namespace corral::server
