#pragma once
// One row of n values: what rows.h does, for one instruction set. Internal to the kernels folder.
#include "core/backend/cpu/kernels/rows.h"

namespace corral::cpu {

struct RowKernels {
    void (*rmsNorm)(const float* x, const float* w, float eps, float* y, std::int64_t n) = nullptr;
    void (*layerNorm)(const float* x, const float* w, const float* b, float eps, float* y, std::int64_t n) = nullptr;
    void (*add)(const float* a, const float* b, float* y, std::int64_t n) = nullptr;
    void (*multiply)(const float* a, const float* b, float* y, std::int64_t n) = nullptr;
    void (*scale)(const float* x, float factor, float* y, std::int64_t n) = nullptr;
    void (*softCap)(const float* x, float cap, float* y, std::int64_t n) = nullptr;
    void (*silu)(const float* gate, const float* up, float* y, std::int64_t n) = nullptr; // y = silu(gate) · up
    void (*gelu)(const float* gate, const float* up, float* y, std::int64_t n) = nullptr;
    void (*softmax)(float* x, std::int64_t n) = nullptr;
    // y = first ? f·x : y + f·x
    void (*addScaled)(const float* x, float factor, bool first, float* y, std::int64_t n) = nullptr;
};

extern const RowKernels kRowsPlain;
#if defined(__x86_64__)
extern const RowKernels kRowsAvx2;
extern const RowKernels kRowsAvx512;
#elif defined(__aarch64__)
extern const RowKernels kRowsNeon;
#endif

} // namespace corral::cpu
