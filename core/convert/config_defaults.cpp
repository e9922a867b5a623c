#include "core/convert/config.h"

namespace corral::convert {

// facts/convert.md § 4, rows compared with the library. What follows from other values (key/value heads = heads, head size = hidden size
// by heads) is left to the code that reads them.
const Json& defaultsOf(std::string_view modelType)
{
    static const Json kDefaults = {
        {"llama", {{"rms_norm_eps", 1e-6}, {"rope_theta", 10000.0}, {"max_position_embeddings", 2048}, {"tie_word_embeddings", false}}},
        {"mistral",
         {{"num_key_value_heads", 8}, {"sliding_window", 4096}, {"rms_norm_eps", 1e-6}, {"rope_theta", 10000.0},
          {"max_position_embeddings", 131072}}},
        {"qwen2", {{"num_key_value_heads", 32}, {"rms_norm_eps", 1e-6}, {"rope_theta", 10000.0}, {"max_position_embeddings", 32768}}},
        {"qwen3",
         {{"head_dim", 128}, {"num_key_value_heads", 32}, {"rms_norm_eps", 1e-6}, {"rope_theta", 10000.0},
          {"max_position_embeddings", 32768}}},
        {"qwen3_moe",
         {{"num_key_value_heads", 4}, {"rms_norm_eps", 1e-6}, {"rope_theta", 10000.0}, {"max_position_embeddings", 32768},
          {"num_experts", 128}, {"num_experts_per_tok", 8}, {"decoder_sparse_step", 1}, {"norm_topk_prob", false}}},
        {"gemma2",
         {{"head_dim", 256}, {"num_key_value_heads", 4}, {"rms_norm_eps", 1e-6}, {"attn_logit_softcapping", 50.0},
          {"final_logit_softcapping", 30.0}, {"sliding_window", 4096}, {"query_pre_attn_scalar", 256},
          {"max_position_embeddings", 8192}, {"tie_word_embeddings", true}}},
        {"gemma3_text",
         {{"vocab_size", 262208}, {"hidden_size", 2304}, {"intermediate_size", 9216}, {"num_hidden_layers", 26}, {"num_attention_heads", 8},
          {"num_key_value_heads", 4}, {"head_dim", 256}, {"max_position_embeddings", 131072}, {"rms_norm_eps", 1e-6}, {"rope_theta", 1e6},
          {"rope_local_base_freq", 10000.0}, {"query_pre_attn_scalar", 256}, {"sliding_window", 4096}, {"sliding_window_pattern", 6},
          {"tie_word_embeddings", true}}},
        {"phi3", {{"rms_norm_eps", 1e-5}, {"rope_theta", 10000.0}, {"original_max_position_embeddings", 4096},
                  {"max_position_embeddings", 4096}}},
        {"smollm3",
         {{"num_key_value_heads", 4}, {"rms_norm_eps", 1e-6}, {"rope_theta", 2e6}, {"no_rope_layer_interval", 4},
          {"max_position_embeddings", 32768}, {"tie_word_embeddings", true}}},
        {"granite",
         {{"attention_multiplier", 1.0}, {"embedding_multiplier", 1.0}, {"residual_multiplier", 1.0}, {"logits_scaling", 1.0},
          {"rms_norm_eps", 1e-6}, {"rope_theta", 10000.0}, {"max_position_embeddings", 2048}}},
        {"olmo2", {{"rms_norm_eps", 1e-5}, {"rope_theta", 10000.0}, {"max_position_embeddings", 2048}}},
    };
    static const Json kNone = Json::object();
    const auto it = kDefaults.find(modelType);
    return it == kDefaults.end() ? kNone : *it;
}

} // namespace corral::convert
