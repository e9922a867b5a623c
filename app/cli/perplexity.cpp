// corral perplexity: how well a model predicts a text, counted as llama-perplexity counts.
#include "app/cli/command.h"
#include "app/cli/console.h"
#include "app/cli/model_options.h"
#include "app/cli/offload_options.h"
#include "app/cli/opened_model.h"
#include "app/cli/perplexity_report.h"
#include "app/cli/prompt_text.h"
#include "app/cli/watched_job.h"

namespace corral::cli {

namespace {

struct PerplexityCommand {
    ModelOptions model;
    std::filesystem::path base, file;
    int chunks = -1;
    bool divergence = false, json = false;
};

OptionTable optionsOf(PerplexityCommand& o)
{
    o.model.session.contextLength = 512;
    OptionTable table("corral perplexity -m FILE -f TEXT [--kl-divergence --base ORIGINAL] [OPTIONS]",
                      "Measures how well a model predicts a text: the text in chunks of the context's length, the second half of each scored.\n"
                      "With --base also how far the model's probabilities are from those of its original, in one pass over both.");
    table.value({"-f", "--file"}, "FILE", "the text", o.file);
    table.value({"--base"}, "FILE", "the original model, to compare with", o.base);
    table.flag({"--kl-divergence"}, "compare with the original (--base says so by itself)", o.divergence);
    table.value({"--chunks"}, "N", "most chunks; -1: all", o.chunks);
    table.flag({"--json"}, "the result as JSON", o.json);
    addSessionOptions(table, o.model, "tokens a chunk; 0: the model's training context (default: 512)");
    addOffloadOptions(table, o.model.session.offload);
    return table;
}

Result<measure::Measurement> perplexity(const PerplexityCommand& options)
{
    auto text = readPromptFile(options.file);
    if (!text) return std::unexpected(text.error());
    const auto opened = OpenedModel::open(options.model.model);
    if (!opened) return std::unexpected(opened.error());
    std::shared_ptr<const generate::LoadedModel> base;
    if (!options.base.empty()) {
        auto original = OpenedModel::open(options.base);
        if (!original) return std::unexpected(original.error());
        base = std::move(original->model);
    }
    const auto session = options.model.effective();
    const measure::PerplexityOptions how{.contextLength = session.contextLength > 0 ? session.contextLength : opened->model->trainingContext(),
                                         .batch = session.batch,
                                         .threads = session.threads,
                                         .chunks = options.chunks,
                                         .cacheK = session.cacheK,
                                         .cacheV = session.cacheV,
                                         .offload = session.offload,
                                         .onPlaced = [](const generate::Placement& placement) { tellPlacement("perplexity", placement); }};
    if (how.contextLength > opened->model->trainingContext())
        complain(std::format("corral perplexity: chunks of {} tokens are longer than the {} this model was trained on", how.contextLength,
                             opened->model->trainingContext()));

    WatchedJob watched("chunk");
    bool lineOpen = false;
    const auto onChunk = [&](const measure::Measurement& soFar) {
        if (soFar.divergence) {
            watched.end();
            if (soFar.perplexity.chunks == 1) complain(divergenceHeading());
            complain(perplexityChunk(soFar));
        } else {
            watched.note(std::format("PPL = {:.4f}", soFar.perplexity.ppl));
            running(perplexityChunk(soFar));
            lineOpen = true;
        }
    };
    auto result = measure::measure(opened->model, base, *opened->tokenizer, *text, how, watched.job(), watched.progress(), onChunk);
    if (lineOpen) running("\n");
    return result;
}

} // namespace

int runPerplexity(const Hooks&, Arguments arguments)
{
    PerplexityCommand options;
    const OptionTable table = optionsOf(options);
    const auto rest = table.parse(arguments);
    if (!rest) return rest.error();
    if (!rest->empty()) return table.misuse(std::format("unexpected argument \"{}\"", rest->front()));
    if (options.model.model.empty()) return table.misuse("which model? -m FILE");
    if (options.file.empty()) return table.misuse("which text? -f FILE");
    if (options.divergence && options.base.empty()) return table.misuse("compared with which model? --base FILE");
    if (options.chunks == 0 || options.chunks < -1) return table.misuse("--chunks must be at least 1, or -1 for all");
    const auto result = perplexity(options);
    if (!result) return failed("perplexity", result.error());
    print(options.json ? dump(perplexityJson(*result)) + "\n" : perplexityReport(*result));
    return kFine;
}

} // namespace corral::cli
