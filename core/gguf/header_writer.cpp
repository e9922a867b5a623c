#include "core/gguf/header_writer.h"

#include "core/gguf/cursor.h"
#include "core/gguf/limits.h"
#include "core/gguf/value_types.h"
#include "core/quant/format.h"

#include <bit>
#include <set>

namespace corral::gguf {

namespace {

class Bytes {
public:
    template <class T> void put(T number) // little-endian, as the host is
    {
        const auto* bytes = reinterpret_cast<const std::byte*>(&number);
        m_bytes.insert(m_bytes.end(), bytes, bytes + sizeof number);
    }
    void put(const std::string& text)
    {
        put(static_cast<std::uint64_t>(text.size()));
        const auto* bytes = reinterpret_cast<const std::byte*>(text.data());
        m_bytes.insert(m_bytes.end(), bytes, bytes + text.size());
    }
    std::size_t size() const { return m_bytes.size(); }
    std::vector<std::byte> take() { return std::move(m_bytes); }

private:
    std::vector<std::byte> m_bytes;
};

std::unexpected<Error> doesNotFit(ValueType type) { return fail(ErrorCode::Format, "its value does not fit its type {}", toString(type)); }

// One number of the stored type; `number` is what Value keeps of it.
template <class Kept> Result<void> putNumber(Bytes& out, ValueType type, Kept number)
{
    if (type == ValueType::Bool) {
        out.put(static_cast<std::uint8_t>(number != Kept(0)));
        return {};
    }
    const bool fits = withNumberType(type, [&]<class T>(T) {
        if constexpr (std::is_same_v<Widened<T>, Kept>) {
            const T stored = static_cast<T>(number);
            if constexpr (std::is_integral_v<T>)
                if (static_cast<Kept>(stored) != number) return false;
            out.put(stored);
            return true;
        } else {
            return false;
        }
    });
    if (!fits) return doesNotFit(type);
    return {};
}

Result<void> putString(Bytes& out, const std::string& text)
{
    if (text.size() > kMaxStringBytes) return fail(ErrorCode::Format, "a string of {} bytes is too long", text.size());
    out.put(text);
    return {};
}

template <class Element> Result<void> putElement(Bytes& out, ValueType type, const Element& element)
{
    if constexpr (std::is_same_v<Element, std::string>) return type == ValueType::String ? putString(out, element) : doesNotFit(type);
    else if constexpr (std::is_same_v<Element, bool>) return type == ValueType::Bool ? putNumber<std::uint64_t>(out, type, element) : doesNotFit(type);
    else return type == ValueType::Bool ? doesNotFit(type) : putNumber(out, type, element);
}

template <class Element> Result<void> putArray(Bytes& out, ValueType type, const std::vector<Element>& array)
{
    if (array.size() > kMaxArrayLength) return fail(ErrorCode::Format, "an array of {} elements is too long", array.size());
    out.put(static_cast<std::uint32_t>(type));
    out.put(static_cast<std::uint64_t>(array.size()));
    for (const auto& element : array)
        if (auto ok = putElement(out, type, element); !ok) return ok;
    return {};
}

Result<void> putValue(Bytes& out, const Value& value)
{
    out.put(static_cast<std::uint32_t>(value.type));
    return std::visit(
        [&]<class Kept>(const Kept& kept) -> Result<void> {
            if constexpr (requires { typename Kept::allocator_type; } && !std::is_same_v<Kept, std::string>)
                return value.type == ValueType::Array ? putArray(out, value.elementType, kept) : doesNotFit(value.type);
            else return value.type == ValueType::Array ? doesNotFit(value.type) : putElement(out, value.type, kept);
        },
        value.data);
}

Result<std::uint64_t> alignmentOf(const Keys& keys)
{
    for (const auto& [name, value] : keys) {
        if (name != "general.alignment") continue;
        const auto alignment = value.asInt();
        if (value.type != ValueType::U32 || !alignment || !std::has_single_bit(static_cast<std::uint64_t>(*alignment)))
            return fail(ErrorCode::Format, "key \"general.alignment\" is no power of two of type u32");
        return static_cast<std::uint64_t>(*alignment);
    }
    return kDefaultAlignment;
}

Result<void> putKeys(Bytes& out, const Keys& keys)
{
    std::set<std::string_view> seen;
    for (const auto& [name, value] : keys) {
        if (name.empty() || name.size() > kMaxKeyLength) return fail(ErrorCode::Format, "a key's name has {} bytes", name.size());
        if (!seen.insert(name).second) return fail(ErrorCode::Format, "key {} is there twice", shown(name));
        out.put(name);
        if (auto ok = putValue(out, value); !ok) return within(std::format("key {}", shown(name)), ok.error());
    }
    return {};
}

// Fills bytes and offset of a tensor that begins at `offset`; the padded end.
Result<std::uint64_t> place(TensorInfo& tensor, std::uint64_t offset, std::uint64_t alignment)
{
    const auto wrong = [&](const std::string& what) { return fail(ErrorCode::Format, "tensor {}: {}", shown(tensor.name), what); };
    if (tensor.name.size() > kMaxNameLength)
        return wrong(std::format("its name has {} bytes, at most {} are allowed", tensor.name.size(), kMaxNameLength));
    if (tensor.name.contains('\0')) return wrong("a NUL byte in its name");
    if (tensor.dims < 0 || tensor.dims > static_cast<int>(kMaxDims)) return wrong(std::format("{} dimensions", tensor.dims));
    const quant::Format* format = quant::findFormat(tensor.type);
    if (!format) return wrong(std::format("unknown tensor type {}", tensor.type));

    constexpr std::uint64_t kMost = std::uint64_t(1) << 62; // elements, bytes and ends stay below it: nothing wraps
    std::uint64_t elements = 1;
    for (std::size_t d = 0; d < tensor.shape.size(); ++d) {
        const std::uint64_t extent = tensor.shape[d];
        if (d >= static_cast<std::size_t>(tensor.dims) && extent != 1) return wrong(std::format("dimension {} is {} but not described", d, extent));
        if (extent > 0 && elements > kMost / extent) return wrong("the number of elements overflows");
        elements *= extent;
    }
    const auto blockSize = static_cast<std::uint64_t>(format->blockSize), blockBytes = static_cast<std::uint64_t>(format->blockBytes);
    if (tensor.shape[0] % blockSize != 0)
        return wrong(std::format("its row length {} is not a multiple of {}, the block size of {}", tensor.shape[0], blockSize, format->name));
    if (elements / blockSize > kMost / blockBytes) return wrong("its size in bytes overflows");
    tensor.bytes = elements / blockSize * blockBytes;
    tensor.offset = offset;
    tensor.shard = 0;
    const auto end = padded(offset + tensor.bytes, alignment);
    if (!end || *end > kMost) return wrong("the end of its data overflows");
    return *end;
}

void putTensor(Bytes& out, const TensorInfo& tensor)
{
    out.put(tensor.name);
    out.put(static_cast<std::uint32_t>(tensor.dims));
    for (int d = 0; d < tensor.dims; ++d) out.put(tensor.shape[static_cast<std::size_t>(d)]);
    out.put(tensor.type);
    out.put(tensor.offset);
}

} // namespace

Result<Header> makeHeader(const Keys& keys, std::vector<TensorInfo> tensors)
{
    const auto alignment = alignmentOf(keys);
    if (!alignment) return std::unexpected(alignment.error());
    Bytes out;
    for (const char c : {'G', 'G', 'U', 'F'}) out.put(c);
    out.put(std::uint32_t(3));
    out.put(static_cast<std::uint64_t>(tensors.size()));
    out.put(static_cast<std::uint64_t>(keys.size()));
    if (auto ok = putKeys(out, keys); !ok) return std::unexpected(ok.error());

    Header header;
    header.alignment = *alignment;
    std::set<std::string_view> seen;
    for (TensorInfo& tensor : tensors) {
        if (!seen.insert(tensor.name).second) return fail(ErrorCode::Format, "tensor {} is there twice", shown(tensor.name));
        const auto end = place(tensor, header.dataBytes, *alignment);
        if (!end) return std::unexpected(end.error());
        header.dataBytes = *end;
        putTensor(out, tensor);
    }
    header.dataStart = *padded(out.size(), *alignment); // memory plus less than 2^32
    header.bytes = out.take();
    header.tensors = std::move(tensors);
    return header;
}

Result<std::vector<std::byte>> headerBytes(const Keys& keys, std::vector<TensorInfo> tensors)
{
    auto header = makeHeader(keys, std::move(tensors));
    if (!header) return std::unexpected(header.error());
    header->bytes.resize(static_cast<std::size_t>(header->dataStart));
    return std::move(header->bytes);
}

} // namespace corral::gguf
