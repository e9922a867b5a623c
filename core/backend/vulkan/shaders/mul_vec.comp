// y[r] = Σ_i w[r][i] · x[i]: one workgroup a row, for one token. w in one of formats/*.glsl, which the build puts in, x and y in f32; n is a multiple of the block.
// Constant 0: invocations of the workgroup.
#version 460
#extension GL_GOOGLE_include_directive : require
#extension GL_KHR_shader_subgroup_arithmetic : require
#extension GL_KHR_shader_subgroup_basic : require
#include "memory.glsl"
#include "formats/@FORMAT@.glsl"

layout(local_size_x_id = 0) in;

layout(push_constant, scalar) uniform Push {
    uint64_t weights, x, y;
    uint rowBytes, units; // of a row: n / kUnit
} push;

shared float parts[1024]; // of subgroups, however small these are

void main()
{
    const uint64_t row = push.weights + uint64_t(gl_WorkGroupID.x) * push.rowBytes;
    Fours x = Fours(push.x);
    float sum = 0;
    for (uint u = gl_LocalInvocationID.x; u < push.units; u += gl_WorkGroupSize.x) {
        const Unit w = unit(row, u);
        sum += dot(w.first, x.at[w.at / 4]) + dot(w.second, x.at[w.at / 4 + w.step / 4]);
    }
    sum = subgroupAdd(sum);
    if (subgroupElect()) parts[gl_SubgroupID] = sum;
    barrier();
    if (gl_LocalInvocationID.x == 0) {
        float total = 0;
        for (uint i = 0; i < gl_NumSubgroups; ++i) total += parts[i];
        Floats(push.y).at[gl_WorkGroupID.x] = total;
    }
}
