#include "core/convert/safetensors.h"

#include "core/base/cpu_features.h"
#include "core/base/float16.h"
#include "core/convert/json_file.h"
#include "core/gguf/cursor.h"
#include "core/quant/format.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <limits>
#include <optional>

namespace corral::convert {

namespace {

constexpr std::uint64_t kMostHeaderBytes = 100'000'000; // the format's own limit
constexpr std::size_t kMostDims = 8;

struct TypeEntry {
    std::string_view name;
    std::uint64_t bytes;
    StoredType type = StoredType::Other;
};
constexpr TypeEntry kTypes[] = {
    {"F64", 8, StoredType::F64}, {"F32", 4, StoredType::F32}, {"F16", 2, StoredType::F16}, {"BF16", 2, StoredType::BF16},
    {"I64", 8}, {"U64", 8}, {"I32", 4}, {"U32", 4}, {"I16", 2}, {"U16", 2}, {"I8", 1}, {"U8", 1}, {"BOOL", 1},
    {"F8_E4M3", 1}, {"F8_E5M2", 1}, {"F8_E8M0", 1},
};

std::optional<std::uint64_t> product(std::uint64_t a, std::uint64_t b)
{
    if (b != 0 && a > std::numeric_limits<std::uint64_t>::max() / b) return std::nullopt;
    return a * b;
}

// A list of numbers that are not negative.
std::optional<std::vector<std::uint64_t>> numbers(const Json* list, std::size_t most)
{
    if (!list || !list->is_array() || list->size() > most) return std::nullopt;
    std::vector<std::uint64_t> values;
    for (const Json& element : *list) {
        if (!element.is_number_unsigned()) return std::nullopt;
        values.push_back(element.get<std::uint64_t>());
    }
    return values;
}

// dataBytes: of the whole data section. The offset is still relative to it.
Result<StoredTensor> readEntry(const std::string& name, const Json& entry, std::uint64_t dataBytes)
{
    StoredTensor tensor;
    tensor.name = name;
    const std::string shown = gguf::shown(name);
    const std::string* typeName = findText(entry, "dtype");
    if (!typeName) return fail(ErrorCode::Format, "tensor {} has no dtype", shown);
    const auto type = std::ranges::find(kTypes, *typeName, &TypeEntry::name);
    if (type == std::end(kTypes)) return fail(ErrorCode::Unsupported, "tensor {} has the unknown dtype {}", shown, gguf::shown(*typeName));
    tensor.type = type->type;
    tensor.typeName = *typeName;

    const auto shape = numbers(find(entry, "shape"), kMostDims);
    if (!shape) return fail(ErrorCode::Format, "tensor {}: its shape is no list of at most {} sizes", shown, kMostDims);
    tensor.shape = *shape;
    std::optional<std::uint64_t> elements = 1;
    for (const std::uint64_t size : *shape) elements = elements ? product(*elements, size) : elements;
    const auto bytes = elements ? product(*elements, type->bytes) : std::nullopt;
    if (!bytes) return fail(ErrorCode::Format, "tensor {}: its shape has more numbers than any file could hold", shown);
    tensor.elements = *elements;

    const auto span = numbers(find(entry, "data_offsets"), 2);
    if (!span || span->size() != 2) return fail(ErrorCode::Format, "tensor {}: data_offsets is no pair of offsets", shown);
    if ((*span)[0] > (*span)[1] || (*span)[1] > dataBytes)
        return fail(ErrorCode::Format, "tensor {}: data from {} to {} do not lie in the file's {} bytes of data", shown, (*span)[0],
                    (*span)[1], dataBytes);
    if ((*span)[1] - (*span)[0] != *bytes)
        return fail(ErrorCode::Format, "tensor {}: its shape needs {} bytes, the file gives it {}", shown, *bytes, (*span)[1] - (*span)[0]);
    tensor.offset = (*span)[0];
    tensor.bytes = *bytes;
    return tensor;
}

Result<std::vector<StoredTensor>> readTensors(const std::shared_ptr<const MappedFile>& file)
{
    const std::uint64_t size = file->bytes().size();
    std::array<std::byte, 8> lengthBytes;
    if (size < lengthBytes.size()) return fail(ErrorCode::Format, "{} bytes are too few for a safetensors file", size);
    if (auto read = file->read(0, lengthBytes); !read) return std::unexpected(read.error());
    const auto length = loadAs<std::uint64_t>(lengthBytes.data());
    if (length > size - 8 || length > kMostHeaderBytes)
        return fail(ErrorCode::Format, "the header claims {} bytes, the file has {} and the format allows {}", length, size,
                    kMostHeaderBytes);
    std::string text(static_cast<std::size_t>(length), '\0');
    if (auto read = file->read(8, std::as_writable_bytes(std::span(text))); !read) return std::unexpected(read.error());
    if (!text.starts_with('{')) return fail(ErrorCode::Format, "the header does not begin with {{");
    auto header = parseJson(text, "the header");
    if (!header) return std::unexpected(header.error());

    const std::uint64_t dataStart = 8 + length, dataBytes = size - dataStart;
    std::vector<StoredTensor> tensors;
    for (const auto& [name, entry] : header->items()) {
        if (name == "__metadata__") continue;
        auto tensor = readEntry(name, entry, dataBytes);
        if (!tensor) return std::unexpected(tensor.error());
        tensor->file = file;
        tensors.push_back(std::move(*tensor));
    }
    std::ranges::sort(tensors, {}, [](const StoredTensor& t) { return std::pair(t.offset, t.offset + t.bytes); });
    std::uint64_t end = 0;
    for (StoredTensor& tensor : tensors) {
        if (tensor.offset != end)
            return fail(ErrorCode::Format, "tensor {} begins at {}, {} the one before it, which ends at {}", gguf::shown(tensor.name),
                        tensor.offset, tensor.offset < end ? "inside" : "not right after", end);
        end += tensor.bytes;
        tensor.offset += dataStart;
    }
    if (end != dataBytes) return fail(ErrorCode::Format, "the tensors have {} bytes of data, the file has {}", end, dataBytes);
    return tensors;
}

template <std::size_t Size, class Decode> Result<void> readDecoded(const StoredTensor& tensor, std::uint64_t first, std::span<float> out,
                                                                   Decode decode)
{
    std::array<std::byte, 32768> buffer; // any multiple of the sizes; a page or more, so that calls do not matter
    constexpr std::size_t kAtOnce = buffer.size() / Size;
    for (std::size_t done = 0; done < out.size();) {
        const std::size_t count = std::min(kAtOnce, out.size() - done);
        if (auto read = tensor.file->read(tensor.offset + (first + done) * Size, std::span(buffer).first(count * Size)); !read) return read;
        decode(buffer.data(), out.data() + done, static_cast<std::int64_t>(count));
        done += count;
    }
    return {};
}

} // namespace

Result<void> StoredTensor::read(std::uint64_t first, std::span<float> out) const
{
    assert(first <= elements && out.size() <= elements - first);
    switch (type) {
    case StoredType::F32: return file->read(offset + first * 4, std::as_writable_bytes(out));
    case StoredType::F16: return readDecoded<2>(*this, first, out, quant::findFormat(quant::kF16)->decodeFor(simdLevel()));
    case StoredType::BF16: return readDecoded<2>(*this, first, out, quant::findFormat(quant::kBF16)->decodeFor(simdLevel()));
    case StoredType::F64:
        return readDecoded<8>(*this, first, out, [](const std::byte* from, float* to, std::int64_t count) {
            for (std::int64_t i = 0; i < count; ++i) to[i] = static_cast<float>(loadAs<double>(from + i * 8));
        });
    case StoredType::Other: break;
    }
    return fail(ErrorCode::Unsupported, "{}: numbers of dtype {} cannot be converted", name, typeName);
}

Result<std::vector<StoredTensor>> readSafetensors(const std::filesystem::path& file)
{
    auto mapped = MappedFile::open(file);
    if (!mapped) return std::unexpected(mapped.error());
    auto tensors = readTensors(*mapped);
    if (!tensors) return within(file.string(), tensors.error());
    return tensors;
}

} // namespace corral::convert
