#pragma once
// All tensors of a checkpoint, whichever of its files holds them, found by their Hugging Face names. What belongs to other senses
// (vision, audio) and what is no weight is left out; the prefix of a language model inside a larger one is taken off.
#include "core/convert/safetensors.h"

#include <map>
#include <optional>

namespace corral::convert {

class Weights {
public:
    // Through model.safetensors.index.json if there is one, else all model*.safetensors, else the one file named. A missing shard is named.
    static Result<Weights> open(const std::filesystem::path& folder, const std::optional<std::filesystem::path>& file);

    const StoredTensor& operator[](std::size_t index) const { return m_tensors[index]; }
    std::size_t size() const { return m_tensors.size(); }
    std::optional<std::size_t> find(std::string_view name) const;

private:
    Result<void> add(const std::filesystem::path& file);
    Result<void> compareWithIndex(const std::map<std::string, std::string>& fileOf, const std::filesystem::path& index) const;
    void leaveOutOthers();

    std::vector<StoredTensor> m_tensors; // in the order of the files and of their data
    std::map<std::string, std::size_t, std::less<>> m_byName;
};

// The weight files of a folder by their names; empty if there are none.
std::vector<std::filesystem::path> weightFiles(const std::filesystem::path& folder);

} // namespace corral::convert
