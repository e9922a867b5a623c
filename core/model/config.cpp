#include "core/model/config.h"

#include "core/gguf/cursor.h"

#include <cmath>

namespace corral::model {

namespace {

// Ranges generous enough for any model of the coming years, tight enough that products of two of them fit 64 bits.
constexpr std::int64_t kMostLayers = 512, kMostExperts = 1024;
constexpr std::int64_t kMostWidth = 1 << 22, kMostHeads = 1 << 14, kMostVocabulary = 1 << 26, kMostContext = std::int64_t(1) << 31;

std::int64_t readVocabulary(Keys& keys)
{
    const gguf::File& file = keys.file();
    if (const gguf::Value* tokens = file.find("tokenizer.ggml.tokens")) {
        if (!tokens->asStrings()) keys.complain("tokenizer.ggml.tokens is not a list of strings");
        const auto count = static_cast<std::int64_t>(tokens->arraySize());
        if (count < 1 || count > kMostVocabulary) keys.complain(std::format("tokenizer.ggml.tokens has {} entries", count));
        return count;
    }
    if (keys.has("vocab_size")) return keys.integer("vocab_size", 1, kMostVocabulary);
    const gguf::TensorInfo* table = file.tensor("token_embd.weight");
    const std::uint64_t rows = table ? table->shape[1] : 0;
    if (rows < 1 || rows > static_cast<std::uint64_t>(kMostVocabulary)) {
        keys.complain("the file says nowhere how many tokens its vocabulary has");
        return 1;
    }
    return static_cast<std::int64_t>(rows);
}

// Architectures sheet § 2.5.
graph::RopeParams readRope(Keys& keys, std::int64_t headSize, std::int64_t context)
{
    graph::RopeParams rope;
    rope.dims = keys.integer("rope.dimension_count", 0, kMostWidth, headSize);
    rope.base = keys.real("rope.freq_base", 1e-3f, 1e30f, 10000);
    rope.originalContext = keys.integer("rope.scaling.original_context_length", 1, kMostContext, context);
    const std::string type = keys.text("rope.scaling.type", "linear");
    if (type != "none" && type != "linear" && type != "yarn" && type != "longrope")
        keys.complain(std::format("rope.scaling.type {} is unknown", gguf::shown(type)));
    float factor = keys.real("rope.scaling.factor", 0, 1e6f, keys.real("rope.scale_linear", 0, 1e6f, 0)); // s; 0: not given
    if (factor == 0 || type == "none") factor = 1;
    rope.freqScale = 1 / factor;
    rope.attnFactor = keys.real("rope.scaling.attn_factor", 1e-3f, 1e3f, 1);
    rope.betaFast = keys.real("rope.scaling.yarn_beta_fast", 0, 1e6f, 32);
    rope.betaSlow = keys.real("rope.scaling.yarn_beta_slow", 0, 1e6f, 1);
    rope.extFactor = type == "yarn" ? 1 : 0;
    if (rope.extFactor != 0 && factor > 1) {
        // Magnitudes: the kernel multiplies by 1 + 0.1 ln s; with a log multiplier λ the net is m(s, 1) / m(s, λ).
        const float lambda = keys.real("rope.scaling.yarn_log_multiplier", 0, 1e3f, 0);
        if (lambda != 0) rope.attnFactor /= 1 + 0.1f * lambda * std::log(factor);
    }
    return rope;
}

} // namespace

Config readConfig(Keys& keys, std::string architecture)
{
    Config c;
    c.architecture = std::move(architecture);
    c.context = keys.integer("context_length", 1, kMostContext);
    c.embedding = keys.integer("embedding_length", 1, kMostWidth);
    c.layers = keys.integer("block_count", 1, kMostLayers);
    c.heads = keys.integer("attention.head_count", 1, kMostHeads);
    c.kvHeads = keys.integer("attention.head_count_kv", 1, kMostHeads, c.heads);
    if (c.heads % c.kvHeads != 0) keys.complain(std::format("{} query heads cannot share {} key/value heads evenly", c.heads, c.kvHeads));
    if (!keys.has("attention.key_length") && c.embedding % c.heads != 0)
        keys.complain(std::format("an embedding of {} does not divide into {} heads", c.embedding, c.heads));
    c.keySize = keys.integer("attention.key_length", 1, kMostWidth, std::max<std::int64_t>(1, c.embedding / c.heads));
    c.valueSize = keys.integer("attention.value_length", 1, kMostWidth, std::max<std::int64_t>(1, c.embedding / c.heads));
    c.feedForward = keys.integer("feed_forward_length", 0, kMostWidth, 0);
    c.experts = keys.integer("expert_count", 0, kMostExperts, 0);
    c.expertsUsed = keys.integer("expert_used_count", 0, kMostExperts, 0);
    if (c.experts > 0 && (c.expertsUsed < 1 || c.expertsUsed > c.experts))
        keys.complain(std::format("{} of {} experts cannot be used at once", c.expertsUsed, c.experts));
    c.normEps = keys.real("attention.layer_norm_rms_epsilon", 0, 1);
    c.attentionScale = keys.real("attention.scale", 0, 1e6f, 0);
    if (c.attentionScale == 0) c.attentionScale = 1 / std::sqrt(static_cast<float>(c.keySize));
    c.rope = readRope(keys, c.keySize, c.context);
    if (c.rope.dims < 2 || c.rope.dims % 2 != 0 || c.rope.dims > c.keySize)
        keys.complain(std::format("rope.dimension_count {} does not fit heads of {} values", c.rope.dims, c.keySize));
    c.vocabulary = readVocabulary(keys);
    return c;
}

} // namespace corral::model
