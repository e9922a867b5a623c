// The estimate of a model's memory beside what it really takes: loads it as the engine does, fills the context, and compares the resident
// memory of this process (mapped weights included) with memory::Account::total(). Linux.
//   memory_check MODEL.gguf CONTEXT f16|q8_0 [COMPUTED]
// COMPUTED: so many tokens are really computed (default: all); the rest of a long context's cache is written to without computing, by
// populating the mapping it lies in.
#include "core/base/memory_status.h"
#include "core/generate/generator.h"
#include "core/memory/account.h"
#include "core/text/tokenizer.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <random>
#include <sstream>
#include <string>
#include <string_view>
#include <sys/mman.h>

#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23
#endif

namespace {

using namespace corral;

// Writes to every page of the private mappings that are at least so large.
void populate(std::uint64_t atLeast)
{
    std::ifstream maps("/proc/self/maps");
    for (std::string line; std::getline(maps, line);) {
        std::istringstream in(line);
        std::uint64_t begin = 0, end = 0;
        char dash = 0;
        std::string rights, offset, device, inode, path;
        in >> std::hex >> begin >> dash >> end >> rights >> offset >> device >> inode >> path;
        if (rights != "rw-p" || !path.empty() || end - begin < atLeast) continue;
        if (madvise(reinterpret_cast<void*>(begin), end - begin, MADV_POPULATE_WRITE) != 0) std::perror("memory_check: populate");
    }
}

int fail(const Error& error)
{
    std::fprintf(stderr, "memory_check: %s\n", error.message.c_str());
    return 1;
}

double mb(std::uint64_t bytes) { return static_cast<double>(bytes) * 1e-6; }

} // namespace

int main(int argc, char** argv)
{
    if (argc < 4) {
        std::fprintf(stderr, "usage: memory_check MODEL.gguf CONTEXT f16|q8_0 [COMPUTED]\n");
        return 2;
    }
    const int context = std::atoi(argv[2]);
    const auto type = std::string_view(argv[3]) == "q8_0" ? generate::CacheType::Q8_0 : generate::CacheType::F16;
    const int computed = std::min(context, argc > 4 ? std::atoi(argv[4]) : context);
    const std::uint64_t before = memoryStatus().resident;

    auto file = gguf::File::open(argv[1]);
    if (!file) return fail(file.error());
    const std::uint64_t opened = memoryStatus().resident;
    const auto model = generate::LoadedModel::load(*file);
    if (!model) return fail(model.error());
    const std::uint64_t loaded = memoryStatus().resident;
    auto tokenizer = text::Tokenizer::load(**file);
    if (!tokenizer) return fail(tokenizer.error());
    const std::uint64_t tokenized = memoryStatus().resident;
    auto session = generate::Session::create(*model, {.contextLength = context, .cacheK = type, .cacheV = type});
    if (!session) return fail(session.error());
    const int threads = (*session)->threads();
    const std::uint64_t cacheBytes = (*session)->cacheBytes();
    generate::Generator generator(std::move(*session), *tokenizer);

    std::mt19937 random(1);
    std::vector<generate::Token> prompt(static_cast<std::size_t>(std::max(1, computed - 2)));
    for (auto& token : prompt) token = static_cast<generate::Token>(random() % static_cast<unsigned>((*model)->vocabularySize()));
    generate::GenerateOptions options;
    options.sampling.seed = 1;
    options.maxTokens = 2;
    const auto outcome = generator.generate(prompt, options);
    if (!outcome) return fail(outcome.error());
    if (computed < context) populate(cacheBytes);
    const std::uint64_t measured = memoryStatus().resident;

    memory::ModelMemory estimate(*file); // after measuring: it takes a little itself
    memory::Situation situation;
    situation.context = context;
    situation.threads = threads;
    situation.key = situation.value = type;
    situation.programBytes = before;
    const auto account = estimate.account(situation);
    if (!account) return fail(account.error());
    const auto off = static_cast<double>(measured) - static_cast<double>(account->total());
    const bool fine = std::abs(off) <= std::max(20e6, 0.03 * static_cast<double>(measured));
    std::printf("%-40s %6d %-5s estimated %9.1f MB, measured %9.1f MB, off %+7.1f MB (%+.2f %%) %s\n", std::string(argv[1]).substr(std::string(argv[1]).rfind('/') + 1).c_str(),
                context, argv[3], mb(account->total()), mb(measured), off * 1e-6, 100 * off / static_cast<double>(measured), fine ? "ok" : "TOO FAR");
    std::printf("    steps: program %.1f, file %.1f, model %.1f, tokenizer %.1f; estimated: weights %.1f, cache %.1f, compute %.1f, output %.1f, program %.1f\n", mb(before),
                mb(opened - before), mb(loaded - opened), mb(tokenized - loaded), mb(account->bytes(memory::Group::Weights)), mb(account->bytes(memory::Group::Cache)),
                mb(account->bytes(memory::Group::Compute)), mb(account->bytes(memory::Group::Output)), mb(account->bytes(memory::Group::Program)));
    return fine ? 0 : 1;
}
