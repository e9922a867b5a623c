#include "core/generate/slot_file.h"

#include "core/base/mapped_file.h"
#include "core/base/output_file.h"

#include <array>
#include <bit>
#include <cassert>
#include <cstring>

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

Result<SlotFile> saveSlot(const std::filesystem::path& file, const Sequences& sequences, int sequence, std::vector<Token> tokens)
{
    assert(static_cast<int>(tokens.size()) == sequences.position(sequence));
    const Header header{.kind = sequences.stateKind(), .state = sequences.stateBytes(sequences.position(sequence)), .tokens = static_cast<std::uint32_t>(tokens.size())};
    const auto ids = std::as_bytes(std::span(tokens));
    auto out = OutputFile::create(file, sizeof header + ids.size() + header.state);
    if (!out) return std::unexpected(out.error());
    const auto take = [&](std::span<const std::byte> bytes) { return (*out)->append(bytes); };
    auto done = take(std::as_bytes(std::span(&header, 1)));
    if (done) done = take(ids);
    if (done) done = sequences.saveState(sequence, take);
    const std::uint64_t bytes = (*out)->size();
    if (done) done = (*out)->commit();
    if (!done) return std::unexpected(done.error());
    return SlotFile{std::move(tokens), bytes};
}

Result<SlotFile> restoreSlot(const std::filesystem::path& file, Sequences& sequences, int sequence)
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
    const int count = static_cast<int>(header.tokens);
    const std::uint64_t idBytes = std::uint64_t(header.tokens) * sizeof(Token);
    if (header.state != sequences.stateBytes(count) || size != sizeof header + idBytes + header.state) return wrong("the file is damaged: its length is not what it says");

    SlotFile slot{.tokens = std::vector<Token>(header.tokens), .bytes = size};
    if (auto ok = (*mapped)->read(sizeof header, std::as_writable_bytes(std::span(slot.tokens))); !ok) return std::unexpected(ok.error());
    const int vocabulary = sequences.model().vocabularySize();
    for (const Token token : slot.tokens)
        if (token < 0 || token >= vocabulary) return wrong("the file is damaged: it names tokens that the model does not have");

    std::uint64_t at = sizeof header + idBytes;
    auto done = sequences.restoreState(sequence, count, [&](std::span<std::byte> bytes) {
        auto ok = (*mapped)->read(at, bytes);
        at += bytes.size();
        return ok;
    });
    if (!done) return std::unexpected(done.error());
    return slot;
}

} // namespace corral::generate
