#pragma once
// Panels of small unsigned codes for vectors of 32 bytes: one instruction multiplies 8 rows × 4 values. Activations are rounded to 8 bits with one scale for
// each 32 values. Without a dot-product instruction the products are summed in int16 for as long as they fit, then by vpmaddwd:
//   bits  zero  products summed in int16   weights
//   4     0     8 · 2 · 15 · 127           scale and offset for 32 values: the codes of the file
//   5     16    8 · 2 · 16 · 127           likewise
//   6     32    4 · 2 · 32 · 127           scale for 16 values: the codes of the file
//   6     32    4 · 2 · 32 · 127           scale and offset for 32 values: codes near a table's values
//   7     64    2 · 2 · 64 · 127           scale for 32 values: rounded again to 7 bits
//   8     128   (vpdpbusd: int32)          scale for 32 values: rounded again to 8 bits
// Sums begin at −zero · Σ activations (of the values that go into the same 16 or 32 bits), so that codes count as signed and sums stay small; that the steps
// between wrap around does no harm. One product of two pairs never saturates: 2 · 127 · 127 < 2^15 with 7 bits. Design: facts/kernels-prefill.md, § 8.
//
// A piece is 32 values:
//   group  codes u8 [8][16 rows][4]; scale f32 [16 rows]; then f32 offsets [16 rows] (with offsets) or the two halves' scales relative to it, as pairs of
//          s16 [2][16 rows][2] (with scales for 16 values)
//   tile   codes s8 [kTile][32]; scale f32 [kTile]; where sums begin [chains][kTile]; scale · Σ codes f32 [kTile]
// Included by files that are compiled for AVX2 or more.
#include "core/backend/cpu/kernels/panel.h"
#include "core/backend/cpu/kernels/transpose_avx2.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <immintrin.h>

namespace corral::cpu {
namespace {

constexpr int kTile = 4; // × 2 vectors of 8 rows: eight sums, the sums of floats in memory
constexpr int kBlock = 32;
constexpr int kQuads = kBlock / 4;
constexpr int kAhead = 256; // values of a token that are fetched before their turn: of several rows read by turns the processor does not foresee enough

enum class Scales { Rounded, Affine, Halves }; // of weights rounded here, with an offset, for 16 values

struct Scheme {
    int bits;
    Scales scales;

    constexpr int zero() const { return bits == 4 ? 0 : 1 << (bits - 1); }
    constexpr int chain() const { return bits == 6 ? 4 : bits == 7 ? 2 : kQuads; } // quads of values whose products go into one sum
    constexpr int chains() const { return kQuads / chain(); }
    constexpr bool affine() const { return scales == Scales::Affine; }
    constexpr bool halves() const { return scales == Scales::Halves; }
    constexpr bool dots() const { return bits == 8; }
};

template <Scheme S> struct TilePiece {
    std::int8_t codes[kTile][kBlock];
    float scale[kTile];
    std::int32_t start[S.chains()][kTile];
    float sum[kTile];
};

template <Scheme S> struct GroupPiece {
    std::uint8_t codes[kQuads][kPanelGroup][4];
    float scale[kPanelGroup];
    union {
        float offset[kPanelGroup];
        std::int16_t half[2][kPanelGroup][2];
    };
};

inline __m256i load256(const void* p) { return _mm256_loadu_si256(static_cast<const __m256i*>(p)); }
inline void store256(void* p, __m256i v) { _mm256_storeu_si256(static_cast<__m256i*>(p), v); }

// The largest magnitude of 32 values, as bits: so compared, not-a-number is the largest of all.
inline float magnitude(const __m256 (&v)[4])
{
    const __m256i positive = _mm256_set1_epi32(0x7fffffff);
    __m256i most = _mm256_and_si256(_mm256_castps_si256(v[0]), positive);
    for (int i = 1; i < 4; ++i) most = _mm256_max_epu32(most, _mm256_and_si256(_mm256_castps_si256(v[i]), positive));
    __m128i m = _mm_max_epu32(_mm256_castsi256_si128(most), _mm256_extracti128_si256(most, 1));
    m = _mm_max_epu32(m, _mm_shuffle_epi32(m, 0x4e));
    m = _mm_max_epu32(m, _mm_shuffle_epi32(m, 0xb1));
    return _mm_cvtss_f32(_mm_castsi128_ps(m));
}

// 32 values times a factor → 32 signed codes in their order.
inline __m256i codesOf(const __m256 (&v)[4], float factor)
{
    const __m256 by = _mm256_set1_ps(factor);
    __m256i i[4];
    for (int j = 0; j < 4; ++j) i[j] = _mm256_cvtps_epi32(_mm256_mul_ps(v[j], by));
    const __m256i mixed = _mm256_packs_epi16(_mm256_packs_epi32(i[0], i[1]), _mm256_packs_epi32(i[2], i[3]));
    return _mm256_permutevar8x32_epi32(mixed, _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7));
}

// 32 values of one token (fewer at the end of a row: the rest counts as 0).
template <Scheme S> void packToken(const float* x, std::int64_t count, TilePiece<S>& piece, int t)
{
    __m256 v[4];
    if (count >= kBlock) {
        for (int i = 0; i < 4; ++i) v[i] = _mm256_loadu_ps(x + 8 * i);
    } else {
        alignas(32) float padded[kBlock] = {};
        std::copy_n(x, count, padded);
        for (int i = 0; i < 4; ++i) v[i] = _mm256_load_ps(padded + 8 * i);
    }
    const float most = magnitude(v);
    const __m256i codes = codesOf(v, most > 1e-30f ? 127 / most : 0.0f);
    store256(piece.codes[t], codes);
    piece.scale[t] = most * (1.0f / 127); // infinite or not a number if a value is: so are the products then

    const __m256i pairs = _mm256_maddubs_epi16(_mm256_set1_epi8(1), codes); // a quad is a pair of s16
    __m256i chain = pairs; // sums of whole chains, in their first quads
    if constexpr (S.chain() >= 2) chain = _mm256_add_epi16(chain, _mm256_shuffle_epi32(chain, 0xb1));
    if constexpr (S.chain() >= 4) chain = _mm256_add_epi16(chain, _mm256_shuffle_epi32(chain, 0x4e));
    if constexpr (S.chain() >= 8) chain = _mm256_add_epi16(chain, _mm256_permute4x64_epi64(chain, 0x4e));
    alignas(32) std::int32_t starts[kQuads];
    if constexpr (S.dots())
        store256(starts, _mm256_madd_epi16(chain, _mm256_set1_epi16(-S.zero())));
    else
        store256(starts, _mm256_mullo_epi16(chain, _mm256_set1_epi16(-S.zero())));
    for (int c = 0; c < S.chains(); ++c) piece.start[c][t] = starts[c * S.chain()];
    if constexpr (S.affine()) {
        static_assert(S.chain() >= 4);
        if constexpr (S.chain() == 4) chain = _mm256_add_epi16(chain, _mm256_permute4x64_epi64(chain, 0x4e));
        const int both = _mm256_cvtsi256_si32(_mm256_madd_epi16(chain, _mm256_set1_epi16(1)));
        piece.sum[t] = static_cast<float>(both) * piece.scale[t];
    }
}

template <Scheme S> void packTile(const float* const* rows, int tokens, std::int64_t k, void* tile)
{
    auto* piece = static_cast<TilePiece<S>*>(tile);
    for (std::int64_t i = 0; i < k; i += kBlock, ++piece)
        for (int t = 0; t < tokens; ++t) {
            for (int line = 0; line < kBlock; line += 16) _mm_prefetch(reinterpret_cast<const char*>(rows[t] + i + kAhead + line), _MM_HINT_T0);
            packToken<S>(rows[t] + i, std::min<std::int64_t>(kBlock, k - i), *piece, t);
        }
}

// 32 codes of each of 16 rows → quads of rows.
template <Scheme S> inline void placeCodes(__m256i (&rows)[kPanelGroup], GroupPiece<S>& piece)
{
    for (int half = 0; half < 2; ++half) {
        __m256 r[8];
        for (int i = 0; i < 8; ++i) r[i] = _mm256_castsi256_ps(rows[8 * half + i]);
        transpose8(r);
        for (int q = 0; q < kQuads; ++q) _mm256_storeu_ps(reinterpret_cast<float*>(piece.codes[q][8 * half]), r[q]);
    }
}

// Weights in floats, rounded to signed codes with one scale for 32 of them.
template <Scheme S> void packGroup(const float* values, std::int64_t stride, std::int64_t k, void* group)
{
    constexpr int most = S.zero() - 1;
    auto* piece = static_cast<GroupPiece<S>*>(group);
    for (std::int64_t i = 0; i < k; i += kBlock, ++piece) {
        __m256i rows[kPanelGroup];
        for (int r = 0; r < kPanelGroup; ++r) {
            __m256 v[4];
            for (int j = 0; j < 4; ++j) v[j] = _mm256_loadu_ps(values + r * stride + i + 8 * j);
            const float size = magnitude(v);
            rows[r] = _mm256_add_epi8(codesOf(v, size > 1e-30f ? most / size : 0.0f), _mm256_set1_epi8(static_cast<char>(most + 1)));
            piece->scale[r] = size * (1.0f / most);
        }
        placeCodes(rows, *piece);
    }
}

// Weights in codes, taken as they are.
template <Scheme S> void packCodes(const PanelCodes& codes, const quant::CodeRows& coded, std::int64_t k, void* group)
{
    auto* piece = static_cast<GroupPiece<S>*>(group);
    for (std::int64_t b = 0; b < k / kBlock; ++b, ++piece) {
        __m256i rows[kPanelGroup];
        for (int r = 0; r < kPanelGroup; ++r) {
            rows[r] = load256(codes.codes[r] + b * kBlock);
            if constexpr (S.halves()) {
                // 2^14 · 2 · 2 · 2^15 (two halves, two sums each) just fits 32 bits.
                const float first = codes.scales[r][2 * b], second = codes.scales[r][2 * b + 1];
                const float most = std::max(std::fabs(first), std::fabs(second));
                const float factor = most > 0 ? 16256 / most : 0.0f;
                piece->scale[r] = most * (1.0f / 16256);
                piece->half[0][r][0] = piece->half[0][r][1] = static_cast<std::int16_t>(std::lrint(first * factor));
                piece->half[1][r][0] = piece->half[1][r][1] = static_cast<std::int16_t>(std::lrint(second * factor));
            } else {
                piece->scale[r] = codes.scales[r][b];
                if constexpr (S.affine()) piece->offset[r] = codes.offsets[r][b] + static_cast<float>(S.zero() - coded.zero) * codes.scales[r][b];
            }
        }
        placeCodes(rows, *piece);
    }
}

inline __m256i dotQuads(__m256i sum, __m256i weights, __m256i x)
{
#if defined(__AVXVNNI__)
    return _mm256_dpbusd_avx_epi32(sum, weights, x);
#else
    (void)weights, (void)x;
    return sum;
#endif
}

// Keeps the compiler from taking a sum apart: it would compute all products first and spill them.
inline void keep([[maybe_unused]] __m256i& sum) { asm("" : "+x"(sum)); }

// 16 rows × T tokens.
template <Scheme S, int T> [[gnu::noinline]] void multiplyTile(const GroupPiece<S>* w, const TilePiece<S>* x, std::int64_t pieces, float* out)
{
    constexpr int chain = S.chain(), chains = S.chains(), zero = S.zero();
    constexpr bool dots = S.dots();
    alignas(32) float total[T][2][8] = {};
    for (; pieces > 0; --pieces, ++w, ++x) {
        __m256i sum[2][T];      // int32
        __m256i narrow[2][T];   // int16, or int32 with dot products
#pragma GCC unroll 8
        for (int c = 0; c < chains; ++c) {
#pragma GCC unroll 8
            for (int q = c * chain; q < (c + 1) * chain; ++q) {
                const __m256i a = load256(w->codes[q]), b = load256(w->codes[q][8]);
#pragma GCC unroll 6
                for (int t = 0; t < T; ++t) {
                    int four;
                    std::memcpy(&four, x->codes[t] + 4 * q, sizeof four);
                    const __m256i v = _mm256_set1_epi32(four);
                    if (q == c * chain && zero != 0) narrow[0][t] = narrow[1][t] = _mm256_set1_epi32(x->start[c][t]);
                    if constexpr (dots) {
                        narrow[0][t] = dotQuads(narrow[0][t], a, v);
                        narrow[1][t] = dotQuads(narrow[1][t], b, v);
                    } else if (q == 0 && zero == 0) {
                        narrow[0][t] = _mm256_maddubs_epi16(a, v);
                        narrow[1][t] = _mm256_maddubs_epi16(b, v);
                    } else {
                        narrow[0][t] = _mm256_add_epi16(narrow[0][t], _mm256_maddubs_epi16(a, v));
                        narrow[1][t] = _mm256_add_epi16(narrow[1][t], _mm256_maddubs_epi16(b, v));
                        keep(narrow[0][t]);
                        keep(narrow[1][t]);
                    }
                }
            }
#pragma GCC unroll 2
            for (int half = 0; half < 2; ++half) {
                const __m256i by = S.halves() ? load256(w->half[c % 2][8 * half]) : _mm256_set1_epi16(1);
#pragma GCC unroll 6
                for (int t = 0; t < T; ++t) {
                    const __m256i wide = dots ? narrow[half][t] : _mm256_madd_epi16(narrow[half][t], by);
                    if (c == 0) sum[half][t] = wide;
                    else {
                        sum[half][t] = _mm256_add_epi32(sum[half][t], wide);
                        keep(sum[half][t]);
                    }
                }
            }
        }
#pragma GCC unroll 2
        for (int half = 0; half < 2; ++half) {
            const __m256 scale = _mm256_loadu_ps(w->scale + 8 * half);
#pragma GCC unroll 6
            for (int t = 0; t < T; ++t) {
                __m256 y = _mm256_load_ps(total[t][half]);
                if constexpr (S.affine()) y = _mm256_fmadd_ps(_mm256_loadu_ps(w->offset + 8 * half), _mm256_set1_ps(x->sum[t]), y);
                y = _mm256_fmadd_ps(_mm256_cvtepi32_ps(sum[half][t]), _mm256_mul_ps(scale, _mm256_set1_ps(x->scale[t])), y);
                _mm256_store_ps(total[t][half], y);
            }
        }
    }
    for (int t = 0; t < T; ++t) std::memcpy(out + t * kPanelRows, total[t], sizeof total[t]);
}

template <Scheme S> void multiply(const void* panel, const void* tile, std::int64_t k, int tokens, float* out)
{
    using TileFn = void (*)(const GroupPiece<S>*, const TilePiece<S>*, std::int64_t, float*);
    static constexpr TileFn kTiles[kTile] = {multiplyTile<S, 1>, multiplyTile<S, 2>, multiplyTile<S, 3>, multiplyTile<S, 4>};
    const auto* w = static_cast<const GroupPiece<S>*>(panel);
    const auto* x = static_cast<const TilePiece<S>*>(tile);
    const std::int64_t pieces = k / kBlock;
    for (int g = 0; g < kPanelRows / kPanelGroup; ++g) kTiles[tokens - 1](w + g * pieces, x, pieces, out + g * kPanelGroup);
}

template <Scheme S> constexpr PanelKernel codesKernel()
{
    constexpr bool rounded = S.scales == Scales::Rounded;
    return {.tile = kTile, .step = kBlock, .groupPiece = sizeof(GroupPiece<S>), .tilePiece = sizeof(TilePiece<S>), .maxK = 9216,
            .packTile = packTile<S>, .packGroup = rounded ? packGroup<S> : nullptr, .packCodes = rounded ? nullptr : packCodes<S>, .multiply = multiply<S>};
}

} // namespace
} // namespace corral::cpu
