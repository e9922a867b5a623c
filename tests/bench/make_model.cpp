// Writes a model of real size with random weights, to measure speed and memory without any download:
//   make_model OUT.gguf TYPE [LAYERS] [SHAPE]      TYPE: f32 f16 bf16 q8_0 q4_0 q4_1 q5_0 q5_1 q4_K q5_K q6_K; LAYERS: the shape's
// SHAPE: 1.5b (Qwen2.5: 28 layers, D 1536, H 12, G 2, d 128, F 8960, V 151936, tied embeddings, q/k/v biases), 0.5b and 7b (of the same family:
// 24 layers, D 896, H 14, d 64, F 4864; 28 layers, D 3584, H 28, G 4, d 128, F 18944, here with tied embeddings too) or moe (Qwen 3's mixture, made small: 12 layers, D 1024, H 16, G 4, d 64, 4 of 32 experts of 512,
// an output matrix of its own). A byte-level vocabulary that any reader accepts.
// Weights have about the spread of trained ones (standard deviation 0.02), so that activations stay in range; codes are random.
#include "core/base/float16.h"
#include "core/quant/format.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <map>
#include <string>
#include <vector>

namespace {

using namespace corral;

constexpr std::int64_t kVocabulary = 151936, kContext = 32768;

struct Shape {
    std::string_view name, architecture;
    std::int64_t layers, embedding, heads, kvHeads, headSize, feedForward; // feedForward: of an expert in a mixture
    std::int64_t experts = 0, expertsUsed = 0;
};
constexpr Shape kShapes[] = {{"1.5b", "qwen2", 28, 1536, 12, 2, 128, 8960},
                             {"0.5b", "qwen2", 24, 896, 14, 2, 64, 4864},
                             {"7b", "qwen2", 28, 3584, 28, 4, 128, 18944},
                             {"moe", "qwen3moe", 12, 1024, 16, 4, 64, 512, 32, 4}};
constexpr std::size_t kAlignment = 32;
constexpr float kSpread = 0.02f;

// The f16 fields of a block: where, and what makes the decoded weights spread by kSpread around 0 when all other bytes are random.
struct HalfField {
    int offset;
    float value;
};
const std::map<std::string, std::vector<HalfField>, std::less<>> kScales{
    {"q8_0", {{0, kSpread / 74}}},                                          // int8 codes: standard deviation 74
    {"q4_0", {{0, kSpread / 4.6f}}},                                        // 0 … 15, less 8
    {"q4_1", {{0, kSpread / 4.6f}, {2, -kSpread / 4.6f * 7.5f}}},           // scale and minimum
    {"q5_0", {{0, kSpread / 9.2f}}},                                        // 0 … 31, less 16
    {"q5_1", {{0, kSpread / 9.2f}, {2, -kSpread / 9.2f * 15.5f}}},
    {"q4_K", {{0, kSpread / (4.6f * 36)}, {2, kSpread / (4.6f * 36) * 7.5f}}}, // times 6-bit scales: root mean square 36
    {"q5_K", {{0, kSpread / (9.2f * 36)}, {2, kSpread / (9.2f * 36) * 15.5f}}},
    {"q6_K", {{208, kSpread / (18.5f * 74)}}},                              // times int8 scales
};

std::uint64_t nextRandom()
{
    static std::uint64_t state = 88172645463325252u;
    state ^= state << 13;
    state ^= state >> 7;
    return state ^= state << 17;
}

float uniform() { return static_cast<float>(nextRandom() >> 40) * 0x1p-23f - 1; } // [-1, 1)

std::vector<std::byte> randomRow(const quant::Format& format, std::int64_t n)
{
    std::vector<std::byte> row(format.rowBytes(n));
    if (!format.quantized) {
        for (std::int64_t i = 0; i < n; ++i) {
            const float value = uniform() * kSpread * 1.73f;
            const std::uint16_t narrow = format.id == quant::kF16 ? floatToHalf(value) : floatToBf16(value);
            if (format.id == quant::kF32) std::memcpy(row.data() + i * 4, &value, 4);
            else std::memcpy(row.data() + i * 2, &narrow, 2);
        }
        return row;
    }
    for (std::size_t i = 0; i < row.size(); i += 8) {
        const std::uint64_t bits = nextRandom();
        std::memcpy(row.data() + i, &bits, std::min<std::size_t>(8, row.size() - i));
    }
    const auto& fields = kScales.find(format.name)->second;
    for (std::size_t block = 0; block < row.size(); block += static_cast<std::size_t>(format.blockBytes)) {
        for (const HalfField& field : fields) {
            const std::uint16_t half = floatToHalf(field.value);
            std::memcpy(row.data() + block + static_cast<std::size_t>(field.offset), &half, 2);
        }
    }
    return row;
}

class Header {
public:
    template <class T> void put(T value) { m_bytes.append(reinterpret_cast<const char*>(&value), sizeof value); }
    void text(const std::string& s)
    {
        put<std::uint64_t>(s.size());
        m_bytes += s;
    }
    void key(const std::string& name, std::uint32_t type)
    {
        text(name);
        put(type);
        ++m_keys;
    }
    void u32(const std::string& name, std::int64_t value)
    {
        key(name, 4);
        put(static_cast<std::uint32_t>(value));
    }
    void f32(const std::string& name, float value)
    {
        key(name, 6);
        put(value);
    }
    void string(const std::string& name, const std::string& value)
    {
        key(name, 8);
        text(value);
    }
    void array(const std::string& name, std::uint32_t type, std::uint64_t count)
    {
        key(name, 9);
        put(type);
        put(count);
    }
    const std::string& bytes() const { return m_bytes; }
    std::uint64_t keys() const { return m_keys; }

private:
    std::string m_bytes;
    std::uint64_t m_keys = 0;
};

// The 256 byte characters of byte-level vocabularies in order of their bytes: printable ones stand for themselves, others follow from U+0100.
std::vector<std::string> byteCharacters()
{
    std::vector<std::string> characters;
    int next = 256;
    for (int byte = 0; byte < 256; ++byte) {
        const bool printable = (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174;
        const int code = printable ? byte : next++;
        if (code < 128) characters.emplace_back(1, static_cast<char>(code));
        else characters.push_back({static_cast<char>(0xc0 | (code >> 6)), static_cast<char>(0x80 | (code & 0x3f))});
    }
    return characters;
}

void putVocabulary(Header& h)
{
    h.string("tokenizer.ggml.model", "gpt2");
    h.string("tokenizer.ggml.pre", "qwen2");
    auto tokens = byteCharacters();
    tokens.push_back("ab");
    h.array("tokenizer.ggml.tokens", 8, kVocabulary);
    for (std::int64_t i = 0; i < kVocabulary; ++i) h.text(i < static_cast<std::int64_t>(tokens.size()) ? tokens[static_cast<std::size_t>(i)] : "[" + std::to_string(i) + "]");
    h.array("tokenizer.ggml.token_type", 5, kVocabulary);
    for (std::int64_t i = 0; i < kVocabulary; ++i) h.put<std::int32_t>(i + 1 == kVocabulary ? 3 : 1); // the last: control
    h.array("tokenizer.ggml.merges", 8, 1);
    h.text("a b");
    h.u32("tokenizer.ggml.eos_token_id", kVocabulary - 1);
}

struct Tensor {
    std::string name;
    std::vector<std::int64_t> shape;
    const quant::Format* format;
    std::int64_t rows() const { return (shape.size() > 1 ? shape[1] : 1) * (shape.size() > 2 ? shape[2] : 1); }
    std::uint64_t bytes() const { return format->rowBytes(shape[0]) * static_cast<std::uint64_t>(rows()); }
};

std::uint64_t padded(std::uint64_t bytes) { return (bytes + kAlignment - 1) / kAlignment * kAlignment; }

} // namespace

int main(int argc, char** argv)
{
    const quant::Format* format = argc >= 3 ? quant::findFormat(std::string_view(argv[2])) : nullptr;
    const std::string_view wanted = argc > 4 ? argv[4] : kShapes[0].name;
    const Shape* found = std::ranges::find(kShapes, wanted, &Shape::name);
    const Shape& shape = found == std::end(kShapes) ? kShapes[0] : *found;
    const std::int64_t layers = argc > 3 ? std::atoll(argv[3]) : shape.layers;
    if (found == std::end(kShapes) || !format || layers < 1 || (format->quantized && !kScales.contains(format->name))) {
        std::fprintf(stderr, "usage: make_model OUT.gguf f32|f16|bf16|q8_0|q4_0|q4_1|q5_0|q5_1|q4_K|q5_K|q6_K [LAYERS] [1.5b|0.5b|moe]\n");
        return 2;
    }
    const quant::Format* f32 = quant::findFormat(quant::kF32);
    const std::int64_t d = shape.embedding, f = shape.feedForward;
    std::vector<Tensor> tensors{{"token_embd.weight", {d, kVocabulary}, format}, {"output_norm.weight", {d}, f32}};
    if (shape.experts > 0) tensors.push_back({"output.weight", {d, kVocabulary}, format});
    for (std::int64_t il = 0; il < layers; ++il) {
        const std::string block = "blk." + std::to_string(il) + ".";
        const std::int64_t q = shape.heads * shape.headSize, kv = shape.kvHeads * shape.headSize;
        tensors.push_back({block + "attn_norm.weight", {d}, f32});
        for (const auto& [name, rows] : {std::pair{"attn_q", q}, {"attn_k", kv}, {"attn_v", kv}}) {
            tensors.push_back({block + name + ".weight", {d, rows}, format});
            if (shape.experts == 0) tensors.push_back({block + name + ".bias", {rows}, f32});
        }
        tensors.push_back({block + "attn_output.weight", {q, d}, format});
        tensors.push_back({block + "ffn_norm.weight", {d}, f32});
        if (shape.experts > 0) {
            tensors.push_back({block + "attn_q_norm.weight", {shape.headSize}, f32});
            tensors.push_back({block + "attn_k_norm.weight", {shape.headSize}, f32});
            tensors.push_back({block + "ffn_gate_inp.weight", {d, shape.experts}, f32});
            tensors.push_back({block + "ffn_gate_exps.weight", {d, f, shape.experts}, format});
            tensors.push_back({block + "ffn_up_exps.weight", {d, f, shape.experts}, format});
            tensors.push_back({block + "ffn_down_exps.weight", {f, d, shape.experts}, format});
        } else {
            tensors.push_back({block + "ffn_gate.weight", {d, f}, format});
            tensors.push_back({block + "ffn_up.weight", {d, f}, format});
            tensors.push_back({block + "ffn_down.weight", {f, d}, format});
        }
    }

    Header h;
    const std::string architecture(shape.architecture);
    h.string("general.architecture", architecture);
    h.string("general.name", "random " + std::string(shape.name));
    h.u32("general.quantization_version", 2);
    h.u32(architecture + ".context_length", kContext);
    h.u32(architecture + ".embedding_length", d);
    h.u32(architecture + ".block_count", layers);
    h.u32(architecture + ".feed_forward_length", f);
    h.u32(architecture + ".attention.head_count", shape.heads);
    h.u32(architecture + ".attention.head_count_kv", shape.kvHeads);
    h.u32(architecture + ".attention.key_length", shape.headSize);
    h.u32(architecture + ".attention.value_length", shape.headSize);
    if (shape.experts > 0) {
        h.u32(architecture + ".expert_count", shape.experts);
        h.u32(architecture + ".expert_used_count", shape.expertsUsed);
        h.u32(architecture + ".expert_feed_forward_length", f);
    }
    h.f32(architecture + ".attention.layer_norm_rms_epsilon", 1e-6f);
    h.f32(architecture + ".rope.freq_base", 1e6f);
    putVocabulary(h);

    Header infos;
    std::uint64_t offset = 0;
    for (const Tensor& tensor : tensors) {
        infos.text(tensor.name);
        infos.put(static_cast<std::uint32_t>(tensor.shape.size()));
        for (std::int64_t n : tensor.shape) infos.put(n);
        infos.put(tensor.format->id);
        infos.put(offset);
        offset += padded(tensor.bytes());
    }
    Header start;
    start.put<std::uint32_t>(0x46554747); // "GGUF"
    start.put<std::uint32_t>(3);
    start.put<std::uint64_t>(tensors.size());
    start.put<std::uint64_t>(h.keys());

    std::ofstream out(argv[1], std::ios::binary);
    const std::string head = start.bytes() + h.bytes() + infos.bytes();
    const std::string zeros(kAlignment, '\0');
    out << head;
    out.write(zeros.data(), static_cast<std::streamsize>(padded(head.size()) - head.size()));
    for (const Tensor& tensor : tensors) {
        const bool norm = tensor.name.ends_with("norm.weight");
        const std::vector<float> ones(static_cast<std::size_t>(tensor.shape[0]), 1);
        for (std::int64_t row = 0; row < tensor.rows(); ++row) {
            const auto bytes = norm ? std::vector<std::byte>() : randomRow(*tensor.format, tensor.shape[0]);
            if (norm) out.write(reinterpret_cast<const char*>(ones.data()), static_cast<std::streamsize>(ones.size() * sizeof(float)));
            else out.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
        }
        out.write(zeros.data(), static_cast<std::streamsize>(padded(tensor.bytes()) - tensor.bytes()));
    }
    out.close();
    if (!out) {
        std::fprintf(stderr, "make_model: writing %s failed\n", argv[1]);
        return 1;
    }
    return 0;
}
