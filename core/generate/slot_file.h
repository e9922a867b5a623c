#pragma once
// What a sequence remembers, in a file: its tokens with their keys and values. Belongs to one model and one type of cache; anything else is refused.
// The sequence is only touched by take() and give(), which copy memory; the disk is waited for by write() and read(), which may run on any thread
// beside a step.
//
//   auto contents = SlotContents::take(sequences, 0, tokens);   contents->write("talk.slot", sequences);
//   auto again = SlotContents::read("talk.slot", sequences);    again->give(sequences, 3);
#include "core/generate/sequences.h"

#include <filesystem>
#include <memory>
#include <vector>

namespace corral::generate {

class SlotContents {
public:
    // `tokens` are what the sequence holds (as many as its position()). OutOfMemory: the copy does not fit beside it.
    static Result<SlotContents> take(const Sequences& sequences, int sequence, std::vector<Token> tokens);
    // NotFound, or Format: of another model, cut off, or with tokens outside the vocabulary; ContextFull: more than the context holds.
    static Result<SlotContents> read(const std::filesystem::path& file, const Sequences& sequences);

    Result<void> write(const std::filesystem::path& file, const Sequences& sequences) const;
    Result<void> give(Sequences& sequences, int sequence) const; // instead of what it holds; after an error it holds nothing

    const std::vector<Token>& tokens() const { return m_tokens; }
    std::uint64_t fileBytes() const;

private:
    Result<void> makeRoom(std::uint64_t bytes);
    std::span<std::byte> state() const { return {m_state.get(), static_cast<std::size_t>(m_bytes)}; }

    std::vector<Token> m_tokens;
    std::uint64_t m_bytes = 0;
    std::unique_ptr<std::byte[]> m_state; // [m_bytes]
};

} // namespace corral::generate
