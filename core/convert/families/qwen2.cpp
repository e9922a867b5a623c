// Qwen 1.5, 2 and 2.5, dense (facts/convert.md § 5.3).
#include "core/convert/decoder.h"
#include "core/convert/family.h"

namespace corral::convert::families {

namespace {

constexpr std::string_view kClasses[] = {"Qwen2ForCausalLM"};

void convert(Conversion& c)
{
    c.setArchitecture("qwen2");
    const DecoderSizes sizes = writeDecoderKeys(c);
    refuseSlidingWindow(c, sizes);
    writeRope(c, readRope(c.config()), {.dims = sizes.headSize});
    takeDecoder(c, sizes, {});
}

} // namespace

extern const Family qwen2{"qwen2", kClasses, convert};

} // namespace corral::convert::families
