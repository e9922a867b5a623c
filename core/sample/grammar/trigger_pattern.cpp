#include "core/sample/grammar/trigger_pattern.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <algorithm>
#include <array>

namespace corral::sample {

struct TriggerPattern::Compiled {
    pcre2_code* code = nullptr;
    pcre2_match_data* match = nullptr;
    pcre2_match_context* context = nullptr;

    Compiled() = default;
    Compiled(const Compiled&) = delete;
    Compiled& operator=(const Compiled&) = delete;
    ~Compiled()
    {
        pcre2_match_data_free(match);
        pcre2_match_context_free(context);
        pcre2_code_free(code);
    }
};

TriggerPattern::TriggerPattern(std::unique_ptr<Compiled> compiled) : m_compiled(std::move(compiled)) {}
TriggerPattern::TriggerPattern(TriggerPattern&&) noexcept = default;
TriggerPattern& TriggerPattern::operator=(TriggerPattern&&) noexcept = default;
TriggerPattern::~TriggerPattern() = default;

Result<TriggerPattern> TriggerPattern::compile(std::string_view pattern, bool whole)
{
    constexpr std::size_t kMostBytes = 10'000;
    if (pattern.size() > kMostBytes) return fail(ErrorCode::InvalidArgument, "a grammar's trigger of {} bytes is too long", pattern.size());
    // Answers may end inside a character.
    std::uint32_t options = PCRE2_UTF | PCRE2_MATCH_INVALID_UTF | PCRE2_NEVER_BACKSLASH_C;
    if (whole) options |= PCRE2_ANCHORED | PCRE2_ENDANCHORED;
    int error = 0;
    PCRE2_SIZE offset = 0;
    auto compiled = std::make_unique<Compiled>();
    compiled->code = pcre2_compile(reinterpret_cast<PCRE2_SPTR>(pattern.data()), pattern.size(), options, &error, &offset, nullptr);
    if (!compiled->code) {
        std::array<unsigned char, 256> message{};
        pcre2_get_error_message(error, message.data(), message.size());
        return fail(ErrorCode::InvalidArgument, "a grammar's trigger, at character {}: {}", offset, reinterpret_cast<const char*>(message.data()));
    }
    pcre2_jit_compile(compiled->code, PCRE2_JIT_COMPLETE); // without it the interpreter matches the same
    compiled->match = pcre2_match_data_create_from_pattern(compiled->code, nullptr);
    compiled->context = pcre2_match_context_create(nullptr);
    if (!compiled->match || !compiled->context) return fail(ErrorCode::OutOfMemory, "no memory for a grammar's trigger");
    pcre2_set_match_limit(compiled->context, 200'000);
    pcre2_set_heap_limit(compiled->context, 8 * 1024); // KiB; the interpreter's
    return TriggerPattern(std::move(compiled));
}

std::optional<std::size_t> TriggerPattern::find(std::string_view text) const
{
    const auto* subject = reinterpret_cast<PCRE2_SPTR>(text.data());
    const int groups = pcre2_match(m_compiled->code, subject, text.size(), 0, 0, m_compiled->match, m_compiled->context);
    if (groups <= 0) return std::nullopt;
    const PCRE2_SIZE* spans = pcre2_get_ovector_pointer(m_compiled->match);
    for (int group = 1; group < groups; ++group)
        if (spans[2 * group] != PCRE2_UNSET && spans[2 * group] < spans[2 * group + 1]) return spans[2 * group];
    return std::min<std::size_t>(spans[0], text.size());
}

} // namespace corral::sample
