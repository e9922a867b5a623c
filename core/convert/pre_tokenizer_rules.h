#pragma once
// Which known pre-tokenizer (core/text/pre_tokenizer.h) a tokenizer.json describes. Its rules are run on a text that tells all known ones
// apart, and the one that cuts it in the same places is it: spellings of an expression differ, what it does does not.
#include "core/convert/json_file.h"
#include "core/text/pre_tokenizer.h"

namespace corral::convert {

// Unsupported, with what was found, if there is none like it.
Result<const text::PreTokenizerSpec*> recognisePreTokenizer(const Json& tokenizer, bool cleansSpaces);

} // namespace corral::convert
