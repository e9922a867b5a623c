// y[i] = Σ_k weights[k] · x[k][i] of each row. Constant 0: invocations of the workgroup.
#version 460
#extension GL_GOOGLE_include_directive : require
#include "memory.glsl"

layout(local_size_x_id = 0) in;

layout(push_constant, scalar) uniform Push {
    uint64_t x, weights, y;
    uint xStride, weightStride, yStride, width, used;
} push;

void main()
{
    const uint i = gl_GlobalInvocationID.x, row = gl_WorkGroupID.y;
    if (i >= push.width) return;
    float sum = 0;
    for (uint k = 0; k < push.used; ++k) sum += Floats(push.weights).at[row * push.weightStride + k] * Floats(push.x).at[row * push.xStride + k * push.width + i];
    Floats(push.y).at[row * push.yStride + i] = sum;
}
