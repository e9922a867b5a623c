#pragma once
// A whole model of a few hundred kilobytes with random weights (llama, 2 layers, D = 32) and the tiny vocabulary: it talks nonsense,
// but it loads, runs and answers like any other. Greedy nonsense is the same every time.
#include "tests/support/tiny_vocabulary.h"

#include <filesystem>
#include <string>
#include <vector>

namespace corral::test {

struct TinyModel {
    std::string chatTemplate = "{% for m in messages %}[{{ m.role }}]{{ m.content }}\n{% endfor %}{% if add_generation_prompt %}[assistant]{% endif %}";
    bool addBos = true;
    int contextLength = 256;
    std::vector<std::string> morePieces = {}; // of the vocabulary
    std::string architecture = "llama";             // or qwen3
    int labels = 0;                           // of a classifier, as ranking models have one; 0: none

    GgufBuilder builder() const;
    void write(const std::filesystem::path& file) const { builder().write(file); }
};

} // namespace corral::test
