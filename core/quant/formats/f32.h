#pragma once
// F32: float32 as it is.
#include "core/quant/scalar_rows.h"

namespace corral::quant::formats {
namespace {

struct F32 {
    static constexpr int bytes = 4;
    [[gnu::always_inline]] static float read(Bytes p) { return readAs<float>(p); }
};

} // namespace

CORRAL_DECLARE_FAST_PATHS(f32)

} // namespace corral::quant::formats
