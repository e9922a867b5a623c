#include "app/cli/bench_report.h"

#include "app/cli/console.h"
#include "app/cli/model_options.h"
#include "core/base/cpu_features.h"

#include <algorithm>
#include <cmath>
#include <format>
#include <numeric>
#include <utility>

namespace corral::cli {

namespace {

constexpr int kDefaultBatch = 2048, kDefaultMicroBatch = 512;

std::string sizeText(std::uint64_t bytes)
{
    const double gib = static_cast<double>(bytes) / (1u << 30);
    return gib >= 1 ? std::format("{:.2f} GiB", gib) : std::format("{:.2f} MiB", static_cast<double>(bytes) / (1u << 20));
}

std::string countText(std::uint64_t count)
{
    const double n = static_cast<double>(count);
    return n >= 1e9 ? std::format("{:.2f} B", n / 1e9) : std::format("{:.2f} M", n / 1e6);
}

// Width of a Markdown column; negative: to the left.
int widthOf(const std::string& column)
{
    if (column == "model") return -30;
    if (column == "backend") return -10;
    if (column == "test") return 15;
    if (column == "t/s") return 20;
    if (column == "size" || column == "params") return 10;
    return std::max(7, static_cast<int>(column.size()));
}

std::size_t textWidth(std::string_view text) // "±" and "×" are two bytes and one column
{
    return static_cast<std::size_t>(std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

std::string cell(const std::string& column, const std::string& text)
{
    const int width = widthOf(column);
    const std::string space(std::max<std::ptrdiff_t>(0, std::abs(width) - static_cast<std::ptrdiff_t>(textWidth(text))), ' ');
    return width < 0 ? text + space : space + text;
}

std::string extraValue(const BenchResult& r, const std::string& column)
{
    if (column == "n_batch") return std::to_string(r.batch);
    if (column == "n_ubatch") return std::to_string(r.microBatch);
    if (column == "type_k") return std::string(toString(r.cacheK));
    return std::string(toString(r.cacheV));
}

std::string backendOf(const BenchResult& r) { return r.placement.devices.empty() ? "CPU" : "Vulkan"; }

std::string devicesOf(const BenchResult& r)
{
    std::string names;
    for (const generate::DevicePart& part : r.placement.devices) names += (names.empty() ? "" : ", ") + part.name;
    return names;
}

// All fields in llama-bench's order. Those of devices Corral does not use are what they are for a run on the processor.
Json fields(const BenchResult& r, bool samples)
{
    std::vector<double> nanoseconds;
    for (const double s : r.seconds) nanoseconds.push_back(std::round(s * 1e9));
    const auto time = meanDeviation(nanoseconds), speed = meanDeviation(r.speeds());
    Json j = {{"build_commit", CORRAL_VERSION},
              {"build_number", 0},
              {"cpu_info", cpuName()},
              {"gpu_info", devicesOf(r)},
              {"backends", backendOf(r)},
              {"model_filename", r.modelFile},
              {"model_type", r.modelType},
              {"model_size", r.modelBytes},
              {"model_n_params", r.parameters},
              {"n_batch", r.batch},
              {"n_ubatch", r.microBatch},
              {"n_threads", r.threads},
              {"cpu_mask", "0x0"},
              {"cpu_strict", false},
              {"poll", 50},
              {"type_k", toString(r.cacheK)},
              {"type_v", toString(r.cacheV)},
              {"n_gpu_layers", r.placement.layers},
              {"n_cpu_moe", 0},
              {"split_mode", r.placement.devices.size() > 1 ? "layer" : "none"},
              {"main_gpu", 0},
              {"no_kv_offload", false},
              {"flash_attn", true},
              {"devices", "auto"},
              {"tensor_split", "0.00"},
              {"tensor_buft_overrides", "none"},
              {"load_mode", "mmap"},
              {"lazy_mode", "auto"},
              {"embeddings", false},
              {"no_op_offload", 0},
              {"no_host", false},
              {"fit_target", 0},
              {"fit_min_ctx", 0},
              {"n_prompt", r.prompt},
              {"n_gen", r.generated},
              {"n_depth", r.depth},
              {"test_time", r.time},
              {"avg_ns", static_cast<std::int64_t>(time.mean)},
              {"stddev_ns", static_cast<std::int64_t>(time.deviation)},
              {"avg_ts", speed.mean},
              {"stddev_ts", speed.deviation},
              {"n_parallel", r.parallel}}; // ours alone: behind what scripts may count
    if (samples) {
        std::vector<std::int64_t> whole(nanoseconds.begin(), nanoseconds.end());
        j["samples_ns"] = whole;
        j["samples_ts"] = r.speeds();
    }
    return j;
}

// Every value in quotes, an inner quote doubled.
std::string quoted(const std::string& text, char quote)
{
    std::string out(1, quote);
    for (const char c : text) out += c == quote ? std::string(2, quote) : std::string(1, c);
    return out + quote;
}

std::string list(const BenchResult& r, bool names, char quote)
{
    std::string line;
    const Json all = fields(r, false);
    for (const auto& [name, value] : all.items()) {
        if (!line.empty()) line += quote == '"' ? "," : ", ";
        if (names) line += name;
        else line += quoted(value.is_string() ? value.get<std::string>() : dump(value), quote);
    }
    return line;
}

std::string indented(const Json& value) { return value.dump(2, ' ', false, Json::error_handler_t::replace); }

} // namespace

MeanDeviation meanDeviation(const std::vector<double>& values)
{
    if (values.empty()) return {};
    const double n = static_cast<double>(values.size());
    const double mean = std::accumulate(values.begin(), values.end(), 0.0) / n;
    if (values.size() == 1) return {mean, 0};
    double squares = 0;
    for (const double v : values) squares += (v - mean) * (v - mean);
    return {mean, std::sqrt(squares / (n - 1))};
}

std::string BenchResult::test() const
{
    std::string name;
    if (prompt > 0) name = std::format("pp{}", prompt);
    if (generated > 0) name += std::format("{}tg{}", name.empty() ? "" : "+", generated);
    if (parallel > 1) name += std::format(" × {}", parallel);
    if (depth > 0) name += std::format(" @ d{}", depth);
    return name;
}

std::vector<double> BenchResult::speeds() const
{
    std::vector<double> result;
    for (const double s : seconds) result.push_back(s > 0 ? parallel * (prompt + generated) / s : 0);
    return result;
}

std::optional<BenchFormat> parseBenchFormat(std::string_view name)
{
    if (name == "md") return BenchFormat::Markdown;
    if (name == "csv") return BenchFormat::Csv;
    if (name == "json") return BenchFormat::Json;
    if (name == "jsonl") return BenchFormat::JsonLines;
    if (name == "sql") return BenchFormat::Sql;
    return std::nullopt;
}

std::string BenchReport::begin(const std::vector<BenchResult>& planned)
{
    switch (m_format) {
    case BenchFormat::Json: return "[\n";
    case BenchFormat::JsonLines: return "";
    case BenchFormat::Csv: return list({}, true, '"') + "\n";
    case BenchFormat::Sql: {
        std::string columns;
        const Json all = fields({}, false);
        for (const auto& [name, value] : all.items())
            columns += std::format("{}\n  {} {}", columns.empty() ? "" : ",", name,
                                   value.is_string() ? "TEXT" : value.is_number_float() ? "REAL" : "INTEGER");
        return "CREATE TABLE IF NOT EXISTS llama_bench (" + columns + "\n);\n\n";
    }
    case BenchFormat::Markdown: break;
    }
    const auto differs = [&](auto same) { return !std::ranges::all_of(planned, same); };
    if (differs([](const BenchResult& r) { return r.batch == kDefaultBatch; })) m_extraColumns.emplace_back("n_batch");
    if (differs([](const BenchResult& r) { return r.microBatch == kDefaultMicroBatch; })) m_extraColumns.emplace_back("n_ubatch");
    if (differs([](const BenchResult& r) { return r.cacheK == generate::CacheType::F16; })) m_extraColumns.emplace_back("type_k");
    if (differs([](const BenchResult& r) { return r.cacheV == generate::CacheType::F16; })) m_extraColumns.emplace_back("type_v");
    std::vector<std::string> columns{"model", "size", "params", "backend", "ngl", "threads"};
    columns.insert(columns.end(), m_extraColumns.begin(), m_extraColumns.end());
    columns.insert(columns.end(), {"test", "t/s"});
    std::string head = "|", rule = "|";
    for (const std::string& column : columns) {
        head += " " + cell(column, column) + " |";
        const int width = widthOf(column);
        rule += " " + std::string(static_cast<std::size_t>(std::abs(width)) - (width > 0 ? 1 : 0), '-') + (width > 0 ? ": |" : " |");
    }
    return head + "\n" + rule + "\n";
}

std::string BenchReport::row(const BenchResult& r)
{
    const bool first = !std::exchange(m_any, true);
    switch (m_format) {
    case BenchFormat::Json: return (first ? "" : ",\n") + indented(fields(r, true));
    case BenchFormat::JsonLines: return dump(fields(r, true)) + "\n";
    case BenchFormat::Csv: return list(r, false, '"') + "\n";
    case BenchFormat::Sql: return "INSERT INTO llama_bench (" + list(r, true, '\'') + ") VALUES (" + list(r, false, '\'') + ");\n";
    case BenchFormat::Markdown: break;
    }
    const auto speed = meanDeviation(r.speeds());
    std::string line = "| " + cell("model", r.modelType) + " | " + cell("size", sizeText(r.modelBytes)) + " | " + cell("params", countText(r.parameters)) +
                       " | " + cell("backend", backendOf(r)) + " | " + cell("ngl", std::to_string(r.placement.layers)) + " | " + cell("threads", std::to_string(r.threads)) + " |";
    for (const std::string& column : m_extraColumns) line += " " + cell(column, extraValue(r, column)) + " |";
    return line + " " + cell("test", r.test()) + " | " + cell("t/s", std::format("{:.2f} ± {:.2f}", speed.mean, speed.deviation)) + " |\n";
}

std::string BenchReport::end() const { return m_format == BenchFormat::Json ? "\n]\n" : ""; }

} // namespace corral::cli
