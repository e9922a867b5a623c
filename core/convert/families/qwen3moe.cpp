// Qwen 3, mixture of experts (facts/convert.md § 5.3). The architecture always normalises the chosen experts' weights and has experts in
// every layer.
#include "core/convert/decoder.h"
#include "core/convert/family.h"

namespace corral::convert::families {

namespace {

constexpr std::string_view kClasses[] = {"Qwen3MoeForCausalLM"};
constexpr std::int64_t kMostExperts = 1024;

void convert(Conversion& c)
{
    c.setArchitecture("qwen3moe");
    Config& config = c.config();
    const DecoderSizes sizes = writeDecoderKeys(c);
    refuseSlidingWindow(c, sizes);
    if (!config.flag("norm_topk_prob", false)) config.refuse("norm_topk_prob false cannot be expressed in architecture qwen3moe");
    if (config.maybeInteger({"decoder_sparse_step"}, 0, Config::kMostLayers).value_or(1) != 1)
        config.refuse("decoder_sparse_step other than 1 cannot be expressed in architecture qwen3moe");
    if (const auto dense = config.integers("mlp_only_layers"); dense && !dense->empty())
        config.refuse("mlp_only_layers cannot be expressed in architecture qwen3moe");

    const std::int64_t experts = config.integer({"num_experts", "num_local_experts", "n_routed_experts"}, 1, kMostExperts);
    const std::int64_t used = config.integer({"num_experts_per_tok", "num_experts_per_token", "top_k_experts"}, 1, kMostExperts);
    const std::int64_t expertSize = config.integer({"moe_intermediate_size"}, 1, Config::kMostWidth);
    c.set("expert_count", gguf::u32(static_cast<std::uint32_t>(experts)));
    c.set("expert_used_count", gguf::u32(static_cast<std::uint32_t>(used)));
    c.set("expert_feed_forward_length", gguf::u32(static_cast<std::uint32_t>(expertSize)));
    writeRope(c, readRope(config), {.dims = sizes.headSize});
    takeDecoder(c, sizes, {.queryKeyNorms = true, .experts = experts, .expertSize = expertSize});
}

} // namespace

extern const Family qwen3moe{"qwen3moe", kClasses, convert};

} // namespace corral::convert::families
