#include "core/base/byte_dots.h"

#include <cstdlib>
#include <string_view>

#if defined(__aarch64__) && defined(__linux__)
#include <sys/auxv.h>

#include <asm/hwcap.h>
#endif

namespace corral {

ByteDots byteDots()
{
#if defined(__x86_64__) && defined(__GNUC__)
    static const ByteDots dots = [] {
        if (simdLevel() != SimdLevel::Avx2) return ByteDots::None;
        const char* variable = std::getenv("CORRAL_SIMD");
        const std::string_view wish(variable ? variable : "");
        if (wish == "avx2") return ByteDots::None;
        __builtin_cpu_init();
        const bool avx512 = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl")
                            && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vnni");
        if (avx512 && wish != "avxvnni") return ByteDots::Avx512Vnni;
        return __builtin_cpu_supports("avxvnni") ? ByteDots::AvxVnni : ByteDots::None;
    }();
    return dots;
#elif defined(__aarch64__) && defined(__linux__)
    static const ByteDots dots = [] {
        const char* variable = std::getenv("CORRAL_SIMD");
        if (simdLevel() != SimdLevel::Neon || std::string_view(variable ? variable : "") == "neon") return ByteDots::None;
        return (::getauxval(AT_HWCAP2) & HWCAP2_I8MM) != 0 ? ByteDots::I8mm : ByteDots::None;
    }();
    return dots;
#else
    return ByteDots::None;
#endif
}

} // namespace corral
