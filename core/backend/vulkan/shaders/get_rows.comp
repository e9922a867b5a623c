// y[t] = table[ids[t]] decoded: a workgroup for each token. Constant 0: invocations of the workgroup.
#version 460
#extension GL_GOOGLE_include_directive : require
#include "memory.glsl"
#include "formats/@FORMAT@.glsl"

layout(local_size_x_id = 0) in;

layout(push_constant, scalar) uniform Push {
    uint64_t rows, ids, y, table;
    uint rowBytes, units, yStride;
} push;

void main()
{
    formatTable = push.table;
#ifdef HAS_CODEBOOK
    loadCodebook();
#endif
    const uint token = gl_WorkGroupID.x;
    const uint64_t row = push.rows + uint64_t(Words(push.ids).at[token]) * push.rowBytes;
    Floats y = Floats(push.y + uint64_t(token) * push.yStride * 4);
    for (uint u = gl_LocalInvocationID.x; u < push.units; u += gl_WorkGroupSize.x) {
        const Unit w = unit(row, u);
        const uvec2 at = place(u);
        for (uint i = 0; i < 4; ++i) {
            y.at[at.x + i] = w.first[i];
            y.at[at.x + at.y + i] = w.second[i];
        }
    }
}
