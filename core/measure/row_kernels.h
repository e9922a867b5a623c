#pragma once
// Loops over one row of logits in double precision, for one instruction set. A vocabulary of 150,000 tokens takes some 0.1 ms a row.
#include <cstdint>

namespace corral::measure {

struct RowKernels {
    // ln Σ exp(x). NaN if a value of x is NaN or the largest is infinite. top: the largest.
    double (*logSum)(const float* x, std::int64_t n, float& top) = nullptr;
    // Σ P ln(P / Q) of P = exp(p − pLogSum), Q = exp(q − qLogSum). Taken from differences of logits, so that equal rows give exactly 0.
    double (*divergence)(const float* p, double pLogSum, const float* q, double qLogSum, std::int64_t n) = nullptr;
    // sums[i] += x[i]²
    void (*addSquares)(const float* x, double* sums, std::int64_t n) = nullptr;
};

extern const RowKernels kRowsPlain;
#if defined(__x86_64__)
extern const RowKernels kRowsAvx2;
extern const RowKernels kRowsAvx512;
#endif
const RowKernels& rowKernels(); // for this processor

} // namespace corral::measure
