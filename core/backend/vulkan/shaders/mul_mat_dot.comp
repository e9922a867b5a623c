// As mul_mat.comp without experts, for inputs rounded to eight bits (quantize.comp) and formats that have codes of eight bits (codes.glsl): products of four bytes at once.
// Constants: 0 invocations = 3 · 4, 1 rows and 2 tokens of an invocation, 3 and 4 invocations along rows and tokens.
#version 460
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_integer_dot_product : require
#include "memory.glsl"
#include "formats/@FORMAT@.glsl"

layout(local_size_x_id = 0) in;
layout(constant_id = 1) const uint kRows = 2;
layout(constant_id = 2) const uint kTokens = 2;
layout(constant_id = 3) const uint kAlongRows = 8;
layout(constant_id = 4) const uint kAlongTokens = 8;

layout(push_constant, scalar) uniform Push { // of mul_mat.comp; x: quantize.comp's rows, xStride words apart
    uint64_t weights, x, y, bias, residual, table;
    uint64_t lists;
    uint rowBytes, units;
    uint rows, tokens;
    uint xStride, yStride, residualStride;
    uint used, perChoice, experts;
    float scale;
} push;

const uint kUnits = 4, kPitch = 2 * kUnits + 1; // words of a row: first fours of the units, then second ones
const uint kTileRows = kRows * kAlongRows, kTileTokens = kTokens * kAlongTokens;
shared uint weightCodes[kTileRows * kPitch];
shared vec4 weightScales[kTileRows]; // scales, then offsets, of first and second fours
shared uint inputCodes[kTileTokens * kPitch];
shared vec4 inputScales[kTileTokens]; // scales, then scaled sums

void main()
{
#ifdef HAS_CODES
    const uint self = gl_LocalInvocationID.x, firstRow = gl_WorkGroupID.x * kTileRows, firstToken = gl_WorkGroupID.y * kTileTokens;
    const uint blocks = push.units / 4;
    float sums[kRows * kTokens];
    for (uint s = 0; s < kRows * kTokens; ++s) sums[s] = 0;
    for (uint first = 0; first < push.units; first += kUnits) {
        barrier(); // the tiles have been used
        for (uint i = self; i < kTileRows * kUnits; i += gl_WorkGroupSize.x) {
            const uint row = min(firstRow + i / kUnits, push.rows - 1), part = i % kUnits;
            const Codes c = codes(push.weights + uint64_t(row) * push.rowBytes, first + part);
            weightCodes[i / kUnits * kPitch + part] = c.first;
            weightCodes[i / kUnits * kPitch + kUnits + part] = c.second;
            if (part == 0) weightScales[i / kUnits] = vec4(c.scale, c.offset);
        }
        for (uint i = self; i < kTileTokens * kUnits; i += gl_WorkGroupSize.x) {
            const uint token = min(firstToken + i / kUnits, push.tokens - 1), part = i % kUnits;
            const uint64_t row = push.x + uint64_t(token) * push.xStride * 4;
            const uvec2 at = uvec2(place(first + part).x, place(first + part).x + place(first + part).y);
            inputCodes[i / kUnits * kPitch + part] = Words(row).at[at.x / 4];
            inputCodes[i / kUnits * kPitch + kUnits + part] = Words(row).at[at.y / 4];
            if (part != 0) continue;
            Floats rest = Floats(row + blocks * 32);
            // Units one after the other: their first and second fours alternate, and together are the block.
            const bool inRow = at.y == at.x + 4;
            const vec2 ofBlock = vec2(rest.at[blocks + at.x / 16], rest.at[blocks + (inRow ? at.x / 16 + 1 : at.y / 16)]);
            inputScales[i / kUnits] = vec4(rest.at[at.x / 32], rest.at[at.y / 32], ofBlock);
        }
        barrier();
        for (uint r = 0; r < kRows; ++r) {
            const uint row = self % kAlongRows + r * kAlongRows;
            const vec4 w = weightScales[row];
            for (uint t = 0; t < kTokens; ++t) {
                const uint token = self / kAlongRows + t * kAlongTokens;
                const vec4 v = inputScales[token];
                int firsts = 0, seconds = 0;
                for (uint k = 0; k < kUnits; ++k) {
                    firsts += dotPacked4x8EXT(int(weightCodes[row * kPitch + k]), int(inputCodes[token * kPitch + k]));
                    seconds += dotPacked4x8EXT(int(weightCodes[row * kPitch + kUnits + k]), int(inputCodes[token * kPitch + kUnits + k]));
                }
                sums[r * kTokens + t] += w.x * v.x * float(firsts) + w.y * v.y * float(seconds) + w.z * v.z + w.w * v.w;
            }
        }
    }
    for (uint t = 0; t < kTokens; ++t) {
        const uint token = firstToken + self / kAlongRows + t * kAlongTokens;
        if (token >= push.tokens) continue;
        for (uint r = 0; r < kRows; ++r) {
            const uint row = firstRow + self % kAlongRows + r * kAlongRows;
            if (row >= push.rows) continue;
            float sum = sums[r * kTokens + t] * push.scale;
            if (push.bias != 0) sum += Floats(push.bias).at[row];
            if (push.residual != 0) sum += Floats(push.residual).at[token * push.residualStride + row];
            Floats(push.y).at[token * push.yStride + row] = sum;
        }
    }
#endif
}
