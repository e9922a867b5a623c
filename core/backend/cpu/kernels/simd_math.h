#pragma once
// exp and tanh over the vector type Simd of the including file, and the loop over n values with its rest.
// Polynomials: Cephes (expf.c, tanhf.c by S. Moshier); relative error about 1e-7.
#include <cstdint>

namespace corral::cpu {
namespace {

// e^x. Below -87.3 (the smallest normal result) it is 0, above 88.02 it stays at 1.7e38; what is not a number stays none (max and min give their second
// operand then).
inline Simd::F expOf(Simd::F x)
{
    const Simd::F low = Simd::set(-87.3f);
    const Simd::F limited = Simd::min(Simd::set(88.02f), Simd::max(low, x));
    const Simd::F n = Simd::round(Simd::mul(limited, Simd::set(1.44269504088896341f)));
    Simd::F r = Simd::fma(n, Simd::set(-0.693359375f), limited);
    r = Simd::fma(n, Simd::set(2.12194440e-4f), r);
    Simd::F p = Simd::set(1.9875691500e-4f);
    p = Simd::fma(p, r, Simd::set(1.3981999507e-3f));
    p = Simd::fma(p, r, Simd::set(8.3334519073e-3f));
    p = Simd::fma(p, r, Simd::set(4.1665795894e-2f));
    p = Simd::fma(p, r, Simd::set(1.6666665459e-1f));
    p = Simd::fma(p, r, Simd::set(5.0000001201e-1f));
    p = Simd::fma(p, Simd::mul(r, r), Simd::add(r, Simd::set(1)));
    return Simd::ifLess(x, low, Simd::zero(), Simd::scaleBy(p, n));
}

inline Simd::F tanhOf(Simd::F x)
{
    const Simd::F size = Simd::abs(x);
    const Simd::F z = Simd::mul(x, x);
    Simd::F p = Simd::set(-5.70498872745e-3f);
    p = Simd::fma(p, z, Simd::set(2.06390887954e-2f));
    p = Simd::fma(p, z, Simd::set(-5.37397155531e-2f));
    p = Simd::fma(p, z, Simd::set(1.33314422036e-1f));
    p = Simd::fma(p, z, Simd::set(-3.33332819422e-1f));
    const Simd::F small = Simd::fma(Simd::mul(p, z), x, x);
    const Simd::F e = expOf(Simd::add(size, size));
    const Simd::F large = Simd::sub(Simd::set(1), Simd::div(Simd::set(2), Simd::add(e, Simd::set(1))));
    return Simd::ifLess(size, Simd::set(0.625f), small, Simd::withSignOf(large, x));
}

struct Whole {
    static Simd::F load(const float* p) { return Simd::load(p); }
    static void store(float* p, Simd::F v) { Simd::store(p, v); }
};
struct Part {
    std::int64_t count;
    Simd::F load(const float* p) const { return Simd::loadPart(p, count); }
    void store(float* p, Simd::F v) const { Simd::storePart(p, v, count); }
};

// step(part, i) for every vector of n values; the last may be partial.
template <class Step> inline void eachVector(std::int64_t n, Step&& step)
{
    std::int64_t i = 0;
    for (; i + Simd::N <= n; i += Simd::N) step(Whole{}, i);
    if (i < n) step(Part{n - i}, i);
}

} // namespace
} // namespace corral::cpu
