#include "core/base/cpu_features.h"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <set>
#include <string_view>
#include <thread>
#include <utility>

#ifdef __linux__
#include <sched.h>
#if defined(__aarch64__)
#include <sys/auxv.h>

#include <asm/hwcap.h>
#endif
#endif

namespace corral {

SimdLevel detectSimdLevel()
{
#if defined(__x86_64__) && defined(__GNUC__)
    __builtin_cpu_init();
    const bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("f16c")
                      && __builtin_cpu_supports("bmi2");
    const bool avx512 = avx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw")
                        && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq")
                        && __builtin_cpu_supports("avx512vnni") && __builtin_cpu_supports("avx512bf16")
                        && __builtin_cpu_supports("avx512vbmi") && __builtin_cpu_supports("gfni");
    return avx512 ? SimdLevel::Avx512 : avx2 ? SimdLevel::Avx2 : SimdLevel::Plain;
#elif defined(__aarch64__) && defined(__linux__)
    return (::getauxval(AT_HWCAP) & HWCAP_ASIMDDP) != 0 ? SimdLevel::Neon : SimdLevel::Plain;
#elif defined(__aarch64__) && defined(__APPLE__)
    return SimdLevel::Neon; // all of Apple's have it
#else
    return SimdLevel::Plain;
#endif
}

SimdLevel simdLevel()
{
    static const SimdLevel level = [] {
        const SimdLevel best = detectSimdLevel();
        const char* wish = std::getenv("CORRAL_SIMD");
        if (!wish) return best;
        const std::string_view name(wish);
        return std::min(best, name == "plain" ? SimdLevel::Plain : name == "avx2" || name.ends_with("vnni") ? SimdLevel::Avx2 : best);
    }();
    return level;
}

const char* toString(SimdLevel level)
{
    switch (level) {
    case SimdLevel::Plain: return "plain";
    case SimdLevel::Neon: return "neon";
    case SimdLevel::Avx2: return "avx2";
    case SimdLevel::Avx512: return "avx512";
    }
    return "plain";
}

std::string cpuName()
{
    std::ifstream in("/proc/cpuinfo");
    for (std::string line; std::getline(in, line);)
        if (line.starts_with("model name"))
            if (const auto colon = line.find(": "); colon != std::string::npos) return line.substr(colon + 2);
    return {};
}

int physicalCores()
{
#ifdef __linux__
    cpu_set_t allowed;
    if (sched_getaffinity(0, sizeof allowed, &allowed) == 0) {
        std::set<std::pair<int, int>> cores; // (package, core): hyper-threads of one core count once
        for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
            if (!CPU_ISSET(cpu, &allowed)) continue;
            const std::string folder = "/sys/devices/system/cpu/cpu" + std::to_string(cpu) + "/topology/";
            int package = 0, core = cpu;
            std::ifstream(folder + "physical_package_id") >> package;
            std::ifstream(folder + "core_id") >> core;
            cores.emplace(package, core);
        }
        if (!cores.empty()) return static_cast<int>(cores.size());
    }
#endif
    return std::max(1u, std::thread::hardware_concurrency());
}

} // namespace corral
