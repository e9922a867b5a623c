#pragma once
// A metadata value as people read it: numbers in the locale's way, long texts and lists cut short.
#include "core/gguf/file.h"

#include <QString>

namespace corral::app {

QString valueText(const gguf::Value& value, int most); // at most about so many characters
QString valueTypeText(const gguf::Value& value);       // "u32", "string[151,936]"

} // namespace corral::app
