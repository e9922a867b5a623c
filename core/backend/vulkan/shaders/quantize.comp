// Rows of x rounded to eight bits in blocks of 32, for mul_mat_dot.comp: of each row the codes, then the scales of its blocks, then scale times the sum of the codes for each
// 16 values. An invocation for each block. Constant 0: invocations of the workgroup.
#version 460
#extension GL_GOOGLE_include_directive : require
#include "memory.glsl"
#include "numbers.glsl"

layout(local_size_x_id = 0) in;

layout(buffer_reference, scalar, buffer_reference_align = 4) writeonly buffer Codes { uint at[]; };

layout(push_constant, scalar) uniform Push {
    uint64_t x, y;
    uint xStride, yStride; // floats, words
    uint blocks;           // of a row
} push;

void main()
{
    const uint block = gl_GlobalInvocationID.x, row = gl_WorkGroupID.y;
    if (block >= push.blocks) return;
    Floats x = Floats(push.x + (uint64_t(row) * push.xStride + block * 32) * 4);
    const uint64_t to = push.y + uint64_t(row) * push.yStride * 4;
    float most = 0, none = 0;
    for (uint i = 0; i < 32; ++i) {
        const float v = x.at[i];
        if (isNan(v)) none = v;
        most = maxOfNumbers(most, abs(v));
    }
    const float d = most / 127 + none, factor = most > 0 ? 127 / most : 0;
    int sums[2] = int[](0, 0);
    for (uint w = 0; w < 8; ++w) {
        uint word = 0;
        for (uint j = 0; j < 4; ++j) {
            const float v = x.at[4 * w + j];
            const int code = isNan(v) ? 0 : int(roundEven(v * factor));
            sums[w / 4] += code;
            word |= uint(code & 255) << 8 * j;
        }
        Codes(to).at[block * 8 + w] = word;
    }
    Floats rest = Floats(to + push.blocks * 32);
    rest.at[block] = d;
    rest.at[push.blocks + 2 * block] = d * float(sums[0]);
    rest.at[push.blocks + 2 * block + 1] = d * float(sums[1]);
}
