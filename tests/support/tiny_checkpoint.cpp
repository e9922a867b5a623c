#include "tests/support/tiny_checkpoint.h"

#include <cstring>
#include <format>
#include <fstream>
#include <functional>
#include <random>

namespace corral::test {

namespace {

constexpr std::uint64_t kHeads = 4, kKvHeads = 2, kLayers = 2;

// Visible ASCII, space and newline as the byte alphabet spells them, two merged pieces; after them one added token.
nlohmann::json tinyTokenizer()
{
    nlohmann::json vocabulary = nlohmann::json::object();
    int id = 0;
    for (char c = '!'; c <= '~'; ++c) vocabulary[std::string(1, c)] = id++;
    for (const char* piece : {"\u0120", "\u010a", "th", "the"}) vocabulary[piece] = id++;
    const nlohmann::json split = {{"type", "Split"},
                                  {"pattern", {{"Regex", R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)"}}},
                                  {"behavior", "Isolated"},
                                  {"invert", false}};
    const nlohmann::json byteLevel = {{"type", "ByteLevel"}, {"add_prefix_space", false}, {"use_regex", false}};
    return {{"added_tokens", {{{"id", id}, {"content", "<|end|>"}, {"special", true}}}},
            {"normalizer", nullptr},
            {"pre_tokenizer", {{"type", "Sequence"}, {"pretokenizers", {split, byteLevel}}}},
            {"post_processor", nullptr},
            {"model", {{"type", "BPE"}, {"vocab", vocabulary}, {"merges", {"t h", "th e"}}, {"byte_fallback", false},
                       {"ignore_merges", false}}}};
}

} // namespace

TinyCheckpoint::TinyCheckpoint(std::uint64_t width)
    : config{{"architectures", {"LlamaForCausalLM"}}, {"model_type", "llama"}, {"hidden_size", width}, {"intermediate_size", 2 * width},
             {"num_hidden_layers", kLayers}, {"num_attention_heads", kHeads}, {"num_key_value_heads", kKvHeads},
             {"max_position_embeddings", 128}, {"rms_norm_eps", 1e-5}, {"rope_theta", 10000.0},
             {"hidden_act", "silu"}, {"tie_word_embeddings", false}}
    , tokenizer(tinyTokenizer())
    , settings{{"eos_token", "<|end|>"}, {"add_bos_token", false}, {"clean_up_tokenization_spaces", false},
               {"chat_template", "{{ messages[0].content }}"}}
{
    const std::uint64_t hidden = 2 * width, headSize = width / kHeads, vocabulary = tokenizer["model"]["vocab"].size() + 1;
    config["vocab_size"] = vocabulary;
    add("model.embed_tokens.weight", {vocabulary, width});
    add("lm_head.weight", {vocabulary, width});
    add("model.norm.weight", {width});
    for (std::uint64_t il = 0; il < kLayers; ++il) {
        const std::string layer = std::format("model.layers.{}.", il);
        add(layer + "input_layernorm.weight", {width});
        add(layer + "post_attention_layernorm.weight", {width});
        add(layer + "self_attn.q_proj.weight", {kHeads * headSize, width});
        add(layer + "self_attn.k_proj.weight", {kKvHeads * headSize, width});
        add(layer + "self_attn.v_proj.weight", {kKvHeads * headSize, width});
        add(layer + "self_attn.o_proj.weight", {width, kHeads * headSize});
        add(layer + "mlp.gate_proj.weight", {hidden, width});
        add(layer + "mlp.up_proj.weight", {hidden, width});
        add(layer + "mlp.down_proj.weight", {width, hidden});
    }
}

TinyCheckpoint::Tensor TinyCheckpoint::random(const std::string& name, std::vector<std::uint64_t> shape)
{
    std::uint64_t elements = 1;
    for (const std::uint64_t size : shape) elements *= size;
    std::minstd_rand generator(static_cast<unsigned>(std::hash<std::string>()(name)));
    std::uniform_real_distribution<float> uniform(-0.2f, 0.2f);
    std::vector<float> numbers(elements);
    for (float& number : numbers) number = uniform(generator) + (shape.size() == 1 ? 1.0f : 0.0f);
    const std::string bytes(reinterpret_cast<const char*>(numbers.data()), numbers.size() * sizeof(float));
    return {.dtype = "F32", .shape = std::move(shape), .bytes = bytes};
}

std::vector<float> TinyCheckpoint::values(const Tensor& tensor)
{
    std::vector<float> numbers(tensor.bytes.size() / sizeof(float));
    std::memcpy(numbers.data(), tensor.bytes.data(), numbers.size() * sizeof(float));
    return numbers;
}

std::string TinyCheckpoint::withHeader(const std::string& header, const std::string& data)
{
    const std::uint64_t length = header.size();
    return std::string(reinterpret_cast<const char*>(&length), sizeof length) + header + data;
}

std::string TinyCheckpoint::safetensors(const Tensors& tensors)
{
    nlohmann::json header = {{"__metadata__", {{"format", "pt"}}}};
    std::string data;
    for (const auto& [name, tensor] : tensors) {
        header[name] = {{"dtype", tensor.dtype}, {"shape", tensor.shape},
                        {"data_offsets", {data.size(), data.size() + tensor.bytes.size()}}};
        data += tensor.bytes;
    }
    return withHeader(header.dump(), data);
}

void TinyCheckpoint::writeAllBut(const std::filesystem::path& folder, const std::string& weights) const
{
    std::filesystem::create_directories(folder);
    writeFile(folder / "config.json", config.dump());
    if (!tokenizer.is_null()) writeFile(folder / "tokenizer.json", tokenizer.dump());
    if (!settings.is_null()) writeFile(folder / "tokenizer_config.json", settings.dump());
    if (!weights.empty()) writeFile(folder / "model.safetensors", weights);
}

void TinyCheckpoint::write(const std::filesystem::path& folder) const { writeAllBut(folder, safetensors(tensors)); }

void writeFile(const std::filesystem::path& file, const std::string& bytes)
{
    std::ofstream out(file, std::ios::binary);
    out << bytes;
    if (!out.flush()) throw std::runtime_error("cannot write " + file.string());
}

} // namespace corral::test
