// Granite 3, dense (facts/convert.md § 5.1): llama with four multipliers. head_dim is not looked at.
#include "core/convert/decoder.h"
#include "core/convert/family.h"

namespace corral::convert::families {

namespace {

constexpr std::string_view kClasses[] = {"GraniteForCausalLM"};

void convert(Conversion& c)
{
    c.setArchitecture("granite");
    const DecoderSizes sizes = writeDecoderKeys(c, {.ownHeadSize = false});
    c.set("rope.dimension_count", gguf::u32(static_cast<std::uint32_t>(sizes.headSize)));
    writeRope(c, readRope(c.config()), {.dims = sizes.headSize, .llamaFactors = true});
    const auto multiplier = [&](std::string_view key, std::string_view from) {
        if (const auto value = c.config().maybeReal({from}, 1e-6, 1e6)) c.set(key, gguf::f32(static_cast<float>(*value)));
    };
    multiplier("attention.scale", "attention_multiplier");
    multiplier("embedding_scale", "embedding_multiplier");
    multiplier("residual_scale", "residual_multiplier");
    multiplier("logit_scale", "logits_scaling");
    takeDecoder(c, sizes, {.interleave = true});
}

} // namespace

extern const Family granite{"granite", kClasses, convert};

} // namespace corral::convert::families
