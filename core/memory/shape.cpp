#include "core/memory/shape.h"

#include <algorithm>
#include <charconv>
#include <limits>
#include <optional>

namespace corral::memory {

namespace {

constexpr std::int64_t kMostLayers = 4096;               // no model has so many: a header that says more is wrong
constexpr std::uint64_t kMostWidth = std::uint64_t(1) << 31; // products of a few such numbers with layers stay in 64 bits

// "{architecture}.KEY" of a header, by layer where it is a list.
class HeaderKeys {
public:
    HeaderKeys(const gguf::File& file, const std::string& architecture) : m_file(file), m_prefix(architecture + ".") {}

    bool has(std::string_view key) const { return find(key) != nullptr; }
    std::uint64_t number(std::string_view key, std::uint64_t fallback = 0) const { return numberOf(key, 0).value_or(fallback); }
    // Of a list its element, of a single number this.
    std::uint64_t number(std::string_view key, std::size_t layer, std::uint64_t fallback) const { return numberOf(key, layer).value_or(fallback); }
    std::uint64_t largest(std::string_view key) const
    {
        const gguf::Value* value = find(key);
        const auto list = value ? value->asInts() : std::nullopt;
        return list && !list->empty() ? inRange(*std::ranges::max_element(*list)).value_or(0) : 0;
    }
    const gguf::Value* find(std::string_view key) const { return m_file.find(m_prefix + std::string(key)); }

private:
    static std::optional<std::uint64_t> inRange(std::int64_t n)
    {
        return n >= 0 && static_cast<std::uint64_t>(n) <= kMostWidth ? std::optional(static_cast<std::uint64_t>(n)) : std::nullopt;
    }
    std::optional<std::uint64_t> numberOf(std::string_view key, std::size_t layer) const
    {
        const gguf::Value* value = find(key);
        if (!value) return std::nullopt;
        if (value->type != gguf::ValueType::Array) {
            const auto n = value->asInt();
            return n ? inRange(*n) : std::nullopt;
        }
        const auto list = value->asInts();
        return list && layer < list->size() ? inRange((*list)[layer]) : std::nullopt;
    }

    const gguf::File& m_file;
    std::string m_prefix;
};

// Which layers look back through a window only (architectures sheet § 2.7): a list of flags, or a period of which the last is full.
bool slides(const HeaderKeys& keys, std::size_t layer, std::uint64_t window, std::string_view architecture)
{
    if (window == 0 || architecture == "llama") return false; // § 4.1: the key is there, the window is not used
    const gguf::Value* pattern = keys.find("attention.sliding_window_pattern");
    if (pattern && pattern->type == gguf::ValueType::Array) return keys.number("attention.sliding_window_pattern", layer, 0) != 0;
    std::uint64_t period = architecture == "gemma3" ? 6 : architecture == "gemma3n" ? 5 : architecture == "olmo2" ? 4 : 2;
    if (architecture == "phi3" || architecture == "mistral") period = 0; // every layer
    if (pattern) period = keys.number("attention.sliding_window_pattern", period);
    return period == 0 || layer % period < period - 1;
}

// Memory sheet § 2: f32 values of the two states of a recurrent layer.
std::uint64_t recurrentState(const HeaderKeys& keys, std::uint64_t embedding)
{
    const std::uint64_t inner = keys.number("ssm.inner_size"), state = keys.number("ssm.state_size"), kernel = keys.number("ssm.conv_kernel");
    if (inner > 0 && kernel > 0) return (kernel - 1) * (inner + 2 * keys.number("ssm.group_count") * state) + state * inner;
    if (const std::uint64_t length = keys.number("shortconv.l_cache"); length > 0) return embedding * (length - 1);
    if (const std::uint64_t head = keys.number("wkv.head_size"); head > 0) return embedding * (keys.number("token_shift_count", 2) + head);
    return 0;
}

LayerShape layerShape(const HeaderKeys& keys, const gguf::File& file, const ModelShape& model, std::size_t layer)
{
    const auto il = std::to_string(layer);
    const auto hasTensor = [&](std::string_view part) { return file.tensor("blk." + il + "." + std::string(part) + ".weight") != nullptr; };
    LayerShape shape;
    const std::uint64_t heads = keys.number("attention.head_count", layer, 0), kvHeads = keys.number("attention.head_count_kv", layer, heads);
    const std::uint64_t headSize = heads > 0 ? model.embedding / heads : 0;
    const bool attends = kvHeads > 0 && (hasTensor("attn_k") || hasTensor("attn_qkv") || hasTensor("attn_kv_a_mqa"));
    if (!attends || hasTensor("ssm_out") || hasTensor("ssm_conv1d")) {
        shape.state = recurrentState(keys, model.embedding);
        shape.memory = shape.state > 0 ? Memory::Recurrent : Memory::None;
        return shape;
    }
    if (const gguf::Value* causal = keys.find("attention.causal"); causal && causal->asBool() == false) {
        shape.memory = Memory::None; // encoders read everything at once
        return shape;
    }
    if (hasTensor("attn_kv_a_mqa") && hasTensor("attn_k_b")) { // MLA: the rank and the rotated part, and no values
        shape.memory = Memory::Latent;
        shape.keys = keys.number("attention.kv_lora_rank") + keys.number("rope.dimension_count");
        return shape;
    }
    const bool window = slides(keys, layer, model.window, model.architecture);
    shape.memory = window ? Memory::Window : Memory::Full;
    const std::uint64_t key = keys.number("attention.key_length", headSize), value = keys.number("attention.value_length", headSize);
    shape.keys = kvHeads * (window ? keys.number("attention.key_length_swa", key) : key);
    shape.values = kvHeads * (window ? keys.number("attention.value_length_swa", value) : value);
    return shape;
}

// What a read value takes: vectors of strings most of all.
std::uint64_t bytesOf(const gguf::Value& value)
{
    constexpr std::size_t kInside = 15, kBlockCost = 8; // a string keeps so many characters in itself; a block of the heap has a header
    const auto ofString = [](const std::string& s) { return sizeof(std::string) + (s.size() > kInside ? (s.size() + 1 + kBlockCost + 15) / 16 * 16 : 0); };
    return sizeof(value) + std::visit(
                               [&](const auto& data) -> std::uint64_t {
                                   using T = std::decay_t<decltype(data)>;
                                   if constexpr (std::is_same_v<T, std::string>) return ofString(data);
                                   else if constexpr (std::is_same_v<T, std::vector<bool>>) return data.size() / 8;
                                   else if constexpr (std::is_same_v<T, std::vector<std::string>>) {
                                       std::uint64_t bytes = 0;
                                       for (const std::string& s : data) bytes += ofString(s);
                                       return bytes;
                                   } else if constexpr (requires { data.size(); }) return data.size() * sizeof(data[0]);
                                   else return 0;
                               },
                               value.data);
}

} // namespace

std::string_view idOf(Role role)
{
    switch (role) {
    case Role::Embedding: return "embedding";
    case Role::Attention: return "attention";
    case Role::FeedForward: return "feed_forward";
    case Role::Experts: return "experts";
    case Role::Recurrent: return "recurrent";
    case Role::Norm: return "norms";
    case Role::Output: return "output";
    case Role::Other: break;
    }
    return "other";
}

std::string_view nameOf(Role role) { return role == Role::FeedForward ? "feed-forward" : idOf(role); }

int layerOf(std::string_view name)
{
    if (!name.starts_with("blk.")) return -1;
    name.remove_prefix(4);
    int layer = -1;
    const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), layer);
    return error == std::errc() && end != name.data() + name.size() && *end == '.' && layer >= 0 && layer < kMostLayers ? layer : -1;
}

Role roleOf(std::string_view name)
{
    const int layer = layerOf(name);
    const std::string_view part = layer >= 0 ? name.substr(name.find('.', 4) + 1) : name;
    if (part.contains("norm")) return Role::Norm;
    if (layer < 0) {
        if (part.starts_with("output") || part.starts_with("cls")) return Role::Output;
        if (part.contains("embd") || part.starts_with("token_types")) return Role::Embedding;
        return Role::Other;
    }
    if (part.starts_with("ssm_") || part.starts_with("shortconv") || part.starts_with("time_mix")) return Role::Recurrent;
    if (part.starts_with("attn_")) return Role::Attention;
    if (part.contains("_exps") || part.starts_with("ffn_gate_inp") || part.starts_with("exp_probs")) return Role::Experts;
    if (part.starts_with("ffn_") || part.starts_with("channel_mix")) return Role::FeedForward;
    return Role::Other;
}

ModelShape shapeOf(const gguf::File& file)
{
    ModelShape shape;
    shape.architecture = file.getString("general.architecture").value_or("");
    const HeaderKeys keys(file, shape.architecture);
    int mostLayer = -1;
    for (const gguf::TensorInfo& info : file.tensors()) {
        TensorSize tensor{.name = info.name, .type = info.type, .role = roleOf(info.name), .layer = layerOf(info.name), .in = info.shape[0], .out = info.shape[1],
                          .matrices = info.shape[2] * info.shape[3], .bytes = info.bytes};
        mostLayer = std::max(mostLayer, tensor.layer);
        shape.parameters += info.elements();
        shape.weightBytes += info.bytes;
        shape.tensors.push_back(std::move(tensor));
    }
    for (const gguf::Shard& shard : file.shards()) shape.headerBytes += shard.dataStart;
    for (const auto& [name, value] : file.keys()) shape.metadataBytes += bytesOf(value) + name.size();
    constexpr std::uint64_t kTensorEntry = 400; // a TensorInfo, its name in the index, and what Weights notes of it
    shape.metadataBytes += file.tensors().size() * kTensorEntry;

    shape.embedding = keys.number("embedding_length");
    shape.heads = keys.largest("attention.head_count");
    shape.experts = keys.number("expert_count");
    shape.expertsUsed = std::min(keys.number("expert_used_count"), shape.experts);
    const std::uint64_t expertWidth = keys.number("expert_feed_forward_length", keys.largest("feed_forward_length"));
    shape.feedForward = shape.expertsUsed > 0 ? expertWidth * shape.expertsUsed : keys.largest("feed_forward_length");
    shape.trainingContext = keys.number("context_length");
    shape.window = keys.number("attention.sliding_window");
    if (const gguf::Value* tokens = file.find("tokenizer.ggml.tokens")) shape.vocabulary = tokens->arraySize();
    else if (const gguf::TensorInfo* table = file.tensor("token_embd.weight")) shape.vocabulary = table->shape[1];
    if (const gguf::Value* merges = file.find("tokenizer.ggml.merges")) shape.merges = merges->arraySize();
    const auto layers = std::max<std::uint64_t>(std::min<std::uint64_t>(keys.number("block_count"), kMostLayers), static_cast<std::uint64_t>(mostLayer + 1));
    for (std::size_t il = 0; il < layers; ++il) shape.layers.push_back(layerShape(keys, file, shape, il));
    return shape;
}

} // namespace corral::memory
