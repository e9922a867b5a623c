// What drivers may get wrong. Included by shaders that take exponentials.

// By its bits: comparisons with what is not a number are optimized away by some compilers.
bool isNan(float x) { return (floatBitsToUint(x) & 0x7fffffffu) > 0x7f800000u; }

// e^x for x up to 0, and what is not a number stays so: drivers' exp() limits its argument.
float expUpTo0(float x) { return isNan(x) ? x : exp(clamp(x, -104.0, 0.0)); }

// 1 beyond 10; larger arguments overflow on some drivers.
float tanhOf(float x) { return isNan(x) ? x : tanh(clamp(x, -10.0, 10.0)); }

// The greater one, of which y may be no number and then is passed over.
float maxOfNumbers(float x, float y) { return isNan(y) ? x : max(x, y); }
