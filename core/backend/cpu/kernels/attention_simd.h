#pragma once
// Cached rows, and few queries against them, over Simd vectors. Included once by attention_avx2.cpp and attention_avx512.cpp, after their simd_*.h.
#include "core/backend/cpu/kernels/attention_kernels.h"
#include "core/backend/cpu/kernels/simd_math.h"

#include <cmath>
#include <cstring>

namespace corral::cpu {
namespace {

using F = Simd::F;
constexpr std::int64_t kBlock = 32; // Q8_0: an f16 scale and 32 int8 codes
constexpr std::int64_t kBlockBytes = 34;

// Values i … i + N - 1 of a cached row; i is a multiple of N.
template <CacheFormat Format> inline F loadCached(const std::byte* row, std::int64_t i)
{
    if constexpr (Format == CacheFormat::F32) {
        return Simd::load(reinterpret_cast<const float*>(row) + i);
    } else if constexpr (Format == CacheFormat::F16) {
        return Simd::loadHalves(row + 2 * i);
    } else {
        const std::byte* block = row + i / kBlock * kBlockBytes;
        return Simd::mul(Simd::set(Simd::halfToFloat(block)), Simd::loadBytes(block + 2 + i % kBlock));
    }
}

// fn.template operator()<format>()
template <class Fn> inline void withFormat(CacheFormat format, Fn&& fn)
{
    switch (format) {
    case CacheFormat::F32: return fn.template operator()<CacheFormat::F32>();
    case CacheFormat::F16: return fn.template operator()<CacheFormat::F16>();
    case CacheFormat::Q8_0: return fn.template operator()<CacheFormat::Q8_0>();
    }
}

// Rows of a head lie too far apart for the processor to guess the next one; it is asked for this many rows ahead: 16 KiB of a head of 128 in f16.
constexpr std::int64_t kRowsAhead = 64;

inline void prefetchRow(const std::byte* row, std::size_t bytes)
{
    for (std::size_t at = 0; at < bytes; at += 64) __builtin_prefetch(row + at);
}

void readRows(const CacheRows& rows, std::int64_t count, std::int64_t n, float* out, std::int64_t stride)
{
    const std::size_t bytes = cacheRowBytes(rows.format, n);
    const std::byte* row = rows.data;
    for (std::int64_t r = 0; r < count; ++r, row += rows.rowBytes, out += stride) {
        prefetchRow(row + kRowsAhead * rows.rowBytes, bytes);
        const std::int64_t whole = n / Simd::N * Simd::N;
        withFormat(rows.format, [&]<CacheFormat Format>() {
            for (std::int64_t i = 0; i < whole; i += Simd::N) Simd::store(out + i, loadCached<Format>(row, i));
        });
        for (std::int64_t i = whole; i < n; ++i) { // not Q8_0, whose rows are whole blocks
            if (rows.format == CacheFormat::F16) out[i] = Simd::halfToFloat(row + 2 * i);
            else std::memcpy(out + i, row + 4 * i, sizeof(float));
        }
        std::fill(out + n, out + stride, 0.0f);
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

// Queries that share each load of a key or value, and the vectors of outputs they add to at a time: sums fill the registers.
constexpr int kScoreKeys = 4, kScoreQueries = Simd::N == 16 ? 6 : 3;
constexpr int kAddQueries = 6, kAddVectors = Simd::N == 16 ? 4 : 2;

template <CacheFormat Format, int Q>
void scoresOf(const float* q, const CacheRows& keys, std::int64_t count, std::int64_t n, bool prefetch, float* out, std::int64_t stride)
{
    const std::size_t bytes = cacheRowBytes(Format, n);
    std::int64_t j = 0;
    for (; j + kScoreKeys <= count; j += kScoreKeys) {
        const std::byte* row = keys.data + static_cast<std::size_t>(j) * keys.rowBytes;
        if (prefetch)
            for (int r = 0; r < kScoreKeys; ++r) prefetchRow(row + static_cast<std::size_t>(kRowsAhead + r) * keys.rowBytes, bytes);
        F sum[Q][kScoreKeys];
#pragma GCC unroll 6
        for (int i = 0; i < Q; ++i)
            for (int r = 0; r < kScoreKeys; ++r) sum[i][r] = Simd::zero();
        for (std::int64_t d = 0; d < n; d += Simd::N) {
            F k[kScoreKeys];
            for (int r = 0; r < kScoreKeys; ++r) k[r] = loadCached<Format>(row + static_cast<std::size_t>(r) * keys.rowBytes, d);
#pragma GCC unroll 6
            for (int i = 0; i < Q; ++i) {
                const F v = Simd::load(q + i * n + d);
                for (int r = 0; r < kScoreKeys; ++r) sum[i][r] = Simd::fma(v, k[r], sum[i][r]);
            }
        }
#pragma GCC unroll 6
        for (int i = 0; i < Q; ++i) Simd::sums(sum[i], out + i * stride + j);
    }
    for (; j < count; ++j) {
        const std::byte* row = keys.data + static_cast<std::size_t>(j) * keys.rowBytes;
        for (int i = 0; i < Q; ++i) {
            F sum = Simd::zero();
            for (std::int64_t d = 0; d < n; d += Simd::N) sum = Simd::fma(Simd::load(q + i * n + d), loadCached<Format>(row, d), sum);
            out[i * stride + j] = Simd::sum(sum);
        }
    }
}

// fn.template operator()<Q>(first) for all queries, Q <= Most of them at a time.
template <int Most, class Fn> inline void eachQueries(std::int64_t queries, Fn&& fn)
{
    std::int64_t i = 0;
    for (; i + Most <= queries; i += Most) fn.template operator()<Most>(i);
    if constexpr (Most > 1) {
        switch (queries - i) {
        case 5: if constexpr (Most > 5) fn.template operator()<5>(i); break;
        case 4: if constexpr (Most > 4) fn.template operator()<4>(i); break;
        case 3: if constexpr (Most > 3) fn.template operator()<3>(i); break;
        case 2: fn.template operator()<2>(i); break;
        case 1: fn.template operator()<1>(i); break;
        }
    }
}

void scores(const float* q, std::int64_t queries, const CacheRows& keys, std::int64_t count, std::int64_t n, float* out, std::int64_t stride)
{
    withFormat(keys.format, [&]<CacheFormat Format>() {
        eachQueries<kScoreQueries>(queries, [&]<int Q>(std::int64_t i) { scoresOf<Format, Q>(q + i * n, keys, count, n, i == 0, out + i * stride, stride); });
    });
}

inline F capped(F s, float softCap) { return softCap > 0 ? Simd::mul(Simd::set(softCap), tanhOf(Simd::div(s, Simd::set(softCap)))) : s; }

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

template <CacheFormat Format, int Q, int V>
void addRowsOf(const float* p, std::int64_t stride, const CacheRows& values, std::int64_t d, std::int64_t count, std::int64_t n, const float* factors, float* out)
{
    const bool prefetch = d == 0;
    const std::size_t bytes = cacheRowBytes(Format, n);
    F sum[Q][V];
#pragma GCC unroll 6
    for (int i = 0; i < Q; ++i)
        for (int v = 0; v < V; ++v) sum[i][v] = Simd::mul(Simd::load(out + i * n + d + v * Simd::N), Simd::set(factors[i]));
    const std::byte* row = values.data;
    for (std::int64_t j = 0; j < count; ++j, row += values.rowBytes) {
        if (prefetch) prefetchRow(row + kRowsAhead * values.rowBytes, bytes);
        F x[V];
        for (int v = 0; v < V; ++v) x[v] = loadCached<Format>(row, d + v * Simd::N);
#pragma GCC unroll 6
        for (int i = 0; i < Q; ++i) {
            const F weight = Simd::set(p[i * stride + j]);
            for (int v = 0; v < V; ++v) sum[i][v] = Simd::fma(weight, x[v], sum[i][v]);
        }
    }
#pragma GCC unroll 6
    for (int i = 0; i < Q; ++i)
        for (int v = 0; v < V; ++v) Simd::store(out + i * n + d + v * Simd::N, sum[i][v]);
}

void addRows(const float* p, std::int64_t stride, std::int64_t queries, const CacheRows& values, std::int64_t count, std::int64_t n, const float* factors,
             float* out)
{
    withFormat(values.format, [&]<CacheFormat Format>() {
        eachQueries<kAddQueries>(queries, [&]<int Q>(std::int64_t i) {
            std::int64_t d = 0;
            for (; d + kAddVectors * Simd::N <= n; d += kAddVectors * Simd::N)
                addRowsOf<Format, Q, kAddVectors>(p + i * stride, stride, values, d, count, n, factors + i, out + i * n);
            for (; d < n; d += Simd::N) addRowsOf<Format, Q, 1>(p + i * stride, stride, values, d, count, n, factors + i, out + i * n);
        });
    });
}

} // namespace
} // namespace corral::cpu
