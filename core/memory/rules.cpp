#include "core/memory/rules.h"

#include "core/quant/format.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

namespace corral::memory {

namespace {

std::string lowered(std::string_view text)
{
    std::string result;
    for (const char c : text)
        if (c != ' ') result += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    return result;
}

struct NumberType {
    std::string_view name;
    double bytes;
};
// Number types of training and serving that are no tensor types of files, or are called otherwise there.
constexpr NumberType kNumberTypes[] = {{"float32", 4}, {"fp32", 4}, {"float", 4},  {"fp16", 2}, {"float16", 2}, {"half", 2}, {"bfloat16", 2}, {"fp8", 1},
                                       {"f8", 1},      {"int8", 1}, {"i8", 1},     {"int4", 0.5}, {"fp4", 0.5}, {"4bit", 0.5}, {"4-bit", 0.5}, {"8bit", 1},
                                       {"8-bit", 1}};

// Targets that mix types: bits per weight of whole files of the 8B Llama 3 shape. The K mixes: published file sizes in GiB × 8 / 8.03 · 10^9
// parameters; the others as their names promise (quantizing sheet § 2).
struct MixedTarget {
    std::string_view name;
    double bits;
};
constexpr double bitsOfLlama3(double gib) { return gib * 1073741824.0 * 8 / 8.03e9; }
constexpr MixedTarget kMixedTargets[] = {
    {"q2_k_s", bitsOfLlama3(2.96)}, {"q3_k_s", bitsOfLlama3(3.41)}, {"q3_k_m", bitsOfLlama3(3.74)}, {"q3_k_l", bitsOfLlama3(4.03)},
    {"q4_k_s", bitsOfLlama3(4.37)}, {"q4_k_m", bitsOfLlama3(4.58)}, {"q5_k_s", bitsOfLlama3(5.21)}, {"q5_k_m", bitsOfLlama3(5.33)},
    {"iq2_m", 2.7},                 {"iq3_xs", 3.3},                {"iq3_m", 3.66},                {"mxfp4_moe", 4.5},
};

Quantity rule(std::string id, std::string name, std::uint64_t bytes, Words formula, std::vector<Words> assumptions)
{
    return {.id = std::move(id), .name = std::move(name), .bytes = bytes, .formula = std::move(formula), .assumptions = std::move(assumptions), .estimated = true};
}

Rules rulesFrom(std::uint64_t inference, Words formula)
{
    const double weights = static_cast<double>(inference);
    return {.inference = rule("rules.inference", "inference", inference, std::move(formula),
                              {say("the weights only: the cache of a long context and the buffers come on top")}),
            .training = rule("rules.training", "training", product({inference, 4}), say("4 × inference"),
                             {say("weights, gradients and two moments of the optimizer, all in the type of the weights"),
                              say("usual mixed-precision AdamW needs about twice as much, LoRA far less"), say("activations come on top")}),
            .deployment = rule("rules.deployment", "deployment",
                               inference > std::numeric_limits<std::uint64_t>::max() / 13 ? roundedBytes(weights * 1.3) : (inference * 13 + 5) / 10,
                               say("1.3 × inference"), {say("30 % for the cache, activations and the runtime: too little for long contexts or many users")})};
}

} // namespace

Rules rulesOfThumb(std::uint64_t parameters, double bytesPerParameter)
{
    return rulesFrom(roundedBytes(static_cast<double>(parameters) * bytesPerParameter), say("{} parameters × {} bytes", parameters, std::format("{:.6g}", bytesPerParameter)));
}

Rules rulesOfThumb(std::uint64_t weightBytes) { return rulesFrom(weightBytes, say("the weights as the file stores them")); }

Result<std::uint64_t> parseParameterCount(std::string_view text)
{
    std::string digits = lowered(text);
    const auto refused = [&] { return fail(ErrorCode::InvalidArgument, "\"{}\" is no number of parameters such as 7B, 1.5B or 350M", text); };
    double unit = 1;
    if (!digits.empty()) {
        switch (digits.back()) {
        case 'k': unit = 1e3; break;
        case 'm': unit = 1e6; break;
        case 'b': unit = 1e9; break;
        case 't': unit = 1e12; break;
        default: break;
        }
    }
    if (unit > 1) digits.pop_back();
    double number = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number, std::chars_format::fixed);
    if (digits.empty() || error != std::errc() || end != digits.data() + digits.size()) return refused();
    const double count = std::round(number * unit);
    constexpr double kMost = 1e17; // no model of the coming decades; products with bytes stay in range
    if (!std::isfinite(count) || count < 1 || count > kMost) return refused();
    return static_cast<std::uint64_t>(count);
}

std::string parameterCountText(std::uint64_t parameters)
{
    const double n = static_cast<double>(parameters);
    for (const auto& [unit, letter] : {std::pair{1e12, 'T'}, {1e9, 'B'}, {1e6, 'M'}, {1e3, 'K'}})
        if (n >= unit) return std::format("{:.4g}{}", n / unit, letter);
    return std::to_string(parameters);
}

Result<BytesPerParameter> bytesPerParameter(std::string_view type)
{
    const std::string name = lowered(type);
    if (const auto found = std::ranges::find(kNumberTypes, name, &NumberType::name); found != std::end(kNumberTypes))
        return BytesPerParameter{found->bytes, std::format("{}: {:g} bytes each", name, found->bytes)};
    if (const quant::Format* format = quant::findFormat(std::string_view(name)))
        return BytesPerParameter{static_cast<double>(format->blockBytes) / format->blockSize,
                                 format->blockSize == 1 ? std::format("{}: {} bytes each", format->name, format->blockBytes)
                                                        : std::format("{}: blocks of {} values in {} bytes", format->name, format->blockSize, format->blockBytes)};
    if (const auto found = std::ranges::find(kMixedTargets, name, &MixedTarget::name); found != std::end(kMixedTargets))
        return BytesPerParameter{found->bits / 8, std::format("{}: {:.2f} bits a weight on average, as in files of the Llama 3 8B shape", type, found->bits)};
    return fail(ErrorCode::InvalidArgument, "\"{}\" is no type of weights: bf16, f16, f32, fp8, int4, q8_0, q4_K, Q4_K_M …", type);
}

} // namespace corral::memory
