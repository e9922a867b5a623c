#pragma once
// Results of `corral bench` in the shapes of llama-bench, which scripts read: md, csv, json, jsonl, sql.
#include "core/generate/session.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace corral::cli {

struct BenchResult {
    std::string modelFile, modelType; // "llama 135M Q4_1"
    std::uint64_t modelBytes = 0, parameters = 0;
    int batch = 0, microBatch = 0, threads = 0;
    generate::CacheType cacheK{}, cacheV{};
    int gpuLayers = generate::Offload::kAuto; // as wished for
    generate::Placement placement;            // as it came out; all on the processor before
    int prompt = 0, generated = 0, depth = 0; // tokens of each sequence
    int parallel = 1;                         // sequences
    std::string time;                         // ISO, UTC
    std::vector<double> seconds;              // of each repetition

    std::string test() const; // "pp512", "tg128", "pp512+tg128", " × 8" and " @ d1024" after it
    std::vector<double> speeds() const; // tokens per second of each repetition
};

enum class BenchFormat { Markdown, Csv, Json, JsonLines, Sql };
std::optional<BenchFormat> parseBenchFormat(std::string_view name);

// What comes before the results, for each of them, and after them. Results are written as they come.
class BenchReport {
public:
    explicit BenchReport(BenchFormat format) : m_format(format) {}
    // All results' parameters, to know which columns differ from their default.
    std::string begin(const std::vector<BenchResult>& planned);
    std::string row(const BenchResult& result);
    std::string end() const;

private:
    BenchFormat m_format;
    bool m_any = false;
    std::vector<std::string> m_extraColumns; // Markdown: n_batch, n_ubatch, type_k, type_v where not default
};

struct MeanDeviation {
    double mean = 0, deviation = 0; // sample standard deviation; 0 for a single value
};
MeanDeviation meanDeviation(const std::vector<double>& values);

} // namespace corral::cli
