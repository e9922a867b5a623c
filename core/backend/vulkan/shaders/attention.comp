// out[t][h] = softmax(scale · q[t][h] · keys) · values of one sequence, by an online softmax over blocks of 64 keys. A workgroup has some rows, which are queries of the heads
// that share one head of keys and values (row = token · headsPerKv + head of these), and one piece of the context: keys and values are read and decoded once for all rows.
// Keys are visible up to the query's position and, with a window, for so many positions back. With several pieces it leaves what it has for attention_reduce.comp, which
// puts them together. Constants: 0 invocations of the workgroup (64), 1 and 2 the formats of keys and values (cache_value.glsl), 3 rows (a power of two, at most 16),
// 4 columns of the values of an invocation: heads of up to so many times 64 values.
#version 460
#extension GL_GOOGLE_include_directive : require
#include "memory.glsl"
#include "numbers.glsl"

layout(local_size_x_id = 0) in;
layout(constant_id = 1) const uint kKeys = 0;
layout(constant_id = 2) const uint kValues = 0;
layout(constant_id = 3) const uint kRows = 4;
layout(constant_id = 4) const uint kColumns = 1;

layout(push_constant, scalar) uniform Push {
    uint64_t q, keys, values, out_, sinks, pieces; // sinks [heads] or 0; pieces: what attention_reduce.comp reads
    uint qStride, outStride, keyRowBytes, valueRowBytes;
    uint headsPerKv, keySize, valueSize, queries, firstPosition, window; // window 0: none
    uint pieceBegin, pieceKeys;                                          // the first piece's first key, and how many each has
    float scale, softCap;                                                // softCap 0: none
} push;

const uint kInvocations = 64; // and keys of a block
const uint kFours = 8;        // of a key, at a time
const uint kOfRow = kInvocations / kRows; // invocations that share a row's softmax
const float kNothing = -1e30; // not infinite: differences stay numbers
shared vec4 keyTile[kInvocations * (kFours + 1)];
shared vec4 queryTile[kRows * kFours];
shared float weights[kRows * kInvocations];
shared float parts[kInvocations];
shared float tops[kRows], totals[kRows], factors[kRows];

float value(uint format, uint64_t row, uint i)
{
    if (format == 0) return half16(Halves(row).at[i]);
    if (format == 1) return Floats(row).at[i];
    const uint64_t block = row + i / 32 * 34;
    return half16(Halves(block).at[0]) * float(int8_t(Bytes(block + 2).at[i % 32]));
}

uint headOf(uint row) { return gl_WorkGroupID.x * push.headsPerKv + row % push.headsPerKv; }
uint positionOf(uint row) { return push.firstPosition + row / push.headsPerKv; }
uint firstOf(uint position) { return push.window > 0 && position >= push.window ? position - push.window + 1 : 0; }

void main()
{
    const uint self = gl_LocalInvocationID.x, kv = gl_WorkGroupID.x, allRows = push.queries * push.headsPerKv, firstRow = gl_WorkGroupID.y * kRows;
    const uint lastRow = min(firstRow + kRows, allRows) - 1;
    const uint pieceBegin = push.pieceBegin + gl_WorkGroupID.z * push.pieceKeys;
    const uint begin = max(pieceBegin, firstOf(positionOf(firstRow))), end = min(pieceBegin + push.pieceKeys, positionOf(lastRow) + 1);
    const uint row = self / kOfRow, position = positionOf(min(firstRow + row, lastRow)), visibleFrom = firstOf(position); // of the softmax's part of this invocation
    Floats q = Floats(push.q);
    float sums[kRows * kColumns];
    for (uint s = 0; s < kRows * kColumns; ++s) sums[s] = 0;
    if (self < kRows) {
        const bool sinks = push.sinks != 0 && gl_NumWorkGroups.z == 1;
        tops[self] = sinks ? Floats(push.sinks).at[headOf(firstRow + self)] : kNothing;
        totals[self] = sinks ? 1 : 0;
    }
    for (uint block = begin; block < end; block += kInvocations) {
        float scores[kRows];
        for (uint r = 0; r < kRows; ++r) scores[r] = 0;
        for (uint first = 0; first < push.keySize; first += 4 * kFours) {
            barrier(); // the tiles have been used
            for (uint i = self; i < kInvocations * kFours; i += kInvocations) {
                const uint key = block + i / kFours, d = first + i % kFours * 4;
                const uint64_t at = push.keys + uint64_t(key) * push.keyRowBytes;
                vec4 four = vec4(0);
                if (key < end)
                    for (uint j = 0; j < 4; ++j)
                        if (d + j < push.keySize) four[j] = value(kKeys, at, kv * push.keySize + d + j);
                keyTile[i / kFours * (kFours + 1) + i % kFours] = four;
            }
            for (uint i = self; i < kRows * kFours; i += kInvocations) {
                const uint queryRow = min(firstRow + i / kFours, lastRow), d = first + i % kFours * 4;
                const uint at = queryRow / push.headsPerKv * push.qStride + headOf(queryRow) * push.keySize + d;
                vec4 four = vec4(0);
                for (uint j = 0; j < 4; ++j)
                    if (d + j < push.keySize) four[j] = q.at[at + j];
                queryTile[i] = four;
            }
            barrier();
            for (uint k = 0; k < kFours; ++k) {
                const vec4 key = keyTile[self * (kFours + 1) + k];
                for (uint r = 0; r < kRows; ++r) scores[r] += dot(key, queryTile[r * kFours + k]);
            }
        }
        for (uint r = 0; r < kRows; ++r) {
            const float score = scores[r] * push.scale;
            weights[r * kInvocations + self] = push.softCap > 0 ? push.softCap * tanhOf(score / push.softCap) : score;
        }
        barrier();
        const uint keysHere = min(kInvocations, end - block);
        float top = kNothing;
        for (uint k = self % kOfRow; k < keysHere; k += kOfRow)
            if (block + k >= visibleFrom && block + k <= position) top = maxOfNumbers(top, weights[row * kInvocations + k]);
        parts[self] = top;
        barrier();
        const float before = tops[row];
        top = before;
        for (uint i = 0; i < kOfRow; ++i) top = max(top, parts[row * kOfRow + i]);
        float total = 0;
        for (uint k = self % kOfRow; k < keysHere; k += kOfRow) {
            const bool visible = block + k >= visibleFrom && block + k <= position;
            const float weight = visible ? expUpTo0(weights[row * kInvocations + k] - top) : 0;
            weights[row * kInvocations + k] = weight;
            total += weight;
        }
        barrier(); // the parts have been read
        parts[self] = total;
        barrier();
        if (self % kOfRow == 0) {
            const float factor = expUpTo0(before - top);
            total = totals[row] * factor;
            for (uint i = 0; i < kOfRow; ++i) total += parts[self + i];
            totals[row] = total;
            tops[row] = top;
            factors[row] = factor;
        }
        barrier();
        // A value that some row must not see may be no number: then it does not even count as 0 times itself.
        const bool allVisible = block + keysHere <= positionOf(firstRow) + 1 && block >= firstOf(positionOf(lastRow));
        for (uint c = 0; c < kColumns; ++c) {
            const uint column = self + c * kInvocations;
            if (column >= push.valueSize) break;
            for (uint r = 0; r < kRows; ++r) sums[r * kColumns + c] *= factors[r];
            for (uint k = 0; k < keysHere; ++k) {
                const float v = value(kValues, push.values + uint64_t(block + k) * push.valueRowBytes, kv * push.valueSize + column);
                for (uint r = 0; r < kRows; ++r) {
                    const float weight = weights[r * kInvocations + k];
                    if (allVisible || weight != 0) sums[r * kColumns + c] += weight * v;
                }
            }
        }
    }
    barrier(); // without a block, the beginnings have not been seen
    for (uint r = 0; r < kRows; ++r) {
        const uint here = firstRow + r;
        if (here > lastRow) break;
        const uint token = here / push.headsPerKv, head = headOf(here);
        if (gl_NumWorkGroups.z == 1) {
            Floats to = Floats(push.out_ + (uint64_t(token) * push.outStride + head * push.valueSize) * 4);
            for (uint c = 0; c < kColumns && self + c * kInvocations < push.valueSize; ++c) to.at[self + c * kInvocations] = sums[r * kColumns + c] / totals[r];
        } else {
            const uint heads = gl_NumWorkGroups.x * push.headsPerKv;
            Floats to = Floats(push.pieces + (uint64_t(token) * heads + head) * gl_NumWorkGroups.z * (push.valueSize + 2) * 4 + gl_WorkGroupID.z * (push.valueSize + 2) * 4);
            for (uint c = 0; c < kColumns && self + c * kInvocations < push.valueSize; ++c) to.at[self + c * kInvocations] = sums[r * kColumns + c];
            if (self == 0) {
                to.at[push.valueSize] = tops[r];
                to.at[push.valueSize + 1] = totals[r];
            }
        }
    }
}
