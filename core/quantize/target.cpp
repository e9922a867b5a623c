#include "core/quantize/target.h"

#include <algorithm>
#include <charconv>

namespace corral::quantize {

namespace {

// {name, general.file_type, base type, note}. Q3_K, Q4_K and Q5_K are second names of the _M mixes.
constexpr Target kTargets[] = {
    {"Q1_0", 40, 41, "1.125 bpw quantization"},
    {"Q2_0", 41, 42, "2.25 bpw quantization (group size 64)"},
    {"Q4_0", 2, 2, "4.34G, +0.4685 ppl @ Llama-3-8B"},
    {"Q4_1", 3, 3, "4.78G, +0.4511 ppl @ Llama-3-8B"},
    {"MXFP4_MOE", 38, 39, "MXFP4 MoE"},
    {"Q5_0", 8, 6, "5.21G, +0.1316 ppl @ Llama-3-8B"},
    {"Q5_1", 9, 7, "5.65G, +0.1062 ppl @ Llama-3-8B"},
    {"IQ2_XXS", 19, 16, "2.06 bpw quantization"},
    {"IQ2_XS", 20, 17, "2.31 bpw quantization"},
    {"IQ2_S", 28, 17, "2.5  bpw quantization"},
    {"IQ2_M", 29, 22, "2.7  bpw quantization"},
    {"IQ1_S", 24, 19, "1.56 bpw quantization"},
    {"IQ1_M", 31, 29, "1.75 bpw quantization"},
    {"TQ1_0", 36, 34, "1.69 bpw ternarization"},
    {"TQ2_0", 37, 35, "2.06 bpw ternarization"},
    {"Q2_K", 10, 10, "2.96G, +3.5199 ppl @ Llama-3-8B"},
    {"Q2_K_S", 21, 10, "2.96G, +3.1836 ppl @ Llama-3-8B"},
    {"IQ3_XXS", 23, 18, "3.06 bpw quantization"},
    {"IQ3_S", 26, 21, "3.44 bpw quantization"},
    {"IQ3_M", 27, 21, "3.66 bpw quantization mix"},
    {"Q3_K", 12, 11, "alias for Q3_K_M"},
    {"IQ3_XS", 22, 21, "3.3 bpw quantization"},
    {"Q3_K_S", 11, 11, "3.41G, +1.6321 ppl @ Llama-3-8B"},
    {"Q3_K_M", 12, 11, "3.74G, +0.6569 ppl @ Llama-3-8B"},
    {"Q3_K_L", 13, 11, "4.03G, +0.5562 ppl @ Llama-3-8B"},
    {"IQ4_NL", 25, 20, "4.50 bpw non-linear quantization"},
    {"IQ4_XS", 30, 23, "4.25 bpw non-linear quantization"},
    {"Q4_K", 15, 12, "alias for Q4_K_M"},
    {"Q4_K_S", 14, 12, "4.37G, +0.2689 ppl @ Llama-3-8B"},
    {"Q4_K_M", 15, 12, "4.58G, +0.1754 ppl @ Llama-3-8B"},
    {"Q5_K", 17, 13, "alias for Q5_K_M"},
    {"Q5_K_S", 16, 13, "5.21G, +0.1049 ppl @ Llama-3-8B"},
    {"Q5_K_M", 17, 13, "5.33G, +0.0569 ppl @ Llama-3-8B"},
    {"Q6_K", 18, 14, "6.14G, +0.0217 ppl @ Llama-3-8B"},
    {"Q8_0", 7, 8, "7.96G, +0.0026 ppl @ Llama-3-8B"},
    {"F16", 1, 1, "14.00G, +0.0020 ppl @ Mistral-7B"},
    {"BF16", 32, 30, "14.00G, -0.0050 ppl @ Mistral-7B"},
    {"F32", 0, 0, "26.00G @ 7B"},
    {"COPY", 0, 0, "only copy tensors, no quantizing", true},
};

bool isAlias(const Target& target) { return target.note.starts_with("alias"); }

bool sameIgnoringCase(std::string_view a, std::string_view b)
{
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
    return std::ranges::equal(a, b, {}, lower, lower);
}

} // namespace

std::span<const Target> allTargets() { return kTargets; }

const Target* findTarget(std::string_view nameOrNumber)
{
    for (const Target& target : kTargets)
        if (sameIgnoringCase(target.name, nameOrNumber)) return &target;
    std::uint32_t number = 0;
    const char* end = nameOrNumber.data() + nameOrNumber.size();
    const auto [stop, error] = std::from_chars(nameOrNumber.data(), end, number);
    return error == std::errc() && stop == end ? targetOfFileType(number) : nullptr;
}

const Target* targetOfFileType(std::uint32_t fileType)
{
    for (const Target& target : kTargets)
        if (target.fileType == fileType && !target.copy && !isAlias(target)) return &target;
    return nullptr;
}

} // namespace corral::quantize
