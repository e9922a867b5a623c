// Gemma 3, text; of the models with vision the text part (facts/convert.md § 5.4).
#include "core/convert/decoder.h"
#include "core/convert/family.h"

namespace corral::convert::families {

namespace {

constexpr std::string_view kClasses[] = {"Gemma3ForCausalLM", "Gemma3ForConditionalGeneration"};
constexpr std::int64_t kLayersOf27B = 62, kPeriod = 6; // five layers with a window, one without

void convert(Conversion& c)
{
    c.setArchitecture("gemma3");
    Config& config = c.config();
    const DecoderSizes sizes = writeDecoderKeys(c, {.activations = {"gelu_pytorch_tanh", "gelu"}});
    refuseQueryScale(c, sizes, kLayersOf27B);
    if (config.has("attn_logit_softcapping")) config.refuse("attn_logit_softcapping cannot be expressed in architecture gemma3");
    if (const auto cap = config.maybeReal({"final_logit_softcapping"}, 0, 1e6))
        c.set("final_logit_softcapping", gguf::f32(static_cast<float>(*cap)));
    writeSlidingWindow(c);
    writeWindowPattern(c, sizes, kPeriod);
    const Rope rope = readRope(config);
    writeRope(c, rope, {.dims = sizes.headSize});
    if (rope.slidingBase) c.set("rope.freq_base_swa", gguf::f32(static_cast<float>(*rope.slidingBase)));
    c.vocabulary.neverPrefixSpace = true;
    takeDecoder(c, sizes, {.norms = Norms::Around, .normShift = 1, .queryKeyNorms = true});
}

} // namespace

extern const Family gemma3{"gemma3", kClasses, convert};

} // namespace corral::convert::families
