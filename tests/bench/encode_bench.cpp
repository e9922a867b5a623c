// Speed of encodeRows from float32, one thread, for every format and instruction set: `encode_bench --benchmark_filter=encode/q4_K`.
//   encode/FORMAT/LEVEL              without importances
//   encode/FORMAT/LEVEL/importance   with
// items_per_second: values.
#include "core/quant/format.h"

#include <benchmark/benchmark.h>
#include <random>
#include <string>
#include <vector>

namespace {

using namespace corral;
using namespace corral::quant;

constexpr std::int64_t kColumns = 4096;
constexpr std::int64_t kRows = 32; // half a mebibyte: the cache, not the memory

struct Input {
    std::vector<float> values = std::vector<float>(kColumns * kRows);
    std::vector<float> importance = std::vector<float>(kColumns);
    Input()
    {
        std::mt19937 random(1);
        std::normal_distribution<float> normal(0.0f, 0.02f);
        std::exponential_distribution<float> exponential;
        for (float& value : values) value = normal(random);
        for (float& value : importance) value = exponential(random) + 0.01f;
    }
};

void encode(benchmark::State& state, const Format& format, EncodeRowsFn fn, bool weighted)
{
    static const Input input;
    std::vector<std::byte> blocks(format.rowBytes(kColumns) * kRows);
    for (auto _ : state) {
        fn(input.values.data(), weighted ? input.importance.data() : nullptr, blocks.data(), kRows, kColumns);
        benchmark::DoNotOptimize(blocks.data());
        benchmark::ClobberMemory();
    }
    state.SetItemsProcessed(state.iterations() * kRows * kColumns);
}

} // namespace

int main(int argc, char** argv)
{
    std::vector<SimdLevel> levels{SimdLevel::Plain};
    if (detectSimdLevel() >= SimdLevel::Avx2) levels.push_back(SimdLevel::Avx2);
    if (detectSimdLevel() >= SimdLevel::Avx512) levels.push_back(SimdLevel::Avx512);
    for (const Format* format : allFormats()) {
        if (!format->encodeRows) continue;
        for (const SimdLevel level : levels) {
            const std::string name = std::string("encode/") + std::string(format->name) + '/' + toString(level);
            const EncodeRowsFn fn = format->encodeRowsFor(level);
            if (!format->needsImportance)
                benchmark::RegisterBenchmark(name, [=](benchmark::State& state) { encode(state, *format, fn, false); });
            if (format->usesImportance)
                benchmark::RegisterBenchmark(name + "/importance", [=](benchmark::State& state) { encode(state, *format, fn, true); });
        }
    }
    benchmark::Initialize(&argc, argv);
    benchmark::RunSpecifiedBenchmarks();
}
