// Matrix products in GMAC/s (10^9 multiply-adds a second; on a busy machine read the CPU column, which counts all threads).
// Weights come from memory, as in a model: copies of the matrix are used in turn.
// Level by CORRAL_SIMD=avx2|avxvnni|avx512vnni|avx512; "peak" is what the multiplying instructions alone reach on this core, at any level.
// Arguments: format, input size K, output size N, tokens M, threads.
#include "core/backend/cpu/kernels/matmul.h"
#include "core/base/byte_dots.h"
#include "tests/core/backend/kernel_data.h"

#include <benchmark/benchmark.h>

#include <string>
#include <vector>

#if defined(__x86_64__)
#include <immintrin.h>
#endif
#ifdef CORRAL_OPENBLAS
#include <cblas.h>
#endif

namespace corral::cpu {
namespace {

const std::vector<std::string> kFormats{"q4_0", "q8_0", "q4_K", "q6_K", "f16", "f32", "q5_K", "iq4_xs", "q4_1"};
constexpr std::size_t kWeightBytes = 80u << 20; // well beyond the last-level cache

std::string levelName()
{
    switch (byteDots()) {
    case ByteDots::AvxVnni: return "avxvnni";
    case ByteDots::Avx512Vnni: return "avx512vnni";
    case ByteDots::I8mm: return "i8mm";
    case ByteDots::None: break;
    }
    return toString(simdLevel());
}

void product(benchmark::State& state)
{
    const quant::Format& f = *quant::findFormat(kFormats[static_cast<std::size_t>(state.range(0))]);
    const std::int64_t n = state.range(1), rows = state.range(2), tokens = state.range(3);
    ThreadPool pool(static_cast<int>(state.range(4)));
    const std::size_t bytes = f.rowBytes(n) * static_cast<std::size_t>(rows);
    const std::size_t copies = (kWeightBytes + bytes - 1) / bytes;
    std::vector<std::byte> weights(bytes * copies);
    test::fillWeights(f, {weights.data(), bytes}, 1);
    for (std::size_t c = 1; c < copies; ++c) std::copy_n(weights.data(), bytes, weights.data() + c * bytes);
    const auto x = test::randomFloats(static_cast<std::size_t>(tokens * n), 2);
    std::vector<float> y(static_cast<std::size_t>(tokens * rows));
    test::Scratch scratch(matmulScratchBytes(n, tokens, pool.size()));
    std::size_t copy = 0;
    for (auto _ : state) {
        const MatmulTask task{{&f, weights.data() + copy * bytes, n, rows}, y.data(), rows};
        matmul({&task, 1}, x.data(), n, tokens, pool, scratch.span());
        benchmark::ClobberMemory();
        copy = (copy + 1) % copies;
    }
    const auto macs = static_cast<double>(n * rows * tokens) * 1e-9;
    state.counters["GMAC/s"] = benchmark::Counter(macs, benchmark::Counter::kIsIterationInvariantRate);
    state.counters["GB/s"] = benchmark::Counter(static_cast<double>(bytes) * 1e-9, benchmark::Counter::kIsIterationInvariantRate);
    state.SetLabel(kFormats[static_cast<std::size_t>(state.range(0))] + " " + levelName());
}

#if defined(__x86_64__)
constexpr int kSums = 12, kRounds = 1000; // enough independent sums to hide the latency of one

// One multiplying instruction over and over. Sums are variables of their own, as an array of them would be kept in memory; `x` is held so that nothing is computed once for all.
#define CORRAL_SUM(sum, step)                                                                                                                        \
    {                                                                                                                                                \
        auto& s = sum;                                                                                                                               \
        asm volatile("" : "+v"(x));                                                                                                                  \
        step;                                                                                                                                        \
        asm volatile("" : "+v"(s));                                                                                                                  \
    }
#define CORRAL_PEAK(name, isa, Vector, zero, step)                                                                                                   \
    [[gnu::target(isa)]] void name()                                                                                                                 \
    {                                                                                                                                                \
        Vector x = zero, a = x, b = x, c = x, d = x, e = x, f = x, g = x, h = x, i = x, j = x, k = x, l = x;                                          \
        for (int round = 0; round < kRounds; ++round) {                                                                                              \
            CORRAL_SUM(a, step) CORRAL_SUM(b, step) CORRAL_SUM(c, step) CORRAL_SUM(d, step) CORRAL_SUM(e, step) CORRAL_SUM(f, step)                   \
            CORRAL_SUM(g, step) CORRAL_SUM(h, step) CORRAL_SUM(i, step) CORRAL_SUM(j, step) CORRAL_SUM(k, step) CORRAL_SUM(l, step)                   \
        }                                                                                                                                            \
    }
CORRAL_PEAK(fma256, "avx2,fma", __m256, _mm256_setzero_ps(), s = _mm256_fmadd_ps(x, x, s))
CORRAL_PEAK(bytes256, "avx2", __m256i, _mm256_setzero_si256(), s = _mm256_add_epi16(s, _mm256_maddubs_epi16(x, x)))
CORRAL_PEAK(dots256, "avx2,avxvnni", __m256i, _mm256_setzero_si256(), s = _mm256_dpbusd_avx_epi32(s, x, x))
CORRAL_PEAK(fma512, "avx512f", __m512, _mm512_setzero_ps(), s = _mm512_fmadd_ps(x, x, s))
CORRAL_PEAK(bf16dots512, "avx512f,avx512bf16", __m512, _mm512_setzero_ps(), s = _mm512_dpbf16_ps(s, (__m512bh)x, (__m512bh)x))
CORRAL_PEAK(dots512, "avx512f,avx512vnni", __m512i, _mm512_setzero_si512(), s = _mm512_dpbusd_epi32(s, x, x))
#undef CORRAL_PEAK
#undef CORRAL_SUM

void peak(benchmark::State& state, void (*rounds)(), int macs)
{
    for (auto _ : state) rounds();
    state.counters["GMAC/s"] = benchmark::Counter(1e-9 * macs * kSums * kRounds, benchmark::Counter::kIsIterationInvariantRate);
}

[[maybe_unused]] const bool kPeaks = [] {
    __builtin_cpu_init();
    auto add = [](bool has, const char* name, void (*rounds)(), int macs) {
        if (has) benchmark::RegisterBenchmark(name, peak, rounds, macs);
    };
    add(__builtin_cpu_supports("fma"), "peak/f32 vfmadd ymm", fma256, 8);
    add(__builtin_cpu_supports("avx2"), "peak/int8 vpmaddubsw + vpaddw ymm", bytes256, 32);
    add(__builtin_cpu_supports("avxvnni"), "peak/int8 vpdpbusd ymm", dots256, 32);
    add(__builtin_cpu_supports("avx512f"), "peak/f32 vfmadd zmm", fma512, 16);
    add(__builtin_cpu_supports("avx512bf16"), "peak/bf16 vdpbf16ps zmm", bf16dots512, 32);
    add(__builtin_cpu_supports("avx512vnni"), "peak/int8 vpdpbusd zmm", dots512, 64);
    return true;
}();
#endif

void prompts(benchmark::internal::Benchmark* b)
{
    for (int threads : {1, 2})
        for (int format = 0; format < 6; ++format)
            for (auto [n, rows] : {std::pair{1536, 1536}, {1536, 8960}, {8960, 1536}}) b->Args({format, n, rows, 512, threads});
}
BENCHMARK(product)->Name("prompt")->Apply(prompts)->MeasureProcessCPUTime()->UseRealTime()->Unit(benchmark::kMillisecond);

// Several tokens at once: what each costs beside the first, and where dot products and panels cross (kFewTokens).
void fewTokens(benchmark::internal::Benchmark* b)
{
    for (int format : {2, 3, 1, 0, 6, 7, 8, 4})
        for (auto [n, rows] : {std::pair{1536, 8960}, {8960, 1536}})
            for (int tokens : {1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96}) b->Args({format, n, rows, tokens, 2});
}
BENCHMARK(product)->Name("few")->Apply(fewTokens)->MeasureProcessCPUTime()->UseRealTime()->Unit(benchmark::kMillisecond);

#ifdef CORRAL_OPENBLAS
void blas(benchmark::State& state)
{
    const auto n = state.range(0), rows = state.range(1), tokens = state.range(2);
    const auto x = test::randomFloats(static_cast<std::size_t>(tokens * n), 1), w = test::randomFloats(static_cast<std::size_t>(rows * n), 2);
    std::vector<float> y(static_cast<std::size_t>(tokens * rows));
    for (auto _ : state) {
        cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, static_cast<int>(tokens), static_cast<int>(rows), static_cast<int>(n), 1, x.data(),
                    static_cast<int>(n), w.data(), static_cast<int>(n), 0, y.data(), static_cast<int>(rows));
        benchmark::ClobberMemory();
    }
    state.counters["GMAC/s"] = benchmark::Counter(static_cast<double>(n * rows * tokens) * 1e-9, benchmark::Counter::kIsIterationInvariantRate);
}
BENCHMARK(blas)->Args({1536, 1536, 512})->Args({8960, 1536, 512})->MeasureProcessCPUTime()->UseRealTime()->Unit(benchmark::kMillisecond);
#endif

} // namespace
} // namespace corral::cpu

BENCHMARK_MAIN();
