// y = (x − mean) / sqrt(variance + eps) · weight + bias over groups of `size` values: a workgroup for each group of each row. In place allowed.
// Constants: 0 invocations of the workgroup, 1 whether the mean is taken off (layer norm) or counts as 0 (RMS norm).
#version 460
#extension GL_GOOGLE_include_directive : require
#include "memory.glsl"
#include "reduce.glsl"

layout(local_size_x_id = 0) in;
layout(constant_id = 1) const bool kCentred = false;

layout(push_constant, scalar) uniform Push {
    uint64_t x, y, weight, bias; // weight, bias 0: none
    uint xStride, yStride, size;
    float eps;
} push;

void main()
{
    const uint group = gl_WorkGroupID.x * push.size, row = gl_WorkGroupID.y;
    Floats x = Floats(push.x + (uint64_t(row) * push.xStride + group) * 4), y = Floats(push.y + (uint64_t(row) * push.yStride + group) * 4);
    float mean = 0;
    if (kCentred) {
        for (uint i = gl_LocalInvocationID.x; i < push.size; i += gl_WorkGroupSize.x) mean += x.at[i];
        mean = workgroupAdd(mean) / push.size;
    }
    float squares = 0;
    for (uint i = gl_LocalInvocationID.x; i < push.size; i += gl_WorkGroupSize.x) squares += (x.at[i] - mean) * (x.at[i] - mean);
    const float factor = inversesqrt(workgroupAdd(squares) / push.size + push.eps);
    for (uint i = gl_LocalInvocationID.x; i < push.size; i += gl_WorkGroupSize.x) {
        float value = (x.at[i] - mean) * factor;
        if (push.weight != 0) value *= Floats(push.weight).at[i];
        if (push.bias != 0) value += Floats(push.bias).at[i];
        y.at[i] = value;
    }
}
