#pragma once
// Many queries against a block of keys in f32, over Simd vectors. Included once by attention_avx2.cpp and attention_avx512.cpp, after their simd_*.h.
//
// Key panel: [keys / 2 N][values of a head][2 N keys]; value panel: [keys][values of a head]; both multiply by the tile of lane_product_simd.h.
#include "core/backend/cpu/kernels/attention_kernels.h"
#include "core/backend/cpu/kernels/lane_product_simd.h"
#include "core/backend/cpu/kernels/scratch.h"
#include "core/backend/cpu/kernels/simd_math.h"

#include <cmath>
#include <cstring>

namespace corral::cpu {
namespace {

constexpr int kLanes = 2 * Simd::N;
constexpr std::int64_t kFloatKeys = 256; // with heads of 128 the panels of a head take 256 KiB

std::size_t floatPanelBytes(std::int64_t n) { return static_cast<std::size_t>(kFloatKeys * blockStride(n)) * sizeof(float); }

struct FloatBlockScratch {
    float *q, *scores, *sums;

    static std::size_t bytes(std::int64_t keySize)
    {
        const auto f = [](std::int64_t count) { return scratchRound(static_cast<std::size_t>(count) * sizeof(float)); };
        return f(Simd::kTile * keySize) + f(Simd::kTile * kFloatKeys) + f(Simd::kTile * kLanes);
    }
    FloatBlockScratch(std::int64_t keySize, std::byte* scratch)
    {
        ScratchCutter cutter({scratch, bytes(keySize)});
        q = cutter.take<float>(static_cast<std::size_t>(Simd::kTile * keySize));
        scores = cutter.take<float>(static_cast<std::size_t>(Simd::kTile * kFloatKeys));
        sums = cutter.take<float>(static_cast<std::size_t>(Simd::kTile * kLanes));
    }
};

void packFloatKeys(const float* rows, std::int64_t n, std::int64_t first, std::byte* panel)
{
    const std::int64_t stride = blockStride(n);
    float* out = reinterpret_cast<float*>(panel) + first * stride;
    for (std::int64_t group = 0; group < kKeyStep / kLanes; ++group, rows += kLanes * stride, out += kLanes * stride)
        for (int half = 0; half < kLanes; half += Simd::N)
            for (std::int64_t d = 0; d < stride; d += Simd::N) {
                Simd::F r[Simd::N];
#pragma GCC unroll 16
                for (int j = 0; j < Simd::N; ++j) r[j] = Simd::load(rows + (half + j) * stride + d);
                Simd::transpose(r);
#pragma GCC unroll 16
                for (int j = 0; j < Simd::N; ++j) Simd::store(out + (d + j) * kLanes + half, r[j]);
            }
}

void packFloatValues(const float* rows, std::int64_t n, std::int64_t first, std::byte* panel)
{
    const std::int64_t stride = blockStride(n);
    std::memcpy(reinterpret_cast<float*>(panel) + first * stride, rows, static_cast<std::size_t>(kKeyStep * stride) * sizeof(float));
}

// Scores [begin, end) of one column, of which it sees [first, last) → exp(score - top), 0 where it sees nothing. Whole vectors throughout.
float blockSoftmax(float* scores, std::int64_t begin, std::int64_t end, std::int64_t first, std::int64_t last, float softCap, RunningSoftmax& state)
{
    using F = Simd::F;
    if (first >= last) {
        std::fill(scores + begin, scores + end, 0.0f);
        return 1;
    }
    if (softCap > 0) {
        const F cap = Simd::set(softCap);
        for (std::int64_t j = begin; j < end; j += Simd::N) Simd::store(scores + j, Simd::mul(cap, tanhOf(Simd::div(Simd::load(scores + j), cap))));
    }
    std::fill(scores + begin, scores + first, kMasked);
    std::fill(scores + last, scores + end, kMasked);
    F tops = Simd::set(state.top);
    for (std::int64_t j = begin; j < end; j += Simd::N) tops = Simd::max(tops, Simd::load(scores + j));
    const float top = Simd::highest(tops);
    F added = Simd::zero();
    for (std::int64_t j = begin; j < end; j += Simd::N) {
        const F p = expOf(Simd::sub(Simd::load(scores + j), Simd::set(top)));
        added = Simd::add(added, p);
        Simd::store(scores + j, p);
    }
    const float factor = state.top == top ? 1 : std::exp(state.top - top);
    state = {top, state.sum * factor + Simd::sum(added)};
    return factor;
}

// out = (begins ? 0 : out · factor) + sums, divided by the sum of p in the end.
void addSums(const float* sums, std::int64_t count, bool begins, float factor, float divisor, float* out)
{
    using F = Simd::F;
    eachVector(count, [&](auto part, std::int64_t i) {
        F v = part.load(sums + i);
        if (!begins) v = Simd::fma(part.load(out + i), Simd::set(factor), v);
        part.store(out + i, Simd::mul(v, Simd::set(divisor)));
    });
}

void attendFloats(const BlockTile& tile, std::byte* scratch)
{
    const FloatBlockScratch s(tile.keySize, scratch);
    const std::int64_t keyStride = blockStride(tile.keySize), valueStride = blockStride(tile.valueSize);
    for (int c = 0; c < tile.columns; ++c)
        eachVector(tile.keySize, [&](auto part, std::int64_t i) { part.store(s.q + c * tile.keySize + i, Simd::mul(part.load(tile.q[c] + i), Simd::set(tile.scale))); });
    LaneTile product{.w = nullptr, .wSecond = Simd::N, .wStep = kLanes, .x = s.q, .xi = tile.keySize, .xj = 1, .k = tile.keySize, .out = nullptr,
                     .outSecond = Simd::N, .outStep = kFloatKeys, .accumulate = false};
    for (std::int64_t j = tile.keyBegin; j < tile.keyEnd; j += kLanes) {
        product.w = reinterpret_cast<const float*>(tile.keys) + j * keyStride;
        product.out = s.scores + j;
        productRows<0>(product, tile.columns);
    }

    float factors[kMaxColumns], divisors[kMaxColumns];
    for (int c = 0; c < tile.columns; ++c) {
        factors[c] = blockSoftmax(s.scores + c * kFloatKeys, tile.keyBegin, tile.keyEnd, tile.first[c], tile.last[c], tile.softCap, tile.states[c]);
        divisors[c] = tile.ends ? 1 / tile.states[c].sum : 1;
    }
    product = {.w = nullptr, .wSecond = Simd::N, .wStep = valueStride, .x = s.scores + tile.keyBegin, .xi = kFloatKeys, .xj = 1, .k = tile.keyEnd - tile.keyBegin,
               .out = s.sums, .outSecond = Simd::N, .outStep = kLanes, .accumulate = false};
    for (std::int64_t d = 0; d < tile.valueSize; d += kLanes) {
        product.w = reinterpret_cast<const float*>(tile.values) + tile.keyBegin * valueStride + d;
        productRows<0>(product, tile.columns);
        for (int c = 0; c < tile.columns; ++c)
            addSums(s.sums + c * kLanes, std::min<std::int64_t>(kLanes, tile.valueSize - d), tile.begins, factors[c], divisors[c], tile.out[c] + d);
    }
}

constexpr AttentionBlockKernel floatBlockKernel()
{
    return {Simd::kTile, kFloatKeys, floatPanelBytes, floatPanelBytes, FloatBlockScratch::bytes, packFloatKeys, packFloatValues, attendFloats};
}

} // namespace
} // namespace corral::cpu
