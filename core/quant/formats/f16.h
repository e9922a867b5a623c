#pragma once
// F16: IEEE half floats.
#include "core/quant/scalar_rows.h"

namespace corral::quant::formats {
namespace {

struct F16 {
    static constexpr int bytes = 2;
    [[gnu::always_inline]] static float read(Bytes p) { return halfAt(p); }
};

} // namespace

CORRAL_DECLARE_FAST_PATHS(f16)

} // namespace corral::quant::formats
