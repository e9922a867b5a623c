#include "tests/fuzz/gguf_corpus.h"

#include "tests/support/gguf_builder.h"

namespace corral::test {

std::vector<std::pair<std::string, std::vector<std::byte>>> ggufCorpus()
{
    std::vector<std::pair<std::string, std::vector<std::byte>>> corpus;
    const auto add = [&](const char* name, const GgufBuilder& builder) { corpus.emplace_back(name, builder.build()); };

    add("empty", GgufBuilder());
    add("version-2", GgufBuilder().version(2).u32("a", 1));
    add("big-endian", GgufBuilder().version(0x03000000));
    GgufBuilder numbers;
    numbers.u8("a", 1).i8("b", -1).u16("c", 2).i16("d", -2).u32("e", 3).i32("f", -3).f32("g", 4.f).boolean("h", true);
    numbers.u64("i", 5).i64("j", -5).f64("k", 6.0).string("l", "text").string("m", "");
    add("numbers", numbers);
    GgufBuilder arrays;
    arrays.array<std::uint8_t>("a", 0, {1, 2}).array<std::int8_t>("b", 1, {-1}).array<std::uint16_t>("c", 2, {3}).array<std::int16_t>("d", 3, {-3});
    arrays.u32s("e", {4, 5}).i32s("f", {-4}).f32s("g", {0.5f}).booleans("h", {true, false}).strings("i", {"x", "", "yz"});
    arrays.array<std::uint64_t>("j", 10, {6}).array<std::int64_t>("k", 11, {-6}).array<double>("l", 12, {0.25}).u32s("m", {});
    add("arrays", arrays);
    add("one-tensor", GgufBuilder().string("general.architecture", "llama").tensorF32("t", {4}, {1, 2, 3, 4}));
    add("alignment-64", GgufBuilder().alignment(64).tensorF32("a", {3}, {1, 2, 3}).tensorF32("b", {2, 2}, {4, 5, 6, 7}));
    add("shapes", GgufBuilder().tensorF32("scalar", {}, {1}).tensorF32("none", {0}, {}).tensorF32("four", {1, 2, 1, 2}, {1, 2, 3, 4}));
    add("blocks", GgufBuilder().tensor("q8_0", {64, 2}, 8, std::vector<std::byte>(4 * 34)).tensor("q4_k", {256}, 12, std::vector<std::byte>(144)));
    add("vocabulary", GgufBuilder()
                          .string("tokenizer.ggml.model", "llama")
                          .strings("tokenizer.ggml.tokens", {"<unk>", "<s>", "</s>", "\xe2\x96\x81", "a"})
                          .f32s("tokenizer.ggml.scores", {0, 0, 0, -1, -2})
                          .i32s("tokenizer.ggml.token_type", {2, 3, 3, 1, 1})
                          .u32("tokenizer.ggml.bos_token_id", 1));
    add("split", GgufBuilder().u16("split.no", 0).u16("split.count", 2).i32("split.tensors.count", 1).tensorF32("t", {1}, {1}));
    return corpus;
}

} // namespace corral::test
