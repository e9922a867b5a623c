// As mul_mat.comp, by matrices that subgroups hold together (VK_KHR_cooperative_matrix, m × k times k × n, halves in, single precision out): a workgroup of at least four
// subgroups for 64 rows and 64 tokens. Weights and inputs are rounded to half floats; inputs beyond 65504 become infinite.
// Constants: 0 invocations of the workgroup, 1 whether there are experts, 2 m (divides 16), 3 n (divides 64), 4 k (divides 32).
#version 460
#extension GL_GOOGLE_include_directive : require
#extension GL_KHR_cooperative_matrix : require
#extension GL_KHR_memory_scope_semantics : require
#extension GL_KHR_shader_subgroup_basic : require
#pragma use_vulkan_memory_model
#include "memory.glsl"
#include "formats/@FORMAT@.glsl"

layout(local_size_x_id = 0) in;
layout(constant_id = 1) const bool kExperts = false;
layout(constant_id = 2) const uint kM = 16;
layout(constant_id = 3) const uint kN = 16;
layout(constant_id = 4) const uint kK = 16;

layout(push_constant, scalar) uniform Push { // of mul_mat.comp
    uint64_t weights, x, y, bias, residual, table;
    uint64_t lists;
    uint rowBytes, units;
    uint rows, tokens;
    uint xStride, yStride, residualStride;
    uint used, perChoice, experts;
    float scale;
} push;

const uint kTile = 64, kUnits = 4, kDepth = 8 * kUnits, kPitch = kDepth + 8;
const uint kStrips = 16 / kM, kColumns = kTile / kN; // of a subgroup
shared float16_t weightTile[kTile * kPitch];
shared float16_t inputTile[kTile * kPitch];
shared float results[kTile * kTile]; // [token][row]

void main()
{
    formatTable = push.table;
#ifdef HAS_CODEBOOK
    loadCodebook();
#endif
    const uint self = gl_LocalInvocationID.x, firstRow = gl_WorkGroupID.x * kTile, firstToken = gl_WorkGroupID.y * kTile;
    uint64_t matrix = push.weights;
    uint begin = 0, tokens = push.tokens;
    if (kExperts) {
        begin = Words(push.lists).at[gl_WorkGroupID.z];
        tokens = Words(push.lists).at[gl_WorkGroupID.z + 1] - begin;
        matrix += uint64_t(gl_WorkGroupID.z) * push.rows * push.rowBytes;
    }
    if (firstToken >= tokens) return;
    Fours x = Fours(push.x);
    const uint part = gl_SubgroupID * 16; // 16 rows of the tile; further subgroups only help to fill it
    coopmat<float, gl_ScopeSubgroup, kM, kN, gl_MatrixUseAccumulator> sums[kStrips * kColumns];
    for (uint i = 0; i < kStrips * kColumns; ++i) sums[i] = coopmat<float, gl_ScopeSubgroup, kM, kN, gl_MatrixUseAccumulator>(0.0);
    for (uint first = 0; first < push.units; first += kUnits) {
        barrier(); // the tiles have been used
        for (uint i = self; i < kTile * kUnits; i += gl_WorkGroupSize.x) {
            const uint line = i / kUnits, u = first + i % kUnits, to = line * kPitch + i % kUnits * 8;
            Unit w = Unit(vec4(0), vec4(0));
            if (firstRow + line < push.rows && u < push.units) w = unit(matrix + uint64_t(firstRow + line) * push.rowBytes, u);
            Unit v = Unit(vec4(0), vec4(0));
            if (firstToken + line < tokens && u < push.units) {
                uint xAt = (firstToken + line) * push.xStride;
                if (kExperts) {
                    const uint choice = Words(push.lists).at[push.experts + 1 + begin + firstToken + line];
                    xAt = choice / push.used * push.xStride + (push.perChoice != 0 ? choice % push.used * push.units * 8 : 0);
                }
                const uvec2 at = place(u);
                v = Unit(x.at[(xAt + at.x) / 4], x.at[(xAt + at.x + at.y) / 4]);
            }
            for (uint j = 0; j < 4; ++j) {
                weightTile[to + j] = float16_t(w.first[j]);
                weightTile[to + 4 + j] = float16_t(w.second[j]);
                inputTile[to + j] = float16_t(v.first[j]);
                inputTile[to + 4 + j] = float16_t(v.second[j]);
            }
        }
        barrier();
        if (part < kTile) {
            for (uint k = 0; k < kDepth; k += kK) {
                for (uint strip = 0; strip < kStrips; ++strip) {
                    coopmat<float16_t, gl_ScopeSubgroup, kM, kK, gl_MatrixUseA> a;
                    coopMatLoad(a, weightTile, (part + strip * kM) * kPitch + k, kPitch, gl_CooperativeMatrixLayoutRowMajor);
                    for (uint t = 0; t < kColumns; ++t) {
                        coopmat<float16_t, gl_ScopeSubgroup, kK, kN, gl_MatrixUseB> b;
                        coopMatLoad(b, inputTile, t * kN * kPitch + k, kPitch, gl_CooperativeMatrixLayoutColumnMajor);
                        sums[strip * kColumns + t] = coopMatMulAdd(a, b, sums[strip * kColumns + t]);
                    }
                }
            }
        }
    }
    if (part < kTile)
        for (uint strip = 0; strip < kStrips; ++strip)
            for (uint t = 0; t < kColumns; ++t)
                coopMatStore(sums[strip * kColumns + t], results, t * kN * kTile + part + strip * kM, kTile, gl_CooperativeMatrixLayoutColumnMajor);
    barrier();
    for (uint i = self; i < kTile * kTile; i += gl_WorkGroupSize.x) {
        const uint token = firstToken + i / kTile, row = firstRow + i % kTile;
        if (token >= tokens || row >= push.rows) continue;
        uint yAt = token * push.yStride;
        if (kExperts) {
            const uint choice = Words(push.lists).at[push.experts + 1 + begin + token];
            yAt = choice / push.used * push.yStride + choice % push.used * push.rows;
        }
        float sum = results[i] * push.scale;
        if (push.bias != 0) sum += Floats(push.bias).at[row];
        if (push.residual != 0) sum += Floats(push.residual).at[token * push.residualStride + row];
        Floats(push.y).at[yAt + row] = sum;
    }
}
