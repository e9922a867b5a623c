#pragma once
// The seeds of tests/fuzz/corpus/gguf: small files that between them use every value type and every branch of the reader.
// CORRAL_WRITE_CORPUS=DIR test_fuzz_gguf writes them again.
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace corral::test {

std::vector<std::pair<std::string, std::vector<std::byte>>> ggufCorpus();

} // namespace corral::test
