// corral apply-template: a chat request → the prompt a template makes of it.
#include "app/cli/command.h"
#include "app/cli/console.h"
#include "app/cli/model_options.h"
#include "app/cli/text_model.h"
#include "core/engine/chat_prompt.h"

#include <chrono>
#include <cstdio>
#include <fstream>
#include <iterator>

namespace corral::cli {

namespace {

// Seconds since 1970: a number, or "2026-01-15T12:34:56" (taken as UTC).
std::optional<std::int64_t> parseTime(const Json& value)
{
    if (value.is_number_integer()) return value.get<std::int64_t>();
    if (!value.is_string()) return std::nullopt;
    int year = 0, hour = 0, minute = 0, second = 0;
    unsigned month = 0, day = 0;
    if (std::sscanf(value.get<std::string>().c_str(), "%d-%u-%uT%d:%d:%d", &year, &month, &day, &hour, &minute, &second) < 3) return std::nullopt;
    using namespace std::chrono;
    const year_month_day date{std::chrono::year(year), std::chrono::month(month), std::chrono::day(day)};
    if (!date.ok()) return std::nullopt;
    return duration_cast<seconds>(sys_days(date).time_since_epoch() + hours(hour) + minutes(minute) + seconds(second)).count();
}

// As in an OpenAI chat request: messages, tools, add_generation_prompt, chat_template_kwargs (or kwargs), and now.
Result<text::ChatInput> parseRequest(const Json& request)
{
    text::ChatInput input;
    if (!request.is_object() || !request.contains("messages") || !request["messages"].is_array())
        return fail(ErrorCode::InvalidArgument, "the request has no \"messages\"");
    input.messages = request["messages"];
    if (request.contains("tools")) input.tools = request["tools"];
    for (const char* key : {"chat_template_kwargs", "kwargs"})
        if (request.contains(key) && request[key].is_object()) input.kwargs.update(request[key]);
    if (request.contains("add_generation_prompt") && request["add_generation_prompt"].is_boolean())
        input.addGenerationPrompt = request["add_generation_prompt"].get<bool>();
    if (request.contains("now") && !request["now"].is_null()) {
        input.now = parseTime(request["now"]);
        if (!input.now) return fail(ErrorCode::InvalidArgument, "\"now\" is neither seconds since 1970 nor a time like 2026-01-15T12:34:56");
    }
    return input;
}

Result<text::ChatTemplate> openTemplate(const std::filesystem::path& model, const std::filesystem::path& templateFile)
{
    text::ChatTemplate::Tokens tokens;
    std::string source;
    if (!model.empty()) {
        const auto opened = TextModel::open(model);
        if (!opened) return std::unexpected(opened.error());
        tokens = engine::templateTokens(*opened->tokenizer);
        if (templateFile.empty()) {
            const auto stored = opened->file->getString("tokenizer.chat_template");
            if (!stored) return fail(ErrorCode::NotFound, "{} has no chat template", model.filename().string());
            source = *stored;
        }
    }
    if (!templateFile.empty()) {
        std::ifstream in(templateFile, std::ios::binary);
        if (!in) return fail(ErrorCode::Io, "cannot read {}", templateFile.string());
        source.assign(std::istreambuf_iterator<char>(in), {});
    }
    return text::ChatTemplate::parse(source, tokens);
}

} // namespace

int runApplyTemplate(const Hooks&, Arguments arguments)
{
    std::filesystem::path model, templateFile;
    bool batch = false;
    OptionTable table("corral apply-template (-m FILE | --template FILE) REQUEST.json",
                      "Prints the prompt that a chat template makes of a request as the OpenAI API has it: messages, tools, add_generation_prompt,\n"
                      "kwargs (more variables) and now (freezes the clock). REQUEST may be - for the input.\n"
                      "With --batch every line of the input is a request and is answered by a line {\"text\": …} or {\"error\": …}.");
    addModelOption(table, model);
    table.value({"--template", "--chat-template-file"}, "FILE", "this template, not the model's", templateFile);
    table.flag({"--batch"}, "JSON lines in, JSON lines out", batch);
    const auto rest = table.parse(arguments);
    if (!rest) return rest.error();
    if (model.empty() && templateFile.empty()) return table.misuse("which template? -m FILE or --template FILE");
    if (rest->size() != (batch ? 0u : 1u)) return table.misuse(batch ? "with --batch the requests come from the input" : "which request? REQUEST.json");

    const auto chatTemplate = openTemplate(model, templateFile);
    if (!chatTemplate) return failed("apply-template", chatTemplate.error());
    const auto render = [&](const Json& request) -> Result<std::string> {
        const auto input = parseRequest(request);
        if (!input) return std::unexpected(input.error());
        return chatTemplate->render(*input);
    };
    if (batch)
        return answerLines([&](const Json& request) -> Json {
            const auto text = render(request);
            if (!text) return {{"error", text.error().message}};
            return {{"text", *text}};
        });

    std::string source;
    if (rest->front() == "-") {
        source = readAll();
    } else {
        std::ifstream in(rest->front(), std::ios::binary);
        if (!in) return failed("apply-template", {ErrorCode::Io, "cannot read " + rest->front()});
        source.assign(std::istreambuf_iterator<char>(in), {});
    }
    const auto request = parseJson(source);
    if (!request) return failed("apply-template", {ErrorCode::Format, rest->front() + " is no JSON"});
    const auto text = render(*request);
    if (!text) return failed("apply-template", text.error());
    print(*text);
    return kFine;
}

} // namespace corral::cli
