#pragma once
#include "core/gguf/cursor.h"
#include "core/gguf/file.h"

namespace corral::gguf {

// A type code and its value at the cursor. Errors give the offset, not the key: the caller knows it.
Result<Value> readValue(Cursor& in);

} // namespace corral::gguf
