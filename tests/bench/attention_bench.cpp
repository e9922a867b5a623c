// Attention of a Qwen2.5-1.5B layer (12 query heads, 2 kv heads of 128) in GMAC/s, causal skipping counted, and the time a layer takes.
// Arguments: tokens, depth (keys before them), cache format, threads.
#include "core/backend/cpu/kernels/attention.h"
#include "tests/core/backend/kernel_data.h"

#include <benchmark/benchmark.h>

#include <vector>

namespace corral::cpu {
namespace {

void attend(benchmark::State& state)
{
    AttentionShape s;
    s.heads = 12;
    s.kvHeads = 2;
    s.keySize = s.valueSize = 128;
    s.tokens = state.range(0);
    s.firstPosition = state.range(1);
    s.keyFormat = s.valueFormat = static_cast<CacheFormat>(state.range(2));
    s.scale = 0.088f;
    ThreadPool pool(static_cast<int>(state.range(3)));
    const std::int64_t keys = s.firstPosition + s.tokens, width = s.kvHeads * s.keySize;
    const auto data = test::randomFloats(static_cast<std::size_t>(keys * width), 1);
    std::vector<std::byte> k(cacheRowBytes(s.keyFormat, width) * static_cast<std::size_t>(keys)), v(k.size());
    writeCacheRows(s.keyFormat, data.data(), width, width, keys, k.data(), 0);
    writeCacheRows(s.valueFormat, data.data(), width, width, keys, v.data(), 0);
    const std::int64_t stride = s.heads * s.keySize;
    const auto q = test::randomFloats(static_cast<std::size_t>(s.tokens * stride), 2);
    std::vector<float> out(static_cast<std::size_t>(s.tokens * stride));
    test::Scratch scratch(attentionScratchBytes(s, pool.size()));
    for (auto _ : state) {
        attention(s, q.data(), stride, k.data(), v.data(), out.data(), stride, pool, scratch.span());
        benchmark::ClobberMemory();
    }
    const double pairs = static_cast<double>(s.tokens) * (static_cast<double>(s.firstPosition) + static_cast<double>(s.tokens + 1) / 2);
    state.counters["GMAC/s"] = benchmark::Counter(pairs * static_cast<double>(2 * stride) * 1e-9, benchmark::Counter::kIsIterationInvariantRate);
    state.SetLabel(toString(simdLevel()));
}

void shapes(benchmark::internal::Benchmark* b)
{
    for (int threads : {1, 2})
        for (int format : {0, 1, 2})
            for (auto [tokens, depth] : {std::pair{512, 0}, {512, 4096}, {1, 512}, {1, 4096}}) b->Args({tokens, depth, format, threads});
}
BENCHMARK(attend)->Apply(shapes)->MeasureProcessCPUTime()->UseRealTime()->Unit(benchmark::kMicrosecond);

} // namespace
} // namespace corral::cpu

BENCHMARK_MAIN();
