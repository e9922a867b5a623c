#include "core/convert/decoder.h"

#include "core/gguf/cursor.h"

#include <algorithm>

namespace corral::convert {

namespace {

constexpr std::int64_t kMostExperts = 1024;

void refusePrequantized(Config& config)
{
    const Json* quantization = find(config.json(), "quantization_config");
    if (!quantization) quantization = find(config.json(), "compression_config");
    if (!quantization) return;
    const std::string* method = findText(*quantization, "quant_method");
    config.refuse(std::format("the weights are already quantized ({}); only float weights can be converted",
                              method ? gguf::shown(*method) : "quantization_config"));
}

void takeAttention(Conversion& c, const std::string& block, const std::string& layer, const DecoderSizes& sizes, const DecoderStyle& style)
{
    const std::string in = layer + ".self_attn.";
    if (style.fusedQkv) {
        c.takeLinear(block + ".attn_qkv", in + "qkv_proj");
    } else {
        c.takeLinear(block + ".attn_q", in + "q_proj", {.heads = style.interleave ? sizes.heads : 0});
        c.takeLinear(block + ".attn_k", in + "k_proj", {.heads = style.interleave ? sizes.kvHeads : 0});
        c.takeLinear(block + ".attn_v", in + "v_proj");
    }
    if (style.queryKeyNorms) {
        c.take(block + ".attn_q_norm.weight", in + "q_norm.weight", {.add = style.normShift});
        c.take(block + ".attn_k_norm.weight", in + "k_norm.weight", {.add = style.normShift});
    }
    c.takeLinear(block + ".attn_output", in + "o_proj");
}

void takeExperts(Conversion& c, const std::string& block, const std::string& layer, const DecoderStyle& style)
{
    const std::string in = layer + ".mlp.experts.";
    c.takeLinear(block + ".ffn_gate_inp", layer + ".mlp.gate");
    if (c.has(in + "gate_up_proj")) { // one tensor for all experts, gate rows first
        c.takeSlice(block + ".ffn_gate_exps.weight", in + "gate_up_proj", 0, static_cast<std::uint64_t>(style.expertSize));
        c.takeSlice(block + ".ffn_up_exps.weight", in + "gate_up_proj", static_cast<std::uint64_t>(style.expertSize),
                    static_cast<std::uint64_t>(style.expertSize));
        c.take(block + ".ffn_down_exps.weight", in + "down_proj");
        return;
    }
    for (const std::string part : {"gate", "up", "down"}) {
        std::vector<std::string> names;
        for (std::int64_t e = 0; e < style.experts; ++e) names.push_back(std::format("{}{}.{}_proj.weight", in, e, part));
        c.stack(block + ".ffn_" + part + "_exps.weight", names);
    }
}

void takeFeedForward(Conversion& c, const std::string& block, const std::string& layer, const DecoderStyle& style)
{
    if (style.experts > 0) return takeExperts(c, block, layer, style);
    const std::string in = layer + ".mlp.";
    if (style.fusedGateUp) {
        c.takeLinear(block + ".ffn_up", in + "gate_up_proj");
    } else {
        c.takeLinear(block + ".ffn_gate", in + "gate_proj");
        c.takeLinear(block + ".ffn_up", in + "up_proj");
    }
    c.takeLinear(block + ".ffn_down", in + "down_proj");
}

} // namespace

DecoderSizes writeDecoderKeys(Conversion& c, const DecoderKeys& keys)
{
    Config& config = c.config();
    refusePrequantized(config);
    DecoderSizes s;
    s.layers = config.integer({"num_hidden_layers", "n_layers", "n_layer", "num_layers"}, 1, Config::kMostLayers);
    s.embedding = config.integer({"hidden_size", "n_embd", "dim"}, 1, Config::kMostWidth);
    s.feedForward = config.integer({"intermediate_size", "n_inner", "hidden_dim"}, 1, Config::kMostWidth);
    s.heads = config.integer({"num_attention_heads", "n_head", "n_heads"}, 1, Config::kMostHeads);
    s.kvHeads = config.maybeInteger({"num_key_value_heads", "n_kv_heads"}, 1, Config::kMostHeads).value_or(s.heads);
    const auto headSize = keys.ownHeadSize ? config.maybeInteger({"head_dim"}, 1, Config::kMostWidth) : std::nullopt;
    if (!headSize && s.embedding % s.heads != 0)
        config.complain(std::format("a hidden size of {} does not divide into {} heads", s.embedding, s.heads));
    s.headSize = headSize.value_or(std::max<std::int64_t>(1, s.embedding / s.heads));

    const auto size = [&](std::string_view key, std::int64_t value) { c.set(key, gguf::u32(static_cast<std::uint32_t>(value))); };
    size("block_count", s.layers);
    size("context_length",
         config.integer({"max_position_embeddings", "n_ctx", "n_positions", "max_length", "max_sequence_length", "model_max_length"}, 1,
                        Config::kMostContext));
    size("embedding_length", s.embedding);
    size("feed_forward_length", s.feedForward);
    size("attention.head_count", s.heads);
    size("attention.head_count_kv", s.kvHeads);
    if (headSize && keys.writeHeadSize) {
        size("attention.key_length", s.headSize);
        size("attention.value_length", s.headSize);
    }
    c.set("attention.layer_norm_rms_epsilon", gguf::f32(static_cast<float>(config.real({"rms_norm_eps", "norm_eps"}, 0, 1))));

    for (const char* name : {"hidden_activation", "hidden_act"}) {
        const std::string activation = config.text(name);
        if (activation.empty()) continue;
        if (!std::ranges::contains(keys.activations, std::string_view(activation)))
            config.refuse(std::format("{} {} cannot be expressed in architecture {}", name, gguf::shown(activation), c.architecture()));
        break;
    }
    return s;
}

void refuseSlidingWindow(Conversion& c, const DecoderSizes& sizes)
{
    Config& config = c.config();
    if (!config.flag("use_sliding_window", false)) return;
    const auto window = config.maybeInteger({"sliding_window"}, 0, Config::kMostContext);
    const auto context = config.maybeInteger({"max_position_embeddings"}, 0, Config::kMostContext);
    const std::int64_t firstLayer = config.maybeInteger({"max_window_layers"}, 0, Config::kMostContext).value_or(0);
    if (window && context && *window < *context && firstLayer < sizes.layers)
        config.refuse(std::format("use_sliding_window: architecture {} has no layers with a window", c.architecture()));
}

void writeSlidingWindow(Conversion& c)
{
    const auto window = c.config().maybeInteger({"sliding_window"}, 0, Config::kMostContext).value_or(0);
    c.set("attention.sliding_window", gguf::u32(static_cast<std::uint32_t>(window)));
}

void refuseQueryScale(Conversion& c, const DecoderSizes& sizes, std::int64_t layersOf27B)
{
    const double scalar = c.config().maybeReal({"query_pre_attn_scalar"}, 1e-3, 1e6).value_or(256);
    if (scalar != static_cast<double>(sizes.layers == layersOf27B ? sizes.embedding / sizes.heads : sizes.headSize))
        c.config().refuse(std::format("query_pre_attn_scalar {} cannot be expressed in architecture {}", scalar, c.architecture()));
}

void writeWindowPattern(Conversion& c, const DecoderSizes& sizes, std::int64_t period)
{
    Config& config = c.config();
    const auto implied = [&](std::size_t il) { return (static_cast<std::int64_t>(il) + 1) % period != 0; };
    const auto layers = static_cast<std::size_t>(sizes.layers);
    std::vector<bool> sliding;
    if (const Json* types = find(config.json(), "layer_types"); types && types->is_array()) {
        if (types->size() != layers) return config.complain(std::format("layer_types has {} entries for {} layers", types->size(), layers));
        for (const Json& type : *types) {
            sliding.push_back(type == "sliding_attention");
            if (type != "sliding_attention" && type != "full_attention")
                return config.refuse(std::format("layer_types: architecture {} has no such attention", c.architecture()));
        }
    } else {
        const std::int64_t own = config.maybeInteger({"sliding_window_pattern"}, 1, Config::kMostLayers).value_or(period);
        for (std::size_t il = 0; il < layers; ++il) sliding.push_back((static_cast<std::int64_t>(il) + 1) % own != 0);
    }
    for (std::size_t il = 0; il < layers; ++il)
        if (sliding[il] != implied(il))
            return c.set("attention.sliding_window_pattern",
                         {.type = gguf::ValueType::Array, .elementType = gguf::ValueType::Bool, .data = sliding});
}

void takeDecoder(Conversion& c, const DecoderSizes& sizes, const DecoderStyle& style)
{
    if (style.experts > kMostExperts) return c.config().complain(std::format("{} experts are more than {}", style.experts, kMostExperts));
    const bool tied = c.config().flag("tie_word_embeddings", false);
    const std::string embedding = "model.embed_tokens.weight", head = "lm_head.weight";
    // Tied weights are stored once, under either name.
    const bool underHead = tied && !c.has(embedding) && c.has(head);
    c.take("token_embd.weight", underHead ? head : embedding);
    for (std::int64_t il = 0; il < sizes.layers; ++il) {
        const std::string block = std::format("blk.{}", il), layer = std::format("model.layers.{}", il);
        const auto norm = [&](std::string_view out, std::string_view in) {
            c.take(std::format("{}.{}.weight", block, out), std::format("{}.{}.weight", layer, in), {.add = style.normShift});
        };
        if (style.norms != Norms::After) norm("attn_norm", "input_layernorm");
        takeAttention(c, block, layer, sizes, style);
        if (style.norms == Norms::Before) {
            norm("ffn_norm", "post_attention_layernorm");
        } else {
            norm("post_attention_norm", "post_attention_layernorm");
            if (style.norms == Norms::Around) norm("ffn_norm", "pre_feedforward_layernorm");
        }
        takeFeedForward(c, block, layer, style);
        if (style.norms != Norms::Before) norm("post_ffw_norm", "post_feedforward_layernorm");
    }
    c.take("output_norm.weight", "model.norm.weight", {.add = style.normShift});
    if (tied) c.leaveOut(head);
    else c.takeLinear("output", "lm_head");
}

} // namespace corral::convert
