// corral devices: the graphics cards of this machine.
#include "app/cli/command.h"
#include "app/cli/console.h"
#include "app/cli/options.h"
#include "core/backend/vulkan/devices.h"

namespace corral::cli {

namespace {

using vulkan::DeviceInfo;

Json asJson(const DeviceInfo& d)
{
    return {{"id", d.id},
            {"name", d.name},
            {"type", vulkan::toString(d.type)},
            {"vendor", d.vendor},
            {"driver", d.driver},
            {"vulkan", d.version},
            {"memory", d.memory},
            {"free_memory", d.freeMemory},
            {"unified_memory", d.unified},
            {"largest_binding", d.largestBinding},
            {"largest_allocation", d.largestAllocation},
            {"shared_memory", d.sharedMemory},
            {"workgroup", d.workgroup},
            {"subgroup", {{"size", d.subgroup}, {"smallest", d.smallestSubgroup}, {"largest", d.largestSubgroup}}},
            {"storage_8bit", d.storage8},
            {"storage_16bit", d.storage16},
            {"float16", d.float16},
            {"int8", d.int8},
            {"integer_dot", d.integerDot},
            {"cooperative_matrix", d.cooperativeMatrix},
            {"usable", d.unusable.empty()},
            {"why_not", d.unusable}};
}

std::string abilities(const DeviceInfo& d)
{
    std::string text;
    const auto add = [&](bool can, const char* what) {
        if (can) text += (text.empty() ? "" : ", ") + std::string(what);
    };
    add(d.float16, "16-bit floats");
    add(d.int8, "8-bit integers");
    add(d.integerDot, "fast dot products of bytes");
    add(d.cooperativeMatrix, "matrix units");
    return text.empty() ? "32-bit numbers only" : text;
}

std::string gigabytes(std::uint64_t bytes) { return std::format("{:.1f} GB", static_cast<double>(bytes) / 1e9); }

std::string asText(const std::vector<DeviceInfo>& all)
{
    std::string text;
    for (const DeviceInfo& d : all) {
        const std::string memory = gigabytes(d.memory) + (d.freeMemory > 0 ? ", " + gigabytes(d.freeMemory) + " free" : "") + (d.unified ? ", shared with the processor" : "");
        text += std::format("{}{}\n  type      {}\n  driver    {}, Vulkan {}\n  memory    {}\n  computes  {}\n", text.empty() ? "" : "\n", oneLine(d.name), vulkan::toString(d.type),
                            d.driver.empty() ? "unknown" : oneLine(d.driver), d.version, memory, abilities(d));
        if (!d.unusable.empty()) text += std::format("  not used  {}\n", d.unusable);
    }
    return text;
}

} // namespace

int runDevices(const Hooks&, Arguments arguments)
{
    bool json = false;
    OptionTable table("corral devices [--json]", "The graphics cards of this machine, what they can do, and why one would not be computed on.\n"
                                                 "Commands that run a model put layers there: -ngl says how many, --device on which.");
    table.flag({"--json"}, "one JSON array, sizes in bytes", json);
    const auto rest = table.parse(arguments);
    if (!rest) return rest.error();
    if (!rest->empty()) return table.misuse("takes no arguments");
    auto all = vulkan::devices();
    if (!all && all.error().code != ErrorCode::Unsupported) return failed("devices", all.error());
    if (!all) complain("corral devices: " + all.error().message); // a machine without is nothing wrong
    if (json) {
        Json list = Json::array();
        for (const DeviceInfo& device : all.value_or(std::vector<DeviceInfo>())) list.push_back(asJson(device));
        print(dump(list) + "\n");
    } else if (all) {
        print(all->empty() ? std::string("no graphics card that speaks Vulkan\n") : asText(*all));
    }
    return kFine;
}

} // namespace corral::cli
