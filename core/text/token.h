#pragma once
#include <cstdint>

namespace corral::text {

using Token = std::int32_t;
inline constexpr Token kNoToken = -1;

// Bits as in the golden data: see Tokenizer::attributes().
enum TokenAttribute : std::uint32_t {
    kUnknown = 1,
    kUnused = 2,
    kNormal = 4,
    kControl = 8,
    kUserDefined = 16,
    kByte = 32,
    kNormalized = 64,
    kStripLeft = 128,  // swallows white space before it
    kStripRight = 256, // swallows white space after it
    kSingleWord = 512,
};

} // namespace corral::text
