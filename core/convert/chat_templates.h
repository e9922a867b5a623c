#pragma once
// Chat templates of a checkpoint: in tokenizer_config.json, or in files of their own (facts/convert.md § 8.4).
#include "core/convert/vocabulary.h"

namespace corral::convert {

Result<void> setChatTemplates(gguf::Keys& keys, const TokenizerFiles& files);

} // namespace corral::convert
