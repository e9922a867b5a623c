// The pieces of the context that attention.comp left of each head and query, put together: [rows][pieces][valueSize sums, highest score, sum of the weights]. A workgroup for
// each head and query. Constant 0: invocations of the workgroup.
#version 460
#extension GL_GOOGLE_include_directive : require
#include "memory.glsl"
#include "numbers.glsl"

layout(local_size_x_id = 0) in;

layout(push_constant, scalar) uniform Push {
    uint64_t pieces, out_, sinks; // sinks [heads] or 0
    uint outStride, valueSize, count;
} push;

void main()
{
    const uint head = gl_WorkGroupID.x, query = gl_WorkGroupID.y, size = push.valueSize + 2;
    Floats pieces = Floats(push.pieces + (uint64_t(query) * gl_NumWorkGroups.x + head) * push.count * size * 4);
    Floats to = Floats(push.out_ + (uint64_t(query) * push.outStride + head * push.valueSize) * 4);
    float top = push.sinks != 0 ? Floats(push.sinks).at[head] : -1e30;
    for (uint p = 0; p < push.count; ++p) top = max(top, pieces.at[p * size + push.valueSize]);
    float total = push.sinks != 0 ? expUpTo0(Floats(push.sinks).at[head] - top) : 0;
    for (uint p = 0; p < push.count; ++p) total += pieces.at[p * size + push.valueSize + 1] * expUpTo0(pieces.at[p * size + push.valueSize] - top);
    for (uint i = gl_LocalInvocationID.x; i < push.valueSize; i += gl_WorkGroupSize.x) {
        float sum = 0;
        for (uint p = 0; p < push.count; ++p) sum += pieces.at[p * size + i] * expUpTo0(pieces.at[p * size + push.valueSize] - top);
        to.at[i] = sum / total;
    }
}
