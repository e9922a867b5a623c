// Many queries against a block of keys, two products a lane: scores from keys and queries in 16-bit integers, outputs from weights and values in bf16.
// Both instructions run at twice the rate of f32 multiply-adds.
//
// Keys are not rounded to bf16 as well: some models' keys have single values of a hundred and more, whose 8 bits would move scores by tenths. As integers
// with one scale a row an error is 1e-5 of |q| |k|.
//   key panel     [keys] scales; [keys / 32][values / 2][32 keys][2 values]
//   value panel   [values / 32][keys / 2][32 values][2 keys]
//   tile          [steps of 32][12 columns][32]
#if defined(__x86_64__)
#include "core/backend/cpu/kernels/simd_avx512.h"

#include "core/backend/cpu/kernels/attention_kernels.h"
#include "core/backend/cpu/kernels/scratch.h"
#include "core/backend/cpu/kernels/simd_math.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace corral::cpu {

namespace {

constexpr int kTile = kMaxColumns;
constexpr std::int64_t kKeys = 512;
constexpr std::int64_t kStep = 32;                 // values of a tile's step; rows of a panel
constexpr std::int64_t kPairBytes = 2 * 64;        // of a panel: a pair of 32 rows
constexpr std::int64_t kTileStepBytes = kTile * 64;

// With rows of this norm no sum of products leaves 31 bits, and rounding to integers does not lengthen them that far.
constexpr float kNorm = 46000, kLargest = 32767;

// ---- packing ------------------------------------------------------------------------------------------------------------------------

// What n values are multiplied with to be integers of 16 bits; not a number if one of them is none, so that it is passed on.
float integerScale(const float* x, std::int64_t n)
{
    __m512 squares = _mm512_setzero_ps(), top = _mm512_setzero_ps();
    eachVector(n, [&](auto part, std::int64_t i) {
        const __m512 v = part.load(x + i);
        squares = _mm512_fmadd_ps(v, v, squares);
        top = _mm512_max_ps(top, _mm512_abs_ps(v));
    });
    const float norm = std::sqrt(_mm512_reduce_add_ps(squares));
    if (norm == 0) return 0;
    return std::isfinite(norm) ? std::min(kNorm / norm, kLargest / _mm512_reduce_max_ps(top)) : std::numeric_limits<float>::quiet_NaN();
}

inline __m512i integers(__m512 low, __m512 high, __m512 scale)
{
    const auto shorts = [&](__m512 v) { return _mm512_cvtsepi32_epi16(_mm512_cvtps_epi32(_mm512_mul_ps(v, scale))); };
    return _mm512_inserti64x4(_mm512_castsi256_si512(shorts(low)), shorts(high), 1);
}

std::size_t keyPanelBytes(std::int64_t n) { return static_cast<std::size_t>(kKeys) * sizeof(float) + static_cast<std::size_t>(kKeys * blockStride(n)) * 2; }
std::size_t valuePanelBytes(std::int64_t n) { return static_cast<std::size_t>(kKeys * blockStride(n)) * 2; }

void packKeys(const float* rows, std::int64_t n, std::int64_t first, std::byte* panel)
{
    const std::int64_t stride = blockStride(n);
    float* scales = reinterpret_cast<float*>(panel) + first;
    std::byte* out = panel + kKeys * sizeof(float) + first * stride * 2;
    for (int half = 0; half < 32; half += 16) {
        __m512 factor[16];
        for (int j = 0; j < 16; ++j) {
            const float scale = integerScale(rows + (half + j) * stride, stride);
            factor[j] = _mm512_set1_ps(scale);
            scales[half + j] = scale != 0 ? 1 / scale : 0;
        }
        for (std::int64_t d = 0; d < stride; d += kStep) {
            __m512i r[16];
#pragma GCC unroll 16
            for (int j = 0; j < 16; ++j) {
                const float* x = rows + (half + j) * stride + d;
                r[j] = integers(_mm512_loadu_ps(x), _mm512_loadu_ps(x + 16), factor[j]);
            }
            transpose16(r);
#pragma GCC unroll 16
            for (int j = 0; j < 16; ++j) _mm512_store_si512(out + (d / 2 + j) * kPairBytes + half * 4, r[j]);
        }
    }
}

inline __m512i bf16Pair(__m512 low, __m512 high) { return (__m512i)_mm512_cvtne2ps_pbh(high, low); }

void packValues(const float* rows, std::int64_t n, std::int64_t first, std::byte* panel)
{
    const std::int64_t stride = blockStride(n);
    alignas(64) std::int16_t order[32]; // one value of both keys after the other
    for (int i = 0; i < 32; ++i) order[i] = static_cast<std::int16_t>(i / 2 + i % 2 * 16);
    const __m512i together = _mm512_load_si512(order);
    for (std::int64_t d = 0; d < stride; d += 16) {
        std::byte* out = panel + (d / kStep * kKeys + first) * kStep * 2 + d % kStep * 4;
        for (int j = 0; j < kKeyStep; j += 2, out += kPairBytes) {
            const float* x = rows + j * stride + d;
            _mm512_store_si512(out, _mm512_permutexvar_epi16(together, bf16Pair(_mm512_loadu_ps(x), _mm512_loadu_ps(x + stride))));
        }
    }
}

// ---- products -----------------------------------------------------------------------------------------------------------------------

struct Integers {
    using Sum = __m512i;
    static Sum zero() { return _mm512_setzero_si512(); }
    static Sum dot(Sum sum, __m512i a, __m512i b) { return _mm512_dpwssd_epi32(sum, a, b); }
};
struct Bf16 {
    using Sum = __m512;
    static Sum zero() { return _mm512_setzero_ps(); }
    static Sum dot(Sum sum, __m512i a, __m512i b) { return _mm512_dpbf16_ps(sum, (__m512bh)a, (__m512bh)b); }
};

// store(t, half, sums): of 16 rows of a panel with column t. 2 T sums, two vectors of a panel and one broadcast pair: 27 of 32 registers with T = 12.
template <class Dot, int T, class Store> inline void multiply(const std::byte* w, const std::byte* x, std::int64_t steps, Store&& store)
{
    typename Dot::Sum sum[2][T];
#pragma GCC unroll 12
    for (int t = 0; t < T; ++t) sum[0][t] = sum[1][t] = Dot::zero();
    for (; steps > 0; --steps, w += 16 * kPairBytes, x += kTileStepBytes) {
#pragma GCC unroll 4
        for (int pair = 0; pair < 16; ++pair) {
            const __m512i a = _mm512_load_si512(w + pair * kPairBytes), b = _mm512_load_si512(w + pair * kPairBytes + 64);
#pragma GCC unroll 12
            for (int t = 0; t < T; ++t) {
                int both;
                __builtin_memcpy(&both, x + t * 64 + pair * 4, sizeof both);
                const __m512i v = _mm512_set1_epi32(both);
                sum[0][t] = Dot::dot(sum[0][t], a, v);
                sum[1][t] = Dot::dot(sum[1][t], b, v);
            }
        }
    }
#pragma GCC unroll 12
    for (int t = 0; t < T; ++t) {
        store(t, 0, sum[0][t]);
        store(t, 1, sum[1][t]);
    }
}

// ---- a tile -------------------------------------------------------------------------------------------------------------------------

struct TileScratch {
    std::byte *q, *p;
    float* scores; // [columns][kKeys]

    static std::size_t bytes(std::int64_t keySize)
    {
        return scratchRound(static_cast<std::size_t>(blockStride(keySize)) * kTile * 2) + scratchRound(kTile * kKeys * 2) + scratchRound(kTile * kKeys * sizeof(float));
    }
    TileScratch(std::int64_t keySize, std::byte* scratch)
    {
        ScratchCutter cutter({scratch, bytes(keySize)});
        q = cutter.take<std::byte>(static_cast<std::size_t>(blockStride(keySize)) * kTile * 2);
        p = cutter.take<std::byte>(kTile * kKeys * 2);
        scores = cutter.take<float>(kTile * kKeys);
    }
};

// Column c of the tile, multiplied with `scale`.
void packQuery(const float* x, std::int64_t n, float scale, int c, std::byte* tile)
{
    const __m512 factor = _mm512_set1_ps(scale);
    const auto at = [&](std::int64_t i) { return i + 16 <= n ? _mm512_loadu_ps(x + i) : i < n ? Simd::loadPart(x + i, n - i) : _mm512_setzero_ps(); };
    for (std::int64_t i = 0; i < n; i += kStep) _mm512_store_si512(tile + i / kStep * kTileStepBytes + c * 64, integers(at(i), at(i + 16), factor));
}

// 2^x for x <= 0, within 4e-6; far below 0 it is 0.
inline __m512 exp2Of(__m512 x)
{
    const __m512 n = _mm512_roundscale_ps(x, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
    const __m512 f = _mm512_sub_ps(x, n);
    __m512 p = _mm512_set1_ps(0.00966636852f);
    p = _mm512_fmadd_ps(p, f, _mm512_set1_ps(0.0559219758f));
    p = _mm512_fmadd_ps(p, f, _mm512_set1_ps(0.24022349f));
    p = _mm512_fmadd_ps(p, f, _mm512_set1_ps(0.693121045f));
    p = _mm512_fmadd_ps(p, f, _mm512_set1_ps(1.0f));
    return _mm512_scalef_ps(p, n);
}

// Scores [begin, end) of a column, to be multiplied with `factor`, of which it sees [first, last) → weights in bf16, 0 where it sees nothing.
// Returns what earlier outputs must be multiplied by.
float softmax(float* scores, std::int64_t begin, std::int64_t end, std::int64_t first, std::int64_t last, float factor, float softCap, RunningSoftmax& state,
              std::byte* p)
{
    constexpr float kLog2e = std::numbers::log2e_v<float>;
    if (first >= last) {
        for (std::int64_t j = begin; j < end; j += kStep) _mm512_store_si512(p + (j - begin) / kStep * kTileStepBytes, _mm512_setzero_si512());
        return 1;
    }
    if (softCap > 0) {
        const __m512 inner = _mm512_set1_ps(factor / softCap), cap = _mm512_set1_ps(softCap);
        for (std::int64_t j = begin; j < end; j += 16)
            _mm512_store_ps(scores + j, _mm512_mul_ps(cap, tanhOf(_mm512_mul_ps(inner, _mm512_load_ps(scores + j)))));
        factor = 1;
    }
    factor = std::max(factor, 1e-20f); // of a query of zeros: the scores are zeros as well, but what is masked must stay far below
    std::fill(scores + begin, scores + first, kMasked);
    std::fill(scores + last, scores + end, kMasked);
    __m512 tops = _mm512_load_ps(scores + begin);
    for (std::int64_t j = begin + 16; j < end; j += 16) tops = _mm512_max_ps(tops, _mm512_load_ps(scores + j));
    const float top = std::max(state.top, factor * _mm512_reduce_max_ps(tops));
    const __m512 scale = _mm512_set1_ps(factor * kLog2e), minus = _mm512_set1_ps(-top * kLog2e);
    __m512 added = _mm512_setzero_ps();
    for (std::int64_t j = begin; j < end; j += kStep, p += kTileStepBytes) {
        const __m512 a = exp2Of(_mm512_fmadd_ps(_mm512_load_ps(scores + j), scale, minus));
        const __m512 b = exp2Of(_mm512_fmadd_ps(_mm512_load_ps(scores + j + 16), scale, minus));
        added = _mm512_add_ps(added, _mm512_add_ps(a, b));
        _mm512_store_si512(p, bf16Pair(a, b));
    }
    const float before = state.top == top ? 1 : std::exp(state.top - top);
    state = {top, state.sum * before + _mm512_reduce_add_ps(added)};
    return before;
}

// T: the columns rounded up; those that are missing have no `out`.
template <int T> void attendTile(const BlockTile& tile, std::byte* scratch)
{
    const TileScratch s(tile.keySize, scratch);
    const std::int64_t keyStride = blockStride(tile.keySize);
    for (int c = 0; c < tile.columns; ++c) {
        if (tile.begins) tile.factors[c] = integerScale(tile.q[c], tile.keySize);
        packQuery(tile.q[c], tile.keySize, tile.factors[c], c, s.q);
    }

    const float* keyScales = reinterpret_cast<const float*>(tile.keys);
    const std::byte* keyPanel = tile.keys + kKeys * sizeof(float);
    for (std::int64_t j = tile.keyBegin; j < tile.keyEnd; j += kStep) {
        const __m512 scale[2] = {_mm512_load_ps(keyScales + j), _mm512_load_ps(keyScales + j + 16)};
        multiply<Integers, T>(keyPanel + j * keyStride * 2, s.q, keyStride / kStep, [&](int t, int half, __m512i sum) {
            _mm512_store_ps(s.scores + t * kKeys + j + half * 16, _mm512_mul_ps(_mm512_cvtepi32_ps(sum), scale[half]));
        });
    }

    float factors[T], divisors[T];
    for (int c = 0; c < tile.columns; ++c) {
        const float scoreFactor = tile.factors[c] != 0 ? tile.scale / tile.factors[c] : 0;
        factors[c] = softmax(s.scores + c * kKeys, tile.keyBegin, tile.keyEnd, tile.first[c], tile.last[c], scoreFactor, tile.softCap, tile.states[c], s.p + c * 64);
        divisors[c] = tile.ends ? 1 / tile.states[c].sum : 1;
    }

    for (std::int64_t d = 0; d < tile.valueSize; d += kStep) {
        multiply<Bf16, T>(tile.values + (d * kKeys + tile.keyBegin * kStep) * 2, s.p, (tile.keyEnd - tile.keyBegin) / kStep, [&](int t, int half, __m512 sum) {
            const std::int64_t left = tile.valueSize - d - half * 16;
            if (t >= tile.columns || left <= 0) return;
            float* out = tile.out[t] + d + half * 16;
            const auto mask = static_cast<__mmask16>(left >= 16 ? 0xffff : (1u << left) - 1);
            if (!tile.begins) sum = _mm512_fmadd_ps(_mm512_maskz_loadu_ps(mask, out), _mm512_set1_ps(factors[t]), sum);
            _mm512_mask_storeu_ps(out, mask, _mm512_mul_ps(sum, _mm512_set1_ps(divisors[t])));
        });
    }
}

void attend(const BlockTile& tile, std::byte* scratch)
{
    if (tile.columns > 8) attendTile<12>(tile, scratch);
    else if (tile.columns > 4) attendTile<8>(tile, scratch);
    else attendTile<4>(tile, scratch);
}

} // namespace

const AttentionBlockKernel kAttentionBlockShortAvx512{kTile, kKeys, keyPanelBytes, valuePanelBytes, TileScratch::bytes, packKeys, packValues, attend};

} // namespace corral::cpu
#endif
