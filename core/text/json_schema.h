#pragma once
// JSON schema → GBNF: which JSON texts are instances of it (facts/sampling-and-chat.md § 4). What a grammar cannot say (oneOf's exclusivity, uniqueItems,
// ranges of fractions, …) is not checked. Schemas come from clients: depth and size are bounded.
//
//   auto gbnf = grammarOfSchema(Json::parse(R"({"type": "object", "properties": {"age": {"type": "integer", "minimum": 0}}})"));
#include "core/base/error.h"
#include "core/text/chat_template.h"
#include "core/text/grammar_writer.h"

#include <string>
#include <string_view>

namespace corral::text {

// Its rule `root` is the schema. Errors are InvalidArgument and name the place in the schema.
Result<std::string> grammarOfSchema(const Json& schema);
// Adds the rules of a schema to a grammar: the name of the one that stands for it. References in it are to itself.
Result<std::string> addSchema(GrammarWriter& writer, std::string_view name, const Json& schema);
// A regular expression ("^…$") as an expression of GBNF for the inside of a JSON string; nothing where GBNF cannot say it. Malformed ones are errors.
Result<std::string> grammarOfPattern(GrammarWriter& writer, std::string_view pattern);

} // namespace corral::text
