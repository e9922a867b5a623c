// OLMo 2 (facts/convert.md § 5.5): norms after attention and feed-forward only, and over the whole of q and k.
#include "core/convert/decoder.h"
#include "core/convert/family.h"

namespace corral::convert::families {

namespace {

constexpr std::string_view kClasses[] = {"Olmo2ForCausalLM"};

void convert(Conversion& c)
{
    c.setArchitecture("olmo2");
    const DecoderSizes sizes = writeDecoderKeys(c);
    writeRope(c, readRope(c.config()), {.dims = sizes.headSize});
    takeDecoder(c, sizes, {.norms = Norms::After, .queryKeyNorms = true});
}

} // namespace

extern const Family olmo2{"olmo2", kClasses, convert};

} // namespace corral::convert::families
