#include "core/quant/batch.h"

#include <algorithm>
#include <cassert>
#include <cstring>

namespace corral::quant {

void packBatch(ActivationKind kind, const float* const* x, int vectors, std::int64_t n, std::int64_t first, std::int64_t last, BatchPiece* tile)
{
    assert(kind != ActivationKind::F32 && vectors <= kBatchVectors);
    alignas(64) std::byte buffer[1024];
    assert(activationBytes(kind, kBatchValues) <= sizeof buffer);
    const bool small = kind == ActivationKind::Q8x32;
    for (std::int64_t p = first; p < last; ++p) {
        BatchPiece& piece = tile[p];
        const std::int64_t begin = p * kBatchValues, count = std::min<std::int64_t>(kBatchValues, n - begin);
        for (int v = 0; v < vectors; ++v) {
            const ActivationRow row = quantizeActivations(kind, x[v] + begin, count, buffer);
            for (std::int64_t g = 0; g < count / 32; ++g) {
                std::memcpy(piece.codes[g][v], row.codes + 32 * g, 32);
                piece.scales[g][v] = row.scales[small ? g : 0];
                if (small) {
                    piece.scaledSums[g][v] = row.scales[g] * static_cast<float>(row.sums[g]);
                } else {
                    piece.sums[g][v][0] = row.sums[2 * g];
                    piece.sums[g][v][1] = row.sums[2 * g + 1];
                }
            }
        }
    }
}

} // namespace corral::quant
