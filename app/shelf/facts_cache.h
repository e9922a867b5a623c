#pragma once
// What headers said, kept between runs: a file of the same size and time is not read again. The cache's own file is JSON, bounded and not trusted.
#include "app/shelf/model.h"
#include "core/engine/engine.h"

#include <functional>
#include <map>

namespace corral::shelf {

class FactsCache {
public:
    static std::filesystem::path defaultFile(); // in the user's cache folder

    // A missing or damaged file gives an empty cache.
    static FactsCache load(const std::filesystem::path& file);
    Result<void> save(const std::filesystem::path& file) const;

    bool fill(Model& model) const; // true: its facts were known
    void add(const Model& model);  // whose facts were read
    void keepOnly(const std::vector<Model>& models);
    bool changed() const { return m_changed; } // since load()

private:
    struct Entry {
        std::uint64_t bytes = 0; // of all files
        std::int64_t changed = 0; // the latest of all files
        Facts facts;
    };
    static Entry keyOf(const Model& model);

    std::map<std::string, Entry> m_entries; // by the first file's path
    bool m_changed = false;
};

using Inspect = std::function<Result<engine::ModelInfo>(const std::filesystem::path&)>;

// Reads the model's header: facts, or why not. Of an incomplete set what its first part tells.
void readFacts(Model& model, const Inspect& inspect);

} // namespace corral::shelf
