// corral chat: a conversation in the terminal.
#include "app/cli/command.h"
#include "app/cli/console.h"
#include "app/cli/engine_client.h"
#include "app/cli/interrupt.h"
#include "app/cli/model_options.h"
#include "app/cli/offload_options.h"
#include "app/cli/prompt_text.h"
#include "app/cli/sampling_options.h"
#include "app/cli/starter.h"

#include <cstdio>
#include <utility>

namespace corral::cli {

namespace {

struct ChatOptions {
    ModelOptions model;
    sample::Params sampling;
    std::string prompt, system;
    std::filesystem::path promptFile, systemFile;
    bool hasPrompt = false, hasSystem = false;
    int maxTokens = -1;
    std::vector<std::string> stop;
    bool escape = true, timings = false, singleTurn = false;
};

OptionTable optionsOf(ChatOptions& o)
{
    OptionTable table("corral chat [-m FILE] [-p TEXT] [OPTIONS]",
                      "Talks to a model through its chat template. In a terminal you type and it answers (/help lists what else you can type);\n"
                      "else every line of the input is a prompt. Answers go to stdout and nothing else does. Ctrl-C stops an answer, twice quits.\n"
                      "Without -m the starter model answers, with the settings that serve it unless told otherwise.");
    const auto text = [](std::string& target, bool& given) {
        return [&target, &given](const std::string& value) -> std::optional<std::string> {
            target = value;
            given = true;
            return std::nullopt;
        };
    };
    table.add({"-p", "--prompt"}, "TEXT", "answer this and end", text(o.prompt, o.hasPrompt));
    table.value({"-f", "--file"}, "FILE", "the same with the prompt from a file", o.promptFile);
    table.add({"-sys", "--system-prompt"}, "TEXT", "the system message", text(o.system, o.hasSystem));
    table.value({"-sysf", "--system-prompt-file"}, "FILE", "the same from a file", o.systemFile);
    table.value({"-n", "--predict", "--n-predict"}, "N", "most tokens of an answer; -1: until the model ends", o.maxTokens);
    table.add({"-r", "--reverse-prompt", "--stop"}, "TEXT", "an answer ends before this text; repeatable", [&o](const std::string& value) -> std::optional<std::string> {
        o.stop.push_back(value);
        return std::nullopt;
    });
    table.flag({"-e", "--escape"}, "\\n, \\t, \\xHH … in -p, -sys and -r", o.escape);
    table.flag({"-st", "--single-turn"}, "end after the first answer", o.singleTurn);
    table.flag({"--show-timings"}, "tokens per second after each answer, on stderr", o.timings);
    addSessionOptions(table, o.model);
    addOffloadOptions(table, o.model.session.offload);
    addSamplingOptions(table, o.sampling);
    return table;
}

constexpr std::string_view kSlashHelp = "/clear  begin anew\n/regen  answer the last message again\n/exit   end (Ctrl-D too)\n"
                                        "A line that ends with \\ goes on in the next one. Ctrl-C stops an answer, twice quits.";

class Conversation {
public:
    Conversation(const ChatOptions& options, EngineClient& engine) : m_options(options), m_engine(engine) { clear(); }

    void clear()
    {
        m_messages = Json::array();
        if (!m_options.system.empty()) m_messages.push_back({{"role", "system"}, {"content", m_options.system}});
    }
    // Takes the last answer back; false if there is none.
    bool takeBack()
    {
        if (m_messages.empty() || m_messages.back()["role"] != "assistant") return false;
        m_messages.erase(m_messages.size() - 1);
        return true;
    }

    // Adds the message (if empty: the last one is answered again) and prints the answer.
    Result<engine::FinishReason> answer(const std::string& message)
    {
        if (!message.empty()) m_messages.push_back({{"role", "user"}, {"content", message}});
        std::string text;
        const engine::ChatRequest request{
            .input = {.messages = m_messages}, .sampling = m_options.sampling, .maxTokens = m_options.maxTokens, .stop = m_options.stop};
        constexpr int kLongPrompt = 1000; // tokens; shorter ones are done before one could read about it
        const auto onPrompt = [](const engine::PromptProgress& p) {
            if (p.total - p.cached >= kLongPrompt) progress(std::format("reading the prompt: {} of {} tokens", p.done, p.total));
        };
        const auto onText = [&](const engine::Text& piece) {
            if (text.empty()) endProgress();
            text += piece.utf8;
            print(piece.utf8);
            flush();
        };
        const auto finished = m_engine.ask(request, onText, onPrompt);
        clearInterrupts();
        if (!finished) {
            endProgress();
            if (!message.empty()) m_messages.erase(m_messages.size() - 1);
            return std::unexpected(finished.error());
        }
        print("\n");
        flush();
        m_messages.push_back({{"role", "assistant"}, {"content", text}});
        if (m_options.timings) reportTimings(*finished);
        if (finished->reason == engine::FinishReason::ContextFull)
            complain(std::format("corral chat: the answer is cut off: the context of {} tokens is full (-c gives more)", finished->contextLength));
        return finished->reason;
    }

private:
    static void reportTimings(const engine::Finished& finished)
    {
        const auto& t = finished.timings;
        const int computed = t.promptTokens - t.cachedTokens;
        complain(std::format("[ prompt: {} tokens, {} cached, {:.1f} t/s | answer: {} tokens, {:.1f} t/s | context: {} of {} ]", t.promptTokens,
                             t.cachedTokens, t.promptSeconds > 0 ? computed / t.promptSeconds : 0.0, t.generatedTokens,
                             t.generationSeconds > 0 ? t.generatedTokens / t.generationSeconds : 0.0, finished.contextUsed, finished.contextLength));
    }

    const ChatOptions& m_options;
    EngineClient& m_engine;
    Json m_messages;
};

// A line, and the next ones while they end with a backslash.
std::optional<std::string> readMessage()
{
    std::string message;
    while (true) {
        const auto line = readLine();
        if (!line) return message.empty() ? std::nullopt : std::optional(message);
        if (!line->ends_with('\\')) return message + *line;
        message += line->substr(0, line->size() - 1) + "\n";
    }
}

int talk(Conversation& conversation, const ChatOptions& options)
{
    complain("Type a message; /help lists what else you can type, Ctrl-D ends.");
    bool warned = false; // of a Ctrl-C at the prompt; the next one ends the program
    while (true) {
        std::fputs("> ", stderr);
        const auto message = readMessage();
        if (!message) {
            complain("");
            if (!interrupted() || std::exchange(warned, true)) return kFine; // the end of the input
            complain("(Ctrl-C once more quits)");
            continue;
        }
        clearInterrupts();
        warned = false;
        if (message->find_first_not_of(" \t\r\n") == std::string::npos) continue;
        if (*message == "/exit" || *message == "/quit") return kFine;
        if (*message == "/help") {
            complain(kSlashHelp);
        } else if (*message == "/clear") {
            conversation.clear();
        } else if (*message == "/regen" && !conversation.takeBack()) {
            complain("there is no answer yet");
        } else {
            const auto reason = conversation.answer(*message == "/regen" ? "" : *message);
            if (!reason) failed("chat", reason.error());
            if (options.singleTurn) return reason ? kFine : kFailed;
        }
    }
}

// 1 as soon as an answer fails or does not fit.
int answerOne(Conversation& conversation, const std::string& message)
{
    const auto reason = conversation.answer(message);
    if (!reason) return failed("chat", reason.error());
    return *reason == engine::FinishReason::ContextFull ? kFailed : kFine;
}

// Files and escapes into texts.
Result<void> readTexts(ChatOptions& o)
{
    if (o.escape) {
        o.prompt = unescaped(o.prompt);
        o.system = unescaped(o.system);
        for (std::string& stop : o.stop) stop = unescaped(stop);
    }
    const auto fromFile = [](const std::filesystem::path& file, std::string& text, bool& given) -> Result<void> {
        if (file.empty()) return {};
        auto content = readPromptFile(file);
        if (!content) return std::unexpected(content.error());
        text = std::move(*content);
        given = true;
        return {};
    };
    if (auto read = fromFile(o.promptFile, o.prompt, o.hasPrompt); !read) return read;
    return fromFile(o.systemFile, o.system, o.hasSystem);
}

} // namespace

int runChat(const Hooks& hooks, Arguments arguments)
{
    // Twice: the first time tells which model it is, whose own settings the given ones then overrule.
    ChatOptions first;
    const OptionTable firstTable = optionsOf(first);
    const auto rest = firstTable.parse(arguments);
    if (!rest) return rest.error();
    if (!rest->empty()) return firstTable.misuse(std::format("unexpected argument \"{}\"; a prompt is given with -p", rest->front()));

    catchInterrupts();
    ChatOptions options;
    if (first.model.model.empty()) {
        const Starter starter = Starter::load();
        const auto file = starter.ensure(hooks);
        if (!file) return failed("chat", file.error());
        options.model.model = *file;
        options.sampling.temp = starter.temp;
        options.sampling.topP = starter.topP;
        options.sampling.topK = starter.topK;
        options.system = starter.system;
    } else {
        const auto file = gguf::File::open(first.model.model);
        if (!file) return failed("chat", file.error());
        applyRecommended(**file, options.sampling);
    }
    if (const auto again = optionsOf(options).parse(arguments); !again) return again.error();
    if (const auto read = readTexts(options); !read) return failed("chat", read.error());

    EngineClient engine;
    const auto loaded = engine.load({.model = options.model.model, .options = options.model.effective()});
    clearInterrupts();
    if (!loaded) return failed("chat", loaded.error());
    tellPlacement("chat", loaded->placement);
    Conversation conversation(options, engine);
    if (options.hasPrompt && options.prompt.empty()) return failed("chat", {ErrorCode::InvalidArgument, "the prompt is empty"});
    if (options.hasPrompt) return answerOne(conversation, options.prompt);
    if (inputIsTerminal()) return talk(conversation, options);
    while (const auto line = readLine()) {
        if (line->find_first_not_of(" \t") == std::string::npos) continue;
        if (const int status = answerOne(conversation, *line); status != kFine || options.singleTurn) return status;
    }
    return kFine;
}

} // namespace corral::cli
