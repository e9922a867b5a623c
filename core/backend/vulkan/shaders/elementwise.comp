// y = f(a, b) value by value; in place allowed. Constants: 0 invocations of the workgroup, 1 which f.
#version 460
#extension GL_GOOGLE_include_directive : require
#include "memory.glsl"
#include "numbers.glsl"

layout(local_size_x_id = 0) in;
layout(constant_id = 1) const uint kOperation = 0; // ops/elementwise.h

layout(push_constant, scalar) uniform Push {
    uint64_t a, b, y;
    uint aStride, bStride, yStride, width;
    float factor;
} push;

void main()
{
    const uint i = gl_GlobalInvocationID.x, row = gl_WorkGroupID.y;
    if (i >= push.width) return;
    const float a = Floats(push.a).at[row * push.aStride + i];
    float y = 0;
    if (kOperation < 4) {
        const float b = Floats(push.b).at[row * push.bStride + i];
        switch (kOperation) {
        case 0: y = a + b; break;
        case 1: y = a * b; break;
        case 2: y = a / (1 + exp(min(-a, 88.0))) * b; break;
        case 3: y = 0.5 * a * (1 + tanhOf(0.7978845608028654 * a * (1 + 0.044715 * a * a))) * b; break;
        }
    } else if (kOperation == 4) {
        y = a * push.factor;
    } else {
        y = push.factor * tanhOf(a / push.factor);
    }
    Floats(push.y).at[row * push.yStride + i] = y;
}
