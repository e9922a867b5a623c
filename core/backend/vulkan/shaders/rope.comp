// Rotates pairs of x in place, [rows][heads][headSize], by the angles of their row: table [rows][dims / 2][cos, sin]. Constant 0: invocations of the workgroup.
#version 460
#extension GL_GOOGLE_include_directive : require
#include "memory.glsl"

layout(local_size_x_id = 0) in;

layout(push_constant, scalar) uniform Push {
    uint64_t x, table;
    uint xStride, tableStride, heads, headSize, dims;
    uint neox; // 1: pairs (i, i + dims / 2), 0: (2 i, 2 i + 1)
} push;

void main()
{
    const uint pairs = push.dims / 2, row = gl_WorkGroupID.y;
    if (gl_GlobalInvocationID.x >= pairs * push.heads) return;
    const uint head = gl_GlobalInvocationID.x / pairs, i = gl_GlobalInvocationID.x % pairs;
    const uint first = row * push.xStride + head * push.headSize + (push.neox != 0 ? i : 2 * i), second = first + (push.neox != 0 ? pairs : 1);
    Floats x = Floats(push.x), table = Floats(push.table);
    const float cosine = table.at[row * push.tableStride + 2 * i], sine = table.at[row * push.tableStride + 2 * i + 1];
    const float a = x.at[first], b = x.at[second];
    x.at[first] = a * cosine - b * sine;
    x.at[second] = a * sine + b * cosine;
}
