// The plain loops: the reference of the SIMD ones.
#include "core/backend/cpu/kernels/attention_kernels.h"

#include "core/base/float16.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace corral::cpu {

namespace {

// Q8_0: an f16 scale and 32 int8 codes (the layout of the GGUF type).
constexpr std::int64_t kBlock = 32;
constexpr std::size_t kBlockBytes = 34;

void readRows(const CacheRows& rows, std::int64_t count, std::int64_t n, float* out, std::int64_t stride)
{
    const std::byte* row = rows.data;
    for (std::int64_t r = 0; r < count; ++r, row += rows.rowBytes, out += stride) {
        switch (rows.format) {
        case CacheFormat::F32: std::memcpy(out, row, static_cast<std::size_t>(n) * sizeof(float)); break;
        case CacheFormat::F16:
            for (std::int64_t i = 0; i < n; ++i) out[i] = halfToFloat(loadAs<std::uint16_t>(row + 2 * i));
            break;
        case CacheFormat::Q8_0:
            for (std::int64_t i = 0; i < n; ++i) {
                const std::byte* block = row + i / kBlock * static_cast<std::int64_t>(kBlockBytes);
                out[i] = halfToFloat(loadAs<std::uint16_t>(block)) * static_cast<float>(static_cast<std::int8_t>(block[2 + i % kBlock]));
            }
            break;
        }
        std::fill(out + n, out + stride, 0.0f);
    }
}

void writeRow(CacheFormat format, const float* values, std::int64_t n, std::byte* row)
{
    switch (format) {
    case CacheFormat::F32: std::memcpy(row, values, static_cast<std::size_t>(n) * sizeof(float)); break;
    case CacheFormat::F16:
        for (std::int64_t i = 0; i < n; ++i) {
            const std::uint16_t half = floatToHalf(values[i]);
            std::memcpy(row + 2 * i, &half, sizeof half);
        }
        break;
    case CacheFormat::Q8_0:
        for (std::int64_t b = 0; b < n / kBlock; ++b, row += kBlockBytes, values += kBlock) {
            float largest = 0;
            for (std::int64_t i = 0; i < kBlock; ++i) largest = std::max(largest, std::fabs(values[i]));
            const float scale = largest / 127;
            const float inverse = scale != 0 ? 1 / scale : 0;
            const std::uint16_t half = floatToHalf(scale);
            std::memcpy(row, &half, sizeof half);
            for (std::int64_t i = 0; i < kBlock; ++i) row[2 + i] = static_cast<std::byte>(static_cast<std::int8_t>(std::lrint(values[i] * inverse)));
        }
        break;
    }
}

constexpr std::int64_t kMostValues = 64; // of a row that are converted at a time

// fn(j, values, d, count): values d … d + count - 1 of row j
template <class Fn> void eachStretch(const CacheRows& rows, std::int64_t count, std::int64_t n, Fn&& fn)
{
    float values[kMostValues];
    static_assert(kMostValues % kBlock == 0);
    for (std::int64_t j = 0; j < count; ++j)
        for (std::int64_t d = 0; d < n; d += kMostValues) {
            const std::int64_t some = std::min(kMostValues, n - d);
            readRows({rows.format, rows.data + static_cast<std::size_t>(j) * rows.rowBytes + cacheRowBytes(rows.format, d), rows.rowBytes}, 1, some, values, some);
            fn(j, values, d, some);
        }
}

void scores(const float* q, std::int64_t queries, const CacheRows& keys, std::int64_t count, std::int64_t n, float* out, std::int64_t stride)
{
    for (std::int64_t i = 0; i < queries; ++i) std::fill_n(out + i * stride, count, 0.0f);
    eachStretch(keys, count, n, [&](std::int64_t j, const float* values, std::int64_t d, std::int64_t some) {
        for (std::int64_t i = 0; i < queries; ++i) {
            float sum = 0;
            for (std::int64_t v = 0; v < some; ++v) sum += q[i * n + d + v] * values[v];
            out[i * stride + j] += sum;
        }
    });
}

float softmax(float* scores, std::int64_t count, float softCap, RunningSoftmax& state)
{
    float top = state.top;
    for (std::int64_t j = 0; j < count; ++j) {
        if (softCap > 0) scores[j] = softCap * std::tanh(scores[j] / softCap);
        top = std::max(top, scores[j]);
    }
    float added = 0;
    for (std::int64_t j = 0; j < count; ++j) added += scores[j] = std::exp(scores[j] - top);
    const float factor = std::exp(state.top - top);
    state = {top, state.sum * factor + added};
    return factor;
}

void addRows(const float* p, std::int64_t stride, std::int64_t queries, const CacheRows& rows, std::int64_t count, std::int64_t n, const float* factors,
             float* out)
{
    for (std::int64_t i = 0; i < queries; ++i)
        for (std::int64_t d = 0; d < n; ++d) out[i * n + d] *= factors[i];
    eachStretch(rows, count, n, [&](std::int64_t j, const float* values, std::int64_t d, std::int64_t some) {
        for (std::int64_t i = 0; i < queries; ++i)
            for (std::int64_t v = 0; v < some; ++v) out[i * n + d + v] += p[i * stride + j] * values[v];
    });
}

// ---- many queries: panels are rows of floats ------------------------------------------------------------------------------------------

constexpr int kTile = 4;
constexpr std::int64_t kKeys = 64;

std::size_t panelBytes(std::int64_t n) { return static_cast<std::size_t>(kKeys * blockStride(n)) * sizeof(float); }
std::size_t blockScratchBytes(std::int64_t) { return kKeys * sizeof(float); }

void packRows(const float* rows, std::int64_t n, std::int64_t first, std::byte* panel)
{
    std::copy_n(rows, kKeyStep * blockStride(n), reinterpret_cast<float*>(panel) + first * blockStride(n));
}

void attend(const BlockTile& tile, std::byte* scratch)
{
    float* p = reinterpret_cast<float*>(scratch);
    const CacheRows keys{CacheFormat::F32, tile.keys, static_cast<std::size_t>(blockStride(tile.keySize)) * sizeof(float)};
    const float* values = reinterpret_cast<const float*>(tile.values);
    for (int c = 0; c < tile.columns; ++c) {
        float* out = tile.out[c];
        if (tile.begins) std::fill_n(out, tile.valueSize, 0.0f);
        const std::int64_t first = tile.first[c], count = tile.last[c] - first;
        if (count > 0) {
            scores(tile.q[c], 1, {keys.format, keys.data + static_cast<std::size_t>(first) * keys.rowBytes, keys.rowBytes}, count, tile.keySize, p, kKeys);
            for (std::int64_t j = 0; j < count; ++j) p[j] *= tile.scale;
            const float factor = softmax(p, count, tile.softCap, tile.states[c]);
            for (std::int64_t d = 0; d < tile.valueSize; ++d) out[d] *= factor;
            for (std::int64_t j = 0; j < count; ++j)
                for (std::int64_t d = 0; d < tile.valueSize; ++d) out[d] += p[j] * values[(first + j) * blockStride(tile.valueSize) + d];
        }
        if (tile.ends)
            for (std::int64_t d = 0; d < tile.valueSize; ++d) out[d] /= tile.states[c].sum;
    }
}

} // namespace

const AttentionKernels kAttentionPlain{1, readRows, writeRow, scores, softmax, addRows};
const AttentionBlockKernel kAttentionBlockPlain{kTile, kKeys, panelBytes, panelBytes, blockScratchBytes, packRows, packRows, attend};

} // namespace corral::cpu
