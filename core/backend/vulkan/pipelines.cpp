#include "core/backend/vulkan/pipelines.h"

#include "core/backend/vulkan/pipeline_file.h"

#include <algorithm>
#include <cassert>

namespace corral::vulkan {

Pipelines::Pipelines(std::shared_ptr<Context> context, std::filesystem::path folder) : m_context(std::move(context))
{
    const VkPhysicalDeviceProperties& card = m_context->properties();
    const VkPipelineCacheCreateInfo empty{.sType = VK_STRUCTURE_TYPE_PIPELINE_CACHE_CREATE_INFO};
    if (!folder.empty()) {
        m_file = folder / pipelineFileName(m_context->id());
        const auto kept = readPipelineFile(m_file, card);
        const VkPipelineCacheCreateInfo full{.sType = VK_STRUCTURE_TYPE_PIPELINE_CACHE_CREATE_INFO, .initialDataSize = kept.size(), .pInitialData = kept.data()};
        if (m_context->vk().vkCreatePipelineCache(m_context->device(), &full, nullptr, &m_cache) != VK_SUCCESS) m_cache = VK_NULL_HANDLE;
    }
    if (!m_cache && m_context->vk().vkCreatePipelineCache(m_context->device(), &empty, nullptr, &m_cache) != VK_SUCCESS) m_cache = VK_NULL_HANDLE;
    const VkPushConstantRange range{VK_SHADER_STAGE_COMPUTE_BIT, 0, kPushBytes};
    const VkPipelineLayoutCreateInfo layout{.sType = VK_STRUCTURE_TYPE_PIPELINE_LAYOUT_CREATE_INFO, .pushConstantRangeCount = 1, .pPushConstantRanges = &range};
    if (m_context->vk().vkCreatePipelineLayout(m_context->device(), &layout, nullptr, &m_layout) != VK_SUCCESS) m_layout = VK_NULL_HANDLE;
}

Pipelines::~Pipelines()
{
    if (m_grown && m_cache && !m_file.empty() && !m_context->lost()) keep();
    for (const auto& [key, pipeline] : m_pipelines) m_context->vk().vkDestroyPipeline(m_context->device(), pipeline, nullptr);
    m_context->vk().vkDestroyPipelineCache(m_context->device(), m_cache, nullptr);
    m_context->vk().vkDestroyPipelineLayout(m_context->device(), m_layout, nullptr);
}

// A cache that cannot be kept is made again the next time.
void Pipelines::keep() const
{
    std::size_t bytes = 0;
    if (m_context->vk().vkGetPipelineCacheData(m_context->device(), m_cache, &bytes, nullptr) != VK_SUCCESS || bytes == 0) return;
    std::vector<std::byte> data(bytes);
    if (m_context->vk().vkGetPipelineCacheData(m_context->device(), m_cache, &bytes, data.data()) != VK_SUCCESS) return;
    (void)writePipelineFile(m_file, std::span(data).first(bytes));
}

Result<VkPipeline> Pipelines::get(std::string_view name, std::span<const std::uint32_t> constants)
{
    Key key{std::string(name), {constants.begin(), constants.end()}};
    if (const auto found = m_pipelines.find(key); found != m_pipelines.end()) return found->second;
    const auto shader = std::ranges::find(allShaders(), name, &Shader::name);
    assert(shader != allShaders().end());

    const VkShaderModuleCreateInfo code{.sType = VK_STRUCTURE_TYPE_SHADER_MODULE_CREATE_INFO, .codeSize = shader->code.size_bytes(), .pCode = shader->code.data()};
    VkShaderModule module = VK_NULL_HANDLE;
    if (m_layout == VK_NULL_HANDLE || m_context->vk().vkCreateShaderModule(m_context->device(), &code, nullptr, &module) != VK_SUCCESS)
        return fail(ErrorCode::OutOfMemory, "the driver refuses the shader {}", name);
    std::vector<VkSpecializationMapEntry> entries;
    for (std::uint32_t i = 0; i < constants.size(); ++i) entries.push_back({i, static_cast<std::uint32_t>(i * sizeof(std::uint32_t)), sizeof(std::uint32_t)});
    const VkSpecializationInfo special{static_cast<std::uint32_t>(entries.size()), entries.data(), constants.size_bytes(), constants.data()};
    const VkComputePipelineCreateInfo create{.sType = VK_STRUCTURE_TYPE_COMPUTE_PIPELINE_CREATE_INFO,
                                             .stage = {.sType = VK_STRUCTURE_TYPE_PIPELINE_SHADER_STAGE_CREATE_INFO,
                                                       .stage = VK_SHADER_STAGE_COMPUTE_BIT,
                                                       .module = module,
                                                       .pName = "main",
                                                       .pSpecializationInfo = &special},
                                             .layout = m_layout};
    VkPipeline pipeline = VK_NULL_HANDLE;
    const VkResult result = m_context->vk().vkCreateComputePipelines(m_context->device(), m_cache, 1, &create, nullptr, &pipeline);
    m_context->vk().vkDestroyShaderModule(m_context->device(), module, nullptr);
    if (result != VK_SUCCESS) return fail(ErrorCode::Unsupported, "the driver cannot compile the shader {} (VkResult {})", name, static_cast<int>(result));
    m_pipelines.emplace(std::move(key), pipeline);
    m_grown = true;
    return pipeline;
}

} // namespace corral::vulkan
