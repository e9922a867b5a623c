#pragma once
// The Khronos layer's messages about backends that are made with testing(); nobody watches where it is not installed.
#include "core/backend/vulkan/testing.h"
#include "tests/core/vulkan/device.h"

namespace corral::vulkan::test {

class Watched {
public:
    Testing testing() const
    {
        static const bool installed = Device().watched;
        if (!installed) return {};
        return {.validation = [heard = m_heard](const char* message) {
            const std::lock_guard lock(heard->mutex);
            heard->messages.emplace_back(message);
        }};
    }
    std::vector<std::string> messages() const
    {
        const std::lock_guard lock(m_heard->mutex);
        return m_heard->messages;
    }

private:
    struct Heard {
        std::mutex mutex;
        std::vector<std::string> messages;
    };
    std::shared_ptr<Heard> m_heard = std::make_shared<Heard>();
};

} // namespace corral::vulkan::test
