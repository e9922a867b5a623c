#pragma once
// Compute pipelines by shader and constants, made when first asked for. Internal to the folder.
#include "core/backend/vulkan/context.h"

#include <filesystem>
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
    // folder: where a cache of compiled shaders is kept (pipeline_file.h); empty: nowhere.
    explicit Pipelines(std::shared_ptr<Context> context, std::filesystem::path folder = {});
    ~Pipelines();
    Pipelines(const Pipelines&) = delete;
    Pipelines& operator=(const Pipelines&) = delete;

    // `constants` are the specialization constants 0, 1, …. `name` must be one of allShaders().
    Result<VkPipeline> get(std::string_view name, std::span<const std::uint32_t> constants);
    VkPipelineLayout layout() const { return m_layout; }

private:
    void keep() const;

    struct Key {
        std::string name;
        std::vector<std::uint32_t> constants;
        auto operator<=>(const Key&) const = default;
    };

    std::shared_ptr<Context> m_context;
    VkPipelineLayout m_layout = VK_NULL_HANDLE;
    VkPipelineCache m_cache = VK_NULL_HANDLE;
    std::filesystem::path m_file; // empty: the cache is not kept
    bool m_grown = false;         // beyond what the file has
    std::map<Key, VkPipeline> m_pipelines;
};

} // namespace corral::vulkan
