#pragma once
// The inner product of the panel path, one kernel an instruction set and precision. Internal to the kernels folder.
//
// A panel holds 32 weight rows over k values, decoded and transposed so that one vector holds the same k of 16 rows:
//   [2 groups of 16 rows][k][16], for bf16 [2][k / 2][16][2].
// A tile holds `tile` tokens over k values: f32 [k][tile], bf16 [k / 32][tile][32].
// k is padded with zeros to a multiple of 32 in both. All buffers are 64-byte aligned.
#include <cstddef>
#include <cstdint>

namespace corral::cpu {

inline constexpr int kPanelRows = 32;
inline constexpr int kPanelGroup = 16; // rows of a group
inline constexpr int kPanelStep = 32;  // k is a multiple of this
inline constexpr int kMaxTile = 12;

struct PanelKernel {
    int tile = 0;         // tokens in a tile, <= kMaxTile
    int elementBytes = 0; // of a panel and of a tile
    std::int64_t maxK = 0; // longest k of one panel, a multiple of 256: keeps it in the second-level cache
    // Rows of k values (k any) → one tile of kPadded values a token. tokens <= tile; tokens that are missing are left as they are.
    void (*packTile)(const float* const* rows, int tokens, std::int64_t k, std::int64_t kPadded, void* tile) = nullptr;
    // 16 rows of k values (a multiple of 32), `stride` floats apart → [k][16] of a panel group.
    void (*packGroup)(const float* values, std::int64_t stride, std::int64_t k, void* group) = nullptr;
    // out[t][r] = Σ_i panel[r][i] · tile[t][i] for t < tokens, r < 32; out: [tokens][32] f32.
    void (*multiply)(const void* panel, const void* tile, std::int64_t k, int tokens, float* out) = nullptr;

    std::int64_t groupBytes(std::int64_t k) const { return k * kPanelGroup * elementBytes; }
    std::int64_t tileBytes(std::int64_t k) const { return k * tile * elementBytes; }
};

extern const PanelKernel kPanelF32Plain;
#if defined(__x86_64__)
extern const PanelKernel kPanelF32Avx2;
extern const PanelKernel kPanelF32Avx512;
extern const PanelKernel kPanelBf16Avx512;
#endif

} // namespace corral::cpu
