// out[t][h] = softmax(scale · q[t][h] · keys) · values of one sequence, by an online softmax over blocks of as many keys as the workgroup has invocations: a workgroup for
// each head and query. Each invocation scores a key, then adds up some columns of the values. Keys are visible up to the query's position and, with a window, for so
// many positions back. Constants: 0 invocations of the workgroup (at most 256), 1 and 2 the formats of keys and values: 0 f16, 1 f32, 2 Q8_0.
#version 460
#extension GL_GOOGLE_include_directive : require
#include "memory.glsl"
#include "reduce.glsl"

layout(local_size_x_id = 0) in;
layout(constant_id = 1) const uint kKeys = 0;
layout(constant_id = 2) const uint kValues = 0;

layout(push_constant, scalar) uniform Push {
    uint64_t q, keys, values, out_, sinks; // sinks [heads] or 0
    uint qStride, outStride, keyRowBytes, valueRowBytes;
    uint headsPerKv, keySize, valueSize, firstPosition, window; // window 0: none
    float scale, softCap;                                       // softCap 0: none
} push;

const uint kColumns = 8; // of an invocation: heads of up to 8 · 64 values
shared float weights[256];

float value(uint format, uint64_t row, uint i)
{
    if (format == 0) return half16(Halves(row).at[i]);
    if (format == 1) return Floats(row).at[i];
    const uint64_t block = row + i / 32 * 34;
    return half16(Halves(block).at[0]) * float(int8_t(Bytes(block + 2).at[i % 32]));
}

void main()
{
    const uint head = gl_WorkGroupID.x, query = gl_WorkGroupID.y, kv = head / push.headsPerKv, self = gl_LocalInvocationID.x, count = gl_WorkGroupSize.x;
    const uint position = push.firstPosition + query, first = push.window > 0 && position >= push.window ? position - push.window + 1 : 0;
    Floats q = Floats(push.q + (uint64_t(query) * push.qStride + head * push.keySize) * 4);
    float sums[kColumns];
    for (uint c = 0; c < kColumns; ++c) sums[c] = 0;
    float top = -1e30, total = 0; // not infinite: differences stay numbers
    if (push.sinks != 0) {
        top = Floats(push.sinks).at[head];
        total = 1;
    }
    for (uint block = first; block <= position; block += count) {
        const uint key = block + self;
        float score = -1e30;
        if (key <= position) {
            const uint64_t row = push.keys + uint64_t(key) * push.keyRowBytes;
            float dotted = 0;
            for (uint i = 0; i < push.keySize; ++i) dotted += q.at[i] * value(kKeys, row, kv * push.keySize + i);
            score = dotted * push.scale;
            if (push.softCap > 0) score = push.softCap * tanh(clamp(score / push.softCap, -10.0, 10.0));
        }
        const float highest = max(top, workgroupMax(score));
        const float weight = key <= position ? exp(score - highest) : 0, factor = exp(max(top - highest, -88.0));
        total = total * (top == highest ? 1 : factor) + workgroupAdd(weight);
        barrier(); // the weights before these have been used
        weights[self] = weight;
        barrier();
        const uint keysHere = min(count, position - block + 1);
        for (uint c = 0; c < kColumns; ++c) {
            const uint column = self + c * count;
            if (column >= push.valueSize) break;
            float sum = top == highest ? sums[c] : sums[c] * factor;
            for (uint j = 0; j < keysHere; ++j) sum += weights[j] * value(kValues, push.values + uint64_t(block + j) * push.valueRowBytes, kv * push.valueSize + column);
            sums[c] = sum;
        }
        top = highest;
    }
    Floats to = Floats(push.out_ + (uint64_t(query) * push.outStride + head * push.valueSize) * 4);
    for (uint c = 0; c < kColumns; ++c) {
        const uint column = self + c * count;
        if (column < push.valueSize) to.at[column] = sums[c] / total;
    }
}
