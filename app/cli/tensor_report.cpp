#include "app/cli/tensor_report.h"

#include "app/cli/watched_job.h"
#include "core/quant/format.h"
#include "core/quantize/plan_words.h"
#include "core/quantize/tensor_stats.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>

namespace corral::cli {

namespace {

using quantize::TensorError;
using quantize::TensorStats;
using quantize::ValueStats;

std::vector<std::uint32_t> typesToTry()
{
    std::vector<std::uint32_t> types;
    for (const quant::Format* format : quant::allFormats())
        if (format->quantized && format->encodeRows) types.push_back(format->id);
    return types;
}

// Errors of several tensors as one: squares add up.
class ErrorTotal {
public:
    void add(const TensorError& error, std::uint64_t count)
    {
        m_squares += error.meanSquare * static_cast<double>(count);
        m_originals += error.originalMeanSquare * static_cast<double>(count);
    }
    double relative() const { return m_originals > 0 ? std::sqrt(m_squares / m_originals) : 0.0; }

private:
    double m_squares = 0, m_originals = 0;
};

std::string percent(double part, int digits = 2) { return std::format("{:.{}f} %", 100 * part, digits); }

} // namespace

struct TensorReport::Measured {
    std::vector<TensorStats> stats;
    std::map<std::string, quantize::TensorDistance, std::less<>> distances;
};

struct TensorReport::Line {
    std::string name, type{};
    ValueStats values{};
    std::map<std::uint32_t, double> losses{}; // relative error of encoding in a type
    std::optional<double> lost{};             // against the original
};

void TensorReport::addOptions(OptionTable& table)
{
    table.section("Statistics");
    table.flag({"--stats"}, "reads every tensor: sparsity (zero weights ÷ all weights), density (1 - sparsity), minimum, maximum, mean, standard deviation",
               m_wanted);
    table.add({"--types"}, "LIST", "with --stats: what each tensor would lose as these types, e.g. q4_K,q8_0, or all of them (all): relative RMSE",
              [this](const std::string& text) -> std::optional<std::string> {
                  if (text == "all") {
                      m_types = typesToTry();
                      return std::nullopt;
                  }
                  for (std::size_t at = 0; at <= text.size();) {
                      const std::size_t end = std::min(text.find(',', at), text.size());
                      const auto type = quantize::parseTensorType(text.substr(at, end - at));
                      if (!type) return type.error().message;
                      if (!std::ranges::contains(m_types, *type)) m_types.push_back(*type);
                      at = end + 1;
                  }
                  return std::nullopt;
              });
    table.value({"--rows"}, "N", "rows of a tensor to measure --types on, evenly spread; 0: all", m_rows);
    table.value({"--imatrix"}, "FILE", "importance matrix that --types encodes with", m_imatrix);
    table.value({"--against"}, "ORIGINAL", "with --stats: how far each tensor is from that of the original model, relative RMSE", m_against);
    table.value({"-t", "--threads"}, "N", "threads; 0: the physical cores", m_threads);
}

std::string TensorReport::misuse() const
{
    if (m_wanted) return m_threads < 0 ? "--threads: 0 or more" : "";
    return m_types.empty() && m_imatrix.empty() && m_against.empty() ? "" : "--types, --imatrix and --against belong to --stats";
}

Result<void> TensorReport::measure(const std::shared_ptr<const gguf::File>& file)
{
    const quantize::GgufSource source(file);
    std::optional<quantize::Imatrix> imatrix;
    if (!m_imatrix.empty()) {
        auto loaded = quantize::Imatrix::load(m_imatrix);
        if (!loaded) return std::unexpected(loaded.error());
        imatrix = std::move(*loaded);
    }
    auto measured = std::make_shared<Measured>();
    WatchedJob watched;
    quantize::StatsOptions options{.threads = m_threads, .types = m_types, .sampleRows = m_rows, .imatrix = imatrix ? &*imatrix : nullptr};
    auto stats = quantize::measureTensors(source, options, watched.job(), watched.progress());
    if (!stats) return std::unexpected(stats.error());
    measured->stats = std::move(*stats);
    if (!m_against.empty()) {
        const auto original = gguf::File::open(m_against);
        if (!original) return std::unexpected(original.error());
        auto distances = quantize::compareTensors(source, quantize::GgufSource(*original), m_threads, watched.job(), watched.progress());
        if (!distances) return std::unexpected(distances.error());
        for (auto& distance : *distances) measured->distances.emplace(distance.name, distance);
    }
    m_measured = std::move(measured);
    return {};
}

// One a tensor, and the total.
std::vector<TensorReport::Line> TensorReport::lines() const
{
    std::vector<Line> lines;
    Line total{.name = "total"};
    std::map<std::uint32_t, ErrorTotal> losses;
    ErrorTotal lost;
    for (const TensorStats& tensor : m_measured->stats) {
        Line line{.name = tensor.name, .type = std::string(quant::findFormat(tensor.type)->name), .values = tensor.values};
        total.values.add(tensor.values);
        for (const auto& [type, error] : tensor.losses) {
            line.losses[type] = error.relative();
            losses[type].add(error, tensor.values.count);
        }
        if (const auto distance = m_measured->distances.find(tensor.name); distance != m_measured->distances.end()) {
            line.lost = distance->second.error.relative();
            lost.add(distance->second.error, tensor.values.count);
        }
        lines.push_back(std::move(line));
    }
    for (const auto& [type, error] : losses) total.losses[type] = error.relative();
    if (!m_measured->distances.empty()) total.lost = lost.relative();
    lines.push_back(std::move(total));
    return lines;
}

std::string TensorReport::asText() const
{
    std::string text = std::format("\n{:<40} {:<8} {:>10} {:>10} {:>12} {:>12} {:>12} {:>12}", "statistics", "type", "sparsity", "density", "min", "max", "mean",
                                   "std dev");
    if (!m_measured->distances.empty()) text += std::format(" {:>9}", "lost");
    for (const std::uint32_t type : m_types) text += std::format(" {:>9}", quant::findFormat(type)->name);
    text += '\n';
    for (const Line& line : lines()) {
        const ValueStats& v = line.values;
        text += std::format("{:<40} {:<8} {:>10} {:>10} {:>12.5g} {:>12.5g} {:>12.5g} {:>12.5g}", oneLine(line.name), line.type, percent(v.sparsity(), 3),
                            percent(v.density(), 3), v.minimum, v.maximum, v.mean(), v.deviation());
        if (!m_measured->distances.empty()) text += std::format(" {:>9}", line.lost ? percent(*line.lost) : "-");
        for (const std::uint32_t type : m_types) text += std::format(" {:>9}", line.losses.contains(type) ? percent(line.losses.at(type)) : "-");
        if (v.notFinite > 0) text += std::format("  {} values are NaN or infinite", v.notFinite);
        text += '\n';
    }
    if (!m_types.empty() || !m_measured->distances.empty())
        text += "lost, and under a type's name: root of the mean squared error of encoding, relative to the tensor's root mean square\n";
    return text;
}

void TensorReport::addTo(Json& info) const
{
    const auto fill = [&](Json& json, const Line& line) {
        const ValueStats& v = line.values;
        json["elements"] = v.count;
        json["zeros"] = v.zeros;
        json["not_finite"] = v.notFinite;
        json["sparsity"] = v.sparsity();
        json["density"] = v.density();
        json["min"] = v.minimum;
        json["max"] = v.maximum;
        json["mean"] = v.mean();
        json["std"] = v.deviation();
        if (line.lost) json["lost"] = *line.lost;
        if (m_types.empty()) return;
        Json& losses = json["losses"] = Json::object();
        for (const auto& [type, loss] : line.losses) losses[std::string(quant::findFormat(type)->name)] = loss;
    };
    const auto all = lines();
    std::map<std::string, const Line*, std::less<>> byName;
    for (std::size_t i = 0; i + 1 < all.size(); ++i) byName.emplace(all[i].name, &all[i]);
    for (Json& tensor : info["tensors"])
        if (const auto line = byName.find(tensor["name"].get<std::string>()); line != byName.end()) fill(tensor, *line->second);
    fill(info["total"], all.back());
}

} // namespace corral::cli
