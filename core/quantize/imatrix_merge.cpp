#include "core/gguf/cursor.h"
#include "core/quantize/imatrix.h"

#include <algorithm>
#include <functional>

namespace corral::quantize {

Result<void> Imatrix::merge(const Imatrix& other)
{
    constexpr std::uint32_t kUsualChunk = 512;
    const std::uint32_t size = chunkSize > 0 ? chunkSize : other.chunkSize > 0 ? other.chunkSize : kUsualChunk;
    const auto inTokens = [size](Sums sums, std::uint32_t itsChunkSize) {
        if (itsChunkSize > 0) return sums;
        for (float& v : sums.sumSquares) v *= static_cast<float>(size);
        for (float& v : sums.counts) v *= static_cast<float>(size);
        return sums;
    };
    for (const auto& [name, sums] : std::map(m_sums)) set(name, inTokens(sums, chunkSize));
    for (const auto& [name, sums] : other.m_sums) {
        Sums added = inTokens(sums, other.chunkSize);
        const auto found = m_sums.find(name);
        if (found == m_sums.end()) {
            set(name, std::move(added));
            continue;
        }
        Sums total = found->second;
        // The legacy format has one count for all experts.
        if (added.counts.size() == 1) added.counts.resize(total.counts.size(), added.counts.front());
        if (total.counts.size() == 1) total.counts.resize(added.counts.size(), total.counts.front());
        if (total.sumSquares.size() != added.sumSquares.size() || total.counts.size() != added.counts.size())
            return fail(ErrorCode::Format, "tensor {}: {} sums of {} matrices, but {} of {} in the other importance matrix", gguf::shown(name), total.sumSquares.size(),
                        total.counts.size(), added.sumSquares.size(), added.counts.size());
        std::ranges::transform(total.sumSquares, added.sumSquares, total.sumSquares.begin(), std::plus());
        std::ranges::transform(total.counts, added.counts, total.counts.begin(), std::plus());
        set(name, std::move(total));
    }
    chunkSize = size;
    chunkCount += other.chunkCount;
    for (const std::string& dataset : other.datasets)
        if (std::ranges::find(datasets, dataset) == datasets.end()) datasets.push_back(dataset);
    return {};
}

} // namespace corral::quantize
