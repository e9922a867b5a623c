#pragma once
// config.json, read as its own library would: values of a nested text model over the outer ones, defaults for what a file leaves out
// (facts/convert.md § 4). Like model::Keys, complaints are gathered and reported at once by finish(); until then a stand-in is returned.
#include "core/convert/json_file.h"

#include <initializer_list>
#include <vector>

namespace corral::convert {

class Config {
public:
    using Names = std::initializer_list<std::string_view>; // of one value; the first that is there counts

    static Result<Config> read(const std::filesystem::path& file);
    static Config of(Json json);

    const std::string& modelType() const { return m_modelType; }
    const std::string& className() const { return m_class; } // architectures[0]; empty if there is none

    bool has(std::string_view key) const { return convert::find(m_json, key) != nullptr; } // null does not count
    const Json& json() const { return m_json; }

    std::optional<std::int64_t> maybeInteger(Names names, std::int64_t least, std::int64_t most);
    std::optional<double> maybeReal(Names names, double least, double most);
    std::int64_t integer(Names names, std::int64_t least, std::int64_t most); // must be there
    double real(Names names, double least, double most);
    bool flag(std::string_view key, bool fallback);
    std::string text(std::string_view key);                  // "" if it is not there
    std::optional<std::vector<std::int64_t>> integers(std::string_view key); // a list, also of flags

    // Sizes that make sense, wherever they stand.
    static constexpr std::int64_t kMostLayers = 512, kMostHeads = 1 << 14, kMostWidth = 1 << 22, kMostContext = std::int64_t(1) << 31;

    void complain(std::string problem) { m_problems.push_back(std::move(problem)); }
    Result<void> finish() const; // Unsupported: something that cannot be expressed; Format: something wrong
    void refuse(std::string problem); // a complaint about what cannot be expressed

private:
    const Json* first(Names names) const;
    static std::string shownNames(Names names);

    Json m_json = Json::object();
    std::string m_modelType, m_class;
    std::vector<std::string> m_problems;
    bool m_unsupported = false;
};

// Values that the library adds to files of a model type that leave them out.
const Json& defaultsOf(std::string_view modelType);

} // namespace corral::convert
