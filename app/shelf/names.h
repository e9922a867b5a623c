#pragma once
// What the name of a model's file says.
#include <optional>
#include <string>
#include <string_view>

namespace corral::shelf {

// "PREFIX-00002-of-00005.gguf". Counted from 1.
struct ShardName {
    std::string prefix;
    int number = 0, count = 0;
};
std::optional<ShardName> shardName(std::string_view fileName);
std::string shardFileName(std::string_view prefix, int number, int count);

bool isGgufName(std::string_view fileName); // any case
// Projectors, importance matrices and drafts: parts of another model (hub sheet § 1.4).
bool isAttachment(std::string_view fileName);
// Without ending and shard number: what people rename.
std::string stem(std::string_view fileName);
// The last part between "-" or "." that looks like a type: "Q4_K_M", "F16"; else empty.
std::string quantizationInName(std::string_view fileName);
// Why this cannot be a file's name, or nothing. Without ending; slashes, control characters and what other systems refuse are not taken.
std::optional<std::string> nameProblem(std::string_view name);

} // namespace corral::shelf
