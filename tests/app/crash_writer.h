#pragma once
// The child process of the crash test: this same program, streaming an endless answer into a store until it is killed.
#include <string_view>

namespace corral::test {

inline constexpr std::string_view kCrashWriterOption = "--write-until-killed";
int runCrashWriter(const char* folder);

} // namespace corral::test
