// Rows of f32 → consecutive rows of the cache. Constants: 0 invocations of the workgroup, 1 the cache's format: 0 f16, 1 f32, 2 Q8_0 (an invocation writes 32 values).
#version 460
#extension GL_GOOGLE_include_directive : require
#include "memory.glsl"

layout(local_size_x_id = 0) in;
layout(constant_id = 1) const uint kFormat = 0;

layout(push_constant, scalar) uniform Push {
    uint64_t x, cache; // the first row's
    uint xStride, rowBytes;
    uint width; // values, or blocks of 32
} push;

void main()
{
    const uint i = gl_GlobalInvocationID.x, row = gl_WorkGroupID.y;
    if (i >= push.width) return;
    Floats x = Floats(push.x + uint64_t(row) * push.xStride * 4);
    const uint64_t to = push.cache + uint64_t(row) * push.rowBytes;
    if (kFormat == 0) {
        Halves(to).at[i] = uint16_t(halfBits(x.at[i]));
    } else if (kFormat == 1) {
        Floats(to).at[i] = x.at[i];
    } else {
        float most = 0;
        for (uint j = 0; j < 32; ++j) most = max(most, abs(x.at[32 * i + j]));
        const float d = most / 127, factor = d > 0 ? 1 / d : 0;
        Halves(to + i * 34).at[0] = uint16_t(halfBits(d));
        Bytes codes = Bytes(to + i * 34 + 2);
        for (uint j = 0; j < 32; ++j) codes.at[j] = uint8_t(int(roundEven(x.at[32 * i + j] * factor)) & 255);
    }
}
