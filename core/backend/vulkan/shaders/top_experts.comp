// The `used` largest of each row of probabilities, largest first, equal ones by their number: a workgroup for each row. What is no number counts as largest, and shows in the
// weights. Constant 0: invocations of the workgroup; rows hold up to 32 times as many.
#version 460
#extension GL_GOOGLE_include_directive : require
#include "memory.glsl"
#include "numbers.glsl"

layout(local_size_x_id = 0) in;

layout(buffer_reference, scalar, buffer_reference_align = 4) writeonly buffer Choices { uint at[]; };

layout(push_constant, scalar) uniform Push {
    uint64_t probabilities, chosen, weights;
    uint stride, experts, used; // stride: of the probabilities; the results' rows are `used` long
    uint normalize;             // 1: the weights shall sum to 1
    float smallestSum;          // what that sum counts as at least
} push;

shared uint best, at;

// Ordered as the floats are; above 0.
uint ordered(float x)
{
    if (isNan(x)) return ~0u;
    const uint bits = floatBitsToUint(x);
    return (bits & 0x80000000u) != 0 ? max(~bits, 1u) : bits | 0x80000000u;
}

void main()
{
    const uint self = gl_LocalInvocationID.x;
    Floats probabilities = Floats(push.probabilities + uint64_t(gl_WorkGroupID.x) * push.stride * 4), weights = Floats(push.weights + uint64_t(gl_WorkGroupID.x) * push.used * 4);
    Choices chosen = Choices(push.chosen + uint64_t(gl_WorkGroupID.x) * push.used * 4);
    uint taken = 0; // bit i: this invocation's expert i
    float sum = 0;
    for (uint k = 0; k < push.used; ++k) {
        if (self == 0) {
            best = 0;
            at = ~0u;
        }
        barrier();
        uint mine = 0, which = 0;
        for (uint e = self, i = 0; e < push.experts; e += gl_WorkGroupSize.x, ++i) {
            if ((taken >> i & 1u) != 0) continue;
            const uint key = ordered(probabilities.at[e]);
            if (key <= mine) continue;
            mine = key;
            which = i;
        }
        if (mine > 0) atomicMax(best, mine);
        barrier();
        if (mine > 0 && mine == best) atomicMin(at, self + which * gl_WorkGroupSize.x);
        barrier();
        const uint winner = at;
        if (winner % gl_WorkGroupSize.x == self) taken |= 1u << winner / gl_WorkGroupSize.x;
        if (self == 0) {
            const float weight = probabilities.at[winner];
            chosen.at[k] = winner;
            weights.at[k] = weight;
            sum += weight;
        }
        barrier(); // it has been read
    }
    if (push.normalize == 0 || self != 0) return;
    const float factor = 1 / (isNan(sum) ? sum : max(sum, push.smallestSum));
    for (uint k = 0; k < push.used; ++k) weights.at[k] *= factor;
}
