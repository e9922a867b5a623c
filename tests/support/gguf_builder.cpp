#include "tests/support/gguf_builder.h"

#include <fstream>
#include <stdexcept>

namespace corral::test {

namespace {

void pad(std::vector<std::byte>& out, std::size_t alignment) { out.resize((out.size() + alignment - 1) / alignment * alignment); }

} // namespace

void GgufBuilder::appendText(std::vector<std::byte>& out, const std::string& text)
{
    append(out, static_cast<std::uint64_t>(text.size()));
    const auto* bytes = reinterpret_cast<const std::byte*>(text.data());
    out.insert(out.end(), bytes, bytes + text.size());
}

void GgufBuilder::beginKey(const std::string& key, std::uint32_t type)
{
    ++m_keyCount;
    appendText(m_keys, key);
    append(m_keys, type);
}

void GgufBuilder::beginArray(const std::string& key, std::uint32_t type, std::uint64_t count)
{
    beginKey(key, 9);
    append(m_keys, type);
    append(m_keys, count);
}

GgufBuilder& GgufBuilder::string(const std::string& key, const std::string& value)
{
    beginKey(key, 8);
    appendText(m_keys, value);
    return *this;
}

GgufBuilder& GgufBuilder::strings(const std::string& key, const std::vector<std::string>& values)
{
    beginArray(key, 8, values.size());
    for (const auto& v : values) appendText(m_keys, v);
    return *this;
}

GgufBuilder& GgufBuilder::booleans(const std::string& key, const std::vector<bool>& values)
{
    beginArray(key, 7, values.size());
    for (const bool v : values) append(m_keys, static_cast<std::uint8_t>(v));
    return *this;
}

GgufBuilder& GgufBuilder::tensor(const std::string& name, const std::vector<std::int64_t>& shape, std::uint32_t type, std::vector<std::byte> data)
{
    m_tensors.push_back({name, shape, type, std::move(data)});
    return *this;
}

GgufBuilder& GgufBuilder::tensorF32(const std::string& name, const std::vector<std::int64_t>& shape, const std::vector<float>& values)
{
    std::vector<std::byte> data;
    data.reserve(values.size() * sizeof(float));
    for (const float v : values) append(data, v);
    return tensor(name, shape, 0, std::move(data));
}

GgufBuilder& GgufBuilder::alignment(std::uint32_t bytes)
{
    m_alignment = bytes;
    return u32("general.alignment", bytes);
}

std::vector<std::byte> GgufBuilder::build() const
{
    std::vector<std::byte> out;
    for (const char c : {'G', 'G', 'U', 'F'}) out.push_back(static_cast<std::byte>(c));
    append(out, m_version);
    append(out, static_cast<std::uint64_t>(m_tensors.size()));
    append(out, m_keyCount);
    out.insert(out.end(), m_keys.begin(), m_keys.end());
    std::uint64_t offset = 0;
    for (const Tensor& t : m_tensors) {
        appendText(out, t.name);
        append(out, static_cast<std::uint32_t>(t.shape.size()));
        for (const std::int64_t size : t.shape) append(out, size);
        append(out, t.type);
        append(out, offset);
        offset += (t.data.size() + m_alignment - 1) / m_alignment * m_alignment;
    }
    pad(out, m_alignment);
    for (const Tensor& t : m_tensors) {
        out.insert(out.end(), t.data.begin(), t.data.end());
        pad(out, m_alignment);
    }
    return out;
}

void GgufBuilder::write(const std::filesystem::path& file) const
{
    const auto bytes = build();
    std::ofstream out(file, std::ios::binary);
    out.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    if (!out) throw std::runtime_error("cannot write " + file.string());
}

} // namespace corral::test
