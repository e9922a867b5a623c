// Matrix products in GMAC/s (10^9 multiply-adds a second; on a busy machine read the CPU column, which counts all threads).
// Weights come from memory, as in a model: copies of the matrix are used in turn.
// Level by CORRAL_SIMD=avx2|avx512. Arguments: format, input size K, output size N, tokens M, threads.
#include "core/backend/cpu/kernels/matmul.h"
#include "tests/core/backend/kernel_data.h"

#include <benchmark/benchmark.h>

#include <string>
#include <vector>

#ifdef CORRAL_OPENBLAS
#include <cblas.h>
#endif

namespace corral::cpu {
namespace {

const std::vector<std::string> kFormats{"q4_0", "q8_0", "q4_K", "q6_K", "f16", "f32", "q5_K", "iq4_xs", "q4_1"};
constexpr std::size_t kWeightBytes = 80u << 20; // well beyond the last-level cache

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
    state.SetLabel(kFormats[static_cast<std::size_t>(state.range(0))] + " " + toString(simdLevel()));
}

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
