#pragma once
// The rules of thumb, as people know them: inference = parameters × bytes per parameter, training 4 times that, deployment 1.3 times
// (memory sheet § 6). They need no file.
#include "core/base/error.h"
#include "core/memory/quantity.h"

#include <string_view>

namespace corral::memory {

struct Rules {
    Quantity inference, training, deployment;
};
// bytes per parameter may be a fraction.
Rules rulesOfThumb(std::uint64_t parameters, double bytesPerParameter);
// From weights whose bytes are known: inference is their size.
Rules rulesOfThumb(std::uint64_t weightBytes);

// "7B", "1.5B", "350M", "900K", "7000000000", "1.2T"; also with spaces or in small letters. InvalidArgument for what is no such number.
Result<std::uint64_t> parseParameterCount(std::string_view text);
// "7B", "1.5B", "134.5M": as short as its first four digits allow.
std::string parameterCountText(std::uint64_t parameters);

struct BytesPerParameter {
    double bytes = 0;
    std::string why; // "q4_K: blocks of 256 values in 144 bytes"
};
// Names of number types (f32, bf16, fp8, int4 …), of tensor types (q4_K, exactly their blocks) and of quantizing targets (Q4_K_M, the average
// of whole files), in any case. InvalidArgument for others.
Result<BytesPerParameter> bytesPerParameter(std::string_view type);

} // namespace corral::memory
