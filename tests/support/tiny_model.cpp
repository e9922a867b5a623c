#include "tests/support/tiny_model.h"

#include <cmath>
#include <random>

namespace corral::test {

GgufBuilder TinyModel::builder() const
{
    constexpr std::int64_t kWidth = 32, kHidden = 48, kHeads = 4, kKvHeads = 2, kLayers = 2;
    std::vector<std::string> pieces{"Hello", "\xe2\x96\x81world", "\xe2\x96\x81", "a", "e", "t", "h", "\xe2\x96\x81the", "ing", "!",
                                          // SPM reaches a piece only by pairs that are pieces themselves:
                                          "H", "l", "o", "w", "r", "d", "He", "ll", "llo", "\xe2\x96\x81w", "or", "ld", "\xe2\x96\x81wor"};
    pieces.insert(pieces.end(), morePieces.begin(), morePieces.end());
    const auto vocabulary = static_cast<std::int64_t>(kFirstPieceToken + pieces.size());

    GgufBuilder b;
    b.string("general.architecture", architecture).string("general.name", "tiny").u32("general.file_type", 0);
    b.u32(architecture + ".context_length", static_cast<std::uint32_t>(contextLength)).u32(architecture + ".embedding_length", kWidth).u32(architecture + ".block_count", kLayers);
    b.u32(architecture + ".feed_forward_length", kHidden).u32(architecture + ".attention.head_count", kHeads).u32(architecture + ".attention.head_count_kv", kKvHeads);
    b.u32(architecture + ".rope.dimension_count", kWidth / kHeads).u32(architecture + ".vocab_size", static_cast<std::uint32_t>(vocabulary));
    b.f32(architecture + ".attention.layer_norm_rms_epsilon", 1e-5f);
    addTinyVocabulary(b, pieces, addBos);
    if (!chatTemplate.empty()) b.string("tokenizer.chat_template", chatTemplate);

    std::mt19937 random(42);
    const auto matrix = [&](const std::string& name, std::int64_t in, std::int64_t out) {
        std::vector<float> values(static_cast<std::size_t>(in * out));
        // Not std::normal_distribution, whose numbers differ from library to library.
        for (float& v : values) v = (static_cast<float>(random()) / 4294967296.f - 0.5f) * 3.f / std::sqrt(static_cast<float>(in));
        b.tensorF32(name, {in, out}, values);
    };
    const auto ones = [&](const std::string& name, std::int64_t width) { b.tensorF32(name, {width}, std::vector<float>(static_cast<std::size_t>(width), 1.f)); };
    matrix("token_embd.weight", kWidth, vocabulary);
    ones("output_norm.weight", kWidth);
    matrix("output.weight", kWidth, vocabulary);
    for (int layer = 0; layer < kLayers; ++layer) {
        const std::string block = "blk." + std::to_string(layer) + ".";
        ones(block + "attn_norm.weight", kWidth);
        matrix(block + "attn_q.weight", kWidth, kWidth);
        matrix(block + "attn_k.weight", kWidth, kWidth / kHeads * kKvHeads);
        matrix(block + "attn_v.weight", kWidth, kWidth / kHeads * kKvHeads);
        if (architecture == "qwen3") {
            ones(block + "attn_q_norm.weight", kWidth / kHeads);
            ones(block + "attn_k_norm.weight", kWidth / kHeads);
        }
        matrix(block + "attn_output.weight", kWidth, kWidth);
        ones(block + "ffn_norm.weight", kWidth);
        matrix(block + "ffn_gate.weight", kWidth, kHidden);
        matrix(block + "ffn_up.weight", kWidth, kHidden);
        matrix(block + "ffn_down.weight", kHidden, kWidth);
    }
    if (labels > 0) matrix("cls.output.weight", kWidth, labels);
    return b;
}

} // namespace corral::test
