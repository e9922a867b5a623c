// Speed of dotRows, dotBatch and decode, one thread, for every format and instruction set: `quant_bench --benchmark_filter=dot/q4_K`.
//   dot/FORMAT/LEVEL/memory   weights streamed from memory (as in generation): bytes_per_second is the weights' rate
//   dot/FORMAT/LEVEL/cache    the same 256 KiB of weights again and again: the compute limit
//   batch/FORMAT/LEVEL/V      V vectors at once, weights in the cache: items_per_second is multiply-adds, ns_per_weight the time of a weight for all
//   read/THREADS              plain loads from 1 GiB: what the memory gives, the bound of generation
//   decode/FORMAT/LEVEL       blocks in the cache → float32; ns_per_weight
//   quantize/KIND/LEVEL       activations → int8
#include "core/base/thread_pool.h"
#include "core/quant/format.h"

#include <algorithm>
#include <benchmark/benchmark.h>
#include <cstring>
#include <memory>
#include <random>
#include <string>
#include <vector>

namespace {

using namespace corral;
using namespace corral::quant;

constexpr std::int64_t kColumns = 4096;
constexpr std::size_t kStreamBytes = std::size_t(256) << 20;
constexpr std::size_t kCacheBytes = std::size_t(256) << 10;

// kStreamBytes of rows of `format`: random codes under scales of 0 … 2, made of a repeated pattern.
const std::vector<std::byte>& weights(const Format& format)
{
    static std::vector<std::byte> buffer(kStreamBytes);
    static const Format* current = nullptr;
    if (current != &format) {
        std::mt19937 random(1);
        const std::size_t rowBytes = format.rowBytes(kColumns);
        std::vector<std::byte> pattern(rowBytes * 16);
        for (std::byte& byte : pattern) byte = static_cast<std::byte>(random() & 0x3f); // no half float made of these is infinite
        if (format.name == "mxfp4") // an exponent byte: ordinary scales, because subnormal products are slow
            for (std::size_t at = 0; at < pattern.size(); at += static_cast<std::size_t>(format.blockBytes)) pattern[at] = std::byte{120};
        for (std::size_t at = 0; at < buffer.size(); at += pattern.size())
            std::memcpy(buffer.data() + at, pattern.data(), std::min(pattern.size(), buffer.size() - at));
        current = &format;
    }
    return buffer;
}

struct AlignedRow {
    std::vector<float> x = std::vector<float>(kColumns);
    std::vector<std::byte> buffer;
    ActivationRow row;
    explicit AlignedRow(ActivationKind kind)
    {
        std::mt19937 random(2);
        std::normal_distribution<float> normal;
        for (float& value : x) value = normal(random);
        buffer.resize(activationBytes(kind, kColumns) + 64);
        void* p = buffer.data();
        std::size_t space = buffer.size();
        row = quantizeActivations(kind, x.data(), kColumns, std::align(64, buffer.size() - 64, p, space));
    }
};

void dot(benchmark::State& state, const Format& format, DotRowsFn fn, std::size_t bytes)
{
    const auto& data = weights(format);
    const AlignedRow a(format.activation);
    const std::size_t rowBytes = format.rowBytes(kColumns);
    const auto rows = static_cast<std::int64_t>(bytes / rowBytes);
    std::vector<float> y(static_cast<std::size_t>(rows));
    for (auto _ : state) {
        fn(data.data(), rowBytes, rows, kColumns, a.row, y.data());
        benchmark::DoNotOptimize(y.data());
        benchmark::ClobberMemory();
    }
    state.SetBytesProcessed(state.iterations() * rows * static_cast<std::int64_t>(rowBytes));
}

void batch(benchmark::State& state, const Format& format, DotBatchFn fn, int vectors)
{
    const auto& data = weights(format);
    const AlignedRow a(format.activation);
    const std::size_t rowBytes = format.rowBytes(kColumns);
    const auto rows = static_cast<std::int64_t>(kCacheBytes / rowBytes) / kBatchRows * kBatchRows;
    Batch x(vectors);
    std::vector<BatchPiece> tiles(static_cast<std::size_t>(x.tileCount() * batchPieces(kColumns)));
    for (int t = 0; t < x.tileCount(); ++t) {
        const float* same[kBatchVectors];
        std::fill_n(same, kBatchVectors, a.x.data());
        BatchPiece* tile = tiles.data() + t * batchPieces(kColumns);
        packBatch(format.activation, same, x.inTile(t), kColumns, 0, batchPieces(kColumns), tile);
        x.tiles[t] = tile;
    }
    std::vector<float> y(static_cast<std::size_t>(rows * vectors));
    std::vector<float*> out;
    for (int v = 0; v < vectors; ++v) out.push_back(y.data() + v * rows);
    for (auto _ : state) {
        fn(data.data(), rowBytes, rows, kColumns, x, out.data());
        benchmark::DoNotOptimize(y.data());
        benchmark::ClobberMemory();
    }
    state.SetItemsProcessed(state.iterations() * rows * kColumns * vectors);
    state.counters["ns_per_weight"] = benchmark::Counter(static_cast<double>(state.iterations() * rows * kColumns) * 1e-9,
                                                         benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

void readMemory(benchmark::State& state)
{
    const auto threads = static_cast<int>(state.range(0));
    const std::vector<std::uint64_t> words(std::size_t(1) << 27, 1);
    ThreadPool pool(threads);
    std::vector<std::uint64_t> sums(static_cast<std::size_t>(threads) * 8); // a cache line each
    for (auto _ : state) {
        pool.run([&](int thread, int count) {
            const std::size_t piece = words.size() / static_cast<std::size_t>(count);
            const std::uint64_t* from = words.data() + static_cast<std::size_t>(thread) * piece;
            std::uint64_t lanes[16] = {};
            for (std::size_t i = 0; i < piece; i += 16)
                for (std::size_t j = 0; j < 16; ++j) lanes[j] += from[i + j];
            for (const std::uint64_t lane : lanes) sums[static_cast<std::size_t>(thread) * 8] += lane;
        });
        benchmark::DoNotOptimize(sums.data());
    }
    state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(words.size() * sizeof(std::uint64_t)));
}
BENCHMARK(readMemory)->Name("read")->Arg(1)->Arg(2)->UseRealTime();

void decode(benchmark::State& state, const Format& format, DecodeFn fn)
{
    const auto& data = weights(format);
    const std::size_t rowBytes = format.rowBytes(kColumns);
    const auto rows = static_cast<std::int64_t>(kCacheBytes / rowBytes);
    std::vector<float> values(kColumns);
    for (auto _ : state)
        for (std::int64_t row = 0; row < rows; ++row) {
            fn(data.data() + static_cast<std::size_t>(row) * rowBytes, values.data(), kColumns);
            benchmark::DoNotOptimize(values.data());
            benchmark::ClobberMemory();
        }
    state.counters["ns_per_weight"] = benchmark::Counter(static_cast<double>(state.iterations() * rows * kColumns) * 1e-9,
                                                         benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

void quantize(benchmark::State& state, ActivationKind kind, SimdLevel level)
{
    AlignedRow a(kind);
    for (auto _ : state) {
        quantizeActivations(kind, a.x.data(), kColumns, const_cast<std::int8_t*>(a.row.codes), level);
        benchmark::ClobberMemory();
    }
    state.counters["ns_per_value"] = benchmark::Counter(static_cast<double>(state.iterations() * kColumns) * 1e-9,
                                                        benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

} // namespace

int main(int argc, char** argv)
{
    std::vector<SimdLevel> levels{SimdLevel::Plain};
    if (detectSimdLevel() >= SimdLevel::Avx2) levels.push_back(SimdLevel::Avx2);
    if (detectSimdLevel() >= SimdLevel::Avx512) levels.push_back(SimdLevel::Avx512);
    for (const Format* format : allFormats()) {
        if (!format->dotRows) continue;
        for (const SimdLevel level : levels) {
            const std::string name = std::string(format->name) + '/' + toString(level);
            const DotRowsFn dotFn = format->dotRowsFor(level);
            const DecodeFn decodeFn = format->decodeFor(level);
            benchmark::RegisterBenchmark("dot/" + name + "/memory",
                                         [=](benchmark::State& state) { dot(state, *format, dotFn, kStreamBytes); });
            benchmark::RegisterBenchmark("dot/" + name + "/cache",
                                         [=](benchmark::State& state) { dot(state, *format, dotFn, kCacheBytes); });
            if (const DotBatchFn batchFn = format->dotBatchFor(level))
                for (const int vectors : {1, 2, 4, 8, 16, 64})
                    benchmark::RegisterBenchmark("batch/" + name + '/' + std::to_string(vectors),
                                                 [=](benchmark::State& state) { batch(state, *format, batchFn, vectors); });
            benchmark::RegisterBenchmark("decode/" + name, [=](benchmark::State& state) { decode(state, *format, decodeFn); });
        }
    }
    for (const SimdLevel level : levels) {
        const std::string suffix = std::string("/") + toString(level);
        benchmark::RegisterBenchmark("quantize/q8x32" + suffix,
                                     [=](benchmark::State& state) { quantize(state, ActivationKind::Q8x32, level); });
        benchmark::RegisterBenchmark("quantize/q8x256" + suffix,
                                     [=](benchmark::State& state) { quantize(state, ActivationKind::Q8x256, level); });
    }
    benchmark::Initialize(&argc, argv);
    benchmark::RunSpecifiedBenchmarks();
}
