// Where the time of a forward pass goes, by operation:
//   profile_model MODEL.gguf [PROMPT 512] [GENERATE 32] [THREADS 2] [DEPTH 0]
// DEPTH: tokens in the context before both.
#include "core/backend/cpu/cpu_backend.h"
#include "core/model/model.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <vector>

namespace {

using namespace corral;

void print(const char* what, int tokens, double seconds, const cpu::Profile& profile)
{
    std::printf("%s: %d tokens, %.1f tokens/s\n", what, tokens, tokens / seconds);
    for (std::size_t i = 0; i < profile.ops.size(); ++i) {
        const auto& op = profile.ops[i];
        if (op.calls == 0) continue;
        std::printf("  %-16s %8llu calls %10.2f ms %6.2f us each %5.1f %%\n", graph::kOpNames[i], static_cast<unsigned long long>(op.calls),
                    double(op.nanoseconds) * 1e-6, double(op.nanoseconds) * 1e-3 / double(op.calls), double(op.nanoseconds) * 1e-7 / seconds);
    }
}

} // namespace

int main(int argc, char** argv)
{
    if (argc < 2) {
        std::fprintf(stderr, "usage: profile_model MODEL.gguf [PROMPT] [GENERATE] [THREADS] [DEPTH]\n");
        return 2;
    }
    const int prompt = argc > 2 ? std::atoi(argv[2]) : 512, generate = argc > 3 ? std::atoi(argv[3]) : 32, threads = argc > 4 ? std::atoi(argv[4]) : 2,
              depth = argc > 5 ? std::atoi(argv[5]) : 0;
    const auto file = gguf::File::open(argv[1]);
    const auto loaded = file ? model::loadModel(*file) : std::unexpected(file.error());
    if (!loaded) {
        std::fprintf(stderr, "profile_model: %s\n", loaded.error().message.c_str());
        return 1;
    }
    const std::int64_t context = depth + prompt + generate;
    ThreadPool pool(threads);
    cpu::Profile profile;
    auto backend = cpu::makeCpuBackend(pool, &profile);
    const auto graph = std::make_shared<const graph::Graph>(loaded->model->write({.contextLength = context}));
    if (auto ok = backend->prepare(graph, {.tokens = prompt, .context = context}); !ok) {
        std::fprintf(stderr, "profile_model: %s\n", ok.error().message.c_str());
        return 1;
    }
    std::printf("%zu nodes, compute %.1f MB, cache %.1f MB\n", graph->nodes.size(), double(backend->computeBytes()) * 1e-6, double(backend->cacheBytes()) * 1e-6);
    std::vector<std::int32_t> ids(static_cast<std::size_t>(prompt));
    for (std::size_t i = 0; i < ids.size(); ++i) ids[i] = static_cast<std::int32_t>((i * 7919 + 13) % static_cast<std::size_t>(loaded->config.vocabulary));
    std::vector<float> logits(static_cast<std::size_t>(loaded->config.vocabulary));

    const auto timed = [&](const char* what, int runs, std::size_t tokens, auto&& first) {
        profile = {};
        const auto start = std::chrono::steady_clock::now();
        for (int i = 0; i < runs; ++i) {
            const backend::Stretch stretch{.tokens = static_cast<std::int64_t>(tokens), .firstPosition = first(i), .outputs = 1};
            const auto ok = backend->run({.ids = std::span(ids).first(tokens), .stretches = {&stretch, 1}, .logits = logits.data()}, {});
            if (!ok) std::fprintf(stderr, "profile_model: %s\n", ok.error().message.c_str());
        }
        const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
        print(what, runs * static_cast<int>(tokens), seconds, profile);
    };
    if (prompt > 0) timed("warm-up", 1, 1, [](int) { return 0; });
    for (int position = 0; prompt > 0 && position < depth; position += prompt)
        timed("depth", 1, static_cast<std::size_t>(std::min(prompt, depth - position)), [&](int) { return position; });
    if (prompt > 0) timed("prompt", 1, ids.size(), [&](int) { return depth; });
    if (generate > 0) timed("generation", generate, 1, [&](int i) { return depth + prompt + i; });
    return 0;
}
