#include "core/model/keys.h"

#include <algorithm>
#include <cmath>

namespace corral::model {

std::int64_t Keys::integer(std::string_view key, std::int64_t least, std::int64_t most)
{
    if (!has(key)) {
        complain(std::format("{} is missing", full(key)));
        return least;
    }
    return integer(key, least, most, least);
}

std::int64_t Keys::integer(std::string_view key, std::int64_t least, std::int64_t most, std::int64_t fallback)
{
    const gguf::Value* value = m_file.find(full(key));
    if (!value) return fallback;
    std::optional<std::int64_t> number = value->asInt();
    if (const auto list = value->asInts(); !number && list && !list->empty()) {
        if (std::ranges::any_of(*list, [&](std::int64_t v) { return v != list->front(); })) {
            complain(std::format("{}: layers of different kinds are not supported by this architecture", full(key)));
            return fallback;
        }
        number = list->front();
    }
    if (!number) {
        complain(std::format("{} is not an integer", full(key)));
        return fallback;
    }
    if (*number < least || *number > most) {
        complain(std::format("{} is {}, expected {} to {}", full(key), *number, least, most));
        return fallback;
    }
    return *number;
}

float Keys::real(std::string_view key, float least, float most)
{
    if (!has(key)) {
        complain(std::format("{} is missing", full(key)));
        return least;
    }
    return real(key, least, most, least);
}

float Keys::real(std::string_view key, float least, float most, float fallback)
{
    const gguf::Value* value = m_file.find(full(key));
    if (!value) return fallback;
    const std::optional<double> number = value->asFloat();
    if (!number) {
        complain(std::format("{} is not a number", full(key)));
        return fallback;
    }
    if (!std::isfinite(*number) || *number < least || *number > most) {
        complain(std::format("{} is {}, expected {} to {}", full(key), *number, least, most));
        return fallback;
    }
    return static_cast<float>(*number);
}

std::string Keys::text(std::string_view key, std::string fallback)
{
    const gguf::Value* value = m_file.find(full(key));
    if (!value) return fallback;
    if (const std::string* string = value->asString()) return *string;
    complain(std::format("{} is not a string", full(key)));
    return fallback;
}

std::vector<bool> Keys::pattern(std::string_view key, std::int64_t n, std::int64_t fallbackPeriod)
{
    std::vector<bool> flags(static_cast<std::size_t>(n));
    std::int64_t period = fallbackPeriod;
    if (const gguf::Value* value = m_file.find(full(key))) {
        const auto list = value->asInts();
        if (value->type == gguf::ValueType::Array) {
            if (!list || list->size() < flags.size()) {
                complain(std::format("{} does not name every one of {} layers", full(key), n));
                return flags;
            }
            for (std::size_t i = 0; i < flags.size(); ++i) flags[i] = (*list)[i] != 0;
            return flags;
        }
        period = integer(key, 0, 1 << 16, fallbackPeriod);
    }
    for (std::size_t i = 0; i < flags.size(); ++i) flags[i] = period == 0 || static_cast<std::int64_t>(i) % period < period - 1;
    return flags;
}

Result<void> Keys::finish() const
{
    if (m_problems.empty()) return {};
    std::string text;
    for (const std::string& problem : m_problems) text += (text.empty() ? "" : "; ") + problem;
    return fail(ErrorCode::Format, "{}", text);
}

} // namespace corral::model
