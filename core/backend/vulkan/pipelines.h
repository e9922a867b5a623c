#pragma once
// Compute pipelines by shader and constants, made when first asked for. Internal to the folder.
#include "core/backend/vulkan/context.h"

#include <map>
#include <string_view>
#include <vector>

namespace corral::vulkan {

// A module of shaders/, compiled when Corral was built (shaders.cmake).
struct Shader {
    std::string_view name;
    std::span<const std::uint32_t> code; // SPIR-V
};
std::span<const Shader> allShaders();

// Bytes of push constants every pipeline may use: the least Vulkan guarantees.
inline constexpr std::uint32_t kPushBytes = 128;

class Pipelines {
public:
    explicit Pipelines(std::shared_ptr<Context> context);
    ~Pipelines();
    Pipelines(const Pipelines&) = delete;
    Pipelines& operator=(const Pipelines&) = delete;

    // `constants` are the specialization constants 0, 1, …. `name` must be one of allShaders().
    Result<VkPipeline> get(std::string_view name, std::span<const std::uint32_t> constants);
    VkPipelineLayout layout() const { return m_layout; }

private:
    struct Key {
        std::string name;
        std::vector<std::uint32_t> constants;
        auto operator<=>(const Key&) const = default;
    };

    std::shared_ptr<Context> m_context;
    VkPipelineLayout m_layout = VK_NULL_HANDLE;
    std::map<Key, VkPipeline> m_pipelines;
};

} // namespace corral::vulkan
