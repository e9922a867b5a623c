// The plain loops: the reference of the SIMD ones.
#include "core/backend/cpu/kernels/attention_kernels.h"

#include "core/base/float16.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace corral::cpu {

namespace {

constexpr int kLanes = 8;
// Q8_0: an f16 scale and 32 int8 codes (the layout of the GGUF type).
constexpr std::int64_t kBlock = 32;
constexpr std::size_t kBlockBytes = 34;

void readRows(CacheFormat format, const std::byte* rows, std::size_t rowBytes, std::int64_t count, std::int64_t n, float* out)
{
    for (std::int64_t r = 0; r < count; ++r, rows += rowBytes, out += n) {
        switch (format) {
        case CacheFormat::F32: std::memcpy(out, rows, static_cast<std::size_t>(n) * sizeof(float)); break;
        case CacheFormat::F16:
            for (std::int64_t i = 0; i < n; ++i) out[i] = halfToFloat(loadAs<std::uint16_t>(rows + 2 * i));
            break;
        case CacheFormat::Q8_0:
            for (std::int64_t i = 0; i < n; ++i) {
                const std::byte* block = rows + i / kBlock * static_cast<std::int64_t>(kBlockBytes);
                out[i] = halfToFloat(loadAs<std::uint16_t>(block)) * static_cast<float>(static_cast<std::int8_t>(block[2 + i % kBlock]));
            }
            break;
        }
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

void laneProduct(const float* w, std::int64_t k, const float* x, std::int64_t xi, std::int64_t xj, std::int64_t count, bool accumulate, float* out)
{
    for (std::int64_t i = 0; i < count; ++i, x += xi, out += kLanes) {
        float sum[kLanes] = {};
        if (accumulate) std::copy_n(out, kLanes, sum);
        for (std::int64_t j = 0; j < k; ++j)
            for (int l = 0; l < kLanes; ++l) sum[l] += w[j * kLanes + l] * x[j * xj];
        std::copy_n(sum, kLanes, out);
    }
}

void laneSoftmax(float* scores, std::int64_t keys, const std::int32_t* first, const std::int32_t* last, float softCap, float* top, float* sum, float* factor)
{
    for (int l = 0; l < kLanes; ++l) {
        float newTop = top[l];
        for (std::int64_t j = 0; j < keys; ++j) {
            float& s = scores[j * kLanes + l];
            if (softCap > 0) s = softCap * std::tanh(s / softCap);
            if (first && (j < first[l] || j >= last[l])) s = kMasked;
            newTop = std::max(newTop, s);
        }
        float added = 0;
        for (std::int64_t j = 0; j < keys; ++j) {
            float& s = scores[j * kLanes + l];
            s = s > kMasked ? std::exp(s - newTop) : 0;
            added += s;
        }
        factor[l] = std::exp(top[l] - newTop);
        sum[l] = sum[l] * factor[l] + added;
        top[l] = newTop;
    }
}

void laneScale(float* x, std::int64_t count, const float* factor)
{
    for (std::int64_t i = 0; i < count; ++i)
        for (int l = 0; l < kLanes; ++l) x[i * kLanes + l] *= factor[l];
}

void scores(const float* q, const float* keys, std::int64_t stride, std::int64_t n, std::int64_t count, float* out)
{
    for (std::int64_t j = 0; j < count; ++j) {
        float sum = 0;
        for (std::int64_t i = 0; i < n; ++i) sum += q[i] * keys[j * stride + i];
        out[j] = sum;
    }
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

void addRows(const float* p, const float* values, std::int64_t stride, std::int64_t n, std::int64_t count, float factor, float* out)
{
    for (std::int64_t i = 0; i < n; ++i) out[i] *= factor;
    for (std::int64_t j = 0; j < count; ++j)
        for (std::int64_t i = 0; i < n; ++i) out[i] += p[j] * values[j * stride + i];
}

} // namespace

const AttentionKernels kAttentionPlain{kLanes, readRows, writeRow, laneProduct, laneSoftmax, laneScale, scores, softmax, addRows};

} // namespace corral::cpu
