// bf16 panels: one vdpbf16ps multiplies 16 rows × 2 values. Weights and activations are rounded to 8 bits of mantissa, sums are f32.
#if defined(__x86_64__)
#include "core/backend/cpu/kernels/panel.h"
#include "core/backend/cpu/kernels/transpose_avx512.h"

#include <immintrin.h>

namespace corral::cpu {

namespace {

constexpr int kTile = 12;
constexpr std::int64_t kTileStep = kTile * kPanelStep;       // bf16 values of a tile for one step of 32 k
constexpr std::int64_t kGroupStep = kPanelGroup * kPanelStep; // and of a panel group
// Activations of long rows stream from the third-level cache or memory; the processor's own prefetcher stops at every page.
// 6 KiB ahead doubles the speed at k = 8960 on a busy machine.
constexpr std::int64_t kPrefetchSteps = 8;

inline __m512i bf16Pair(__m512 low, __m512 high) { return (__m512i)_mm512_cvtne2ps_pbh(high, low); }

void packTile(const float* const* rows, int tokens, std::int64_t k, void* tile)
{
    auto* out = static_cast<std::uint16_t*>(tile);
    for (std::int64_t i = 0; i < wholeSteps(k); i += kPanelStep)
        for (int t = 0; t < tokens; ++t) {
            const float* x = rows[t] + i;
            const std::int64_t left = k - i;
            const __m512i v = left >= kPanelStep
                                  ? bf16Pair(_mm512_loadu_ps(x), _mm512_loadu_ps(x + 16))
                                  : bf16Pair(_mm512_maskz_loadu_ps(static_cast<__mmask16>(left >= 16 ? 0xffff : (1u << left) - 1), x),
                                             left > 16 ? _mm512_maskz_loadu_ps(static_cast<__mmask16>((1u << (left - 16)) - 1), x + 16)
                                                       : _mm512_setzero_ps());
            _mm512_store_si512(out + i * kTile + t * kPanelStep, v);
        }
}

void packGroup(const float* values, std::int64_t stride, std::int64_t k, void* group)
{
    auto* out = static_cast<std::uint16_t*>(group);
    for (std::int64_t i = 0; i < k; i += kPanelStep) {
        __m512i r[16];
#pragma GCC unroll 16
        for (int t = 0; t < 16; ++t) r[t] = bf16Pair(_mm512_loadu_ps(values + t * stride + i), _mm512_loadu_ps(values + t * stride + i + 16));
        transpose16(r);
#pragma GCC unroll 16
        for (int j = 0; j < 16; ++j) _mm512_store_si512(out + i * kPanelGroup + j * 32, r[j]);
    }
}

// 2 × T sums, two vectors of weights and one broadcast pair: 27 of 32 registers with T = 12.
template <int T> [[gnu::noinline]] void multiplyTile(const std::uint16_t* w0, const std::uint16_t* w1, const std::uint16_t* x, std::int64_t k, float* out)
{
    __m512 sum[2][T];
#pragma GCC unroll 12
    for (int t = 0; t < T; ++t) sum[0][t] = sum[1][t] = _mm512_setzero_ps();
    for (std::int64_t i = 0; i < k; i += kPanelStep, x += kTileStep, w0 += kGroupStep, w1 += kGroupStep) {
#pragma GCC unroll 12
        for (int t = 0; t < T; ++t)
            _mm_prefetch(reinterpret_cast<const char*>(x + kPrefetchSteps * kTileStep + t * kPanelStep), _MM_HINT_T0);
#pragma GCC unroll 4
        for (int pair = 0; pair < 16; ++pair) {
            const auto a = (__m512bh)_mm512_load_si512(w0 + pair * 32), b = (__m512bh)_mm512_load_si512(w1 + pair * 32);
#pragma GCC unroll 12
            for (int t = 0; t < T; ++t) {
                int both;
                __builtin_memcpy(&both, x + t * kPanelStep + pair * 2, sizeof both);
                const auto v = (__m512bh)_mm512_set1_epi32(both);
                sum[0][t] = _mm512_dpbf16_ps(sum[0][t], a, v);
                sum[1][t] = _mm512_dpbf16_ps(sum[1][t], b, v);
            }
        }
    }
#pragma GCC unroll 12
    for (int t = 0; t < T; ++t) {
        _mm512_store_ps(out + t * kPanelRows, sum[0][t]);
        _mm512_store_ps(out + t * kPanelRows + kPanelGroup, sum[1][t]);
    }
}

using TileFn = void (*)(const std::uint16_t*, const std::uint16_t*, const std::uint16_t*, std::int64_t, float*);
constexpr TileFn kTiles[kTile] = {multiplyTile<1>, multiplyTile<2>, multiplyTile<3>, multiplyTile<4>,  multiplyTile<5>,  multiplyTile<6>,
                                  multiplyTile<7>, multiplyTile<8>, multiplyTile<9>, multiplyTile<10>, multiplyTile<11>, multiplyTile<12>};

void multiply(const void* panel, const void* tile, std::int64_t k, int tokens, float* out)
{
    const auto* w = static_cast<const std::uint16_t*>(panel);
    kTiles[tokens - 1](w, w + k * kPanelGroup, static_cast<const std::uint16_t*>(tile), k, out);
}

} // namespace

const PanelKernel kPanelBf16Avx512 = floatPanelKernel(kTile, 2, 10240, packTile, packGroup, multiply);

} // namespace corral::cpu
#endif
