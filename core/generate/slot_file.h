#pragma once
// What a sequence remembers, in a file: its tokens with their keys and values. Belongs to one model and one type of cache; anything else is refused.
#include "core/generate/sequences.h"

#include <filesystem>
#include <vector>

namespace corral::generate {

struct SlotFile {
    std::vector<Token> tokens;
    std::uint64_t bytes = 0; // of the file
};

// `tokens` are what the sequence holds (as many as its position()).
Result<SlotFile> saveSlot(const std::filesystem::path& file, const Sequences& sequences, int sequence, std::vector<Token> tokens);
// The sequence then holds what the file does. Format: no such file, of another model, cut off, or with tokens outside the vocabulary; ContextFull: more than
// the context holds. What it held before is lost only if the file has been found good.
Result<SlotFile> restoreSlot(const std::filesystem::path& file, Sequences& sequences, int sequence);

} // namespace corral::generate
