#pragma once
// The JSON files of a checkpoint, which are hostile like every file: bounded in size and depth, and read with look-ups that never throw.
#include "core/base/error.h"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace corral::convert {

using Json = nlohmann::json; // objects are looked up, their order means nothing

inline constexpr std::uint64_t kMostJsonBytes = std::uint64_t(256) << 20; // the largest tokenizer.json known has 35 MB

// `what` names the text in errors. A name that stands twice in the outermost object is an error too.
Result<Json> parseJson(std::string_view text, const std::string& what);
Result<Json> readJson(const std::filesystem::path& file); // NotFound if there is none
// An empty object if there is no such file.
Result<Json> readJsonIfThere(const std::filesystem::path& file);
Result<std::string> readText(const std::filesystem::path& file, std::uint64_t most);

// A member that is there and not null, or nullptr.
const Json* find(const Json& object, std::string_view key);
const std::string* findText(const Json& object, std::string_view key);
std::optional<std::int64_t> findInteger(const Json& object, std::string_view key);
std::optional<double> findNumber(const Json& object, std::string_view key); // finite
std::optional<bool> findFlag(const Json& object, std::string_view key);

} // namespace corral::convert
