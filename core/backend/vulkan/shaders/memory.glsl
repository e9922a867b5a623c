// Buffers by their addresses, seen as what is needed. Included by every shader.
#extension GL_EXT_buffer_reference : require
#extension GL_EXT_buffer_reference2 : require
#extension GL_EXT_scalar_block_layout : require
#extension GL_EXT_shader_16bit_storage : require
#extension GL_EXT_shader_8bit_storage : require
#extension GL_EXT_shader_explicit_arithmetic_types : require

layout(buffer_reference, scalar, buffer_reference_align = 1) buffer Bytes { uint8_t at[]; };
layout(buffer_reference, scalar, buffer_reference_align = 2) buffer Halves { uint16_t at[]; };
layout(buffer_reference, scalar, buffer_reference_align = 4) readonly buffer Words { uint at[]; };
layout(buffer_reference, scalar, buffer_reference_align = 4) buffer Floats { float at[]; };
layout(buffer_reference, scalar, buffer_reference_align = 16) readonly buffer Fours { vec4 at[]; };

// A half float by its bits: no driver flushes its small ones to zero on the way.
float half16(uint bits)
{
    const uint exponent = bits >> 10 & 31u, mantissa = bits & 1023u;
    const float size = exponent == 0u ? float(mantissa) * 5.9604644775390625e-8
                                      : uintBitsToFloat(exponent == 31u ? 0x7f800000u | mantissa << 13 : (exponent + 112u) << 23 | mantissa << 13);
    return (bits & 0x8000u) != 0u ? -size : size;
}

// The four bytes of a word as numbers, unsigned and signed.
vec4 unsignedBytes(uint word) { return vec4(word & 255u, word >> 8 & 255u, word >> 16 & 255u, word >> 24); }
vec4 signedBytes(uint word)
{
    const int w = int(word);
    return vec4(bitfieldExtract(w, 0, 8), bitfieldExtract(w, 8, 8), bitfieldExtract(w, 16, 8), bitfieldExtract(w, 24, 8));
}

// A word at an even address.
uint wordAt(Halves p, uint i) { return uint(p.at[i]) | uint(p.at[i + 1]) << 16; }

// The nearest half float's bits, ties to even; too large: infinite.
uint halfBits(float x)
{
    const uint bits = floatBitsToUint(x), sign = bits >> 16 & 0x8000u, size = bits & 0x7fffffffu;
    if (size >= 0x7f800000u) return sign | 0x7c00u | (size > 0x7f800000u ? 0x200u : 0u);
    if (size >= 0x477ff000u) return sign | 0x7c00u;
    if (size < 0x38800000u) return sign | uint(roundEven(uintBitsToFloat(size) * 16777216.0)); // subnormal: units of 2^-24
    const uint shifted = size - 0x38000000u; // exponent 127 becomes 15
    return sign | (shifted + 0xfffu + (shifted >> 13 & 1u)) >> 13;
}
