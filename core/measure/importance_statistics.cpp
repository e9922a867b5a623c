#include "core/measure/importance_statistics.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <format>
#include <tuple>

namespace corral::measure {

namespace {

// "blk.3.attn_q.weight" is 3 and "attn_q.weight"; what is in no block is -1 and the whole name.
std::pair<int, std::string> splitName(const std::string& name)
{
    constexpr std::string_view kBlock = "blk.";
    int layer = -1;
    if (!name.starts_with(kBlock)) return {layer, name};
    const auto [end, error] = std::from_chars(name.data() + kBlock.size(), name.data() + name.size(), layer);
    if (error != std::errc() || layer < 0 || end == name.data() + name.size() || *end != '.') return {-1, name};
    return {layer, std::string(end + 1, name.data() + name.size())};
}

std::optional<double> cosine(std::span<const float> a, std::span<const float> b)
{
    if (a.empty() || a.size() != b.size()) return std::nullopt;
    double ab = 0, aa = 0, bb = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        ab += double(a[i]) * double(b[i]);
        aa += double(a[i]) * double(a[i]);
        bb += double(b[i]) * double(b[i]);
    }
    if (aa == 0 || bb == 0) return std::nullopt;
    return ab / std::sqrt(aa * bb);
}

ImportanceStatistics statisticsOf(std::span<const float> v)
{
    constexpr float kActive = 1e-5f;
    ImportanceStatistics s;
    s.count = v.size();
    if (v.empty()) return s;
    const double n = static_cast<double>(v.size());
    const auto [least, most] = std::ranges::minmax(v);
    s.minimum = least;
    s.maximum = most;
    for (const float x : v) s.sum += x;
    s.mean = s.sum / n;
    double squares = 0;
    for (const float x : v) squares += (x - s.mean) * (x - s.mean);
    s.deviation = std::sqrt(squares / n);
    s.active = static_cast<double>(std::ranges::count_if(v, [&](float x) { return x > kActive; })) / n;
    for (const float x : v)
        if (s.sum > 0 && x > 0) s.entropy -= x / s.sum * std::log2(x / s.sum);
    s.entropyShare = v.size() > 1 ? s.entropy / std::log2(n) : 0;
    if (s.deviation > 0) s.outliers = static_cast<double>(std::ranges::count_if(v, [&](float x) { return std::abs(x - s.mean) > s.deviation; })) / n;
    return s;
}

} // namespace

std::vector<ImportanceStatistics> importanceStatistics(const quantize::Imatrix& imatrix)
{
    std::vector<ImportanceStatistics> all;
    for (const auto& [name, sums] : imatrix.entries()) {
        const auto v = imatrix.find(name);
        ImportanceStatistics s = statisticsOf(v);
        std::tie(s.layer, s.tensor) = splitName(name);
        if (s.layer > 0) s.similarity = cosine(v, imatrix.find(std::format("blk.{}.{}", s.layer - 1, s.tensor)));
        all.push_back(std::move(s));
    }
    std::ranges::sort(all, {}, [](const ImportanceStatistics& s) { return std::tie(s.layer, s.tensor); });
    return all;
}

std::vector<LayerStatistics> layerStatistics(const std::vector<ImportanceStatistics>& tensors)
{
    std::vector<LayerStatistics> layers;
    for (auto begin = tensors.begin(); begin != tensors.end();) {
        const auto end = std::find_if(begin, tensors.end(), [&](const ImportanceStatistics& s) { return s.layer != begin->layer; });
        LayerStatistics layer{.layer = begin->layer, .similarity = std::nullopt};
        double weight = 0, comparable = 0, similarity = 0;
        for (; begin != end; ++begin) {
            const double n = static_cast<double>(begin->count);
            weight += n;
            layer.sum += n * begin->sum;
            layer.outliers += n * begin->outliers;
            if (!begin->similarity) continue;
            comparable += n;
            similarity += n * *begin->similarity;
        }
        if (weight > 0) {
            layer.sum /= weight;
            layer.outliers /= weight;
        }
        if (comparable > 0) layer.similarity = similarity / comparable;
        if (layer.layer >= 0) layers.push_back(layer);
    }
    return layers;
}

} // namespace corral::measure
