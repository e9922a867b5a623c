#pragma once
// A Hugging Face folder (or a single .safetensors file in one) as a quantize::Source: GGUF names, shapes and keys, with tensors permuted, stacked, shifted as the
// architecture wants them, read row by row from the mapped files. facts/convert.md. Files are hostile.
//
//   auto checkpoint = convert::openCheckpoint("models/Qwen3-0.6B");
//   auto plan = convert::makePlan(**checkpoint, convert::OutType::Auto);           // the converter's rules for types
//   quantize::write(**checkpoint, *plan, nullptr, {.output = "qwen3.gguf"}, job);  // or quantize::makePlan(…, Q4_K_M, …): in one pass
#include "core/quantize/plan.h"

#include <filesystem>
#include <memory>
#include <optional>
#include <string_view>

namespace corral::convert {

enum class OutType { Auto, F32, F16, BF16, Q8_0 };
std::optional<OutType> parseOutType(std::string_view name);

// Errors: NotFound (which file), Format (which tensor or key of which file), Unsupported (architecture by name, or an option of the
// configuration that cannot be expressed, or a tokenizer that is not recognised: with what was found).
Result<std::unique_ptr<quantize::Source>> openCheckpoint(const std::filesystem::path& folderOrFile);
// Whether a folder looks like a checkpoint (config.json and weights), for drops on the window.
bool isCheckpoint(const std::filesystem::path& folder);

Result<quantize::Plan> makePlan(const quantize::Source& checkpoint, OutType type);
// Whether a file is one of those that the checkpoint consists of: nothing may be written there.
bool isPartOfCheckpoint(const std::filesystem::path& folderOrFile, const std::filesystem::path& file);
// NAME-F16.gguf beside the folder: what --outfile is without an argument.
std::filesystem::path defaultOutput(const std::filesystem::path& folderOrFile, std::string_view typeName);

} // namespace corral::convert
