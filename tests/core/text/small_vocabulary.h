#pragma once
// Vocabularies of a few tokens, written as GGUF bytes here and parsed by the real reader: tests that need no files.
#include "core/text/tokenizer.h"

#include <cstring>
#include <string>
#include <string_view>
#include <vector>

namespace corral::text::test {

class SmallFile {
public:
    SmallFile& add(std::string_view key, std::string_view value)
    {
        header(key, 8);
        string(value);
        return *this;
    }
    SmallFile& add(std::string_view key, const char* value) { return add(key, std::string_view(value)); }
    SmallFile& add(std::string_view key, std::uint32_t value)
    {
        header(key, 4);
        raw(value);
        return *this;
    }
    SmallFile& add(std::string_view key, bool value)
    {
        header(key, 7);
        raw(static_cast<std::uint8_t>(value));
        return *this;
    }
    SmallFile& add(std::string_view key, const std::vector<std::string>& values)
    {
        array(key, 8, values.size());
        for (const std::string& value : values) string(value);
        return *this;
    }
    SmallFile& add(std::string_view key, const std::vector<float>& values)
    {
        array(key, 6, values.size());
        for (const float value : values) raw(value);
        return *this;
    }
    SmallFile& add(std::string_view key, const std::vector<std::int32_t>& values)
    {
        array(key, 5, values.size());
        for (const std::int32_t value : values) raw(value);
        return *this;
    }

    Result<std::shared_ptr<const Tokenizer>> load() const
    {
        std::string bytes = "GGUF";
        const auto put = [&](auto value) { bytes.append(reinterpret_cast<const char*>(&value), sizeof value); };
        put(std::uint32_t(3));
        put(std::uint64_t(0));
        put(std::uint64_t(m_keys));
        bytes += m_body;
        const auto file = gguf::File::parse(std::as_bytes(std::span(bytes)));
        if (!file) return std::unexpected(file.error());
        return Tokenizer::load(**file);
    }

private:
    template <class T> void raw(T value) { m_body.append(reinterpret_cast<const char*>(&value), sizeof value); }
    void string(std::string_view text)
    {
        raw(std::uint64_t(text.size()));
        m_body += text;
    }
    void header(std::string_view key, std::uint32_t type)
    {
        string(key);
        raw(type);
        ++m_keys;
    }
    void array(std::string_view key, std::uint32_t type, std::size_t size)
    {
        header(key, 9);
        raw(type);
        raw(std::uint64_t(size));
    }

    std::string m_body;
    std::uint64_t m_keys = 0;
};

inline std::shared_ptr<const Tokenizer> loaded(const SmallFile& file)
{
    auto tokenizer = file.load();
    if (!tokenizer) throw std::runtime_error(tokenizer.error().message);
    return *tokenizer;
}

// 0 <unk>, 1 <s>, 2 </s>, 3 … 258 bytes, then `pieces` with falling scores (earlier is merged first).
inline SmallFile spmFile(const std::vector<std::string>& pieces)
{
    std::vector<std::string> tokens{"<unk>", "<s>", "</s>"};
    std::vector<std::int32_t> types{2, 3, 3};
    std::vector<float> scores(259);
    constexpr char kHex[] = "0123456789ABCDEF";
    for (int byte = 0; byte < 256; ++byte) {
        tokens.push_back(std::string("<0x") + kHex[byte >> 4] + kHex[byte & 15] + ">");
        types.push_back(6);
    }
    for (const std::string& piece : pieces) {
        tokens.push_back(piece);
        types.push_back(1);
        scores.push_back(-static_cast<float>(scores.size()));
    }
    SmallFile file;
    file.add("tokenizer.ggml.model", "llama").add("tokenizer.ggml.tokens", tokens).add("tokenizer.ggml.scores", scores);
    file.add("tokenizer.ggml.token_type", types);
    return file;
}

// 0 … 255: the byte alphabet in byte order, then what each merge makes, then control tokens <a>, <b> and a user-defined "~~".
inline SmallFile bpeFile(const std::vector<std::string>& merges, std::string_view pre = "gpt-2")
{
    std::vector<std::string> tokens;
    const auto utf8 = [](unsigned c) {
        return c < 0x80 ? std::string(1, static_cast<char>(c))
                        : std::string{static_cast<char>(0xC0 | c >> 6), static_cast<char>(0x80 | (c & 63))};
    };
    unsigned next = 0x100;
    for (unsigned byte = 0; byte < 256; ++byte) {
        const bool visible = (byte >= 0x21 && byte <= 0x7E) || (byte >= 0xA1 && byte <= 0xAC) || byte >= 0xAE;
        tokens.push_back(utf8(visible ? byte : next++));
    }
    for (std::string merge : merges) tokens.push_back(merge.erase(merge.find(' ', 1), 1));
    std::vector<std::int32_t> types(tokens.size(), 1);
    for (const auto& [text, type] : {std::pair{"<a>", 3}, {"<b>", 3}, {"~~", 4}}) {
        tokens.emplace_back(text);
        types.push_back(type);
    }
    SmallFile file;
    file.add("tokenizer.ggml.model", "gpt2").add("tokenizer.ggml.pre", pre).add("tokenizer.ggml.tokens", tokens);
    file.add("tokenizer.ggml.token_type", types).add("tokenizer.ggml.merges", merges);
    return file;
}

inline SmallFile wpmFile(const std::vector<std::string>& pieces)
{
    std::vector<std::string> tokens{"[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"};
    std::vector<std::int32_t> types(5, 3);
    tokens.insert(tokens.end(), pieces.begin(), pieces.end());
    types.resize(tokens.size(), 1);
    SmallFile file;
    file.add("tokenizer.ggml.model", "bert").add("tokenizer.ggml.tokens", tokens).add("tokenizer.ggml.token_type", types);
    file.add("tokenizer.ggml.unknown_token_id", 1u).add("tokenizer.ggml.cls_token_id", 2u).add("tokenizer.ggml.seperator_token_id", 3u);
    return file;
}

} // namespace corral::text::test
