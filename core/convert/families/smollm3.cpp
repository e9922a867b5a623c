// SmolLM3 (facts/convert.md § 5.1): every fourth layer has no positions, which the architecture implies.
#include "core/convert/decoder.h"
#include "core/convert/family.h"

namespace corral::convert::families {

namespace {

constexpr std::string_view kClasses[] = {"SmolLM3ForCausalLM"};
constexpr std::int64_t kInterval = 4;

void convert(Conversion& c)
{
    c.setArchitecture("smollm3");
    Config& config = c.config();
    const DecoderSizes sizes = writeDecoderKeys(c);
    refuseSlidingWindow(c, sizes);
    bool expressible = true;
    if (const auto rotated = config.integers("no_rope_layers"); rotated && !rotated->empty()) { // 1: this layer has positions
        expressible = rotated->size() == static_cast<std::size_t>(sizes.layers);
        for (std::size_t il = 0; expressible && il < rotated->size(); ++il)
            expressible = ((*rotated)[il] != 0) == ((static_cast<std::int64_t>(il) + 1) % kInterval != 0);
    } else {
        expressible = config.maybeInteger({"no_rope_layer_interval"}, 0, Config::kMostContext).value_or(kInterval) == kInterval;
    }
    if (!expressible)
        config.refuse("only every fourth layer may be without positions in architecture smollm3 (no_rope_layers, no_rope_layer_interval)");
    c.set("rope.dimension_count", gguf::u32(static_cast<std::uint32_t>(sizes.headSize)));
    writeRope(c, readRope(config), {.dims = sizes.headSize});
    takeDecoder(c, sizes, {.interleave = true});
}

} // namespace

extern const Family smollm3{"smollm3", kClasses, convert};

} // namespace corral::convert::families
