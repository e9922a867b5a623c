#include "app/devices/scripted_devices.h"

#include <algorithm>

namespace corral::app {

namespace {

using vulkan::DeviceInfo;
using vulkan::DeviceType;

DeviceInfo geforce()
{
    return {.id = "5f1c6e2a90b84d7fa3c2e1d407b65a11", .name = "NVIDIA GeForce RTX 4070 Laptop GPU", .driver = "NVIDIA 550.163.01", .version = "1.3.277", .vendor = 0x10de,
            .type = DeviceType::Discrete, .memory = 8'585'740'288, .freeMemory = 7'902'068'736, .unified = false, .largestBinding = 4'294'967'295, .largestAllocation = 4'292'870'144,
            .sharedMemory = 49'152, .workgroup = 1024, .subgroup = 32, .smallestSubgroup = 32, .largestSubgroup = 32, .storage8 = true, .storage16 = true, .float16 = true,
            .int8 = true, .integerDot = true, .cooperativeMatrix = true, .unusable = {}};
}

DeviceInfo radeon()
{
    return {.id = "00000000c40000000000000000000000", .name = "AMD Radeon 780M (RADV PHOENIX)", .driver = "radv Mesa 25.0.7-2", .version = "1.4.305", .vendor = 0x1002,
            .type = DeviceType::Integrated, .memory = 8'271'167'488, .freeMemory = 6'905'921'536, .unified = true, .largestBinding = 4'294'967'295, .largestAllocation = 2'147'483'644,
            .sharedMemory = 65'536, .workgroup = 1024, .subgroup = 64, .smallestSubgroup = 32, .largestSubgroup = 64, .storage8 = true, .storage16 = true, .float16 = true,
            .int8 = true, .integerDot = true, .cooperativeMatrix = true, .unusable = {}};
}

DeviceInfo smallGeforce()
{
    DeviceInfo card = geforce();
    card.id.back() = '2';
    card.name = "NVIDIA GeForce GTX 1050";
    card.memory = 2'147'483'648;
    card.freeMemory = 1'702'887'424;
    card.float16 = card.cooperativeMatrix = false;
    return card;
}

DeviceInfo llvmpipe()
{
    return {.id = "6d657361323500000000000000000000", .name = "llvmpipe (LLVM 19.1.7, 256 bits)", .driver = "llvmpipe Mesa 25.0.7-2 (LLVM 19.1.7)", .version = "1.4.305",
            .vendor = 0x10005, .type = DeviceType::Software, .memory = 16'600'000'000, .freeMemory = 11'900'000'000, .unified = true, .largestBinding = 134'217'728,
            .largestAllocation = 2'147'483'648, .sharedMemory = 32'768, .workgroup = 1024, .subgroup = 8, .smallestSubgroup = 8, .largestSubgroup = 8, .storage8 = true,
            .storage16 = true, .float16 = true, .int8 = true, .integerDot = false, .cooperativeMatrix = false,
            .unusable = "a program that stands in for a graphics card: the processor itself is faster"};
}

} // namespace

Result<std::vector<DeviceInfo>> ScriptedDevices::listOf(Machine machine)
{
    switch (machine) {
    case NoVulkan: return fail(ErrorCode::Unsupported, "there is no Vulkan loader (libvulkan.so.1) on this machine");
    case Broken: return fail(ErrorCode::OutOfMemory, "not enough memory to open Vulkan");
    case Laptop: return std::vector{geforce(), radeon(), llvmpipe()};
    case Integrated: return std::vector{radeon()};
    case Software: return std::vector{llvmpipe()};
    case SmallCard: return std::vector{smallGeforce()};
    case TwoCards: return std::vector{geforce(), smallGeforce()};
    case LongNames: break;
    }
    DeviceInfo card = geforce(), twin = card, old = card;
    card.name = twin.name = "NVIDIA RTX PRO 6000 Blackwell Max-Q Workstation Edition of a vendor who likes long names";
    card.memory = twin.memory = 102'641'958'912;
    card.freeMemory = twin.freeMemory = 0; // this driver does not tell
    twin.driver = "Dozen Mesa 25.0.7-2 (git-ea21ab3) on a translation layer to another interface";
    twin.unusable = "the same card is used through another driver, " + card.driver;
    old.id.back() = '3';
    old.name = "AMD Radeon HD 7970 (RADV TAHITI)";
    old.version = "1.1.121";
    old.float16 = old.int8 = old.integerDot = old.cooperativeMatrix = false;
    old.memory = 3'221'225'472;
    old.freeMemory = 3'100'000'000;
    old.unusable = "its driver speaks Vulkan 1.1.121; 1.2 is needed";
    return std::vector{card, twin, old};
}

DeviceProbe ScriptedDevices::probe() const
{
    return [machine = m_machine] { return listOf(*machine); };
}

generate::Placement ScriptedDevices::place(const generate::Offload& wish, int modelLayers) const
{
    generate::Placement placement{.devices = {}, .layers = 0, .modelLayers = modelLayers, .note = {}};
    const auto list = listOf(*m_machine);
    if (!list || list->empty() || !list->front().unusable.empty() || wish.layers == 0) return placement;
    const int wished = wish.layers < 0 ? modelLayers : std::min(wish.layers, modelLayers);
    const bool small = *m_machine == SmallCard;
    placement.layers = small ? std::min(wished, modelLayers / 3) : wished;
    placement.devices.push_back({.id = list->front().id, .name = list->front().name, .layers = placement.layers, .weightBytes = std::uint64_t(placement.layers) * 3'000'000,
                                 .cacheBytes = std::uint64_t(placement.layers) * 6'000'000, .computeBytes = 24 << 20});
    if (placement.layers < wished && wish.layers != generate::Offload::kAuto) placement.note = std::format("only 1.7 GB are free on {}", list->front().name);
    return placement;
}

} // namespace corral::app
