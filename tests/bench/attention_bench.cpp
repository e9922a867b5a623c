// Attention of a Qwen2.5-1.5B layer (12 query heads, 2 kv heads of 128): GMAC/s, causal skipping counted; for generated tokens GB/s of the cache too.
// Arguments: tokens of a sequence, depth (keys before them), sequences, cache format, threads. Generated tokens go through as many layers as the model
// has, so that their caches come from memory as they do in a model, not from the processor's own.
#include "core/backend/cpu/kernels/attention.h"
#include "core/base/cpu_features.h"
#include "tests/core/backend/kernel_data.h"

#include <benchmark/benchmark.h>

#include <array>
#include <vector>

namespace corral::cpu {
namespace {

constexpr std::size_t kLayers = 28;

void attend(benchmark::State& state)
{
    AttentionShape s;
    s.heads = 12;
    s.kvHeads = 2;
    s.keySize = s.valueSize = 128;
    const std::int64_t tokens = state.range(0), depth = state.range(1), sequences = state.range(2);
    s.keyFormat = s.valueFormat = static_cast<CacheFormat>(state.range(3));
    s.scale = 0.088f;
    ThreadPool pool(static_cast<int>(state.range(4)));
    const std::int64_t keys = depth + tokens, width = s.kvHeads * s.keySize, stride = s.heads * s.keySize;
    const auto data = test::randomFloats(static_cast<std::size_t>(keys * width), 1);
    const std::size_t side = cacheRowBytes(s.keyFormat, width) * static_cast<std::size_t>(keys), layers = tokens == 1 ? kLayers : 1;
    const auto q = test::randomFloats(static_cast<std::size_t>(sequences * tokens * stride), 2);
    std::vector<float> out(q.size());
    std::vector<std::vector<std::byte>> caches;
    std::vector<std::vector<AttentionSequence>> work(layers);
    for (auto& layer : work)
        for (std::int64_t i = 0; i < sequences; ++i) {
            caches.emplace_back(2 * side);
            std::byte* cache = caches.back().data();
            writeCacheRows(s.keyFormat, data.data(), width, width, keys, cache, 0);
            writeCacheRows(s.valueFormat, data.data(), width, width, keys, cache + side, 0);
            layer.push_back({tokens, depth, q.data() + i * tokens * stride, out.data() + i * tokens * stride, cache, cache + side});
        }
    test::Scratch scratch(attentionScratchBytes(s, sequences * tokens, sequences, pool.size()));
    std::size_t layer = 0;
    for (auto _ : state) {
        attention(s, work[layer], stride, stride, pool, scratch.span());
        layer = (layer + 1) % layers;
        benchmark::ClobberMemory();
    }
    const auto rate = [](double amount) { return benchmark::Counter(amount * 1e-9, benchmark::Counter::kIsIterationInvariantRate); };
    const double pairs = static_cast<double>(sequences * tokens) * (static_cast<double>(depth) + static_cast<double>(tokens + 1) / 2);
    state.counters["GMAC/s"] = rate(pairs * static_cast<double>(2 * stride));
    if (tokens == 1) state.counters["GB/s"] = rate(static_cast<double>(2 * side) * static_cast<double>(sequences));
    state.SetLabel(toString(simdLevel()));
}

void shapes(benchmark::internal::Benchmark* b)
{
    for (int threads : {1, 2})
        for (int format : {0, 1, 2})
            for (auto [tokens, depth, sequences] : {std::array{512, 0, 1}, {512, 4096, 1}, {1, 512, 1}, {1, 4096, 1}, {1, 1024, 8}})
                b->Args({tokens, depth, sequences, format, threads});
}
BENCHMARK(attend)->Apply(shapes)->MeasureProcessCPUTime()->UseRealTime()->Unit(benchmark::kMicrosecond);

} // namespace
} // namespace corral::cpu

BENCHMARK_MAIN();
