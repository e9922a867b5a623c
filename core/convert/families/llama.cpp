// Llama 1–3, TinyLlama, SmolLM 1–2, Mistral 7B (facts/convert.md § 5.1). Mistral's sliding window is not stored: the architecture
// runs these models with full attention, as its other engines do.
#include "core/convert/decoder.h"
#include "core/convert/family.h"

namespace corral::convert::families {

namespace {

constexpr std::string_view kClasses[] = {"LlamaForCausalLM", "MistralForCausalLM"};

void convert(Conversion& c)
{
    c.setArchitecture("llama");
    const DecoderSizes sizes = writeDecoderKeys(c);
    c.set("rope.dimension_count", gguf::u32(static_cast<std::uint32_t>(sizes.headSize)));
    writeRope(c, readRope(c.config()), {.dims = sizes.headSize, .llamaFactors = true});
    c.vocabulary.fillInOfCodeLlama = true;
    takeDecoder(c, sizes, {.interleave = true});
}

} // namespace

extern const Family llama{"llama", kClasses, convert};

} // namespace corral::convert::families
