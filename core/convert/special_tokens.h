#pragma once
// Which tokens begin, end, pad … a text, and whether they are added by themselves (facts/convert.md § 8.4).
#include "core/convert/vocabulary.h"

namespace corral::convert {

Result<void> setSpecialTokens(gguf::Keys& keys, const TokenizerFiles& files, Config& config, std::int64_t vocabularySize);

} // namespace corral::convert
