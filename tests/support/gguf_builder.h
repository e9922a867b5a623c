#pragma once
// Writes small GGUF files for tests: right ones, and wrong ones by changing bytes afterwards.
//
//   GgufBuilder b;
//   b.string("general.architecture", "llama").u32("llama.block_count", 1).strings("tokenizer.ggml.tokens", {"a", "b"});
//   b.tensorF32("token_embd.weight", {8, 2}, values);
//   std::vector<std::byte> file = b.build();   // or b.write(path)
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <initializer_list>
#include <string>
#include <vector>

namespace corral::test {

class GgufBuilder {
public:
    GgufBuilder& u8(const std::string& key, std::uint8_t value) { return number(key, 0, value); }
    GgufBuilder& i8(const std::string& key, std::int8_t value) { return number(key, 1, value); }
    GgufBuilder& u16(const std::string& key, std::uint16_t value) { return number(key, 2, value); }
    GgufBuilder& i16(const std::string& key, std::int16_t value) { return number(key, 3, value); }
    GgufBuilder& u32(const std::string& key, std::uint32_t value) { return number(key, 4, value); }
    GgufBuilder& i32(const std::string& key, std::int32_t value) { return number(key, 5, value); }
    GgufBuilder& f32(const std::string& key, float value) { return number(key, 6, value); }
    GgufBuilder& boolean(const std::string& key, bool value) { return number(key, 7, static_cast<std::uint8_t>(value)); }
    GgufBuilder& u64(const std::string& key, std::uint64_t value) { return number(key, 10, value); }
    GgufBuilder& i64(const std::string& key, std::int64_t value) { return number(key, 11, value); }
    GgufBuilder& f64(const std::string& key, double value) { return number(key, 12, value); }
    GgufBuilder& string(const std::string& key, const std::string& value);
    GgufBuilder& strings(const std::string& key, const std::vector<std::string>& values);
    GgufBuilder& booleans(const std::string& key, const std::vector<bool>& values);
    // An array of numbers of GGUF value type `type` (as many bytes as T has).
    template <class T> GgufBuilder& array(const std::string& key, std::uint32_t type, const std::vector<T>& values)
    {
        beginArray(key, type, values.size());
        for (const T& v : values) append(m_keys, v);
        return *this;
    }
    GgufBuilder& f32s(const std::string& key, const std::vector<float>& values) { return array(key, 6, values); }
    GgufBuilder& i32s(const std::string& key, const std::vector<std::int32_t>& values) { return array(key, 5, values); }
    GgufBuilder& u32s(const std::string& key, const std::vector<std::uint32_t>& values) { return array(key, 4, values); }

    // shape[0] is the row length. `data` are the tensor's bytes in type `type`.
    GgufBuilder& tensor(const std::string& name, const std::vector<std::int64_t>& shape, std::uint32_t type, std::vector<std::byte> data);
    GgufBuilder& tensorF32(const std::string& name, const std::vector<std::int64_t>& shape, const std::vector<float>& values);

    GgufBuilder& version(std::uint32_t version) { m_version = version; return *this; }
    GgufBuilder& alignment(std::uint32_t bytes); // also writes general.alignment

    std::vector<std::byte> build() const;
    void write(const std::filesystem::path& file) const; // throws std::runtime_error

private:
    struct Tensor {
        std::string name;
        std::vector<std::int64_t> shape;
        std::uint32_t type;
        std::vector<std::byte> data;
    };
    template <class T> static void append(std::vector<std::byte>& out, T value)
    {
        const auto* bytes = reinterpret_cast<const std::byte*>(&value);
        out.insert(out.end(), bytes, bytes + sizeof value);
    }
    static void appendText(std::vector<std::byte>& out, const std::string& text);
    void beginKey(const std::string& key, std::uint32_t type);
    void beginArray(const std::string& key, std::uint32_t type, std::uint64_t count);
    template <class T> GgufBuilder& number(const std::string& key, std::uint32_t type, T value)
    {
        beginKey(key, type);
        append(m_keys, value);
        return *this;
    }

    std::uint32_t m_version = 3, m_alignment = 32;
    std::uint64_t m_keyCount = 0;
    std::vector<std::byte> m_keys;
    std::vector<Tensor> m_tensors;
};

} // namespace corral::test
