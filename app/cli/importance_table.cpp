#include "app/cli/importance_table.h"

#include "core/measure/importance_statistics.h"

#include <algorithm>
#include <format>

namespace corral::cli {

namespace {

std::string similarity(const std::optional<double>& value) { return value ? std::format("{:.4f}", *value) : "N/A"; }

// Padded by characters, not by bytes.
std::string column(std::string_view text, std::size_t characters, std::size_t width)
{
    return std::string(width > characters ? width - characters : 0, ' ') + std::string(text);
}

} // namespace

std::string importanceTable(const quantize::Imatrix& imatrix)
{
    const auto tensors = measure::importanceStatistics(imatrix);
    std::size_t width = 6;
    for (const auto& s : tensors) width = std::max(width, s.tensor.size());
    std::string text = std::format("{:>5}  {:<{}}  {} {:>10} {:>12} {} {}  {:>8}  {:>8}  {:>8}  {:>8}  {:>7}  {:>7}\n", "Layer", "Tensor", width, column("Σ(Act²)", 7, 14),
                                   "Min", "Max", column("μ", 1, 12), column("σ", 1, 12), "% Active", "N", "Entropy", "E (norm)", "ZD", "CosSim");
    const auto characters = std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; });
    text += std::string(static_cast<std::size_t>(characters) - 1, '=') + "\n";
    for (const auto& s : tensors)
        text += std::format("{:>5}  {:<{}}  {:14.4f} {:10.4f} {:12.4f} {:12.4f} {:12.4f}  {:7.2f}%  {:8}  {:8.4f}  {:7.2f}%  {:6.2f}%  {:>7}\n",
                            s.layer < 0 ? "-" : std::to_string(s.layer), s.tensor, width, s.sum, s.minimum, s.maximum, s.mean, s.deviation, 100 * s.active, s.count, s.entropy,
                            100 * s.entropyShare, 100 * s.outliers, similarity(s.similarity));
    text += std::format("\n{:>5}  {}  {}  {}\n", "Layer", column("μΣ(Act²)", 8, 14), column("μZD", 3, 8), column("μCosSim", 7, 8));
    for (const auto& layer : measure::layerStatistics(tensors))
        text += std::format("{:>5}  {:14.4f}  {:7.2f}%  {:>8}\n", layer.layer, layer.sum, 100 * layer.outliers, similarity(layer.similarity));
    return text;
}

} // namespace corral::cli
