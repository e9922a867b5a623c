#pragma once
// The inner product of the panel path, one kernel an instruction set and precision. Internal to the kernels folder.
//
// A panel holds 32 weight rows over k values, as two groups of 16 rows; a tile holds `tile` tokens over k values. Each is a sequence of pieces of `step`
// values, k is padded to whole steps with zeros, and pieces of a group follow each other. Inside a piece:
//   f32   group [32][16 rows], tile [32][tile]
//   bf16  group [16][16 rows][2], tile [tile][32]
//   int8  panel_int8_simd.h, panel_codes_simd.h, panel_int8_neon_simd.h
// All buffers are 64-byte aligned.
#include "core/quant/code_rows.h"

#include <cstddef>
#include <cstdint>

namespace corral::cpu {

inline constexpr int kPanelRows = 32;
inline constexpr int kPanelGroup = 16; // rows of a group
inline constexpr int kPanelStep = 32;  // of the kernels of floats
inline constexpr int kMaxTile = 12;

// Codes of 16 rows and up to 256 values: value = scale · (code − zero) + offset, a scale and an offset for each group (core/quant/code_rows.h).
struct PanelCodes {
    static constexpr std::int64_t kMost = 256;
    static constexpr std::int64_t kStride = kMost + 32; // equal columns of rows fall into different cache sets
    std::uint8_t codes[kPanelGroup][kStride];
    float scales[kPanelGroup][kMost / 16], offsets[kPanelGroup][kMost / 16];
};

struct PanelKernel {
    int tile = 0;                      // tokens in a tile: a divisor of kMaxTile
    int step = 0;                      // values of a piece: a divisor of 256
    int groupPiece = 0, tilePiece = 0; // bytes
    std::int64_t maxK = 0;             // longest k of one panel, a multiple of 256: keeps it in the second-level cache
    // Rows of k values (k any) → one tile of whole steps. tokens <= tile; tokens that are missing are left as they are.
    void (*packTile)(const float* const* rows, int tokens, std::int64_t k, void* tile) = nullptr;
    // 16 rows of k values (whole steps), `stride` floats apart → a panel group.
    void (*packGroup)(const float* values, std::int64_t stride, std::int64_t k, void* group) = nullptr;
    // The same from the codes of a format, k at most PanelCodes::kMost. A kernel that has both takes codes only where they are exact.
    void (*packCodes)(const PanelCodes& codes, const quant::CodeRows& rows, std::int64_t k, void* group) = nullptr;
    // out[t][r] = Σ_i panel[r][i] · tile[t][i] for t < tokens, r < 32, i < k (whole steps); out: [tokens][32] f32.
    void (*multiply)(const void* panel, const void* tile, std::int64_t k, int tokens, float* out) = nullptr;

    std::int64_t padded(std::int64_t k) const { return (k + step - 1) / step * step; }
    std::int64_t groupBytes(std::int64_t k) const { return k / step * groupPiece; } // k: whole steps
    std::int64_t tileBytes(std::int64_t k) const { return k / step * tilePiece; }
};
// A kernel of floats: elementBytes 4 or 2.
constexpr PanelKernel floatPanelKernel(int tile, int elementBytes, std::int64_t maxK, decltype(PanelKernel::packTile) packTile,
                                       decltype(PanelKernel::packGroup) packGroup, decltype(PanelKernel::multiply) multiply)
{
    return {tile, kPanelStep, kPanelStep * kPanelGroup * elementBytes, kPanelStep * tile * elementBytes, maxK, packTile, packGroup, nullptr, multiply};
}
constexpr std::int64_t wholeSteps(std::int64_t k) { return (k + kPanelStep - 1) / kPanelStep * kPanelStep; }

extern const PanelKernel kPanelF32Plain;
#if defined(__x86_64__)
extern const PanelKernel kPanelF32Avx2;
extern const PanelKernel kPanelCodes4Avx2, kPanelCodes5Avx2, kPanelCodes6Avx2; // the codes of the file
extern const PanelKernel kPanelTable6Avx2;                                     // codes near the values of a table
extern const PanelKernel kPanelCodes7Avx2;                                     // weights rounded to 7 bits
extern const PanelKernel kPanelCodes8AvxVnni;                                  // and to 8
extern const PanelKernel kPanelInt8By256Avx512Vnni, kPanelInt8By32Avx512Vnni;
extern const PanelKernel kPanelF32Avx512;
extern const PanelKernel kPanelBf16Avx512;
extern const PanelKernel kPanelInt8By256Avx512, kPanelInt8By32Avx512; // weights with one scale for 256 values, for 32
#elif defined(__aarch64__)
extern const PanelKernel kPanelF32Neon;
extern const PanelKernel kPanelInt8Neon, kPanelInt8I8mm; // weights with one scale for 32 values
#endif

} // namespace corral::cpu
