#pragma once
// A regular expression that is looked for in what a model writes. It may come from a client: time and memory of a search are bounded, and a
// search that would take more finds nothing.
#include "core/base/error.h"

#include <memory>
#include <optional>
#include <string_view>

namespace corral::sample {

class TriggerPattern {
public:
    // `whole`: it must match the whole text.
    static Result<TriggerPattern> compile(std::string_view pattern, bool whole);
    TriggerPattern(TriggerPattern&&) noexcept;
    TriggerPattern& operator=(TriggerPattern&&) noexcept;
    ~TriggerPattern();

    // Where its first group that is not empty begins, else where the match begins.
    std::optional<std::size_t> find(std::string_view text) const;

private:
    struct Compiled;
    explicit TriggerPattern(std::unique_ptr<Compiled> compiled);
    std::unique_ptr<Compiled> m_compiled;
};

} // namespace corral::sample
