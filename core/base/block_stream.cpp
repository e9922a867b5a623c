#include "core/base/block_stream.h"

#include "core/base/system_file.h"

#include <algorithm>
#include <cassert>
#include <cerrno>
#include <cstring>
#include <new>
#include <system_error>
#include <utility>

namespace corral {

namespace {

constexpr std::size_t kBlockBytes = std::size_t(1) << 20;
constexpr std::size_t kMostBlocks = 8;
constexpr std::uint64_t kWritebackBytes = std::uint64_t(32) << 20; // through the page cache: the disk begins early

} // namespace

void BlockStream::Free::operator()(std::byte* memory) const { ::operator delete[](memory, std::align_val_t{system_file::kDirectAlignment}); }

BlockStream::BlockStream(int descriptor) : m_descriptor(descriptor), m_direct(system_file::setDirect(descriptor, true) == 0) {}

BlockStream::~BlockStream() = default; // the thread is asked to stop and joined first

std::span<std::byte> BlockStream::room()
{
    if (!m_current.memory) {
        std::unique_lock lock(m_mutex);
        if (m_spare.empty() && m_blocks < kMostBlocks) {
            m_spare.emplace_back(new (std::align_val_t{system_file::kDirectAlignment}) std::byte[kBlockBytes]);
            ++m_blocks;
        }
        m_changed.wait(lock, [this] { return !m_spare.empty(); });
        m_current = {.memory = std::move(m_spare.back()), .size = 0, .offset = m_size};
        m_spare.pop_back();
    }
    return {m_current.memory.get() + m_current.size, kBlockBytes - m_current.size};
}

int BlockStream::filled(std::size_t count)
{
    assert(m_current.memory && count <= kBlockBytes - m_current.size);
    m_current.size += count;
    m_size += count;
    return m_current.size == kBlockBytes ? hand(std::exchange(m_current, {})) : 0;
}

int BlockStream::append(std::span<const std::byte> bytes)
{
    while (!bytes.empty()) {
        const auto to = room();
        const std::size_t count = std::min(to.size(), bytes.size());
        std::memcpy(to.data(), bytes.data(), count);
        if (const int error = filled(count)) return error;
        bytes = bytes.subspan(count);
    }
    return 0;
}

int BlockStream::hand(Block block)
{
    if (!m_thread.joinable()) {
        try {
            m_thread = std::jthread([this](std::stop_token stop) { writeBlocks(stop); });
        } catch (const std::system_error& error) {
            return error.code().value();
        }
    }
    const std::lock_guard lock(m_mutex);
    m_full.push_back(std::move(block));
    m_changed.notify_all();
    return m_error;
}

void BlockStream::writeBlocks(std::stop_token stop)
{
    std::unique_lock lock(m_mutex);
    while (m_changed.wait(lock, stop, [this] { return !m_full.empty(); }) && !stop.stop_requested()) {
        Block block = std::move(m_full.front());
        m_full.pop_front();
        m_writing = true;
        const bool failed = m_error != 0;
        lock.unlock();
        const int error = failed ? 0 : write(block);
        lock.lock();
        if (error != 0) m_error = error;
        m_spare.push_back(std::move(block.memory));
        m_writing = false;
        m_changed.notify_all();
    }
}

int BlockStream::write(const Block& block)
{
    if (m_direct && block.size % system_file::kDirectAlignment != 0) { // the end of the file
        m_direct = false;
        system_file::setDirect(m_descriptor, false);
    }
    int failed = system_file::writeAt(m_descriptor, {block.memory.get(), block.size}, block.offset);
    if (failed != 0 && errno == EINVAL && m_direct) { // some file systems only refuse now
        m_direct = false;
        system_file::setDirect(m_descriptor, false);
        failed = system_file::writeAt(m_descriptor, {block.memory.get(), block.size}, block.offset);
    }
    if (failed != 0) return errno;
    m_sinceWriteback += block.size;
    if (!m_direct && m_sinceWriteback >= kWritebackBytes) {
        system_file::startWriteback(m_descriptor);
        m_sinceWriteback = 0;
    }
    return 0;
}

int BlockStream::flush()
{
    if (m_thread.joinable()) {
        {
            std::unique_lock lock(m_mutex);
            m_changed.wait(lock, [this] { return m_full.empty() && !m_writing; });
        }
        m_thread.request_stop();
        m_thread.join();
    }
    if (m_error == 0 && m_current.size > 0) m_error = write(m_current);
    if (m_direct) { // the next bytes begin anywhere
        m_direct = false;
        system_file::setDirect(m_descriptor, false);
    }
    m_current = {};
    m_spare.clear();
    m_blocks = 0;
    return m_error;
}

} // namespace corral
