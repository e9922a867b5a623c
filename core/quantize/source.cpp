#include "core/quantize/source.h"

#include "core/gguf/cursor.h"
#include "core/quant/format.h"

namespace corral::quantize {

namespace {

constexpr std::size_t kPieceBytes = std::size_t(64) << 10; // read and decoded at a time: stays in the nearest caches

} // namespace

GgufSource::GgufSource(std::shared_ptr<const gguf::File> file) : m_file(std::move(file))
{
    m_tensors.reserve(m_file->tensors().size());
    for (const gguf::TensorInfo& tensor : m_file->tensors())
        m_tensors.push_back({tensor.name, tensor.shape, tensor.dims, tensor.type, tensor.bytes, tensor.shard});
}

const gguf::Keys& GgufSource::keys() const { return m_file->keys(); }

std::optional<Source::Extent> GgufSource::extent(std::size_t tensor) const
{
    const gguf::TensorInfo& info = m_file->tensors()[tensor];
    const gguf::Shard& shard = m_file->shards()[static_cast<std::size_t>(info.shard)];
    if (!shard.file) return std::nullopt; // parsed from memory
    return Extent{shard.file, shard.dataStart + info.offset, info.bytes};
}

Result<void> GgufSource::readRows(std::size_t tensor, std::uint64_t first, std::uint64_t count, std::span<float> out) const
{
    const gguf::TensorInfo& info = m_file->tensors()[tensor];
    const quant::Format& format = *quant::findFormat(info.type); // the reader knows only types that exist
    if (!format.decode) return fail(ErrorCode::Unsupported, "tensor {}: values of type {} cannot be read", gguf::shown(info.name), format.name);
    const std::uint64_t rowLength = info.shape[0];
    const std::uint64_t values = count * rowLength;
    if (out.size() < values) return fail(ErrorCode::InvalidArgument, "tensor {}: no room for {} values", gguf::shown(info.name), values);
    // Rows follow one another without gaps: what is read is a run of blocks.
    const auto blockSize = static_cast<std::uint64_t>(format.blockSize), blockBytes = static_cast<std::uint64_t>(format.blockBytes);
    const std::uint64_t begin = first * rowLength / blockSize * blockBytes, bytes = values / blockSize * blockBytes;
    if (begin > info.bytes || bytes > info.bytes - begin)
        return fail(ErrorCode::InvalidArgument, "tensor {}: row {} is beyond its end", gguf::shown(info.name), first + count);

    const quant::DecodeFn decode = format.decodeFor(simdLevel());
    const auto file = extent(tensor);
    const std::span<const std::byte> data = m_file->data(info);
    const std::uint64_t pieceBlocks = kPieceBytes / blockBytes;
    std::byte piece[kPieceBytes];
    float* to = out.data();
    for (std::uint64_t done = 0; done < bytes;) {
        const std::uint64_t now = std::min(bytes - done, pieceBlocks * blockBytes);
        const std::byte* blocks = data.data() + begin + done;
        if (file) {
            if (auto ok = file->file->read(file->offset + begin + done, {piece, static_cast<std::size_t>(now)}); !ok)
                return within("tensor " + gguf::shown(info.name), ok.error());
            blocks = piece;
        }
        const std::uint64_t decoded = now / blockBytes * blockSize;
        decode(blocks, to, static_cast<std::int64_t>(decoded));
        to += decoded;
        done += now;
    }
    return {};
}

} // namespace corral::quantize
