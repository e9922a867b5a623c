#include "core/convert/rope.h"

#include <cmath>
#include <numbers>

namespace corral::convert {

namespace {

constexpr double kLeastBase = 1e-3, kMostBase = 1e30, kMostFactor = 1e6;

// The part of rope_parameters for one kind of layer, where the kinds have their own.
const Json* ofKind(const Json& parameters, std::string_view kind)
{
    const Json* part = find(parameters, kind);
    return part && part->is_object() ? part : nullptr;
}

// Llama 3's three bands (facts/convert.md § 5.1): wavelengths beyond old/low are stretched by the factor, those below old/high are kept.
std::vector<float> llamaFactors(Config& parameters, double base, std::int64_t dims)
{
    const double old = parameters.maybeReal({"original_max_position_embeddings"}, 1, 1e12).value_or(8192);
    const double factor = parameters.maybeReal({"factor"}, 1e-3, kMostFactor).value_or(8);
    const double low = parameters.maybeReal({"low_freq_factor"}, 1e-3, kMostFactor).value_or(1);
    const double high = parameters.maybeReal({"high_freq_factor"}, 1e-3, kMostFactor).value_or(4);
    if (high <= low) parameters.complain(std::format("high_freq_factor {} is not above low_freq_factor {}", high, low));
    std::vector<float> values;
    for (std::int64_t i = 0; i < dims / 2; ++i) {
        const double wave = 2 * std::numbers::pi * std::pow(base, 2.0 * static_cast<double>(i) / static_cast<double>(dims));
        if (wave < old / high) {
            values.push_back(1);
        } else if (wave > old / low) {
            values.push_back(static_cast<float>(factor));
        } else {
            const double smooth = (old / wave - low) / (high - low);
            values.push_back(static_cast<float>(1 / ((1 - smooth) / factor + smooth)));
        }
    }
    return values;
}

} // namespace

Rope readRope(Config& config)
{
    Rope rope;
    for (const char* name : {"rope_parameters", "rope_scaling"}) {
        const Json* parameters = find(config.json(), name);
        if (!parameters || !parameters->is_object()) continue;
        rope.parameters = *parameters;
        break;
    }
    if (const Json* sliding = ofKind(rope.parameters, "sliding_attention")) {
        const Json copy = *sliding; // of a part of what is replaced
        rope.slidingBase = findNumber(copy, "rope_theta");
    }
    if (const Json* full = ofKind(rope.parameters, "full_attention")) rope.parameters = Json(*full);

    Config parameters = Config::of(rope.parameters);
    rope.base = parameters.maybeReal({"rope_theta"}, kLeastBase, kMostBase);
    if (!rope.base)
        rope.base = config.maybeReal({"global_rope_theta", "rope_global_theta", "rope_theta_global", "rope_theta", "rotary_emb_base"},
                                     kLeastBase, kMostBase);
    if (!rope.slidingBase)
        rope.slidingBase = config.maybeReal({"local_rope_theta", "rope_local_theta", "rope_theta_local", "swa_rope_theta",
                                             "rope_local_base_freq"}, kLeastBase, kMostBase);
    for (const char* name : {"rope_type", "type"}) {
        if (parameters.text(name).empty()) continue;
        rope.type = parameters.text(name);
        break;
    }
    if (auto fine = parameters.finish(); !fine) config.complain("rope parameters: " + fine.error().message);
    return rope;
}

void writeRope(Conversion& c, const Rope& rope, const RopeStyle& style)
{
    if (rope.base && style.writeBase) c.set("rope.freq_base", gguf::f32(static_cast<float>(*rope.base)));
    if (rope.type == "default" || rope.type == "dynamic" || rope.type == "none") return;
    Config parameters = Config::of(rope.parameters);
    const auto real = [&](std::string_view key, std::string_view from) {
        if (const auto value = parameters.maybeReal({from}, 0, kMostFactor)) c.set(key, gguf::f32(static_cast<float>(*value)));
    };
    if (rope.type == "linear" || rope.type == "yarn") {
        c.set("rope.scaling.type", gguf::string(rope.type));
        c.set("rope.scaling.factor", gguf::f32(static_cast<float>(parameters.real({"factor"}, 1e-3, kMostFactor))));
        if (rope.type == "yarn") {
            auto original = parameters.maybeInteger({"original_max_position_embeddings"}, 1, Config::kMostContext);
            if (!original) original = c.config().maybeInteger({"original_max_position_embeddings"}, 1, Config::kMostContext);
            if (original) c.set("rope.scaling.original_context_length", gguf::u32(static_cast<std::uint32_t>(*original)));
            real("rope.scaling.yarn_attn_factor", "attention_factor");
            real("rope.scaling.yarn_beta_fast", "beta_fast");
            real("rope.scaling.yarn_beta_slow", "beta_slow");
        }
    } else if (rope.type == "llama3" && style.llamaFactors) {
        c.compute("rope_freqs.weight", llamaFactors(parameters, rope.base.value_or(10000), style.dims));
    } else {
        c.config().refuse(std::format("rope scaling of type \"{}\" cannot be expressed in architecture {}", rope.type, c.architecture()));
    }
    if (auto fine = parameters.finish(); !fine) c.config().complain("rope parameters: " + fine.error().message);
}

} // namespace corral::convert
