// y[t][r] = scale · Σ_i w[r][i] · x[t][i] + bias[r] + residual[t][r] for few tokens t: a workgroup for some rows and some tokens, so that weights are read and decoded once
// for these. w in one of formats/*.glsl, which the build puts in, the rest in f32; a row is whole blocks, x at multiples of 16 bytes. With experts a "token" is one choice
// of a token's: its matrix is the chosen one, its input the token's (or the choice's), and its results lie beside those of the token's other choices.
// Constants: 0 invocations of the workgroup, 1 rows, 2 tokens of a workgroup (at most 16 together), 3 whether there are experts.
#version 460
#extension GL_GOOGLE_include_directive : require
#include "memory.glsl"
#include "reduce.glsl"
#include "formats/@FORMAT@.glsl"

layout(local_size_x_id = 0) in;
layout(constant_id = 1) const uint kRows = 1;
layout(constant_id = 2) const uint kTokens = 1;
layout(constant_id = 3) const bool kExperts = false;

layout(push_constant, scalar) uniform Push {
    uint64_t weights, x, y, bias, residual, table; // bias, residual 0: none
    uint64_t chosen;                               // of experts: [tokens][used]
    uint rowBytes, units;                          // of a row: bytes, and values / 8
    uint rows, tokens;                             // tokens: choices, of experts
    uint xStride, yStride, residualStride;         // floats from one token to the next
    uint used, perChoice, experts;                 // of experts: choices of a token; 1: each has an input of its own; how many there are
    float scale;
} push;

const uint kSums = kRows * kTokens;

void main()
{
    formatTable = push.table;
#ifdef HAS_CODEBOOK
    loadCodebook();
#endif
    const uint firstRow = (gl_WorkGroupID.z * gl_NumWorkGroups.x + gl_WorkGroupID.x) * kRows, firstToken = gl_WorkGroupID.y * kTokens;
    uint64_t matrix = push.weights;
    uint xAt[kTokens], yAt[kTokens]; // in floats
    for (uint t = 0; t < kTokens; ++t) {
        const uint token = min(firstToken + t, push.tokens - 1);
        xAt[t] = token * push.xStride;
        yAt[t] = token * push.yStride;
    }
    if (kExperts) {
        matrix += uint64_t(Words(push.chosen).at[firstToken]) * push.rows * push.rowBytes;
        const uint token = firstToken / push.used, choice = firstToken % push.used;
        xAt[0] = token * push.xStride + (push.perChoice != 0 ? choice * push.units * 8 : 0);
        yAt[0] = token * push.yStride + choice * push.rows;
    }
    Fours x = Fours(push.x);
    float sums[kSums];
    for (uint s = 0; s < kSums; ++s) sums[s] = 0;
    for (uint u = gl_LocalInvocationID.x; u < push.units; u += gl_WorkGroupSize.x) {
        const uvec2 at = place(u);
        for (uint r = 0; r < kRows; ++r) {
            const Unit w = unit(matrix + uint64_t(min(firstRow + r, push.rows - 1)) * push.rowBytes, u);
            for (uint t = 0; t < kTokens; ++t) sums[r * kTokens + t] += dot(w.first, x.at[(xAt[t] + at.x) / 4]) + dot(w.second, x.at[(xAt[t] + at.x + at.y) / 4]);
        }
    }
    for (uint s = 0; s < kSums; ++s) {
        const float part = subgroupAdd(sums[s]);
        if (subgroupElect()) reduceParts[gl_SubgroupID * kSums + s] = part;
    }
    barrier();
    const uint self = gl_LocalInvocationID.x, row = firstRow + self / kTokens, token = firstToken + self % kTokens;
    if (self >= kSums || row >= push.rows || token >= push.tokens) return;
    float sum = 0;
    for (uint i = 0; i < gl_NumSubgroups; ++i) sum += reduceParts[i * kSums + self];
    sum *= push.scale;
    if (push.bias != 0) sum += Floats(push.bias).at[row];
    if (push.residual != 0) sum += Floats(push.residual).at[token * push.residualStride + row];
    Floats(push.y).at[(kExperts ? yAt[0] : token * push.yStride) + row] = sum;
}
