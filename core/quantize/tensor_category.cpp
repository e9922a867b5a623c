#include "core/quantize/tensor_category.h"

#include <algorithm>
#include <charconv>

namespace corral::quantize {

namespace {

// Tensors whose name contains one of these keep their type.
constexpr std::string_view kKept[] = {
    "_norm.weight", "ffn_gate_inp.weight", "ffn_gate_tid2eid.weight", "altup", "laurel", "per_layer_model_proj", "ssm_conv1d",
    "shortconv.conv.weight", "indexer.k_proj.weight", "indexer.q_proj.weight", "time_mix_first.weight", "time_mix_w0.weight",
    "time_mix_w1.weight", "time_mix_w2.weight", "time_mix_v0.weight", "time_mix_v1.weight", "time_mix_v2.weight", "time_mix_a0.weight",
    "time_mix_a1.weight", "time_mix_a2.weight", "time_mix_g1.weight", "time_mix_g2.weight", "time_mix_decay_w1.weight",
    "time_mix_decay_w2.weight", "time_mix_lerp_fused.weight", "attn_rel_b.weight", ".position_embd", "sam.pos_embd", "sam.neck.",
    "sam.net_", ".rel_pos", ".patch_embd", ".patch_merger", "a.rvq.codebook", "mm.a.code_embd",
};
// And those with exactly these names.
constexpr std::string_view kTables[] = {"position_embd.weight", "token_types.weight"};

} // namespace

Category categoryOf(std::string_view name)
{
    if (name == "output.weight") return Category::Output;
    if (name == "token_embd.weight" || name == "per_layer_token_embd.weight") return Category::TokenEmbedding;
    constexpr std::pair<std::string_view, Category> kParts[] = {
        {"attn_qkv.weight", Category::Qkv}, {"attn_kv_b.weight", Category::KvB}, {"attn_v.weight", Category::Value},
        {"attn_k.weight", Category::Key},   {"attn_q.weight", Category::Query},  {"attn_output.weight", Category::AttentionOutput},
        {"ffn_up", Category::Up},           {"ffn_gate", Category::Gate},        {"ffn_down", Category::Down},
    };
    for (const auto& [part, category] : kParts)
        if (name.contains(part)) return category;
    return Category::Other;
}

bool isValueLike(Category category) { return category == Category::Value || category == Category::Qkv || category == Category::KvB; }

bool isQuantizable(const SourceTensor& tensor)
{
    const std::string_view name = tensor.name;
    return tensor.rows() > 1 && name.ends_with("weight") && !std::ranges::contains(kTables, name) &&
           std::ranges::none_of(kKept, [&](std::string_view part) { return name.contains(part); });
}

std::optional<int> blockNumber(std::string_view name)
{
    constexpr std::string_view kPrefix = "blk.";
    if (!name.starts_with(kPrefix)) return std::nullopt;
    int number = 0;
    const auto [end, error] = std::from_chars(name.data() + kPrefix.size(), name.data() + name.size(), number);
    if (error != std::errc() || number < 0 || end == name.data() + name.size() || *end != '.') return std::nullopt;
    return number;
}

} // namespace corral::quantize
