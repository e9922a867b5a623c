#pragma once
// The members of a request's body, read by type and range. null counts as absent. What is wrong is kept (the first of it) and said by its name, so that
// a reader can go on in a straight line and ask once.
//
//   Fields fields(body);
//   params.topK = fields.integer({"top_k"}, params.topK, -1, 1'000'000);
//   if (fields.error()) return std::unexpected(*fields.error());
#include "app/server/api/api_error.h"

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string_view>
#include <vector>

namespace corral::server {

// JSON in a text. Discarded if it is none, or nested so deep that going through it would cost too much stack.
Json parseInner(std::string_view text);
// A member that is a text; else empty.
std::string stringIn(const Json& object, std::string_view member);

// A client's body. Empty, not JSON, not an object, not UTF-8 or nested too deep: 400.
ApiResult<Json> parseBody(std::string_view body);

class Fields {
public:
    using Names = std::initializer_list<std::string_view>; // the first one that is there counts

    explicit Fields(const Json& object) : m_object(object) {}

    const Json* find(Names names) const;
    bool has(std::string_view name) const { return find({name}); }
    bool boolean(Names names, bool usual);
    std::int64_t integer(Names names, std::int64_t usual, std::int64_t least, std::int64_t most); // outside: an error
    float number(Names names, float usual, float least, float most);
    std::string string(Names names, std::string usual);
    std::vector<std::string> strings(Names names); // a string counts as a list of one

    template <class... Args> void complain(std::format_string<Args...> format, Args&&... args)
    {
        if (!m_error) m_error = ApiError{.message = std::format(format, std::forward<Args>(args)...)};
    }
    const std::optional<ApiError>& error() const { return m_error; }

private:
    const Json& m_object;
    std::string_view m_found; // the name of what find() returned last
    std::optional<ApiError> m_error;
    const Json* get(Names names);
};

} // namespace corral::server
