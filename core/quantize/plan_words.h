#pragma once
// The options of a plan as people write them, on the command line and in the window's fields. All errors: InvalidArgument, with what was read.
#include "core/base/error.h"
#include "core/gguf/writer.h"

#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

namespace corral::quantize {

// "q6_K", in any case: a type that can be written.
Result<std::uint32_t> parseTensorType(std::string_view name);
// "REGEX=TYPE"; the expression is lower-cased as the reference does (PlanOptions::tensorTypes).
Result<std::pair<std::string, std::uint32_t>> parseTensorRule(std::string_view rule);
// Such rules with white space between them.
Result<std::vector<std::pair<std::string, std::uint32_t>>> parseTensorRules(std::string_view text);
// "KEY=TYPE:VALUE" with the types int (stored as the u32 of its absolute value), float (f32), bool (true, false) and str (at most 127 bytes).
Result<std::pair<std::string, gguf::Value>> parseOverride(std::string_view text);
// "3,4, 17": whole numbers of 0 or more, separated by commas, semicolons or white space. Nothing gives nothing.
Result<std::vector<int>> parseLayers(std::string_view text);
// "4.5G", "700M", "1.2GiB": bytes; K, M, G and T are powers of 1000 (as for split files), with iB of 1024.
Result<std::uint64_t> parseByteSize(std::string_view text);

} // namespace corral::quantize
