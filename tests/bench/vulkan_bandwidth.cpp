// What a graphics card's memory gives when it is only read, and what handing over costs:
//   vulkan_bandwidth [DEVICE] [MIB] [--software]      DEVICE: an id of `corral devices --json`; MIB: read at once (1024)
// One line of JSON: gigabytes a second, read and copied; microseconds of a submission that does nothing, and of one more dispatch behind a barrier in it. Medians of 20.
#include "core/backend/vulkan/commands.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <vector>

using namespace corral;
using namespace corral::vulkan;

namespace {

int failed(const Error& error)
{
    std::fprintf(stderr, "%s\n", error.message.c_str());
    return 1;
}

struct Read {
    std::uint64_t x, sum;
    std::uint32_t fours, unused = 0;
};

} // namespace

int main(int argc, char** argv)
{
    OpenOptions options;
    std::uint64_t mib = 1024;
    for (int i = 1; i < argc; ++i) {
        const std::string word = argv[i];
        if (word == "--software") options.software = true;
        else if (word.size() == 32) options.id = word;
        else mib = std::strtoull(argv[i], nullptr, 10);
    }
    auto context = Context::open(options);
    if (!context) return failed(context.error());
    Pipelines pipelines(*context);
    Commands commands(*context, pipelines);
    constexpr std::uint32_t kInvocations = 256, kGroups = 4096;
    const std::uint64_t fours = std::max<std::uint64_t>(1, (mib << 20) / 16 / (kInvocations * kGroups)), bytes = fours * 16 * kInvocations * kGroups;
    auto source = Buffer::create(*context, bytes, Where::Device), target = Buffer::create(*context, bytes, Where::Device), sums = Buffer::create(*context, kGroups * 4, Where::Device);
    for (const auto* buffer : {&source, &target, &sums})
        if (!*buffer) return failed(buffer->error());

    const auto median = [&](const std::function<Result<void>()>& record) -> Result<double> {
        std::vector<double> seconds;
        for (int i = -2; i < 20; ++i) { // the first ones compile, and wake the card
            if (auto ok = commands.begin(); !ok) return std::unexpected(ok.error());
            if (auto ok = record(); !ok) return std::unexpected(ok.error());
            const auto begin = std::chrono::steady_clock::now();
            if (auto ok = commands.submitAndWait(); !ok) return std::unexpected(ok.error());
            if (i >= 0) seconds.push_back(std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count());
        }
        std::ranges::nth_element(seconds, seconds.begin() + 10);
        return seconds[10];
    };
    const std::uint32_t constants[] = {kInvocations};
    const auto read = [&](std::uint32_t count) { return commands.dispatch("read", constants, Read{source->address(), sums->address(), count}, kGroups); };
    constexpr int kDispatches = 100;
    const auto nothing = median([&] { return Result<void>(); });
    const auto many = median([&]() -> Result<void> {
        for (int i = 0; i < kDispatches; ++i) {
            if (auto ok = commands.dispatch("read", constants, Read{source->address(), sums->address(), 0}, 1); !ok) return ok;
            commands.barrier();
        }
        return {};
    });
    const auto reading = median([&] { return read(static_cast<std::uint32_t>(fours)); });
    const auto copying = median([&]() -> Result<void> { return commands.copy(*source, 0, *target, 0, bytes), Result<void>(); });
    for (const auto* result : {&nothing, &many, &reading, &copying})
        if (!*result) return failed(result->error());
    const double all = static_cast<double>(bytes);
    std::printf("{\"device\": \"%s\", \"id\": \"%s\", \"read_gb_s\": %.1f, \"copy_gb_s\": %.1f, \"submission_us\": %.1f, \"dispatch_us\": %.2f}\n", (*context)->properties().deviceName,
                (*context)->id().c_str(), all / (*reading - *nothing) / 1e9, 2 * all / (*copying - *nothing) / 1e9, *nothing * 1e6, (*many - *nothing) / kDispatches * 1e6);
}
