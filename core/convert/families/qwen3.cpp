// Qwen 3, dense (facts/convert.md § 5.3).
#include "core/convert/decoder.h"
#include "core/convert/family.h"

namespace corral::convert::families {

namespace {

constexpr std::string_view kClasses[] = {"Qwen3ForCausalLM"};

void convert(Conversion& c)
{
    c.setArchitecture("qwen3");
    const DecoderSizes sizes = writeDecoderKeys(c);
    refuseSlidingWindow(c, sizes);
    writeRope(c, readRope(c.config()), {.dims = sizes.headSize});
    takeDecoder(c, sizes, {.queryKeyNorms = true});
}

} // namespace

extern const Family qwen3{"qwen3", kClasses, convert};

} // namespace corral::convert::families
