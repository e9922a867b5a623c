#define PCRE2_CODE_UNIT_WIDTH 8
#include "core/quantize/name_pattern.h"

#include <pcre2.h>

#include <array>

namespace corral::quantize {

namespace {

constexpr std::size_t kLongestExpression = 8192;
constexpr std::uint32_t kMostSteps = 200'000; // of backtracking: milliseconds; a name has at most 63 bytes
constexpr std::uint32_t kMostHeap = 8192;     // kibibytes

struct Free {
    void operator()(pcre2_code* code) const { pcre2_code_free(code); }
    void operator()(pcre2_match_data* data) const { pcre2_match_data_free(data); }
    void operator()(pcre2_match_context* context) const { pcre2_match_context_free(context); }
};

std::string messageOf(int error)
{
    std::array<unsigned char, 200> text{};
    const int length = pcre2_get_error_message(error, text.data(), text.size());
    return length < 0 ? "unknown error" : std::string(reinterpret_cast<const char*>(text.data()), static_cast<std::size_t>(length));
}

} // namespace

struct NamePattern::Compiled {
    std::unique_ptr<pcre2_code, Free> code;
    std::unique_ptr<pcre2_match_data, Free> match;
    std::unique_ptr<pcre2_match_context, Free> limits;
};

NamePattern::NamePattern(std::string expression, std::unique_ptr<Compiled> compiled)
    : m_expression(std::move(expression)), m_compiled(std::move(compiled))
{
}
NamePattern::~NamePattern() = default;
NamePattern::NamePattern(NamePattern&&) noexcept = default;
NamePattern& NamePattern::operator=(NamePattern&&) noexcept = default;

Result<NamePattern> NamePattern::compile(std::string_view expression)
{
    if (expression.empty()) return fail(ErrorCode::InvalidArgument, "the regular expression for tensor names is empty");
    if (expression.size() > kLongestExpression)
        return fail(ErrorCode::InvalidArgument, "a regular expression of {} bytes: at most {} are allowed", expression.size(), kLongestExpression);
    // As in ECMAScript: $ is the very end, \u and \x are characters, a reference to a group that did not match matches nothing.
    constexpr std::uint32_t kOptions = PCRE2_DOLLAR_ENDONLY | PCRE2_ALT_BSUX | PCRE2_MATCH_UNSET_BACKREF | PCRE2_NEVER_BACKSLASH_C;
    int error = 0;
    std::size_t position = 0;
    auto compiled = std::make_unique<Compiled>();
    compiled->code.reset(pcre2_compile(reinterpret_cast<PCRE2_SPTR>(expression.data()), expression.size(), kOptions, &error, &position, nullptr));
    if (!compiled->code)
        return fail(ErrorCode::InvalidArgument, "regular expression \"{}\", position {}: {}", expression, position, messageOf(error));
    compiled->match.reset(pcre2_match_data_create(1, nullptr));
    compiled->limits.reset(pcre2_match_context_create(nullptr));
    if (!compiled->match || !compiled->limits) return fail(ErrorCode::OutOfMemory, "no memory for regular expression \"{}\"", expression);
    pcre2_set_match_limit(compiled->limits.get(), kMostSteps);
    pcre2_set_depth_limit(compiled->limits.get(), kMostSteps);
    pcre2_set_heap_limit(compiled->limits.get(), kMostHeap);
    return NamePattern(std::string(expression), std::move(compiled));
}

Result<bool> NamePattern::matches(std::string_view name) const
{
    const int result = pcre2_match(m_compiled->code.get(), reinterpret_cast<PCRE2_SPTR>(name.data()), name.size(), 0, 0, m_compiled->match.get(),
                                   m_compiled->limits.get());
    if (result >= 0) return true;
    if (result == PCRE2_ERROR_NOMATCH) return false;
    return fail(ErrorCode::InvalidArgument, "regular expression \"{}\" on the name \"{}\": {}", m_expression, name, messageOf(result));
}

} // namespace corral::quantize
