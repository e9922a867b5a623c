#include "core/generate/slot_file.h"

#include "core/base/mapped_file.h"
#include "core/base/output_file.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cassert>
#include <new>

namespace corral::generate {

namespace {

static_assert(std::endian::native == std::endian::little);

// Behind it: the tokens, then the state.
struct Header {
    std::array<char, 8> magic{'C', 'O', 'R', 'R', 'A', 'L', 'S', '1'};
    std::uint64_t kind = 0;  // Sequences::stateKind()
    std::uint64_t state = 0; // bytes
    std::uint32_t tokens = 0;
    std::uint32_t reserved = 0;
};
static_assert(sizeof(Header) == 32);

} // namespace

Result<void> SlotContents::makeRoom(std::uint64_t bytes)
{
    m_state.reset(new (std::nothrow) std::byte[bytes]);
    if (!m_state) return fail(ErrorCode::OutOfMemory, "not enough memory for a copy of {} MB of the cache", bytes / 1'000'000);
    m_bytes = bytes;
    return {};
}

std::uint64_t SlotContents::fileBytes() const { return sizeof(Header) + m_tokens.size() * sizeof(Token) + m_bytes; }

Result<SlotContents> SlotContents::take(const Sequences& sequences, int sequence, std::vector<Token> tokens)
{
    assert(static_cast<int>(tokens.size()) == sequences.position(sequence));
    SlotContents contents;
    contents.m_tokens = std::move(tokens);
    if (auto room = contents.makeRoom(sequences.stateBytes(sequences.position(sequence))); !room) return std::unexpected(room.error());
    std::span<std::byte> to = contents.state();
    const auto saved = sequences.saveState(sequence, [&](std::span<const std::byte> bytes) -> Result<void> {
        assert(bytes.size() <= to.size());
        std::ranges::copy(bytes, to.begin());
        to = to.subspan(bytes.size());
        return {};
    });
    if (!saved) return std::unexpected(saved.error());
    assert(to.empty());
    return contents;
}

Result<void> SlotContents::write(const std::filesystem::path& file, const Sequences& sequences) const
{
    const Header header{.kind = sequences.stateKind(), .state = m_bytes, .tokens = static_cast<std::uint32_t>(m_tokens.size())};
    auto out = OutputFile::create(file, fileBytes());
    if (!out) return std::unexpected(out.error());
    for (const std::span<const std::byte> part : {std::as_bytes(std::span(&header, 1)), std::as_bytes(std::span(m_tokens)), std::span<const std::byte>(state())})
        if (auto done = (*out)->append(part); !done) return done;
    return (*out)->commit();
}

Result<SlotContents> SlotContents::read(const std::filesystem::path& file, const Sequences& sequences)
{
    std::error_code ignored;
    if (!std::filesystem::is_regular_file(file, ignored)) return fail(ErrorCode::NotFound, "there is no file {}", file.filename().string());
    const auto mapped = MappedFile::open(file);
    if (!mapped) return std::unexpected(mapped.error());
    const std::uint64_t size = (*mapped)->bytes().size();
    const auto wrong = [&](std::string_view what) { return fail(ErrorCode::Format, "{}: {}", file.filename().string(), what); };

    Header header;
    if (size < sizeof header) return wrong("this is no saved slot");
    if (auto ok = (*mapped)->read(0, std::as_writable_bytes(std::span(&header, 1))); !ok) return std::unexpected(ok.error());
    if (header.magic != Header().magic) return wrong("this is no saved slot");
    if (header.kind != sequences.stateKind()) return wrong("saved with another model or another type of cache");
    if (header.tokens > static_cast<std::uint32_t>(sequences.contextLength()))
        return fail(ErrorCode::ContextFull, "{}: {} tokens were saved, the context holds {}", file.filename().string(), header.tokens, sequences.contextLength());
    const std::uint64_t idBytes = std::uint64_t(header.tokens) * sizeof(Token);
    if (header.state != sequences.stateBytes(static_cast<int>(header.tokens)) || size != sizeof header + idBytes + header.state)
        return wrong("the file is damaged: its length is not what it says");

    SlotContents contents;
    contents.m_tokens.resize(header.tokens);
    if (auto ok = (*mapped)->read(sizeof header, std::as_writable_bytes(std::span(contents.m_tokens))); !ok) return std::unexpected(ok.error());
    const int vocabulary = sequences.model().vocabularySize();
    for (const Token token : contents.m_tokens)
        if (token < 0 || token >= vocabulary) return wrong("the file is damaged: it names tokens that the model does not have");
    if (auto room = contents.makeRoom(header.state); !room) return std::unexpected(room.error());
    if (auto ok = (*mapped)->read(sizeof header + idBytes, contents.state()); !ok) return std::unexpected(ok.error());
    return contents;
}

Result<void> SlotContents::give(Sequences& sequences, int sequence) const
{
    std::span<const std::byte> from = state();
    return sequences.restoreState(sequence, static_cast<int>(m_tokens.size()), [&](std::span<std::byte> bytes) -> Result<void> {
        assert(bytes.size() <= from.size());
        std::ranges::copy(from.first(bytes.size()), bytes.begin());
        from = from.subspan(bytes.size());
        return {};
    });
}

} // namespace corral::generate
