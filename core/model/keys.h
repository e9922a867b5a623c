#pragma once
// Hyper-parameters "{architecture}.KEY" of a model file, each with the range that makes sense: files are hostile. Like Weights, all
// complaints are gathered and reported at once by finish(); until then a default stands in.
#include "core/base/error.h"
#include "core/gguf/file.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace corral::model {

class Keys {
public:
    Keys(const gguf::File& file, std::string architecture) : m_file(file), m_prefix(std::move(architecture) + ".") {}

    bool has(std::string_view key) const { return m_file.find(m_prefix + std::string(key)) != nullptr; }
    // An integer in [least, most]; a list of equal integers counts as one.
    std::int64_t integer(std::string_view key, std::int64_t least, std::int64_t most);
    std::int64_t integer(std::string_view key, std::int64_t least, std::int64_t most, std::int64_t fallback);
    float real(std::string_view key, float least, float most); // finite
    float real(std::string_view key, float least, float most, float fallback);
    std::string text(std::string_view key, std::string fallback);
    // A flag for each of n layers from "KEY": a list of n (or more) numbers or flags, or a period p: true where (layer mod p) < p − 1;
    // 0 all true, 1 none (architectures sheet § 2.7).
    std::vector<bool> pattern(std::string_view key, std::int64_t n, std::int64_t fallbackPeriod);

    void complain(std::string problem) { m_problems.push_back(std::move(problem)); }
    Result<void> finish() const;
    const gguf::File& file() const { return m_file; }

private:
    std::string full(std::string_view key) const { return m_prefix + std::string(key); }

    const gguf::File& m_file;
    std::string m_prefix;
    std::vector<std::string> m_problems;
};

} // namespace corral::model
