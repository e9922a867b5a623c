#include "core/gguf/writer.h"

#include "core/gguf/cursor.h"
#include "core/gguf/header_writer.h"
#include "core/gguf/limits.h"

namespace corral::gguf {

struct Writer::State {
    std::unique_ptr<OutputFile> file;
    Header header;
    std::size_t tensor = 0;    // the one being written
    std::uint64_t written = 0; // bytes of it

    Result<void> expect(std::uint64_t bytes) const
    {
        if (tensor >= header.tensors.size()) return fail(ErrorCode::InvalidArgument, "data after the last tensor");
        const TensorInfo& info = header.tensors[tensor];
        if (bytes <= info.bytes - written) return {};
        return fail(ErrorCode::InvalidArgument, "tensor {} gets more than the {} bytes it was described with", shown(info.name), info.bytes);
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
    auto file = OutputFile::create(path, writer->fileBytes());
    if (!file) return std::unexpected(file.error());
    state.file = std::move(*file);
    if (auto ok = state.file->append(state.header.bytes); !ok) return std::unexpected(ok.error());
    if (auto ok = state.file->appendZeros(state.header.dataStart - state.header.bytes.size()); !ok) return std::unexpected(ok.error());
    state.header.bytes = {};
    return writer;
}

const std::vector<TensorInfo>& Writer::tensors() const { return m_state->header.tensors; }
std::uint64_t Writer::fileBytes() const { return m_state->header.dataStart + m_state->header.dataBytes; }

Result<void> Writer::append(std::span<const std::byte> data)
{
    if (auto ok = m_state->expect(data.size()); !ok) return ok;
    m_state->written += data.size();
    return m_state->file->append(data);
}

Result<void> Writer::copyFrom(const MappedFile& source, std::uint64_t offset, std::uint64_t length)
{
    if (auto ok = m_state->expect(length); !ok) return ok;
    m_state->written += length;
    return m_state->file->copyFrom(source, offset, length);
}

Result<void> Writer::endTensor()
{
    if (m_state->tensor >= m_state->header.tensors.size()) return fail(ErrorCode::InvalidArgument, "all tensors were ended");
    const TensorInfo& tensor = m_state->header.tensors[m_state->tensor];
    if (m_state->written != tensor.bytes)
        return fail(ErrorCode::InvalidArgument, "tensor {} got {} of the {} bytes it was described with", shown(tensor.name), m_state->written,
                    tensor.bytes);
    ++m_state->tensor;
    m_state->written = 0;
    if (auto ok = m_state->file->appendZeros(*padded(tensor.bytes, m_state->header.alignment) - tensor.bytes); !ok) return ok;
    return m_state->tensor == m_state->header.tensors.size() ? m_state->file->flush() : Result<void>{}; // complete: it needs no memory
}

Result<void> Writer::checkComplete() const
{
    if (m_state->tensor == m_state->header.tensors.size()) return {};
    return fail(ErrorCode::InvalidArgument, "tensor {} was not written", shown(m_state->header.tensors[m_state->tensor].name));
}

Result<void> Writer::commit()
{
    if (auto ok = checkComplete(); !ok) return ok;
    return m_state->file->commit();
}

Result<void> Writer::commitAll(std::span<const std::unique_ptr<Writer>> writers)
{
    std::vector<OutputFile*> files;
    for (const auto& writer : writers) {
        if (auto ok = writer->checkComplete(); !ok) return ok;
        files.push_back(writer->m_state->file.get());
    }
    return OutputFile::commitAll(files);
}

} // namespace corral::gguf
