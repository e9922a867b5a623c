// Reads memory and hardly anything else: sum[group] = Σ of the group's share of x, so that nothing is left out. For measuring what a card's memory gives.
// Constant 0: invocations of the workgroup.
#version 460
#extension GL_GOOGLE_include_directive : require
#include "memory.glsl"

layout(local_size_x_id = 0) in;

layout(push_constant, scalar) uniform Push {
    uint64_t x, sum;
    uint fours; // of every invocation
} push;

void main()
{
    const uint invocations = gl_NumWorkGroups.x * gl_WorkGroupSize.x;
    vec4 total = vec4(0);
    for (uint i = 0; i < push.fours; ++i) total += Fours(push.x).at[i * invocations + gl_GlobalInvocationID.x];
    const float all = total.x + total.y + total.z + total.w;
    if (all != 0) Floats(push.sum).at[gl_WorkGroupID.x] = all; // the memory holds zeros
}
