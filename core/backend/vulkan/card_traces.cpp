#include "core/backend/vulkan/card_traces.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <string>
#include <string_view>
#include <system_error>

namespace corral::vulkan {

namespace {

#ifdef __linux__
namespace fs = std::filesystem;

// Calls seen(name) for what a folder holds, until it is true.
template <class Seen> bool anyIn(const fs::path& folder, Seen&& seen)
{
    std::error_code error;
    for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error))
        if (seen(at->path())) return true;
    return false;
}

// Kernel drivers that draw (renderD…), NVIDIA's own, a machine inside Windows, and those of telephones' chips.
bool isCardFile(const fs::path& file)
{
    constexpr std::array<std::string_view, 9> kBeginnings{"renderD", "nvidia", "nvhost", "nvgpu", "nvmap", "dxg", "kgsl", "mali", "pvr"};
    const std::string name = file.filename().string();
    return std::ranges::any_of(kBeginnings, [&](std::string_view beginning) { return name.starts_with(beginning); });
}

// PCI's classes 03…: displays, and 12…: accelerators. A card's driver may make its device files only when it is asked for.
bool isDisplay(const fs::path& device)
{
    std::string text;
    std::ifstream(device / "class") >> text;
    return text.starts_with("0x03") || text.starts_with("0x12");
}
#endif

} // namespace

#ifdef __linux__
bool hasCardTraces(const fs::path& root)
{
    return anyIn(root / "dev/dri", isCardFile) || anyIn(root / "dev", isCardFile) || anyIn(root / "sys/bus/pci/devices", isDisplay);
}
#else
bool hasCardTraces(const std::filesystem::path&) { return true; }
#endif

} // namespace corral::vulkan
