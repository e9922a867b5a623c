// Which choices are whose: where each expert's choices begin [experts + 1], and then the numbers of the choices, by expert. One workgroup.
// Constants: 0 its invocations, 1 the number of experts.
#version 460
#extension GL_GOOGLE_include_directive : require
#include "memory.glsl"

layout(local_size_x_id = 0) in;
layout(constant_id = 1) const uint kExperts = 2;

layout(buffer_reference, scalar, buffer_reference_align = 4) writeonly buffer Lists { uint at[]; };

layout(push_constant, scalar) uniform Push {
    uint64_t chosen, lists;
    uint choices;
} push;

shared uint counts[kExperts], begins[kExperts];

void main()
{
    const uint self = gl_LocalInvocationID.x;
    Words chosen = Words(push.chosen);
    Lists lists = Lists(push.lists);
    for (uint e = self; e < kExperts; e += gl_WorkGroupSize.x) counts[e] = 0;
    barrier();
    for (uint i = self; i < push.choices; i += gl_WorkGroupSize.x) atomicAdd(counts[chosen.at[i]], 1u);
    barrier();
    if (self == 0) {
        uint begin = 0;
        for (uint e = 0; e < kExperts; ++e) {
            begins[e] = begin;
            lists.at[e] = begin;
            begin += counts[e];
        }
        lists.at[kExperts] = begin;
    }
    barrier();
    for (uint i = self; i < push.choices; i += gl_WorkGroupSize.x) lists.at[kExperts + 1 + atomicAdd(begins[chosen.at[i]], 1u)] = i;
}
