#include "core/base/direct_reader.h"

#include "core/base/system_file.h"

#include <algorithm>
#include <cstring>
#include <new>

namespace corral {

namespace {

constexpr std::uint64_t kAlignment = system_file::kDirectAlignment;
constexpr std::uint64_t kWindow = std::uint64_t(1) << 20; // bytes at a time

} // namespace

void DirectReader::Free::operator()(std::byte* memory) const { ::operator delete[](memory, std::align_val_t{kAlignment}); }

DirectReader::DirectReader(const MappedFile& file) : m_file(file), m_descriptor(system_file::reopenDirect(file.descriptor())) {}

DirectReader::~DirectReader()
{
    if (m_descriptor >= 0) system_file::close(m_descriptor);
}

Result<void> DirectReader::read(std::uint64_t offset, std::span<std::byte> out)
{
    while (!out.empty()) {
        const auto piece = out.first(static_cast<std::size_t>(std::min<std::uint64_t>(out.size(), kWindow)));
        if (!readPast(offset, piece))
            if (auto ok = m_file.read(offset, piece); !ok) return ok;
        offset += piece.size();
        out = out.subspan(piece.size());
    }
    return {};
}

bool DirectReader::readPast(std::uint64_t offset, std::span<std::byte> out)
{
    const auto all = m_file.bytes();
    if (m_descriptor < 0 || offset > all.size() || out.size() > all.size() - offset) return false;
    if (system_file::mostlyCached(all.subspan(static_cast<std::size_t>(offset), out.size()))) return false;
    if (!m_window) m_window.reset(new (std::align_val_t{kAlignment}) std::byte[kWindow + 2 * kAlignment]);
    const std::uint64_t begin = offset / kAlignment * kAlignment, end = (offset + out.size() + kAlignment - 1) / kAlignment * kAlignment;
    const std::int64_t got = system_file::readAt(m_descriptor, {m_window.get(), static_cast<std::size_t>(end - begin)}, begin);
    if (got < 0 || static_cast<std::uint64_t>(got) < offset - begin + out.size()) return false;
    std::memcpy(out.data(), m_window.get() + (offset - begin), out.size());
    return true;
}

} // namespace corral
