#pragma once
// The loops of attention_plain.cpp over Simd vectors. Included once by attention_avx2.cpp and attention_avx512.cpp, after their simd_*.h.
#include "core/backend/cpu/kernels/attention_kernels.h"
#include "core/backend/cpu/kernels/lane_product_simd.h"
#include "core/backend/cpu/kernels/simd_math.h"

#include <cmath>
#include <cstring>

namespace corral::cpu {
namespace {

using F = Simd::F;
constexpr int kLanes = 2 * Simd::N;
constexpr std::int64_t kBlock = 32; // Q8_0: an f16 scale and 32 int8 codes
constexpr std::int64_t kBlockBytes = 34;

void readRows(CacheFormat format, const std::byte* rows, std::size_t rowBytes, std::int64_t count, std::int64_t n, float* out)
{
    // The rows that follow are probably next; they lie too far apart for the processor to guess.
    const auto ahead = static_cast<std::size_t>(count) * rowBytes;
    const std::size_t bytes = cacheRowBytes(format, n);
    for (std::int64_t r = 0; r < count; ++r, rows += rowBytes, out += n) {
        for (std::size_t at = 0; at < bytes; at += 64) __builtin_prefetch(rows + ahead + at);
        switch (format) {
        case CacheFormat::F32: std::memcpy(out, rows, static_cast<std::size_t>(n) * sizeof(float)); break;
        case CacheFormat::F16: {
            std::int64_t i = 0;
            for (; i + Simd::N <= n; i += Simd::N) Simd::store(out + i, Simd::loadHalves(rows + 2 * i));
            for (; i < n; ++i) out[i] = Simd::halfToFloat(rows + 2 * i);
            break;
        }
        case CacheFormat::Q8_0:
            for (std::int64_t b = 0; b < n / kBlock; ++b) {
                const std::byte* block = rows + b * kBlockBytes;
                const F scale = Simd::set(Simd::halfToFloat(block));
                for (int i = 0; i < kBlock; i += Simd::N) Simd::store(out + b * kBlock + i, Simd::mul(scale, Simd::loadBytes(block + 2 + i)));
            }
            break;
        }
    }
}

void writeRow(CacheFormat format, const float* values, std::int64_t n, std::byte* row)
{
    switch (format) {
    case CacheFormat::F32: std::memcpy(row, values, static_cast<std::size_t>(n) * sizeof(float)); break;
    case CacheFormat::F16: {
        std::int64_t i = 0;
        for (; i + Simd::N <= n; i += Simd::N) Simd::storeHalves(row + 2 * i, Simd::load(values + i));
        for (; i < n; ++i) Simd::storeHalf(row + 2 * i, values[i]);
        break;
    }
    case CacheFormat::Q8_0:
        for (std::int64_t b = 0; b < n / kBlock; ++b, row += kBlockBytes, values += kBlock) {
            F top = Simd::zero();
            for (int i = 0; i < kBlock; i += Simd::N) top = Simd::max(top, Simd::abs(Simd::load(values + i)));
            const float scale = Simd::highest(top) / 127;
            const F inverse = Simd::set(scale != 0 ? 1 / scale : 0);
            Simd::storeHalf(row, scale);
            for (int i = 0; i < kBlock; i += Simd::N) Simd::storeBytes(row + 2 + i, Simd::mul(Simd::load(values + i), inverse));
        }
        break;
    }
}

void laneProduct(const float* w, std::int64_t k, const float* x, std::int64_t xi, std::int64_t xj, std::int64_t count, bool accumulate, float* out)
{
    const LaneTile tile{.w = w, .wSecond = Simd::N, .wStep = kLanes, .x = x, .xi = xi, .xj = xj, .k = k, .out = out, .outSecond = Simd::N,
                        .outStep = kLanes, .accumulate = accumulate};
    if (xi == 1)
        productRows<1>(tile, count);
    else
        productRows<0>(tile, count);
}

inline F capped(F s, float softCap) { return softCap > 0 ? Simd::mul(Simd::set(softCap), tanhOf(Simd::div(s, Simd::set(softCap)))) : s; }

void laneSoftmax(float* scores, std::int64_t keys, const std::int32_t* first, const std::int32_t* last, float softCap, float* top, float* sum, float* factor)
{
    for (int half = 0; half < kLanes; half += Simd::N) {
        float* s = scores + half;
        const F oldTop = Simd::load(top + half);
        F newTop = oldTop;
        if (first || softCap > 0) {
            const F begin = first ? Simd::loadInts(first + half) : Simd::zero();
            const F end = first ? Simd::loadInts(last + half) : Simd::set(static_cast<float>(keys));
            for (std::int64_t j = 0; j < keys; ++j) {
                const F key = Simd::set(static_cast<float>(j)), masked = Simd::set(kMasked);
                F v = capped(Simd::load(s + j * kLanes), softCap);
                v = Simd::ifLess(key, begin, masked, Simd::ifLess(key, end, v, masked));
                Simd::store(s + j * kLanes, v);
                newTop = Simd::max(newTop, v);
            }
        } else {
            for (std::int64_t j = 0; j < keys; ++j) newTop = Simd::max(newTop, Simd::load(s + j * kLanes));
        }
        F added = Simd::zero();
        for (std::int64_t j = 0; j < keys; ++j) {
            const F v = Simd::load(s + j * kLanes);
            const F p = Simd::ifLess(Simd::set(kMasked), v, expOf(Simd::sub(v, newTop)), Simd::zero());
            added = Simd::add(added, p);
            Simd::store(s + j * kLanes, p);
        }
        const F f = expOf(Simd::sub(oldTop, newTop));
        Simd::store(factor + half, f);
        Simd::store(sum + half, Simd::fma(Simd::load(sum + half), f, added));
        Simd::store(top + half, newTop);
    }
}

void laneScale(float* x, std::int64_t count, const float* factor)
{
    const F a = Simd::load(factor), b = Simd::load(factor + Simd::N);
    for (std::int64_t i = 0; i < count; ++i, x += kLanes) {
        Simd::store(x, Simd::mul(Simd::load(x), a));
        Simd::store(x + Simd::N, Simd::mul(Simd::load(x + Simd::N), b));
    }
}

void scores(const float* q, const float* keys, std::int64_t stride, std::int64_t n, std::int64_t count, float* out)
{
    std::int64_t j = 0;
    for (; j + 4 <= count; j += 4) { // four keys share each load of q and hide the latency of the sums
        const float* k = keys + j * stride;
        F sum[4] = {Simd::zero(), Simd::zero(), Simd::zero(), Simd::zero()};
        eachVector(n, [&](auto part, std::int64_t i) {
            const F v = part.load(q + i);
            for (int r = 0; r < 4; ++r) sum[r] = Simd::fma(v, part.load(k + r * stride + i), sum[r]);
        });
        Simd::sums(sum, out + j);
    }
    for (; j < count; ++j) {
        F sum = Simd::zero();
        eachVector(n, [&](auto part, std::int64_t i) { sum = Simd::fma(part.load(q + i), part.load(keys + j * stride + i), sum); });
        out[j] = Simd::sum(sum);
    }
}

float softmax(float* s, std::int64_t count, float softCap, RunningSoftmax& state)
{
    // The lanes of the last vector that hold no key read as kMasked and stay out of the sum.
    auto load = [&](auto part, std::int64_t i) {
        if constexpr (requires { part.count; }) {
            alignas(64) float lanes[Simd::N];
            for (int l = 0; l < Simd::N; ++l) lanes[l] = l < part.count ? s[i + l] : kMasked;
            return Simd::load(lanes);
        } else {
            return part.load(s + i);
        }
    };
    F top = Simd::set(state.top);
    eachVector(count, [&](auto part, std::int64_t i) {
        F v = load(part, i);
        if (softCap > 0) {
            v = Simd::ifLess(Simd::set(kMasked), v, capped(v, softCap), v);
            part.store(s + i, v);
        }
        top = Simd::max(top, v);
    });
    const float highest = Simd::highest(top);
    F added = Simd::zero();
    eachVector(count, [&](auto part, std::int64_t i) {
        const F p = expOf(Simd::sub(load(part, i), Simd::set(highest)));
        added = Simd::add(added, p);
        part.store(s + i, p);
    });
    const float factor = state.top == highest ? 1 : std::exp(state.top - highest);
    state = {highest, state.sum * factor + Simd::sum(added)};
    return factor;
}

template <int V> void addRowsOf(const float* p, const float* values, std::int64_t stride, std::int64_t count, float factor, float* out)
{
    F sum[V];
    for (int v = 0; v < V; ++v) sum[v] = Simd::mul(Simd::load(out + v * Simd::N), Simd::set(factor));
    for (std::int64_t j = 0; j < count; ++j, values += stride) {
        const F weight = Simd::set(p[j]);
        for (int v = 0; v < V; ++v) sum[v] = Simd::fma(weight, Simd::load(values + v * Simd::N), sum[v]);
    }
    for (int v = 0; v < V; ++v) Simd::store(out + v * Simd::N, sum[v]);
}

void addRows(const float* p, const float* values, std::int64_t stride, std::int64_t n, std::int64_t count, float factor, float* out)
{
    std::int64_t i = 0;
    for (; i + 8 * Simd::N <= n; i += 8 * Simd::N) addRowsOf<8>(p, values + i, stride, count, factor, out + i);
    for (; i + 4 * Simd::N <= n; i += 4 * Simd::N) addRowsOf<4>(p, values + i, stride, count, factor, out + i);
    for (; i + Simd::N <= n; i += Simd::N) addRowsOf<1>(p, values + i, stride, count, factor, out + i);
    for (; i < n; ++i) {
        float sum = factor * out[i];
        for (std::int64_t j = 0; j < count; ++j) sum += p[j] * values[j * stride + i];
        out[i] = sum;
    }
}

} // namespace
} // namespace corral::cpu
