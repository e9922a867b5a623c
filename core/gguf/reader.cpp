#include "core/gguf/reader.h"

#include "core/gguf/limits.h"
#include "core/gguf/value_reader.h"
#include "core/quant/format.h"

#include <bit>
#include <limits>
#include <new>

namespace corral::gguf {

namespace {

constexpr std::uint64_t kMaxSigned = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
constexpr std::uint64_t kMinKeyBytes = 8 + 4 + 1;         // an empty key, its type, the smallest value
constexpr std::uint64_t kMinTensorBytes = 8 + 4 + 4 + 8;  // an empty name, no dimensions, type, offset

} // namespace

std::string shown(std::string_view name)
{
    constexpr std::size_t kMost = 80;
    std::string text = "\"";
    for (const char c : name.substr(0, kMost)) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte >= 0x20 && byte < 0x7f) text += c;
        else text += std::format("\\x{:02x}", byte);
    }
    return text + (name.size() > kMost ? "…\"" : "\"");
}

Result<std::shared_ptr<File>> Reader::read()
try {
    m_file = std::make_shared<File>();
    if (auto ok = readHeader(); !ok) return std::unexpected(ok.error());
    for (std::uint64_t i = 0; i < m_keyCount; ++i)
        if (auto ok = readKey(i); !ok) return std::unexpected(ok.error());
    if (m_tensorCount > kMaxSigned / kMinTensorBytes || !m_in.has(m_tensorCount * kMinTensorBytes))
        return fail(ErrorCode::Format, "impossible tensor count {} at offset 8: {} bytes are left for the tensors at offset {}", m_tensorCount,
                    m_in.remaining(), m_in.offset());
    for (std::uint64_t i = 0; i < m_tensorCount; ++i)
        if (auto ok = readTensor(i); !ok) return std::unexpected(ok.error());
    if (auto ok = checkData(); !ok) return std::unexpected(ok.error());
    m_shard.file = std::move(m_owner);
    m_file->m_shards.push_back(std::move(m_shard));
    m_file->m_shardBytes.push_back(m_headerOnly ? std::span<const std::byte>() : m_bytes);
    m_file->m_headerOnly = m_headerOnly;
    return std::move(m_file);
} catch (const std::bad_alloc&) {
    return fail(ErrorCode::OutOfMemory, "not enough memory for the metadata at offset {}", m_in.offset());
}

Result<void> Reader::readHeader()
{
    if (m_bytes.empty()) return fail(ErrorCode::Format, "not a GGUF file: the file is empty");
    const auto magic = m_in.readText(4);
    if (!magic) return fail(ErrorCode::Format, "not a GGUF file: it ends inside the magic, at offset {}", m_bytes.size());
    if (*magic != "GGUF") return fail(ErrorCode::Format, "not a GGUF file: the magic at offset 0 is {}, expected \"GGUF\"", shown(*magic));

    const auto cut = [&](const char* field) {
        return fail(ErrorCode::Format, "the header is cut off: the file ends inside the {} at offset {}", field, m_in.offset());
    };
    const auto version = m_in.read<std::uint32_t>();
    if (!version) return cut("version");
    if (*version != 0 && (*version & 0xffffu) == 0)
        return fail(ErrorCode::Unsupported, "the file is big-endian (version field 0x{:08x} at offset 4); only little-endian files can be read",
                    *version);
    if (*version == 1) return fail(ErrorCode::Unsupported, "GGUF version 1 (at offset 4) is no longer supported: convert the file again");
    if (*version < 2 || *version > 3) return fail(ErrorCode::Unsupported, "unknown GGUF version {} at offset 4: versions 2 and 3 can be read", *version);
    m_shard.version = *version;

    const auto tensors = m_in.read<std::uint64_t>();
    if (!tensors) return cut("tensor count");
    const auto keys = m_in.read<std::uint64_t>();
    if (!keys) return cut("key count");
    if (*tensors > kMaxSigned) return fail(ErrorCode::Format, "impossible tensor count {} at offset 8", *tensors);
    if (*keys > kMaxSigned / kMinKeyBytes || !m_in.has(*keys * kMinKeyBytes))
        return fail(ErrorCode::Format, "impossible key count {} at offset 16: the file has {} bytes", *keys, m_fileBytes);
    m_tensorCount = *tensors;
    m_keyCount = *keys;
    return {};
}

Result<void> Reader::readKey(std::uint64_t index)
{
    const std::uint64_t start = m_in.offset();
    const auto where = [&] { return std::format("key {} of {} at offset {}", index + 1, m_keyCount, start); };
    const auto length = m_in.read<std::uint64_t>();
    if (!length) return fail(ErrorCode::Format, "{}: the file ends inside its length", where());
    if (*length > kMaxKeyLength) return fail(ErrorCode::Format, "{}: impossible name length {}", where(), *length);
    if (*length == 0) return fail(ErrorCode::Format, "{}: its name is empty", where());
    const auto name = m_in.readText(*length);
    if (!name) return fail(ErrorCode::Format, "{}: the file ends inside its name ({} bytes announced, {} left)", where(), *length, m_in.remaining());
    if (m_file->m_keyIndex.contains(*name)) return fail(ErrorCode::Format, "key {} at offset {} is a duplicate", shown(*name), start);

    const std::uint64_t valueOffset = m_in.offset();
    auto value = readValue(m_in);
    if (!value) return within(std::format("key {}", shown(*name)), value.error());
    if (*name == "general.alignment")
        if (auto ok = readAlignment(*value, valueOffset); !ok) return ok;
    m_file->m_keyIndex.emplace(*name, m_file->m_keys.size());
    m_file->m_keys.emplace_back(*name, std::move(*value));
    return {};
}

Result<void> Reader::readAlignment(const Value& value, std::uint64_t offset)
{
    if (value.type != ValueType::U32)
        return fail(ErrorCode::Format, "key \"general.alignment\" at offset {} has type {}, expected u32", offset, toString(value.type));
    const auto alignment = static_cast<std::uint64_t>(*value.asInt());
    if (!std::has_single_bit(alignment))
        return fail(ErrorCode::Format, "key \"general.alignment\" at offset {} is {}, which is not a power of two", offset, alignment);
    m_shard.alignment = alignment;
    return {};
}

Result<void> Reader::readTensor(std::uint64_t index)
{
    const std::uint64_t start = m_in.offset();
    const auto numbered = [&] { return std::format("tensor {} of {} at offset {}", index + 1, m_tensorCount, start); };
    const auto length = m_in.read<std::uint64_t>();
    if (!length) return fail(ErrorCode::Format, "{}: the file ends inside its name's length", numbered());
    if (*length > kMaxNameLength) {
        const auto beginning = m_in.readText(std::min<std::uint64_t>(kMaxNameLength, m_in.remaining()));
        return fail(ErrorCode::Format, "{}: its name has {} bytes, at most {} are allowed; it begins with {}", numbered(), *length, kMaxNameLength,
                    shown(beginning.value_or("")));
    }
    const auto name = m_in.readText(*length);
    if (!name) return fail(ErrorCode::Format, "{}: the file ends inside its name", numbered());
    const auto where = [&] { return std::format("tensor {} at offset {}", shown(*name), start); };
    if (name->contains('\0')) return fail(ErrorCode::Format, "{}: a NUL byte in its name", where());
    if (m_file->m_tensorIndex.contains(*name)) return fail(ErrorCode::Format, "{}: a duplicate name", where());

    TensorInfo tensor;
    tensor.name = *name;
    const auto cut = [&](const char* field) { return fail(ErrorCode::Format, "{}: the file ends inside its {}", where(), field); };
    const auto dims = m_in.read<std::uint32_t>();
    if (!dims) return cut("number of dimensions");
    if (*dims > kMaxDims) return fail(ErrorCode::Format, "{}: {} dimensions, at most {} are allowed", where(), *dims, kMaxDims);
    tensor.dims = static_cast<int>(*dims);
    std::uint64_t elements = 1;
    for (std::uint32_t d = 0; d < *dims; ++d) {
        const auto size = m_in.read<std::int64_t>();
        if (!size) return cut("dimensions");
        if (*size < 0) return fail(ErrorCode::Format, "{}: dimension {} is negative ({})", where(), d, *size);
        const auto extent = static_cast<std::uint64_t>(*size);
        if (extent > 0 && elements > kMaxSigned / extent)
            return fail(ErrorCode::Format, "{}: the number of elements overflows at dimension {} ({})", where(), d, extent);
        elements *= extent;
        tensor.shape[d] = extent;
    }

    const auto type = m_in.read<std::uint32_t>();
    if (!type) return cut("type");
    const quant::Format* format = quant::findFormat(*type);
    if (!format) return fail(ErrorCode::Format, "{}: unknown or removed tensor type {}", where(), *type);
    tensor.type = *type;
    const auto blockSize = static_cast<std::uint64_t>(format->blockSize), blockBytes = static_cast<std::uint64_t>(format->blockBytes);
    if (tensor.shape[0] % blockSize != 0)
        return fail(ErrorCode::Format, "{}: its row length {} is not a multiple of {}, the block size of {}", where(), tensor.shape[0], blockSize,
                    format->name);
    const std::uint64_t blocks = elements / blockSize;
    if (blocks > kMaxSigned / blockBytes) return fail(ErrorCode::Format, "{}: its size in bytes overflows", where());
    tensor.bytes = blocks * blockBytes;

    const auto offset = m_in.read<std::uint64_t>();
    if (!offset) return cut("data offset");
    tensor.offset = *offset;
    if (tensor.offset % m_shard.alignment != 0)
        return fail(ErrorCode::Format, "{}: its data offset {} is not aligned to {}", where(), tensor.offset, m_shard.alignment);
    if (tensor.offset > m_fileBytes) return fail(ErrorCode::Format, "{}: its data offset {} lies beyond the file", where(), tensor.offset);
    if (tensor.offset != m_nextTensorOffset)
        return fail(ErrorCode::Format, "{}: its data offset is {}, expected {}: tensors {}", where(), tensor.offset, m_nextTensorOffset,
                    tensor.offset < m_nextTensorOffset ? "overlap" : "leave a gap");
    const auto end = padded(tensor.offset + tensor.bytes, m_shard.alignment); // both at most 2^63: the sum does not wrap
    if (!end) return fail(ErrorCode::Format, "{}: the end of its data overflows", where());
    m_nextTensorOffset = *end;

    m_file->m_tensorIndex.emplace(tensor.name, m_file->m_tensors.size());
    m_file->m_tensors.push_back(std::move(tensor));
    return {};
}

Result<void> Reader::checkData()
{
    m_shard.dataStart = *padded(m_in.offset(), m_shard.alignment); // an offset inside a file plus less than 2^32
    for (const TensorInfo& tensor : m_file->m_tensors) {
        const std::uint64_t begin = m_shard.dataStart + tensor.offset; // the offset is at most the file's size
        if (begin > m_fileBytes || tensor.bytes > m_fileBytes - begin)
            return fail(ErrorCode::Format, "the file is cut off: tensor {} needs {} bytes at offset {}, the file has {}", shown(tensor.name),
                        tensor.bytes, begin, m_fileBytes);
    }
    m_shard.fileBytes = m_fileBytes;
    return {};
}

} // namespace corral::gguf
