// Softmax of each row of x in place: a workgroup for each. Constant 0: invocations of the workgroup.
#version 460
#extension GL_GOOGLE_include_directive : require
#include "memory.glsl"
#include "reduce.glsl"
#include "numbers.glsl"

layout(local_size_x_id = 0) in;

layout(push_constant, scalar) uniform Push {
    uint64_t x;
    uint stride, width;
} push;

void main()
{
    Floats x = Floats(push.x + uint64_t(gl_WorkGroupID.x) * push.stride * 4);
    float top = -3e38;
    for (uint i = gl_LocalInvocationID.x; i < push.width; i += gl_WorkGroupSize.x) top = maxOfNumbers(top, x.at[i]);
    top = workgroupMax(top);
    float sum = 0;
    for (uint i = gl_LocalInvocationID.x; i < push.width; i += gl_WorkGroupSize.x) sum += expUpTo0(x.at[i] - top);
    sum = workgroupAdd(sum);
    for (uint i = gl_LocalInvocationID.x; i < push.width; i += gl_WorkGroupSize.x) x.at[i] = expUpTo0(x.at[i] - top) / sum;
}
