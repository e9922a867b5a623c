#include "app/shelf/usual_offload.h"

namespace corral::shelf {

generate::Offload usualOffload(const Environment& environment)
{
    generate::Offload offload;
    offload.software = environment.value("CORRAL_VULKAN_SOFTWARE") == "1";
    if (const auto cache = environment.cacheHome(); !cache.empty()) offload.cacheFolder = cache / "corral";
    return offload;
}

} // namespace corral::shelf
