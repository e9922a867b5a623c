#include "app/cli/cli.h"

#include "app/cli/command.h"
#include "app/cli/console.h"
#include "app/cli/options.h"

#include <exception>
#include <format>
#include <vector>

namespace corral::cli {

namespace {

constexpr Command kCommands[] = {
    {"chat", "talk to a model; without -m to the starter model", runChat},
    {"complete", "continue a text, without a chat template", runComplete},
    {"info", "what a model file holds", runInfo},
    {"tokenize", "text to token ids", runTokenize},
    {"detokenize", "token ids to text", runDetokenize},
    {"apply-template", "a conversation as the prompt a model's template makes of it", runApplyTemplate},
    {"eval", "the logits after given tokens, to compare engines", runEval},
    {"server", "serve a model to other programs over the OpenAI API, as llama-server does", runServer},
    {"bench", "prompt and generation speed", runBench},
    {"estimate", "how much memory a model takes, by its file or by rules of thumb", runEstimate},
    {"quantize", "make a model smaller, as llama-quantize does, or as good as a size allows", runQuantize},
    {"gguf-split", "a model in several files, or one file of them, as llama-gguf-split does", runGgufSplit},
    {"merge", "one file of a split model", runMerge},
    {"convert", "a Hugging Face checkpoint as a model file", runConvert},
    {"perplexity", "how well a model predicts a text, and how far it is from its original", runPerplexity},
    {"imatrix", "which columns of a model's weights matter, found by running it over a text", runImatrix},
    {"devices", "the graphics cards of this machine, and what they can do", runDevices},
    {"list", "the models on this machine, those of other programs too", runList},
    {"rm", "models to the trash", runRm},
    {"verify", "every byte of a model against its checksum", runVerify},
    {"pull", "fetch a model from Hugging Face, ModelScope or any address", runPull},
    {"fetch-starter", "fetch the starter model if it is not there", runFetchStarter},
};

std::string overview()
{
    std::string text = "usage: corral [COMMAND] [OPTIONS]\n\nWithout a command the window opens. Commands:\n";
    for (const Command& command : kCommands) text += std::format("  {:<16}{}\n", command.name, command.summary);
    return text + "\n`corral COMMAND --help` lists a command's options. Exit status: 0 fine, 1 failed, 2 wrong usage.\n";
}

} // namespace

bool isCommand(std::string_view name)
{
    if (name == "--help" || name == "-h" || name == "help" || name == "--version") return true;
    for (const Command& command : kCommands)
        if (command.name == name) return true;
    return false;
}

int run(int argc, char** argv, const Hooks& hooks)
{
    const std::vector<std::string> arguments(argv + std::min(argc, 1), argv + argc);
    if (arguments.empty()) {
        complain("corral: which command? `corral --help` lists them");
        return kUsage;
    }
    const std::string& name = arguments.front();
    if (name == "--help" || name == "-h" || name == "help") {
        print(overview());
        return kFine;
    }
    if (name == "--version") {
        print("corral " CORRAL_VERSION "\n");
        return kFine;
    }
    std::vector<std::string_view> names;
    for (const Command& command : kCommands) {
        if (command.name == name) {
            try {
                return command.run(hooks, std::span(arguments).subspan(1));
            } catch (const std::exception& e) { // of the standard library: memory at an end, mostly
                complain(std::format("corral {}: {}", name, e.what()));
                return kFailed;
            }
        }
        names.push_back(command.name);
    }
    complain(std::format("corral: unknown command \"{}\"; the nearest is \"{}\"", name, nearest(name, names)));
    return kUsage;
}

} // namespace corral::cli
