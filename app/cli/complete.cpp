// corral complete: the raw continuation of a text.
#include "app/cli/command.h"
#include "app/cli/console.h"
#include "app/cli/engine_client.h"
#include "app/cli/interrupt.h"
#include "app/cli/model_options.h"
#include "app/cli/offload_options.h"
#include "app/cli/prompt_text.h"
#include "app/cli/sampling_options.h"

namespace corral::cli {

namespace {

struct CompleteOptions {
    ModelOptions model;
    sample::Params sampling;
    std::string prompt;
    std::filesystem::path promptFile;
    bool hasPrompt = false;
    int maxTokens = -1;
    std::vector<std::string> stop;
    bool escape = true, bos = true, special = true, displayPrompt = false, timings = false;
};

OptionTable optionsOf(CompleteOptions& o)
{
    OptionTable table("corral complete -m FILE [-p TEXT] [OPTIONS]",
                      "Continues a text as the model would, without a chat template, and prints the continuation. Without -p and -f the text is\n"
                      "read from the input.");
    table.add({"-p", "--prompt"}, "TEXT", "the text to go on with", [&o](const std::string& value) -> std::optional<std::string> {
        o.prompt = value;
        o.hasPrompt = true;
        return std::nullopt;
    });
    table.value({"-f", "--file"}, "FILE", "the same from a file", o.promptFile);
    table.value({"-n", "--predict", "--n-predict"}, "N", "most tokens; -1: until the model ends or the context is full", o.maxTokens);
    table.add({"-r", "--reverse-prompt", "--stop"}, "TEXT", "end before this text; repeatable", [&o](const std::string& value) -> std::optional<std::string> {
        o.stop.push_back(value);
        return std::nullopt;
    });
    table.flag({"-e", "--escape"}, "\\n, \\t, \\xHH … in -p and -r", o.escape);
    table.flag({"--bos"}, "begin-of-sequence token where the vocabulary asks for it", o.bos);
    table.flag({"--parse-special"}, "control tokens spelled in the text are those tokens", o.special);
    table.flag({"--display-prompt"}, "print the prompt first", o.displayPrompt);
    table.flag({"--show-timings"}, "tokens per second, on stderr", o.timings);
    addSessionOptions(table, o.model);
    addOffloadOptions(table, o.model.session.offload);
    addSamplingOptions(table, o.sampling);
    return table;
}

} // namespace

int runComplete(const Hooks&, Arguments arguments)
{
    CompleteOptions options;
    const OptionTable table = optionsOf(options);
    const auto rest = table.parse(arguments);
    if (!rest) return rest.error();
    if (!rest->empty()) return table.misuse(std::format("unexpected argument \"{}\"; the text is given with -p", rest->front()));
    if (options.model.model.empty()) return table.misuse("which model? -m FILE");
    if (options.escape) {
        options.prompt = unescaped(options.prompt);
        for (std::string& stop : options.stop) stop = unescaped(stop);
    }
    if (!options.promptFile.empty()) {
        auto text = readPromptFile(options.promptFile);
        if (!text) return failed("complete", text.error());
        options.prompt = std::move(*text);
    } else if (!options.hasPrompt) {
        options.prompt = readAll();
    }

    catchInterrupts();
    EngineClient engine;
    const auto loaded = engine.load({.model = options.model.model, .options = options.model.effective()});
    if (!loaded) return failed("complete", loaded.error());
    tellPlacement("complete", loaded->placement);
    if (options.displayPrompt) print(options.prompt);
    const engine::CompletionRequest request{.prompt = options.prompt,
                                            .addSpecial = options.bos,
                                            .parseSpecial = options.special,
                                            .sampling = options.sampling,
                                            .maxTokens = options.maxTokens,
                                            .stop = options.stop};
    const auto finished = engine.ask(request, [](const engine::Text& text) {
        print(text.utf8);
        flush();
    });
    if (!finished) return failed("complete", finished.error());
    print("\n");
    if (options.timings) {
        const auto& t = finished->timings;
        complain(std::format("[ prompt: {} tokens, {:.1f} t/s | text: {} tokens, {:.1f} t/s ]", t.promptTokens,
                             t.promptSeconds > 0 ? t.promptTokens / t.promptSeconds : 0.0, t.generatedTokens,
                             t.generationSeconds > 0 ? t.generatedTokens / t.generationSeconds : 0.0));
    }
    if (finished->reason != engine::FinishReason::ContextFull) return kFine;
    return failed("complete", {ErrorCode::ContextFull, std::format("the context of {} tokens is full (-c gives more)", finished->contextLength)});
}

} // namespace corral::cli
