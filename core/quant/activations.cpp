#include "core/quant/activations.h"

#include "core/quant/quantize_group.h"

#include <cassert>
#include <cstring>

namespace corral::quant {
namespace {

constexpr std::int64_t kPadding = 128; // Q8x32 vectors are continued with zeros to a multiple of this

// Values in a group with one scale, and in a group with one sum.
struct Groups {
    std::int64_t scale, sum;
};
Groups groupsOf(ActivationKind kind) { return kind == ActivationKind::Q8x32 ? Groups{32, 32} : Groups{256, 16}; }

std::int64_t paddedCount(ActivationKind kind, std::int64_t n)
{
    return kind == ActivationKind::Q8x32 ? (n + kPadding - 1) / kPadding * kPadding : n;
}

std::size_t aligned(std::size_t bytes) { return (bytes + 63) / 64 * 64; }

// Where the arrays lie in the buffer: codes, scales, sums, each from a multiple of 64 bytes.
struct Layout {
    std::size_t codes, scales, sums, total;
};

Layout layoutOf(ActivationKind kind, std::int64_t n)
{
    const std::int64_t count = paddedCount(kind, n);
    const Groups groups = groupsOf(kind);
    Layout layout{};
    layout.scales = aligned(static_cast<std::size_t>(count));
    layout.sums = layout.scales + aligned(static_cast<std::size_t>(count / groups.scale) * sizeof(float));
    layout.total = layout.sums + aligned(static_cast<std::size_t>(count / groups.sum) * sizeof(std::int16_t));
    return layout;
}

QuantizeFn quantizeFn(ActivationKind kind, SimdLevel level)
{
    const bool small = kind == ActivationKind::Q8x32;
#if defined(__x86_64__)
    if (level >= SimdLevel::Avx512) return small ? quantize32Avx512 : quantize256Avx512;
    if (level >= SimdLevel::Avx2) return small ? quantize32Avx2 : quantize256Avx2;
#else
    static_cast<void>(level);
#endif
    return small ? quantizeGroups<32, 32> : quantizeGroups<256, 16>;
}

} // namespace

std::size_t activationBytes(ActivationKind kind, std::int64_t n) { return kind == ActivationKind::F32 ? 0 : layoutOf(kind, n).total; }

ActivationRow quantizeActivations(ActivationKind kind, const float* x, std::int64_t n, void* buffer, SimdLevel level)
{
    if (kind == ActivationKind::F32) return {.f32 = x};
    const Layout layout = layoutOf(kind, n);
    const Groups groups = groupsOf(kind);
    assert(n % groups.scale == 0);
    auto* bytes = static_cast<std::byte*>(buffer);
    auto* codes = reinterpret_cast<std::int8_t*>(bytes + layout.codes);
    auto* scales = reinterpret_cast<float*>(bytes + layout.scales);
    auto* sums = reinterpret_cast<std::int16_t*>(bytes + layout.sums);
    quantizeFn(kind, level)(x, n / groups.scale, codes, scales, sums);
    const std::int64_t count = paddedCount(kind, n);
    std::memset(codes + n, 0, static_cast<std::size_t>(count - n));
    std::memset(scales + n / groups.scale, 0, static_cast<std::size_t>((count - n) / groups.scale) * sizeof(float));
    std::memset(sums + n / groups.sum, 0, static_cast<std::size_t>((count - n) / groups.sum) * sizeof(std::int16_t));
    return {.codes = codes, .scales = scales, .sums = sums};
}

ActivationRow quantizeActivations(ActivationKind kind, const float* x, std::int64_t n, void* buffer)
{
    return quantizeActivations(kind, x, n, buffer, simdLevel());
}

} // namespace corral::quant
