#pragma once
// int8 panels: one vpdpbusd multiplies 16 rows × 4 values. Weights are rounded to 8 bits with one scale for each 256 or 32 values of a row; activations
// with one for each 256 values and a power of two for each 32 of them, so that an outlier does not coarsen its neighbours. Sums of products are
// exact 32-bit integers. Design and error: facts/kernels-prefill.md, schemes A3S (256) and A2S (32).
//
// Multiplications compete with vpdpbusd for the same two pipes; conversions, additions and shifts do not. So the powers of two are shifts, and a scale
// for 256 values costs one multiplication and one FMA in 64 vpdpbusd.
//
// A piece is 256 values:
//   group  codes u8 [64][16 rows][4] = weight code + 128; scale f32 [256 / kScaled][16 rows]
//   tile   codes s8 [8][kTile][32]; offset s32 [8][kTile] = −128 Σ codes, where sums begin; shift u32 [8][kTile]; scale f32 [kTile], padded to 64 bytes
// Included by files that are compiled for AVX-512 F, BW, VL, DQ and VNNI or more.
#include "core/backend/cpu/kernels/panel.h"
#include "core/backend/cpu/kernels/transpose_avx512.h"

#include <algorithm>
#include <cstring>
#include <immintrin.h>

namespace corral::cpu {
namespace {

constexpr int kTile = 6;     // with 2 × 16 rows: 12 sums of products, 12 sums of blocks, weights and a broadcast in 32 registers
constexpr int kStep = 256, kBlock = 32, kBlocks = kStep / kBlock;
constexpr int kMostShift = 6; // codes of the quietest block are 64 times finer; 2^6 · 256 · 127² stays below 2^31

struct TilePiece {
    std::int8_t codes[kBlocks][kTile][kBlock];
    std::int32_t offset[kBlocks][kTile];
    std::uint32_t shift[kBlocks][kTile];
    alignas(64) float scale[16];
};
static_assert(sizeof(TilePiece) % 64 == 0);

template <int kScaled> struct GroupPiece {
    std::uint8_t codes[kStep / 4][kPanelGroup][4];
    float scale[kStep / kScaled][kPanelGroup];
};

// The larger of two magnitudes. As integers they compare alike, but for those that are not a number, which are the largest of all: they become the scale,
// and so every product of the token.
inline __m512 larger(__m512 a, __m512 b) { return _mm512_castsi512_ps(_mm512_max_epi32(_mm512_castps_si512(a), _mm512_castps_si512(b))); }
inline __m256 larger(__m256 a, __m256 b) { return _mm256_castsi256_ps(_mm256_max_epi32(_mm256_castps_si256(a), _mm256_castps_si256(b))); }

// Lanes 0 … 7: the largest of the 16 lanes of r[0] … r[7].
inline __m256 largest(const __m512 (&r)[8])
{
    __m512 pair[4], quad[2];
#pragma GCC unroll 4
    for (int i = 0; i < 4; ++i) pair[i] = larger(_mm512_unpacklo_ps(r[2 * i], r[2 * i + 1]), _mm512_unpackhi_ps(r[2 * i], r[2 * i + 1]));
#pragma GCC unroll 2
    for (int i = 0; i < 2; ++i) // each 128 bits: what is left of r[4i] … r[4i + 3]
        quad[i] = larger(_mm512_shuffle_ps(pair[2 * i], pair[2 * i + 1], 0x44), _mm512_shuffle_ps(pair[2 * i], pair[2 * i + 1], 0xee));
    const __m512 half = larger(_mm512_shuffle_f32x4(quad[0], quad[1], 0x88), _mm512_shuffle_f32x4(quad[0], quad[1], 0xdd)); // 0 0 1 1
    const __m512 all = larger(half, _mm512_shuffle_f32x4(half, half, 0xb1));
    return _mm512_castps512_ps256(_mm512_shuffle_f32x4(all, all, 0x08));
}

inline __m256 largestOfAll(__m256 v)
{
    v = larger(v, _mm256_permute2f128_ps(v, v, 1));
    v = larger(v, _mm256_shuffle_ps(v, v, 0x4e));
    return larger(v, _mm256_shuffle_ps(v, v, 0xb1));
}

inline __m256 magnitude(__m256 v) { return _mm256_andnot_ps(_mm256_set1_ps(-0.0f), v); }
inline __m512 magnitude(__m512 v) { return _mm512_andnot_ps(_mm512_set1_ps(-0.0f), v); }

// 64 values times their factors → 64 codes in their order.
inline __m512i codesOf(const __m512 (&v)[4], __m512 first, __m512 second)
{
    const __m512i order = _mm512_setr_epi32(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
    const __m512i a = _mm512_packs_epi32(_mm512_cvtps_epi32(_mm512_mul_ps(v[0], first)), _mm512_cvtps_epi32(_mm512_mul_ps(v[1], first)));
    const __m512i b = _mm512_packs_epi32(_mm512_cvtps_epi32(_mm512_mul_ps(v[2], second)), _mm512_cvtps_epi32(_mm512_mul_ps(v[3], second)));
    return _mm512_permutexvar_epi32(order, _mm512_packs_epi16(a, b));
}

// 256 values of one token (fewer at the end of a row: the rest counts as 0).
void packToken(const float* x, std::int64_t count, TilePiece& piece, int t)
{
    __m512 v[16], block[kBlocks];
#pragma GCC unroll 16
    for (int i = 0; i < 16; ++i) {
        const std::int64_t left = count - 16 * i;
        v[i] = left >= 16 ? _mm512_loadu_ps(x + 16 * i) : left > 0 ? _mm512_maskz_loadu_ps(static_cast<__mmask16>((1u << left) - 1), x + 16 * i) : _mm512_setzero_ps();
    }
#pragma GCC unroll 8
    for (int b = 0; b < kBlocks; ++b) block[b] = larger(magnitude(v[2 * b]), magnitude(v[2 * b + 1]));
    const __m256 most = largest(block);
    const __m256 all = largestOfAll(most);

    // The finest power of two that keeps a block's codes within 127, at most 2^kMostShift.
    const __m256 zero = _mm256_setzero_ps();
    const __mmask8 some = _mm256_cmp_ps_mask(all, zero, _CMP_GT_OQ);
    const __m256 finer = _mm256_min_ps(_mm256_getexp_ps(_mm256_div_ps(all, _mm256_max_ps(most, _mm256_set1_ps(1e-30f)))), _mm256_set1_ps(kMostShift));
    const __m256 factor = _mm256_maskz_scalef_ps(some, _mm256_div_ps(_mm256_set1_ps(127.0f), all), finer);
    const __m256i shift = _mm256_sub_epi32(_mm256_set1_epi32(kMostShift), _mm256_maskz_cvtps_epi32(some, finer));
    alignas(32) float factors[kBlocks];
    alignas(32) std::uint32_t shifts[kBlocks];
    alignas(32) std::int32_t sums[kBlocks];
    _mm256_store_ps(factors, factor);
    _mm256_store_si256(reinterpret_cast<__m256i*>(shifts), shift);

    __m512i sum[kBlocks / 2];
#pragma GCC unroll 4
    for (int pair = 0; pair < kBlocks / 2; ++pair) {
        const __m512 four[4] = {v[4 * pair], v[4 * pair + 1], v[4 * pair + 2], v[4 * pair + 3]};
        const __m512i codes = codesOf(four, _mm512_set1_ps(factors[2 * pair]), _mm512_set1_ps(factors[2 * pair + 1]));
        _mm256_storeu_si256(reinterpret_cast<__m256i*>(piece.codes[2 * pair][t]), _mm512_castsi512_si256(codes));
        _mm256_storeu_si256(reinterpret_cast<__m256i*>(piece.codes[2 * pair + 1][t]), _mm512_extracti64x4_epi64(codes, 1));
        sum[pair] = _mm512_dpbusd_epi32(_mm512_setzero_si512(), _mm512_set1_epi8(1), codes); // low half: the first block
    }
    const __m512i ab = _mm512_add_epi32(_mm512_unpacklo_epi32(sum[0], sum[1]), _mm512_unpackhi_epi32(sum[0], sum[1]));
    const __m512i cd = _mm512_add_epi32(_mm512_unpacklo_epi32(sum[2], sum[3]), _mm512_unpackhi_epi32(sum[2], sum[3]));
    const __m512i lanes = _mm512_add_epi32(_mm512_unpacklo_epi64(ab, cd), _mm512_unpackhi_epi64(ab, cd));
    const __m512i both = _mm512_add_epi32(lanes, _mm512_shuffle_i32x4(lanes, lanes, 0xb1)); // dwords 0 … 3: even blocks, 8 … 11: odd ones
    const __m512i order = _mm512_setr_epi32(0, 8, 1, 9, 2, 10, 3, 11, 0, 0, 0, 0, 0, 0, 0, 0);
    const __m256i ordered = _mm512_castsi512_si256(_mm512_permutexvar_epi32(order, both));
    _mm256_store_si256(reinterpret_cast<__m256i*>(sums), _mm256_sub_epi32(_mm256_setzero_si256(), _mm256_slli_epi32(ordered, 7)));
#pragma GCC unroll 8
    for (int b = 0; b < kBlocks; ++b) {
        piece.offset[b][t] = sums[b];
        piece.shift[b][t] = shifts[b];
    }
    piece.scale[t] = _mm256_cvtss_f32(all) * (1.0f / (127 << kMostShift));
}

void packTile(const float* const* rows, int tokens, std::int64_t k, void* tile)
{
    auto* piece = static_cast<TilePiece*>(tile);
    for (std::int64_t i = 0; i < k; i += kStep, ++piece)
        for (int t = 0; t < tokens; ++t) {
            // Of several rows read by turns the processor does not foresee the next pieces.
            for (int ahead = 0; ahead < kStep; ahead += 16) _mm_prefetch(reinterpret_cast<const char*>(rows[t] + i + kStep + ahead), _MM_HINT_T0);
            packToken(rows[t] + i, std::min<std::int64_t>(kStep, k - i), *piece, t);
        }
}

// Largest magnitudes of 256 / kScaled stretches of one row: lane by lane 0 … 7 for stretches of 32, all lanes alike for one of 256.
template <int kScaled> inline __m256 stretches(const float* x)
{
    __m512 block[kBlocks];
#pragma GCC unroll 8
    for (int b = 0; b < kBlocks; ++b) block[b] = larger(magnitude(_mm512_loadu_ps(x + 32 * b)), magnitude(_mm512_loadu_ps(x + 32 * b + 16)));
    const __m256 most = largest(block);
    return kScaled == kStep ? largestOfAll(most) : most;
}

template <int kScaled> void packPiece(const float* values, std::int64_t stride, GroupPiece<kScaled>& piece)
{
    alignas(64) float factor[kPanelGroup][kBlocks];
    for (int r = 0; r < kPanelGroup; ++r) {
        const __m256 most = stretches<kScaled>(values + r * stride);
        const __mmask8 some = _mm256_cmp_ps_mask(most, _mm256_setzero_ps(), _CMP_GT_OQ);
        _mm256_store_ps(factor[r], _mm256_maskz_div_ps(some, _mm256_set1_ps(127.0f), most));
        alignas(32) float scale[kBlocks];
        _mm256_store_ps(scale, _mm256_mul_ps(most, _mm256_set1_ps(1.0f / 127)));
        for (int s = 0; s < kStep / kScaled; ++s) piece.scale[s][r] = scale[s];
    }
    for (int q = 0; q < 4; ++q) { // 64 values of each row
        __m512i rows[16];
#pragma GCC unroll 16
        for (int r = 0; r < kPanelGroup; ++r) {
            const float* x = values + r * stride + 64 * q;
            const __m512 four[4] = {_mm512_loadu_ps(x), _mm512_loadu_ps(x + 16), _mm512_loadu_ps(x + 32), _mm512_loadu_ps(x + 48)};
            rows[r] = codesOf(four, _mm512_set1_ps(factor[r][2 * q]), _mm512_set1_ps(factor[r][2 * q + 1]));
        }
        transpose16(rows);
#pragma GCC unroll 16
        for (int i = 0; i < 16; ++i) _mm512_store_si512(piece.codes[16 * q + i], _mm512_xor_si512(rows[i], _mm512_set1_epi8(static_cast<char>(0x80))));
    }
}

template <int kScaled> void packGroup(const float* values, std::int64_t stride, std::int64_t k, void* group)
{
    auto* piece = static_cast<GroupPiece<kScaled>*>(group);
    for (std::int64_t i = 0; i < k; i += kStep, ++piece) packPiece<kScaled>(values + i, stride, *piece);
}

// Weights in codes with scales for 32 of them, at most 5 bits: value · 127 / largest is linear in the code, and so computed in 16 bits with 7 behind the point
// (error of a code: 31 · 2^-8 at most). The largest value of a group is taken to be at an end of its codes, whether one lies there or not.
void packCodes(const PanelCodes& codes, const quant::CodeRows& coded, std::int64_t k, void* group)
{
    auto& piece = *static_cast<GroupPiece<kStep>*>(group);
    const auto valid = static_cast<__mmask8>((1u << (k / kBlock)) - 1);
    const __m256i zero = _mm256_set1_epi32(coded.zero);
    const __m256 first = _mm256_set1_ps(static_cast<float>(coded.first - coded.zero)), last = _mm256_set1_ps(static_cast<float>(coded.last - coded.zero));
    alignas(32) std::int16_t linear[kPanelGroup][16]; // slopes of blocks 0 … 3, what is added there, slopes of blocks 4 … 7, what is added there
    alignas(64) float most[kPanelGroup];
    for (int r = 0; r < kPanelGroup; ++r) {
        const __m256 scale = _mm256_maskz_loadu_ps(valid, codes.scales[r]), offset = _mm256_maskz_loadu_ps(valid, codes.offsets[r]);
        const __m256 all = largestOfAll(larger(magnitude(_mm256_fmadd_ps(scale, first, offset)), magnitude(_mm256_fmadd_ps(scale, last, offset))));
        const __m256 factor = _mm256_maskz_div_ps(_mm256_cmp_ps_mask(all, _mm256_setzero_ps(), _CMP_GT_OQ), _mm256_set1_ps(127.0f * 128), all);
        const __m256i slope = _mm256_cvtps_epi32(_mm256_mul_ps(scale, factor));
        const __m256i middle = _mm256_sub_epi32(_mm256_cvtps_epi32(_mm256_mul_ps(offset, factor)), _mm256_mullo_epi32(slope, zero));
        _mm256_store_si256(reinterpret_cast<__m256i*>(linear[r]), _mm256_packs_epi32(slope, _mm256_add_epi32(middle, _mm256_set1_epi32(64))));
        most[r] = _mm256_cvtss_f32(all);
    }
    _mm512_storeu_ps(piece.scale[0], _mm512_mul_ps(_mm512_load_ps(most), _mm512_set1_ps(1.0f / 127)));
    const __m512i half = _mm512_inserti64x4(_mm512_setzero_si512(), _mm256_set1_epi16(1), 1); // 0 for the first of two blocks, 1 for the second
    for (int q = 0; q < 4; ++q) { // 64 values of each row
        const __m512i slopeAt = _mm512_add_epi16(half, _mm512_set1_epi16(static_cast<short>(q < 2 ? 2 * q : 4 + 2 * q)));
        const __m512i addAt = _mm512_add_epi16(slopeAt, _mm512_set1_epi16(4));
        __m512i rows[16];
#pragma GCC unroll 16
        for (int r = 0; r < kPanelGroup; ++r) {
            const __m512i words = _mm512_castsi256_si512(_mm256_load_si256(reinterpret_cast<const __m256i*>(linear[r])));
            const __m512i slope = _mm512_permutexvar_epi16(slopeAt, words), add = _mm512_permutexvar_epi16(addAt, words);
            const __m512i bytes = _mm512_loadu_si512(codes.codes[r] + 64 * q);
            const __m512i low = _mm512_unpacklo_epi8(bytes, _mm512_setzero_si512()), high = _mm512_unpackhi_epi8(bytes, _mm512_setzero_si512());
            rows[r] = _mm512_packs_epi16(_mm512_srai_epi16(_mm512_add_epi16(_mm512_mullo_epi16(low, slope), add), 7),
                                         _mm512_srai_epi16(_mm512_add_epi16(_mm512_mullo_epi16(high, slope), add), 7));
        }
        transpose16(rows);
#pragma GCC unroll 16
        for (int i = 0; i < 16; ++i) _mm512_store_si512(piece.codes[16 * q + i], _mm512_xor_si512(rows[i], _mm512_set1_epi8(static_cast<char>(0x80))));
    }
}

template <int kScaled, int T>
[[gnu::noinline]] void multiplyTile(const GroupPiece<kScaled>* w0, const GroupPiece<kScaled>* w1, const TilePiece* x, std::int64_t pieces, float* out)
{
    alignas(64) float total[T][2][16] = {};
    for (; pieces > 0; --pieces, ++w0, ++w1, ++x) {
        // Of codes shifted to one scale: integers if that is all the scaling there is, else floats.
        __m512i shifted[2][T];
        __m512 scaled[2][T];
#pragma GCC unroll 6
        for (int t = 0; t < T; ++t) {
            if constexpr (kScaled == kStep) shifted[0][t] = shifted[1][t] = _mm512_setzero_si512();
            else scaled[0][t] = scaled[1][t] = _mm512_setzero_ps();
        }
        for (int b = 0; b < kBlocks; ++b) {
            __m512i sum[2][T];
#pragma GCC unroll 6
            for (int t = 0; t < T; ++t) sum[0][t] = sum[1][t] = _mm512_set1_epi32(x->offset[b][t]);
#pragma GCC unroll 8
            for (int q = 0; q < 8; ++q) {
                const __m512i a = _mm512_load_si512(w0->codes[8 * b + q]), c = _mm512_load_si512(w1->codes[8 * b + q]);
#pragma GCC unroll 6
                for (int t = 0; t < T; ++t) {
                    int four;
                    std::memcpy(&four, x->codes[b][t] + 4 * q, sizeof four);
                    const __m512i v = _mm512_set1_epi32(four);
                    sum[0][t] = _mm512_dpbusd_epi32(sum[0][t], a, v);
                    sum[1][t] = _mm512_dpbusd_epi32(sum[1][t], c, v);
                }
            }
            if constexpr (kScaled == kStep) {
#pragma GCC unroll 6
                for (int t = 0; t < T; ++t) {
                    const __m512i by = _mm512_set1_epi32(static_cast<int>(x->shift[b][t]));
                    shifted[0][t] = _mm512_add_epi32(shifted[0][t], _mm512_sllv_epi32(sum[0][t], by));
                    shifted[1][t] = _mm512_add_epi32(shifted[1][t], _mm512_sllv_epi32(sum[1][t], by));
                }
            } else {
                const __m512 a = _mm512_load_ps(w0->scale[b]), c = _mm512_load_ps(w1->scale[b]);
#pragma GCC unroll 6
                for (int t = 0; t < T; ++t) {
                    const __m512i by = _mm512_set1_epi32(static_cast<int>(x->shift[b][t]));
                    scaled[0][t] = _mm512_fmadd_ps(_mm512_cvtepi32_ps(_mm512_sllv_epi32(sum[0][t], by)), a, scaled[0][t]);
                    scaled[1][t] = _mm512_fmadd_ps(_mm512_cvtepi32_ps(_mm512_sllv_epi32(sum[1][t], by)), c, scaled[1][t]);
                }
            }
        }
#pragma GCC unroll 6
        for (int t = 0; t < T; ++t) {
            const __m512 by = _mm512_set1_ps(x->scale[t]);
            if constexpr (kScaled == kStep) {
                scaled[0][t] = _mm512_mul_ps(_mm512_cvtepi32_ps(shifted[0][t]), _mm512_load_ps(w0->scale[0]));
                scaled[1][t] = _mm512_mul_ps(_mm512_cvtepi32_ps(shifted[1][t]), _mm512_load_ps(w1->scale[0]));
            }
            _mm512_store_ps(total[t][0], _mm512_fmadd_ps(scaled[0][t], by, _mm512_load_ps(total[t][0])));
            _mm512_store_ps(total[t][1], _mm512_fmadd_ps(scaled[1][t], by, _mm512_load_ps(total[t][1])));
        }
    }
    std::memcpy(out, total, sizeof total); // [T][32]
}

template <int kScaled> void multiply(const void* panel, const void* tile, std::int64_t k, int tokens, float* out)
{
    using Piece = GroupPiece<kScaled>;
    using TileFn = void (*)(const Piece*, const Piece*, const TilePiece*, std::int64_t, float*);
    static constexpr TileFn kTiles[kTile] = {multiplyTile<kScaled, 1>, multiplyTile<kScaled, 2>, multiplyTile<kScaled, 3>,
                                             multiplyTile<kScaled, 4>, multiplyTile<kScaled, 5>, multiplyTile<kScaled, 6>};
    const auto* w = static_cast<const Piece*>(panel);
    kTiles[tokens - 1](w, w + k / kStep, static_cast<const TilePiece*>(tile), k / kStep, out);
}

template <int kScaled>
constexpr PanelKernel int8Kernel{kTile, kStep, sizeof(GroupPiece<kScaled>), sizeof(TilePiece), 12288, packTile, packGroup<kScaled>,
                                kScaled == kStep ? packCodes : nullptr, multiply<kScaled>};

} // namespace
} // namespace corral::cpu
