// corral gguf-split and corral merge: one model in several files, and several files made one.
#include "app/cli/command.h"
#include "app/cli/console.h"
#include "app/cli/options.h"
#include "app/cli/watched_job.h"
#include "core/gguf/split.h"

namespace corral::cli {

namespace {

struct SplitCommand {
    bool split = false, merge = false, noTensorFirst = false, dryRun = false, deleteSplits = false;
    std::optional<std::uint64_t> maxTensors, maxBytes;
    std::filesystem::path input, output;
};

std::optional<std::string> readCount(const std::string& text, std::optional<std::uint64_t>& count)
{
    count = parseNumber<std::uint64_t>(text);
    if (!count || *count == 0) return std::format("\"{}\" is no number of tensors above 0", text);
    return std::nullopt;
}

// N(M|G), of 1000000 and 1000000000 bytes.
std::optional<std::string> readSize(const std::string& text, std::optional<std::uint64_t>& bytes)
{
    constexpr std::uint64_t kMost = 1'000'000'000;
    const auto number = text.empty() ? std::nullopt : parseNumber<std::uint64_t>(std::string_view(text).substr(0, text.size() - 1));
    if (!number || *number == 0 || *number > kMost || (text.back() != 'M' && text.back() != 'G')) return std::format("\"{}\" is no size such as 300M or 2G", text);
    bytes = *number * (text.back() == 'M' ? 1'000'000u : 1'000'000'000u);
    return std::nullopt;
}

Result<void> splitFile(const SplitCommand& o)
{
    const auto file = gguf::File::open(o.input);
    if (!file) return std::unexpected(file.error());
    gguf::SplitOptions options{.maxBytes = o.maxBytes.value_or(0), .tensorFirst = !o.noTensorFirst};
    if (o.maxTensors) options.maxTensors = *o.maxTensors;
    const auto shards = gguf::planSplit(**file, o.output, options);
    const auto sizes = gguf::shardFileBytes(**file, shards);
    if (!sizes) return std::unexpected(sizes.error());
    std::string text = std::format("n_split: {}\n", shards.size());
    for (std::size_t i = 0; i < shards.size(); ++i)
        text += std::format("split {:05}: n_tensors = {}, total_size = {}M\n", i + 1, shards[i].tensors.size(), (*sizes)[i] / 1'000'000);
    if (o.dryRun) {
        print(text);
        return {};
    }
    WatchedJob watched;
    const auto done = gguf::split(**file, shards, watched.job(), watched.progress());
    watched.end();
    if (!done) return done;
    for (const gguf::ShardPlan& shard : shards) text += std::format("Writing file {} ... done\n", oneLine(shard.path.string()));
    print(text);
    complain(std::format("gguf_split: {} gguf split written with a total of {} tensors.", shards.size(), (*file)->tensors().size()));
    return {};
}

// Merges the set that `input` is a file of. The output is `output`, in that folder, or beside the input under the set's name.
Result<void> mergeFiles(const std::filesystem::path& input, std::filesystem::path output, bool dryRun, bool deleteSplits)
{
    const auto file = gguf::File::open(input);
    if (!file) return std::unexpected(file.error());
    const std::size_t count = (*file)->shards().size();
    const gguf::Value* split = (*file)->find("split.count");
    if (!split || split->asInt().value_or(0) < 1)
        return fail(ErrorCode::InvalidArgument, "{} is not a file of a split model: {}", input.string(), split ? "key \"split.count\" is 0" : "it has no key \"split.count\"");
    std::error_code error;
    if (output.empty() || std::filesystem::is_directory(output, error)) {
        const auto& first = (*file)->shards().front().file->path();
        const std::string name = first.filename().string(), suffix = gguf::shardPath("", 1, static_cast<int>(count)).string();
        if (!name.ends_with(suffix) || name.size() == suffix.size())
            return fail(ErrorCode::InvalidArgument, "{} has no name of the form NAME{}: say where the merged file shall go", input.string(), suffix);
        output = (output.empty() ? first.parent_path() : output) / (name.substr(0, name.size() - suffix.size()) + ".gguf");
    }
    if (dryRun) {
        if (std::filesystem::exists(output, error)) return fail(ErrorCode::InvalidArgument, "{} exists already", output.string());
        complain(std::format("gguf_merge: {} would be merged from {} split with {} tensors.", oneLine(output.string()), count, (*file)->tensors().size()));
        return {};
    }
    WatchedJob watched;
    const auto done = gguf::merge(**file, output, watched.job(), watched.progress());
    watched.end();
    if (!done) return done;
    complain(std::format("gguf_merge: {} merged from {} split with {} tensors.", oneLine(output.string()), count, (*file)->tensors().size()));
    if (!deleteSplits) return {};
    for (const gguf::Shard& shard : (*file)->shards()) // only now: they are needed until the merged file is on the disk
        if (!std::filesystem::remove(shard.file->path(), error))
            return fail(ErrorCode::Io, "cannot delete {}: {}", shard.file->path().string(), error ? error.message() : "it is gone");
    return {};
}

} // namespace

int runGgufSplit(const Hooks&, Arguments arguments)
{
    SplitCommand options;
    OptionTable table("corral gguf-split [OPTIONS] GGUF_IN GGUF_OUT",
                      "Splits a model: GGUF_OUT is the prefix of the files' names, PREFIX-00001-of-00003.gguf. With --merge makes one of several: GGUF_IN is any\n"
                      "file of the set, GGUF_OUT the file, which must not exist yet. Either all files appear or none.");
    table.flag({"--split"}, "split; the default", options.split);
    table.flag({"--merge"}, "merge", options.merge);
    table.add({"--split-max-tensors"}, "N", "most tensors in a file (default: 128)", [&](const std::string& text) { return readCount(text, options.maxTensors); });
    table.add({"--split-max-size"}, "N(M|G)", "most bytes of tensors in a file, in millions or billions", [&](const std::string& text) { return readSize(text, options.maxBytes); });
    table.flag({"--no-tensor-first-split"}, "the first file holds only metadata", options.noTensorFirst);
    table.flag({"--dry-run"}, "say what would be written", options.dryRun);
    table.flag({"--delete-splits"}, "with --merge: delete the files of the set when they are merged", options.deleteSplits);
    const auto rest = table.parse(arguments);
    if (!rest) return rest.error();
    if (options.split && options.merge) return table.misuse("either --split or --merge");
    if (options.maxTensors && options.maxBytes) return table.misuse("either --split-max-tensors or --split-max-size");
    if (options.merge && (options.maxTensors || options.maxBytes || options.noTensorFirst)) return table.misuse("--merge makes one file: there is nothing to limit");
    if (!options.merge && options.deleteSplits) return table.misuse("--delete-splits goes with --merge");
    if (rest->size() != 2) return table.misuse("GGUF_IN and GGUF_OUT are needed");
    options.input = rest->front();
    options.output = rest->back();
    const auto done = options.merge ? mergeFiles(options.input, options.output, options.dryRun, options.deleteSplits) : splitFile(options);
    return done ? kFine : failed("gguf-split", done.error());
}

int runMerge(const Hooks&, Arguments arguments)
{
    OptionTable table("corral merge SHARD [OUT]", "Makes one file of a split model. SHARD is any of its files; without OUT the result is NAME.gguf beside NAME-00001-of-00003.gguf.\n"
                                                  "An existing file is not replaced.");
    const auto rest = table.parse(arguments);
    if (!rest) return rest.error();
    if (rest->empty() || rest->size() > 2) return table.misuse("which file? SHARD [OUT]");
    const auto done = mergeFiles(rest->front(), rest->size() > 1 ? rest->back() : "", false, false);
    return done ? kFine : failed("merge", done.error());
}

} // namespace corral::cli
