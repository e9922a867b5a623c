// corral imatrix: collects, merges and shows importance matrices.
#include "app/cli/command.h"
#include "app/cli/console.h"
#include "app/cli/importance_table.h"
#include "app/cli/model_options.h"
#include "app/cli/opened_model.h"
#include "app/cli/prompt_text.h"
#include "app/cli/watched_job.h"
#include "core/base/output_file.h"
#include "core/measure/collect_imatrix.h"

namespace corral::cli {

namespace {

struct ImatrixCommand {
    ModelOptions model;
    std::filesystem::path file, out = "imatrix.gguf";
    std::vector<std::filesystem::path> earlier; // --in-file
    int outputFrequency = 10, saveFrequency = 0, firstChunk = 0, chunks = -1;
    bool legacy = false, outputTensor = false, perplexity = true, parseSpecial = false, statistics = false;
};

OptionTable optionsOf(ImatrixCommand& o)
{
    o.model.session.contextLength = 512;
    OptionTable table("corral imatrix -m FILE -f TEXT [-o imatrix.gguf] [OPTIONS]",
                      "Runs a model over a text and writes how much each column of its weights matters: for corral quantize --imatrix.\n"
                      "With --in-file and no text it only merges, with --show-statistics it prints what a matrix says.");
    table.value({"-f", "--file"}, "FILE", "the text", o.file);
    table.value({"-o", "--output", "--output-file"}, "FILE", "where the matrix goes", o.out);
    table.add({"--output-format"}, "FORMAT", "gguf, or dat for older programs (default: gguf)", [&o](const std::string& text) -> std::optional<std::string> {
        o.legacy = text == "dat";
        return text == "dat" || text == "gguf" ? std::nullopt : std::optional(std::format("unknown format \"{}\": gguf or dat", text));
    });
    table.value({"-ofreq", "--output-frequency"}, "N", "save every N chunks; 0: at the end", o.outputFrequency);
    table.value({"--save-frequency"}, "N", "keep a copy OUT.at_CHUNK every N chunks; 0: never", o.saveFrequency);
    table.flag({"--process-output"}, "output.weight too", o.outputTensor);
    table.flag({"--ppl"}, "count the perplexity on the way", o.perplexity);
    table.value({"--chunk", "--from-chunk"}, "N", "leave out the first N chunks", o.firstChunk);
    table.value({"--chunks"}, "N", "most chunks; -1: all", o.chunks);
    table.add({"--in-file"}, "FILE", "a matrix to add to; repeatable, or commas between", [&o](const std::string& list) -> std::optional<std::string> {
        for (std::size_t begin = 0; begin <= list.size();) {
            const std::size_t comma = std::min(list.find(',', begin), list.size());
            if (comma > begin) o.earlier.emplace_back(list.substr(begin, comma - begin));
            begin = comma + 1;
        }
        return std::nullopt;
    });
    table.flag({"--parse-special"}, "control tokens spelled in the text are those tokens", o.parseSpecial);
    table.flag({"--show-statistics"}, "a table of what the one --in-file says, and nothing else", o.statistics);
    addSessionOptions(table, o.model, "tokens a chunk; 0: the model's training context (default: 512)");
    return table;
}

Result<quantize::Imatrix> merged(const std::vector<std::filesystem::path>& files)
{
    quantize::Imatrix all;
    for (const auto& file : files) {
        const auto one = quantize::Imatrix::load(file);
        if (!one) return std::unexpected(one.error());
        if (auto fine = all.merge(*one); !fine) return within(file.filename().string(), fine.error());
    }
    return all;
}

// Hours of work shall not end with a folder that is not there, nor write over what they read.
Result<void> checkOutput(const ImatrixCommand& o)
{
    for (const auto* input : {&o.model.model, &o.file}) {
        std::error_code missing;
        if (!input->empty() && std::filesystem::equivalent(*input, o.out, missing))
            return fail(ErrorCode::InvalidArgument, "{} is an input: the matrix needs a name of its own (-o)", o.out.string());
    }
    const auto trial = OutputFile::create(o.out, 0);
    return trial ? Result<void>() : std::unexpected(trial.error());
}

std::string summary(const quantize::Imatrix& imatrix, const std::filesystem::path& file)
{
    return std::format("{}: {} tensors, {} chunks of {} tokens\n", file.string(), imatrix.size(), imatrix.chunkCount, imatrix.chunkSize);
}

Result<void> collect(const ImatrixCommand& o, const quantize::Imatrix& earlier)
{
    auto text = readPromptFile(o.file);
    if (!text) return std::unexpected(text.error());
    const auto opened = OpenedModel::open(o.model.model);
    if (!opened) return std::unexpected(opened.error());
    const auto session = o.model.effective();
    const measure::CollectOptions how{.contextLength = session.contextLength > 0 ? session.contextLength : opened->model->trainingContext(),
                                      .batch = session.batch,
                                      .threads = session.threads,
                                      .skippedChunks = o.firstChunk,
                                      .chunks = o.chunks,
                                      .parseSpecial = o.parseSpecial,
                                      .outputTensor = o.outputTensor,
                                      .perplexity = o.perplexity,
                                      .dataset = o.file.filename().string(),
                                      .cacheK = session.cacheK,
                                      .cacheV = session.cacheV};
    const auto save = [&](const quantize::Imatrix& collected, const std::filesystem::path& path) -> Result<quantize::Imatrix> {
        quantize::Imatrix all = earlier;
        if (auto fine = all.merge(collected); !fine) return std::unexpected(fine.error());
        if (auto saved = all.save(path, o.legacy); !saved) return std::unexpected(saved.error());
        return all;
    };

    WatchedJob watched("chunk");
    bool lineOpen = false;
    const auto onChunk = [&](const measure::Perplexity& soFar, const std::function<quantize::Imatrix()>& matrix) -> Result<void> {
        if (soFar.tokens > 0) {
            watched.note(std::format("PPL = {:.4f}", soFar.ppl));
            running(std::format("[{}]{:.4f},", soFar.chunks, soFar.ppl));
            lineOpen = true;
        }
        const auto due = [&](int every) { return every > 0 && soFar.chunks % every == 0; };
        if (due(o.outputFrequency))
            if (auto saved = save(matrix(), o.out); !saved) return std::unexpected(saved.error());
        std::filesystem::path copy = o.out;
        if (due(o.saveFrequency))
            if (auto saved = save(matrix(), copy += std::format(".at_{}", soFar.chunks)); !saved) return std::unexpected(saved.error());
        return {};
    };
    const auto collected = measure::collectImatrix(opened->model, *opened->tokenizer, *text, how, watched.job(), watched.progress(), onChunk);
    watched.end();
    if (lineOpen) running("\n");
    if (!collected) return std::unexpected(collected.error());
    const auto saved = save(collected->imatrix, o.out);
    if (!saved) return std::unexpected(saved.error());
    if (o.perplexity) print(std::format("Final estimate: PPL = {:.4f} +/- {:.5f}\n", collected->perplexity.ppl, collected->perplexity.pplError));
    print(summary(*saved, o.out));
    return {};
}

Result<void> mergeOnly(const ImatrixCommand& o, const quantize::Imatrix& all)
{
    if (auto saved = all.save(o.out, o.legacy); !saved) return saved;
    print(summary(all, o.out));
    return {};
}

} // namespace

int runImatrix(const Hooks&, Arguments arguments)
{
    ImatrixCommand options;
    const OptionTable table = optionsOf(options);
    const auto rest = table.parse(arguments);
    if (!rest) return rest.error();
    if (!rest->empty()) return table.misuse(std::format("unexpected argument \"{}\"", rest->front()));
    if (options.statistics && options.earlier.size() != 1) return table.misuse("--show-statistics shows one matrix: --in-file FILE");
    if (!options.statistics && options.file.empty() && options.earlier.empty()) return table.misuse("which text? -f FILE");
    if (!options.statistics && !options.file.empty() && options.model.model.empty()) return table.misuse("which model? -m FILE");
    if (options.chunks == 0 || options.chunks < -1) return table.misuse("--chunks must be at least 1, or -1 for all");
    if (options.firstChunk < 0 || options.outputFrequency < 0 || options.saveFrequency < 0) return table.misuse("numbers of chunks are not negative");

    const auto earlier = merged(options.earlier);
    if (!earlier) return failed("imatrix", earlier.error());
    if (options.statistics) {
        print(importanceTable(*earlier));
        return kFine;
    }
    if (auto fine = checkOutput(options); !fine) return failed("imatrix", fine.error());
    const auto done = options.file.empty() ? mergeOnly(options, *earlier) : collect(options, *earlier);
    return done ? kFine : failed("imatrix", done.error());
}

} // namespace corral::cli
