#pragma once
// BF16: the upper half of a float32.
#include "core/quant/scalar_rows.h"

namespace corral::quant::formats {
namespace {

struct Bf16 {
    static constexpr int bytes = 2;
    [[gnu::always_inline]] static float read(Bytes p) { return std::bit_cast<float>(static_cast<std::uint32_t>(readAs<std::uint16_t>(p)) << 16); }
};

} // namespace

CORRAL_DECLARE_FAST_PATHS(bf16)

} // namespace corral::quant::formats
