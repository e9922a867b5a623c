// Gemma 2 (facts/convert.md § 5.4): one is added to the norms' weights. The scale of queries is not stored: the architecture takes that
// of the head size, and for the 27B's number of layers that of the embedding's share of a head.
#include "core/convert/decoder.h"
#include "core/convert/family.h"

namespace corral::convert::families {

namespace {

constexpr std::string_view kClasses[] = {"Gemma2ForCausalLM"};
constexpr std::int64_t kLayersOf27B = 46, kPeriod = 2; // one layer with a window, one without
constexpr double kMostCap = 1e6;

void convert(Conversion& c)
{
    c.setArchitecture("gemma2");
    Config& config = c.config();
    const DecoderSizes sizes = writeDecoderKeys(c, {.activations = {"gelu_pytorch_tanh", "gelu"}});
    refuseQueryScale(c, sizes, kLayersOf27B);
    // Without a cap the library leaves it out; a cap of 0 means the same to the architecture.
    c.set("attn_logit_softcapping", gguf::f32(static_cast<float>(config.maybeReal({"attn_logit_softcapping"}, 0, kMostCap).value_or(0))));
    c.set("final_logit_softcapping", gguf::f32(static_cast<float>(config.maybeReal({"final_logit_softcapping"}, 0, kMostCap).value_or(0))));
    writeSlidingWindow(c);
    writeWindowPattern(c, sizes, kPeriod);
    const Rope rope = readRope(config);
    if (rope.base && *rope.base != 10000)
        config.refuse(std::format("rope_theta {} cannot be expressed in architecture gemma2", *rope.base));
    writeRope(c, rope, {.dims = sizes.headSize, .writeBase = false});
    c.vocabulary.neverPrefixSpace = true;
    takeDecoder(c, sizes, {.norms = Norms::Around, .normShift = 1});
}

} // namespace

extern const Family gemma2{"gemma2", kClasses, convert};

} // namespace corral::convert::families
