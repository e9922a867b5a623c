// y[t][r] = scale · Σ_i w[r][i] · x[t][i] + bias[r]: a workgroup for each row and token. w in one of formats/*.glsl, which the build puts in, the rest in f32; a row is
// whole blocks, x at multiples of 16 bytes. Constant 0: invocations of the workgroup.
#version 460
#extension GL_GOOGLE_include_directive : require
#include "memory.glsl"
#include "reduce.glsl"
#include "formats/@FORMAT@.glsl"

layout(local_size_x_id = 0) in;

layout(push_constant, scalar) uniform Push {
    uint64_t weights, x, y, bias; // bias 0: none
    uint rowBytes, units;         // of a row: bytes, and values / 8
    uint xStride, yStride;        // floats from one token to the next
    float scale;
} push;

void main()
{
    const uint row = gl_WorkGroupID.x, token = gl_WorkGroupID.y;
    const uint64_t weights = push.weights + uint64_t(row) * push.rowBytes;
    Fours x = Fours(push.x + uint64_t(token) * push.xStride * 4);
    float sum = 0;
    for (uint u = gl_LocalInvocationID.x; u < push.units; u += gl_WorkGroupSize.x) {
        const Unit w = unit(weights, u);
        sum += dot(w.first, x.at[w.at / 4]) + dot(w.second, x.at[(w.at + w.step) / 4]);
    }
    sum = workgroupAdd(sum) * push.scale;
    if (gl_LocalInvocationID.x == 0) {
        if (push.bias != 0) sum += Floats(push.bias).at[row];
        Floats(push.y).at[token * push.yStride + row] = sum;
    }
}
