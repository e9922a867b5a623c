#pragma once
// The f32 product tile that weight panels and attention share. Included after simd_*.h.
//   out[i][lane] (+)= Σ_j w[j][lane] · x[i · xi + j · xj]     i < T, lane < 2 N
// Lanes lie in two vectors of N, the second `wSecond` (out: `outSecond`) floats after the first.
#include <cstdint>

namespace corral::cpu {
namespace {

struct LaneTile {
    const float* w;
    std::int64_t wSecond, wStep; // wStep: from j to j + 1
    const float* x;
    std::int64_t xi, xj;
    std::int64_t k;
    float* out;
    std::int64_t outSecond, outStep; // outStep: from i to i + 1
    bool accumulate;
};

// How far ahead of the broadcasts memory is asked for: 6 KiB. (The processor's own prefetcher stops at every page.)
constexpr std::int64_t kPrefetch = 1536;

// XI: xi if it is known when compiling (then the addresses of the T broadcasts are constants), else 0.
template <int T, int XI> [[gnu::noinline]] void productTile(const LaneTile& tile)
{
    using F = Simd::F;
    F sum[2][T];
    for (int t = 0; t < T; ++t) {
        sum[0][t] = tile.accumulate ? Simd::load(tile.out + t * tile.outStep) : Simd::zero();
        sum[1][t] = tile.accumulate ? Simd::load(tile.out + t * tile.outStep + tile.outSecond) : Simd::zero();
    }
    const float* w0 = tile.w;
    const float* w1 = tile.w + tile.wSecond;
    const std::int64_t wStep = tile.wStep, xj = tile.xj;
    // Rows of x in fours: a base and three multiples of xi, which fit the registers and the address modes.
    const std::int64_t xi = XI ? XI : tile.xi, xi3 = 3 * xi;
    const float* x[3] = {tile.x, tile.x + 4 * xi, tile.x + 8 * xi};
    auto at = [&](int t) -> const float* {
        switch (t % 4) {
        case 0: return x[t / 4];
        case 1: return x[t / 4] + xi;
        case 2: return x[t / 4] + 2 * xi;
        default: return x[t / 4] + xi3;
        }
    };
    for (std::int64_t j = tile.k; j > 0; --j) {
        if constexpr (XI != 0) __builtin_prefetch(x[0] + kPrefetch);
        const F a = Simd::load(w0), b = Simd::load(w1);
#pragma GCC unroll 12
        for (int t = 0; t < T; ++t) {
            const F v = Simd::set(*at(t));
            sum[0][t] = Simd::fma(a, v, sum[0][t]);
            sum[1][t] = Simd::fma(b, v, sum[1][t]);
        }
        w0 += wStep;
        w1 += wStep;
        for (int q = 0; q < (T + 3) / 4; ++q) x[q] += xj;
    }
    for (int t = 0; t < T; ++t) {
        Simd::store(tile.out + t * tile.outStep, sum[0][t]);
        Simd::store(tile.out + t * tile.outStep + tile.outSecond, sum[1][t]);
    }
}

// Any number of rows of x.
template <int XI> void productRows(LaneTile tile, std::int64_t count)
{
    auto advance = [&](int rows) {
        tile.x += rows * (XI ? XI : tile.xi);
        tile.out += rows * tile.outStep;
        count -= rows;
    };
    for (; count >= Simd::kTile; advance(Simd::kTile)) productTile<Simd::kTile, XI>(tile);
    if constexpr (Simd::kTile > 8)
        if (count >= 8) productTile<8, XI>(tile), advance(8);
    if (count >= 4) productTile<4, XI>(tile), advance(4);
    if (count >= 2) productTile<2, XI>(tile), advance(2);
    if (count >= 1) productTile<1, XI>(tile);
}

} // namespace
} // namespace corral::cpu
