// Phi-3, Phi-3.5, Phi-4 and Phi-4-mini (facts/convert.md § 5.5): projections stay fused; long and short rotary factors.
#include "core/convert/decoder.h"
#include "core/convert/family.h"

#include <cmath>

namespace corral::convert::families {

namespace {

constexpr std::string_view kClasses[] = {"Phi3ForCausalLM"};

std::vector<float> factors(Config& config, const Json& parameters, std::string_view key, std::int64_t dims)
{
    std::vector<float> values;
    if (const Json* list = find(parameters, key); list && list->is_array())
        for (const Json& value : *list)
            if (value.is_number() && std::isfinite(value.get<double>())) values.push_back(value.get<float>());
    if (values.size() != static_cast<std::size_t>(dims / 2))
        config.complain(std::format("{} of the rope parameters is no list of {} numbers", key, dims / 2));
    return values;
}

void convert(Conversion& c)
{
    c.setArchitecture("phi3");
    Config& config = c.config();
    const DecoderSizes sizes = writeDecoderKeys(c, {.ownHeadSize = false});
    Rope rope = readRope(config);
    auto partial = findNumber(rope.parameters, "partial_rotary_factor");
    if (!partial) partial = config.maybeReal({"partial_rotary_factor", "rope_pct", "rope_percent"}, 0.01, 1);
    const auto dims = static_cast<std::int64_t>(partial.value_or(1) * static_cast<double>(sizes.headSize));
    if (dims < 2 || dims > sizes.headSize) config.complain(std::format("partial_rotary_factor {} makes no sense", partial.value_or(1)));
    c.set("rope.dimension_count", gguf::u32(static_cast<std::uint32_t>(dims)));
    const std::int64_t context = config.integer({"max_position_embeddings"}, 1, Config::kMostContext);
    auto original = findInteger(rope.parameters, "original_max_position_embeddings");
    if (!original) original = config.maybeInteger({"original_max_position_embeddings"}, 1, Config::kMostContext);
    if (!original || *original < 2 || *original > Config::kMostContext) config.complain("original_max_position_embeddings makes no sense");
    const std::int64_t old = std::max<std::int64_t>(2, original.value_or(context));
    c.set("rope.scaling.original_context_length", gguf::u32(static_cast<std::uint32_t>(old)));
    writeSlidingWindow(c);

    if (rope.type == "longrope" || rope.type == "su" || rope.type == "yarn") {
        const std::string type = rope.type;
        const double stretch = static_cast<double>(context) / static_cast<double>(old);
        double magnitude = 1;
        if (stretch > 1 && type == "yarn") magnitude = 0.1 * std::log(stretch) + 1;
        else if (stretch > 1) magnitude = std::sqrt(1 + std::log(stretch) / std::log(static_cast<double>(old)));
        c.set("rope.scaling.attn_factor", gguf::f32(static_cast<float>(magnitude)));
        c.compute("rope_factors_long.weight", factors(config, rope.parameters, "long_factor", dims));
        c.compute("rope_factors_short.weight", factors(config, rope.parameters, "short_factor", dims));
        rope.type = "default"; // expressed by the factors alone
    }
    writeRope(c, rope, {.dims = dims});
    c.vocabulary.ofPhi3 = true;
    takeDecoder(c, sizes, {.fusedQkv = true, .fusedGateUp = true});
}

} // namespace

extern const Family phi3{"phi3", kClasses, convert};

} // namespace corral::convert::families
