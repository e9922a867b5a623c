#pragma once
// What lattice_encode.h asks of a type, and how its blocks are packed (facts/tensor-types.md § 6).
#include "core/quant/encode/lattice_encode.h"

#include <array>

namespace corral::quant {
namespace {

// Without importances values are weighted with x² + σ², between the reference's x² (which gives zeros no weight at all) and all alike.
constexpr float kPlainSpread = 1.0f;

[[maybe_unused]] inline void putHalf(std::uint8_t* p, std::uint16_t half) { std::memcpy(p, &half, sizeof half); }
[[maybe_unused]] inline void putWord(std::uint8_t* p, std::uint32_t word) { std::memcpy(p, &word, sizeof word); }

// Two nibbles a byte.
[[maybe_unused]] inline void putNibbles(std::uint8_t* p, const std::uint8_t* values, int count)
{
    for (int i = 0; i < count; i += 2) p[i / 2] = static_cast<std::uint8_t>(values[i] | values[i + 1] << 4);
}

struct LatticeIq2 {
    static constexpr LatticeShape shape = kTernaryShape;
    static constexpr int lastScale = 15;
    static constexpr float values[3] = {8, 25, 43}, largest = 43, unit = 8;
    static constexpr Shifts shifts = Shifts::None;
    static constexpr bool evenSigns = true, signedGrid = false;
    static float weightSpread(bool importances) { return importances ? 1.0f : kPlainSpread; }
    static Lanes nearestValue(Lanes x) { return oneOf(x, 16.5f, 34.0f); }
    static Lanes value(Lanes level) { return oneOf(level, 1, 2); }

private:
    static Lanes oneOf(Lanes x, float middle, float high)
    {
        return select(x < Lanes::all(middle), Lanes::all(8), select(x < Lanes::all(high), Lanes::all(25), Lanes::all(43)));
    }
};

struct LatticeIq2xxs : LatticeIq2 {
    static constexpr int group = 32, bytes = 66, rounds = 1;
    static constexpr std::array<float, 0> freeScan{};
    static constexpr std::array scan{1.0f, 0.7f, 0.8f, 0.9f, 1.1f, 1.2f, 1.3f};
    static const LatticeGrid& grid() { return latticeIq2xxs(); }
    static void pack(const LatticeBlock& b, std::uint8_t* p)
    {
        putHalf(p, b.d);
        for (int g = 0; g < 8; ++g) {
            std::uint32_t signs = static_cast<std::uint32_t>(b.scales[g]) << 28;
            for (int l = 0; l < 4; ++l) {
                p[2 + 8 * g + l] = static_cast<std::uint8_t>(b.points[4 * g + l]);
                signs |= (b.signs[4 * g + l] & 127u) << (7 * l);
            }
            putWord(p + 6 + 8 * g, signs);
        }
    }
};

struct LatticeIq2xs : LatticeIq2 {
    static constexpr int group = 16, bytes = 74, rounds = 0;
    static constexpr std::array<float, 0> freeScan{};
    static constexpr std::array scan{1.0f, 0.7f, 0.8f, 0.9f, 1.1f, 1.2f, 1.3f};
    static const LatticeGrid& grid() { return latticeIq2xs(); }
    static void pack(const LatticeBlock& b, std::uint8_t* p)
    {
        putHalf(p, b.d);
        for (int k = 0; k < 32; ++k) putHalf(p + 2 + 2 * k, static_cast<std::uint16_t>(b.points[k] | (b.signs[k] & 127u) << 9));
        putNibbles(p + 66, b.scales, 16);
    }
};

struct LatticeIq2s : LatticeIq2 {
    static constexpr int group = 16, bytes = 82, rounds = 0;
    static constexpr std::array freeScan{0.4f, 0.5f, 0.6f, 0.7f, 0.8f, 0.9f, 1.0f};
    static constexpr std::array scan{0.94f, 1.1f};
    static constexpr bool evenSigns = false;
    static float weightSpread(bool importances) { return importances ? 2.0f : kPlainSpread; }
    static const LatticeGrid& grid() { return latticeIq2s(); }
    static void pack(const LatticeBlock& b, std::uint8_t* p)
    {
        putHalf(p, b.d);
        for (int k = 0; k < 32; ++k) p[2 + k] = static_cast<std::uint8_t>(b.points[k]);
        std::memcpy(p + 34, b.signs, 32);
        for (int g = 0; g < 8; ++g) {
            unsigned high = 0;
            for (int l = 0; l < 4; ++l) high |= static_cast<unsigned>(b.points[4 * g + l] >> 8) << (2 * l);
            p[66 + g] = static_cast<std::uint8_t>(high);
        }
        putNibbles(p + 74, b.scales, 16);
    }
};

struct LatticeIq3 {
    static constexpr LatticeShape shape = kOctalShape;
    static constexpr int group = 32, lastScale = 15;
    static constexpr Shifts shifts = Shifts::None;
    static constexpr bool signedGrid = false;
    static constexpr std::array<float, 0> freeScan{};
    static float weightSpread(bool importances) { return importances ? 2.0f : kPlainSpread; }
};

struct LatticeIq3xxs : LatticeIq3 {
    static constexpr int bytes = 98, rounds = 1;
    static constexpr std::array scan{1.0f, 0.8f, 0.87f, 0.93f, 1.07f, 1.15f, 1.25f};
    static constexpr float values[8] = {4, 12, 20, 28, 36, 44, 52, 62}, largest = 62, unit = 4;
    static constexpr bool evenSigns = true;
    static const LatticeGrid& grid() { return latticeIq3xxs(); }
    static Lanes value(Lanes level)
    {
        return level * Lanes::all(8) + select(level < Lanes::all(7), Lanes::all(4), Lanes::all(6));
    }
    static void pack(const LatticeBlock& b, std::uint8_t* p)
    {
        putHalf(p, b.d);
        for (int k = 0; k < 64; ++k) p[2 + k] = static_cast<std::uint8_t>(b.points[k]);
        for (int g = 0; g < 8; ++g) {
            std::uint32_t signs = static_cast<std::uint32_t>(b.scales[g]) << 28;
            for (int l = 0; l < 4; ++l) signs |= (b.signs[4 * g + l] & 127u) << (7 * l);
            putWord(p + 66 + 4 * g, signs);
        }
    }
};

struct LatticeIq3s : LatticeIq3 {
    static constexpr int bytes = 110, rounds = 0;
    static constexpr std::array scan{1.0f, 0.85f, 0.92f, 1.08f, 1.18f};
    static constexpr float values[8] = {1, 3, 5, 7, 9, 11, 13, 15}, largest = 15, unit = 1;
    static constexpr bool evenSigns = false;
    static const LatticeGrid& grid() { return latticeIq3s(); }
    static Lanes value(Lanes level) { return level + level + Lanes::all(1); }
    static void pack(const LatticeBlock& b, std::uint8_t* p)
    {
        putHalf(p, b.d);
        for (int k = 0; k < 64; ++k) p[2 + k] = static_cast<std::uint8_t>(b.points[k]);
        for (int g = 0; g < 8; ++g) {
            unsigned high = 0;
            for (int k = 0; k < 8; ++k) high |= static_cast<unsigned>(b.points[8 * g + k] >> 8) << k;
            p[66 + g] = static_cast<std::uint8_t>(high);
        }
        std::memcpy(p + 74, b.signs, 32);
        putNibbles(p + 106, b.scales, 8);
    }
};

struct LatticeIq1 {
    static constexpr LatticeShape shape = kTernaryShape;
    static constexpr int lastScale = 7;
    static constexpr float values[3] = {-1, 0, 1}, largest = 1, unit = 1;
    static constexpr bool evenSigns = false, signedGrid = true;
    static constexpr int rounds = 0;
    static constexpr std::array freeScan{0.35f, 0.47f, 0.59f, 0.71f, 0.83f, 0.95f, 1.07f};
    static constexpr std::array<float, 0> scan{};
    static const LatticeGrid& grid() { return latticeIq1(); }
    static float weightSpread(bool importances) { return importances ? 2.0f : kPlainSpread; }
    static Lanes nearestValue(Lanes x)
    {
        return select(x < Lanes::all(-0.5f), Lanes::all(-1), select(Lanes::all(0.5f) < x, Lanes::all(1), zeros()));
    }
    static Lanes value(Lanes level) { return level - Lanes::all(1); }
};

struct LatticeIq1s : LatticeIq1 {
    static constexpr int group = 32, bytes = 50;
    static constexpr Shifts shifts = Shifts::PerGroup;
    static void pack(const LatticeBlock& b, std::uint8_t* p)
    {
        putHalf(p, b.d);
        for (int g = 0; g < 8; ++g) {
            unsigned high = static_cast<unsigned>(b.scales[g]) << 12 | static_cast<unsigned>(b.negativeShift[4 * g]) << 15;
            for (int l = 0; l < 4; ++l) {
                p[2 + 4 * g + l] = static_cast<std::uint8_t>(b.points[4 * g + l]);
                high |= static_cast<unsigned>(b.points[4 * g + l] >> 8) << (3 * l);
            }
            putHalf(p + 34 + 2 * g, static_cast<std::uint16_t>(high));
        }
    }
};

struct LatticeIq1m : LatticeIq1 {
    static constexpr int group = 16, bytes = 56;
    static constexpr Shifts shifts = Shifts::PerPoint;
    static void pack(const LatticeBlock& b, std::uint8_t* p)
    {
        for (int k = 0; k < 32; ++k) p[k] = static_cast<std::uint8_t>(b.points[k]);
        for (int k = 0; k < 32; k += 2) {
            const auto nibble = [&](int i) { return static_cast<unsigned>(b.points[i] >> 8) | static_cast<unsigned>(b.negativeShift[i]) << 3; };
            p[32 + k / 2] = static_cast<std::uint8_t>(nibble(k) | nibble(k + 1) << 4);
        }
        for (int i = 0; i < 4; ++i) { // three bits for each of four groups, a nibble of d above
            unsigned word = (b.d >> (4 * i) & 15u) << 12;
            for (int g = 0; g < 4; ++g) word |= static_cast<unsigned>(b.scales[4 * i + g]) << (3 * g);
            putHalf(p + 48 + 2 * i, static_cast<std::uint16_t>(word));
        }
    }
};

} // namespace
} // namespace corral::quant
