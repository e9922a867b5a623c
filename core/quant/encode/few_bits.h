#pragma once
// TQ1_0, TQ2_0, Q1_0, Q2_0: one scale for a whole block and codes of one or two bits, no search (facts/tensor-types.md § 5, § 8.1).
#include "core/quant/encode/batch.h"

namespace corral::quant {
namespace {

// Where the n values of a block a lane are gone through in pieces of 16: each(values 16 i …, i).
template <int blocks, class Each> [[gnu::always_inline]] inline void forPieces(const Batch<blocks>& in, int n, Each&& each)
{
    static_assert(blocks == Lanes::count);
    const float* at[blocks];
    for (int b = 0; b < blocks; ++b) at[b] = in.values[b];
    for (int i = 0; i < n / 16; ++i) {
        Lanes x[16];
        loadTile<16>(at, x);
        each(x, i);
        for (const float*& p : at) p += 16;
    }
}

// Codes round(x / d) + 1 with d the largest magnitude. Layout F: values, bytes, scaleAt, pack(codes, p), and `lost`, the code of
// blocks whose scale is too small for a half float.
template <class F> struct Ternary {
    static constexpr int values = F::values, bytes = F::bytes, group = F::values, batch = Lanes::count;
    static constexpr bool usesImportance = false;

    template <bool weighted> static void encode(const Batch<batch>& in)
    {
        Lanes largest = zeros();
        forPieces(in, values, [&](const Lanes* x, int) {
            for (int j = 0; j < 16; ++j) largest = greatest(largest, magnitude(x[j]));
        });
        const Inverse inverse(largest);
        std::uint8_t codes[batch * values];
        forPieces(in, values, [&](const Lanes* x, int i) {
            Lanes q[16];
            for (int j = 0; j < 16; ++j) {
                const Lanes code = roundedAway(x[j] * inverse.value) + Lanes::all(1.0f);
                q[j] = select(inverse.lost, Lanes::all(F::lost), code);
            }
            storeCodes<16>(q, codes + 16 * i, values);
        });
        float scales[batch];
        largest.store(scales);
        for (int b = 0; b < in.count; ++b) {
            std::uint8_t* p = in.out + b * bytes;
            storeHalfScale(scales[b], p + F::scaleAt);
            F::pack(codes + b * values, p);
        }
    }
};

struct TQ1_0Layout {
    static constexpr int values = 256, bytes = 54, scaleAt = 52, lost = 1;
    static void pack(const std::uint8_t* __restrict codes, std::uint8_t* __restrict p)
    {
        for (int m = 0; m < 32; ++m) p[m] = packed(codes[m], codes[32 + m], codes[64 + m], codes[96 + m], codes[128 + m]);
        for (int m = 0; m < 16; ++m) p[32 + m] = packed(codes[160 + m], codes[176 + m], codes[192 + m], codes[208 + m], codes[224 + m]);
        for (int m = 0; m < 4; ++m) p[48 + m] = packed(codes[240 + m], codes[244 + m], codes[248 + m], codes[252 + m], 0);
    }
    // Five ternary digits as a fraction in base 3, rounded up.
    static std::uint8_t packed(unsigned a, unsigned b, unsigned c, unsigned d, unsigned e)
    {
        return static_cast<std::uint8_t>(((81 * a + 27 * b + 9 * c + 3 * d + e) * 256 + 242) / 243);
    }
};

struct TQ2_0Layout {
    static constexpr int values = 256, bytes = 66, scaleAt = 64, lost = 1;
    static void pack(const std::uint8_t* __restrict codes, std::uint8_t* __restrict p)
    {
        for (int g = 0; g < 2; ++g)
            for (int m = 0; m < 32; ++m) {
                const std::uint8_t* c = codes + 128 * g + m;
                p[32 * g + m] = static_cast<std::uint8_t>(c[0] | c[32] << 2 | c[64] << 4 | c[96] << 6);
            }
    }
};

struct Q2_0Layout {
    static constexpr int values = 64, bytes = 18, scaleAt = 0, lost = 0;
    static void pack(const std::uint8_t* __restrict codes, std::uint8_t* __restrict p)
    {
        for (int i = 0; i < 16; ++i)
            p[2 + i] = static_cast<std::uint8_t>(codes[4 * i] | codes[4 * i + 1] << 2 | codes[4 * i + 2] << 4 | codes[4 * i + 3] << 6);
    }
};

// The sign; d is the mean magnitude.
struct Q1_0Encoder {
    static constexpr int values = 128, bytes = 18, group = 128, batch = Lanes::count;
    static constexpr bool usesImportance = false;

    template <bool weighted> static void encode(const Batch<batch>& in)
    {
        Lanes sum = zeros();
        std::uint8_t codes[batch * values];
        forPieces(in, values, [&](const Lanes* x, int i) {
            Lanes q[16];
            for (int j = 0; j < 16; ++j) {
                sum = sum + magnitude(x[j]);
                q[j] = select(zeros() <= x[j], Lanes::all(1.0f), zeros());
            }
            storeCodes<16>(q, codes + 16 * i, values);
        });
        float scales[batch];
        (sum / Lanes::all(values)).store(scales);
        for (int b = 0; b < in.count; ++b) {
            std::uint8_t* p = in.out + b * bytes;
            storeHalfScale(scales[b], p);
            for (int i = 0; i < 16; ++i) {
                const std::uint8_t* c = codes + b * values + 8 * i;
                unsigned byte = 0;
                for (int j = 0; j < 8; ++j) byte |= static_cast<unsigned>(c[j]) << j;
                p[2 + i] = static_cast<std::uint8_t>(byte);
            }
        }
    }
};

} // namespace
} // namespace corral::quant
