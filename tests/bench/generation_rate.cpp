// How much of the memory's rate generation uses:
//   generation_rate MODEL.gguf [ROUNDS 24] [THREADS 2] [DEPTH 0]
// In one process, on the same mapped pages, a few tokens and one plain reading of the file take turns, because other guests of a host change the
// memory's rate from one second to the next. Printed: the medians over rounds of tokens/s, of both rates in GB/s and of their quotient. For a model
// that reads its whole file for a token (embeddings shared with the output, no experts); caches are not counted.
#include "core/backend/cpu/cpu_backend.h"
#include "core/model/model.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <vector>

namespace {

using namespace corral;

constexpr int kTokens = 4; // of a round, about as long as a reading each

double secondsSince(std::chrono::steady_clock::time_point start)
{
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

// All of `bytes` once, in pieces handed out on demand. Returns the seconds it took.
double readAll(ThreadPool& pool, std::span<const std::byte> bytes)
{
    constexpr std::int64_t kPiece = 1 << 20;
    std::atomic<std::uint64_t> sum = 0;
    const auto start = std::chrono::steady_clock::now();
    pool.parallelFor(static_cast<std::int64_t>(bytes.size()) / kPiece, 4, [&](std::int64_t begin, std::int64_t end) {
        std::uint64_t sums[8] = {};
        for (const std::byte *p = bytes.data() + begin * kPiece, *last = bytes.data() + end * kPiece; p < last; p += 64) {
            std::uint64_t words[8];
            std::memcpy(words, p, sizeof words);
            for (int i = 0; i < 8; ++i) sums[i] ^= words[i];
        }
        for (const std::uint64_t s : sums) sum.fetch_xor(s, std::memory_order_relaxed);
    });
    const double seconds = secondsSince(start);
    if (sum == 1) std::puts(""); // keeps the loop
    return seconds;
}

double median(std::vector<double> values)
{
    std::ranges::nth_element(values, values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2));
    return values[values.size() / 2];
}

} // namespace

int main(int argc, char** argv)
{
    if (argc < 2) {
        std::fprintf(stderr, "usage: generation_rate MODEL.gguf [ROUNDS] [THREADS] [DEPTH]\n");
        return 2;
    }
    const int rounds = argc > 2 ? std::max(1, std::atoi(argv[2])) : 24, threads = argc > 3 ? std::atoi(argv[3]) : 2, depth = argc > 4 ? std::atoi(argv[4]) : 0;
    const auto map = MappedFile::open(argv[1]);
    const auto file = gguf::File::open(argv[1]);
    const auto loaded = file ? model::loadModel(*file) : std::unexpected(file.error());
    if (!loaded || !map) {
        std::fprintf(stderr, "generation_rate: %s\n", (loaded ? map.error() : loaded.error()).message.c_str());
        return 1;
    }
    ThreadPool pool(threads);
    auto backend = cpu::makeCpuBackend(pool);
    const std::int64_t context = depth + (rounds + 1) * kTokens;
    const auto graph = std::make_shared<const graph::Graph>(loaded->model->write({.contextLength = context}));
    if (auto ok = backend->prepare(graph, {.tokens = 512, .context = context}); !ok) {
        std::fprintf(stderr, "generation_rate: %s\n", ok.error().message.c_str());
        return 1;
    }
    std::vector<float> logits(static_cast<std::size_t>(loaded->config.vocabulary));
    std::vector<std::int32_t> ids(512);
    for (std::size_t i = 0; i < ids.size(); ++i) ids[i] = static_cast<std::int32_t>((i * 7919 + 13) % logits.size());
    std::int64_t position = 0;
    const auto compute = [&](std::int64_t tokens) {
        const backend::Stretch stretch{.tokens = tokens, .firstPosition = position, .outputs = 1};
        if (auto ok = backend->run({.ids = std::span(ids).first(static_cast<std::size_t>(tokens)), .stretches = {&stretch, 1}, .logits = logits.data()}, {}); !ok) {
            std::fprintf(stderr, "generation_rate: %s\n", ok.error().message.c_str());
            std::exit(1);
        }
        position += tokens;
    };
    while (position < depth) compute(std::min<std::int64_t>(512, depth - position));

    const double gigabytes = static_cast<double>((*map)->bytes().size()) * 1e-9;
    std::vector<double> tokenRates, readRates, quotients;
    double before = 0;
    for (int round = 0; round <= rounds; ++round) {
        const auto start = std::chrono::steady_clock::now();
        for (int i = 0; i < kTokens; ++i) compute(1);
        const double perToken = secondsSince(start) / kTokens;
        const double after = readAll(pool, (*map)->bytes());
        if (round > 0) { // the first warms up
            const double reading = (before + after) / 2;
            tokenRates.push_back(1 / perToken), readRates.push_back(gigabytes / reading), quotients.push_back(reading / perToken);
        }
        before = after;
    }
    std::printf("%.2f GB, %.1f tokens/s = %.1f GB/s, plain reading %.1f GB/s: %.0f %%\n", gigabytes, median(tokenRates), median(tokenRates) * gigabytes,
                median(readRates), 100 * median(quotients));
    return 0;
}
