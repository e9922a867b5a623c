// y[t][r] = scale · Σ_i w[r][i] · x[t][i] + bias[r] + residual[t][r] for many tokens t: a workgroup for a tile of rows and tokens. It takes units of values in turn: decodes
// the weights of its rows once, into shared memory, with the inputs of its tokens beside them, and every invocation adds up a small tile of its own. With experts
// (group_experts.comp has listed which choices are an expert's) "tokens" are choices, of one expert for each z.
// Constants: 0 invocations = 3 · 4, 1 rows and 2 tokens of an invocation, 3 and 4 invocations along rows and tokens, 5 whether there are experts.
#version 460
#extension GL_GOOGLE_include_directive : require
#include "memory.glsl"
#include "formats/@FORMAT@.glsl"

layout(local_size_x_id = 0) in;
layout(constant_id = 1) const uint kRows = 2;
layout(constant_id = 2) const uint kTokens = 2;
layout(constant_id = 3) const uint kAlongRows = 8;
layout(constant_id = 4) const uint kAlongTokens = 8;
layout(constant_id = 5) const bool kExperts = false;

layout(push_constant, scalar) uniform Push {
    uint64_t weights, x, y, bias, residual, table; // bias, residual 0: none
    uint64_t lists;                                // of experts: where each one's choices begin [experts + 1], then the choices
    uint rowBytes, units;                          // of a row: bytes, and values / 8
    uint rows, tokens;
    uint xStride, yStride, residualStride; // floats from one token to the next
    uint used, perChoice, experts;         // of experts: choices of a token; 1: each has an input of its own
    float scale;
} push;

const uint kUnits = 4;             // at a time
const uint kFours = 2 * kUnits;    // fours of values they hold
const uint kPitch = kFours + 1;    // apart in shared memory: rows begin in different banks
const uint kTileRows = kRows * kAlongRows, kTileTokens = kTokens * kAlongTokens;
shared vec4 weightTile[kTileRows * kPitch];
shared vec4 inputTile[kTileTokens * kPitch];

void main()
{
    formatTable = push.table;
#ifdef HAS_CODEBOOK
    loadCodebook();
#endif
    const uint self = gl_LocalInvocationID.x, firstRow = gl_WorkGroupID.x * kTileRows, firstToken = gl_WorkGroupID.y * kTileTokens;
    uint64_t matrix = push.weights;
    uint begin = 0, tokens = push.tokens;
    if (kExperts) {
        begin = Words(push.lists).at[gl_WorkGroupID.z];
        tokens = Words(push.lists).at[gl_WorkGroupID.z + 1] - begin;
        matrix += uint64_t(gl_WorkGroupID.z) * push.rows * push.rowBytes;
    }
    if (firstToken >= tokens) return;
    Fours x = Fours(push.x);
    float sums[kRows * kTokens];
    for (uint s = 0; s < kRows * kTokens; ++s) sums[s] = 0;
    for (uint first = 0; first < push.units; first += kUnits) {
        barrier(); // the tiles have been used
        for (uint i = self; i < kTileRows * kUnits; i += gl_WorkGroupSize.x) {
            const uint row = i / kUnits, u = first + i % kUnits, to = row * kPitch + i % kUnits * 2;
            Unit w = Unit(vec4(0), vec4(0));
            if (firstRow + row < push.rows && u < push.units) w = unit(matrix + uint64_t(firstRow + row) * push.rowBytes, u);
            weightTile[to] = w.first;
            weightTile[to + 1] = w.second;
        }
        for (uint i = self; i < kTileTokens * kUnits; i += gl_WorkGroupSize.x) {
            const uint token = i / kUnits, u = first + i % kUnits, to = token * kPitch + i % kUnits * 2;
            const bool is = firstToken + token < tokens && u < push.units;
            uint xAt = (firstToken + token) * push.xStride;
            if (kExperts && is) {
                const uint choice = Words(push.lists).at[push.experts + 1 + begin + firstToken + token];
                xAt = choice / push.used * push.xStride + (push.perChoice != 0 ? choice % push.used * push.units * 8 : 0);
            }
            const uvec2 at = place(u);
            inputTile[to] = is ? x.at[(xAt + at.x) / 4] : vec4(0);
            inputTile[to + 1] = is ? x.at[(xAt + at.x + at.y) / 4] : vec4(0);
        }
        barrier();
        const uint row = self % kAlongRows, token = self / kAlongRows;
        for (uint k = 0; k < kFours; ++k) {
            vec4 w[kRows];
            for (uint r = 0; r < kRows; ++r) w[r] = weightTile[(row + r * kAlongRows) * kPitch + k];
            for (uint t = 0; t < kTokens; ++t) {
                const vec4 input_ = inputTile[(token + t * kAlongTokens) * kPitch + k];
                for (uint r = 0; r < kRows; ++r) sums[r * kTokens + t] += dot(w[r], input_);
            }
        }
    }
    for (uint t = 0; t < kTokens; ++t) {
        const uint token = firstToken + self / kAlongRows + t * kAlongTokens;
        if (token >= tokens) continue;
        uint yAt = token * push.yStride;
        if (kExperts) {
            const uint choice = Words(push.lists).at[push.experts + 1 + begin + token];
            yAt = choice / push.used * push.yStride + choice % push.used * push.rows;
        }
        for (uint r = 0; r < kRows; ++r) {
            const uint row = firstRow + self % kAlongRows + r * kAlongRows;
            if (row >= push.rows) continue;
            float sum = sums[r * kTokens + t] * push.scale;
            if (push.bias != 0) sum += Floats(push.bias).at[row];
            if (push.residual != 0) sum += Floats(push.residual).at[token * push.residualStride + row];
            Floats(push.y).at[yAt + row] = sum;
        }
    }
}
