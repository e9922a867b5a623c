#include "core/gguf/writer.h"

#include "core/gguf/cursor.h"
#include "core/gguf/header_writer.h"

#include <atomic>

namespace corral::gguf {

struct Writer::State {
    std::unique_ptr<OutputFile> file;
    Header header;
    std::vector<std::atomic<std::uint64_t>> written; // bytes of each tensor
    std::size_t tensor = 0;                          // of append()

    std::string name(std::size_t t) const { return shown(header.tensors[t].name); }

    // Where a part of a tensor lies in the file.
    Result<std::uint64_t> place(std::size_t t, std::uint64_t offset, std::uint64_t count) const
    {
        if (t >= header.tensors.size()) return fail(ErrorCode::InvalidArgument, "data after the last tensor");
        const TensorInfo& info = header.tensors[t];
        if (offset > info.bytes || count > info.bytes - offset)
            return fail(ErrorCode::InvalidArgument, "tensor {} gets more than the {} bytes it was described with", name(t), info.bytes);
        return header.dataStart + info.offset + offset;
    }

    Result<void> checkWhole(std::size_t t) const
    {
        if (written[t] == header.tensors[t].bytes) return {};
        return fail(ErrorCode::InvalidArgument, "tensor {} got {} of the {} bytes it was described with", name(t), written[t].load(),
                    header.tensors[t].bytes);
    }

    Result<void> checkComplete() const
    {
        for (std::size_t t = 0; t < header.tensors.size(); ++t)
            if (auto ok = checkWhole(t); !ok) return ok;
        return {};
    }
};

Writer::Writer() : m_state(std::make_unique<State>()) {}
Writer::~Writer() = default;

Result<std::unique_ptr<Writer>> Writer::create(const std::filesystem::path& path, const Keys& keys, std::vector<TensorInfo> tensors)
{
    auto header = makeHeader(keys, std::move(tensors));
    if (!header) return within(path.string(), header.error());
    std::unique_ptr<Writer> writer(new Writer);
    State& state = *writer->m_state;
    state.header = std::move(*header);
    state.written = std::vector<std::atomic<std::uint64_t>>(state.header.tensors.size());
    auto file = OutputFile::create(path, writer->fileBytes());
    if (!file) return std::unexpected(file.error());
    state.file = std::move(*file);
    if (auto ok = state.file->append(state.header.bytes); !ok) return std::unexpected(ok.error());
    // Zeros for everything that follows: the padding is in place, and the tensors fill the rest.
    if (auto ok = state.file->appendZeros(writer->fileBytes() - state.header.bytes.size()); !ok) return std::unexpected(ok.error());
    state.header.bytes = {};
    return writer;
}

const std::vector<TensorInfo>& Writer::tensors() const { return m_state->header.tensors; }
std::uint64_t Writer::fileBytes() const { return m_state->header.dataStart + m_state->header.dataBytes; }

Result<void> Writer::writePart(std::size_t tensor, std::uint64_t offset, std::span<const std::byte> data)
{
    const auto place = m_state->place(tensor, offset, data.size());
    if (!place) return std::unexpected(place.error());
    if (auto ok = m_state->file->patch(*place, data); !ok) return ok;
    m_state->written[tensor] += data.size();
    return {};
}

Result<void> Writer::copyPart(std::size_t tensor, std::uint64_t offset, const MappedFile& source, std::uint64_t sourceOffset, std::uint64_t length)
{
    const auto place = m_state->place(tensor, offset, length);
    if (!place) return std::unexpected(place.error());
    if (auto ok = m_state->file->patchFrom(*place, source, sourceOffset, length); !ok) return ok;
    m_state->written[tensor] += length;
    return {};
}

Result<void> Writer::append(std::span<const std::byte> data)
{
    const std::size_t t = m_state->tensor;
    return writePart(t, t < m_state->written.size() ? m_state->written[t].load() : 0, data);
}

Result<void> Writer::copyFrom(const MappedFile& source, std::uint64_t offset, std::uint64_t length)
{
    const std::size_t t = m_state->tensor;
    return copyPart(t, t < m_state->written.size() ? m_state->written[t].load() : 0, source, offset, length);
}

Result<void> Writer::endTensor()
{
    if (m_state->tensor >= m_state->header.tensors.size()) return fail(ErrorCode::InvalidArgument, "all tensors were ended");
    if (auto ok = m_state->checkWhole(m_state->tensor); !ok) return ok;
    ++m_state->tensor;
    return {};
}

Result<void> Writer::commit()
{
    if (auto ok = m_state->checkComplete(); !ok) return ok;
    return m_state->file->commit();
}

Result<void> Writer::commitAll(std::span<const std::unique_ptr<Writer>> writers)
{
    std::vector<OutputFile*> files;
    for (const auto& writer : writers) {
        if (auto ok = writer->m_state->checkComplete(); !ok) return ok;
        files.push_back(writer->m_state->file.get());
    }
    return OutputFile::commitAll(files);
}

} // namespace corral::gguf
