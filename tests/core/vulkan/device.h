#pragma once
// Mesa's software device, watched by the validation layer where it is installed.
#include "core/backend/vulkan/commands.h"

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <vector>

namespace corral::vulkan::test {

class Device {
    struct Heard {
        std::mutex mutex;
        std::vector<std::string> messages;
    };
    std::shared_ptr<Heard> m_heard = std::make_shared<Heard>();

public:
    std::string problem; // why there is none
    bool watched = true; // by the layer

private:
    std::shared_ptr<Context> open(const char* way)
    {
        if (!way) return open();
        ::setenv(way, "1", 1);
        auto context = open();
        ::unsetenv(way);
        return context;
    }
    std::shared_ptr<Context> open()
    {
        OpenOptions options{.id = {}, .software = true, .testing = {.validation = [heard = m_heard](const char* message) {
                                const std::lock_guard lock(heard->mutex);
                                heard->messages.emplace_back(message);
                            }}};
        auto context = Context::open(options);
        if (!context) { // without the layer
            options.testing.validation = nullptr;
            watched = false;
            context = Context::open(options);
        }
        if (context) return *context;
        problem = context.error().message;
        return nullptr;
    }

public:
    // way: of computing, that must be asked for by this variable of the environment.
    explicit Device(const char* way = nullptr) : context(open(way)) {}

    const std::shared_ptr<Context> context;
    std::unique_ptr<Pipelines> ownPipelines = context ? std::make_unique<Pipelines>(context) : nullptr;
    Pipelines& pipelines = *ownPipelines;
    std::unique_ptr<Commands> ownCommands = context ? std::make_unique<Commands>(context, pipelines) : nullptr;
    Commands& commands = *ownCommands;

    explicit operator bool() const { return context != nullptr; }
    std::vector<std::string> messages() const
    {
        const std::lock_guard lock(m_heard->mutex);
        return m_heard->messages;
    }
    // Behind `offset` bytes of nothing; some more room behind.
    Buffer upload(std::span<const std::byte> bytes, std::uint64_t offset)
    {
        auto buffer = Buffer::create(context, offset + bytes.size() + 16, Where::Upload);
        std::ranges::copy(bytes, buffer.value().mapped() + offset);
        return std::move(*buffer);
    }
    Buffer room(std::uint64_t bytes) { return std::move(Buffer::create(context, bytes, Where::Read).value()); }
};

} // namespace corral::vulkan::test
