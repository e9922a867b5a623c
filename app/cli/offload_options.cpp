#include "app/cli/offload_options.h"

#include "app/cli/console.h"
#include "app/shelf/usual_offload.h"
#include "core/backend/vulkan/devices.h"

#include <algorithm>
#include <cctype>
#include <utility>

namespace corral::cli {

namespace {

using vulkan::DeviceInfo;

std::string lower(std::string_view text)
{
    std::string result(text);
    std::ranges::transform(result, result.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return result;
}

// "1", "Vulkan1", the beginning of an id, a part of a name: the first that fits any of these, in this order.
const DeviceInfo* named(const std::vector<DeviceInfo>& all, std::string_view name)
{
    constexpr std::size_t kShortestId = 6;
    const std::string wanted = lower(name);
    const auto number = parseNumber<std::size_t>(wanted.starts_with("vulkan") ? std::string_view(wanted).substr(6) : std::string_view(wanted));
    if (number && wanted.size() < kShortestId + 2 && *number < all.size()) return &all[*number];
    constexpr std::size_t kLongestNumber = 2; // longer ones may be a part of a name
    if (number && wanted.size() <= kLongestNumber) return nullptr;
    for (const DeviceInfo& info : all)
        if (wanted.size() >= kShortestId && info.id.starts_with(wanted)) return &info;
    for (const DeviceInfo& info : all)
        if (lower(info.name).contains(wanted)) return &info;
    return nullptr;
}

} // namespace

std::optional<int> parseGpuLayers(std::string_view text)
{
    if (text == "auto") return generate::Offload::kAuto;
    if (text == "all") return generate::Offload::kAll;
    const auto number = parseNumber<int>(text);
    return number && *number >= generate::Offload::kAll ? number : std::nullopt;
}

std::string gpuLayersText(int layers)
{
    return layers == generate::Offload::kAuto ? "auto" : layers == generate::Offload::kAll ? "all" : std::to_string(layers);
}

std::optional<std::string> setDevices(generate::Offload& offload, std::string_view list)
{
    offload.devices.clear();
    offload.cards = list != "none";
    if (!offload.cards) return std::nullopt;
    const auto all = vulkan::devices();
    if (!all) return all.error().message;
    while (!list.empty()) {
        const auto comma = list.find(',');
        const std::string_view name = list.substr(0, comma);
        list.remove_prefix(comma == std::string_view::npos ? list.size() : comma + 1);
        if (name.empty()) continue;
        const DeviceInfo* info = named(*all, name);
        if (!info) return std::format("there is no device \"{}\": `corral devices` lists them", name);
        if (info->id.empty()) return std::format("{}: {}", info->name, info->unusable);
        if (!std::ranges::contains(offload.devices, info->id)) offload.devices.push_back(info->id);
    }
    return offload.devices.empty() ? std::optional<std::string>("no device is named") : std::nullopt;
}

void addOffloadOptions(OptionTable& table, generate::Offload& offload)
{
    addOffloadOptions(table, offload, [&offload](const std::string& text) -> std::optional<std::string> {
        const auto layers = parseGpuLayers(text);
        if (!layers) return std::format("\"{}\" is no number of layers, auto or all", text);
        offload.layers = *layers;
        return std::nullopt;
    });
}

void addOffloadOptions(OptionTable& table, generate::Offload& offload, OptionTable::Setter setLayers)
{
    offload = shelf::usualOffload();
    table.add({"-ngl", "--gpu-layers", "--n-gpu-layers"}, "N", "layers computed by graphics cards, the last ones, the output counted as one: a number, auto or all (default: auto, as many as fit)",
              std::move(setLayers));
    table.add({"-dev", "--device"}, "NAMES", "the cards, as `corral devices` lists them: numbers, ids or names, separated by commas; none (default: the best one)",
              [&offload](const std::string& text) { return setDevices(offload, text); });
}

std::string placementText(const generate::Placement& placement)
{
    if (placement.devices.empty()) return {};
    std::string text;
    for (const generate::DevicePart& part : placement.devices)
        text += std::format("{}{}{} layers on {}", text.empty() ? "" : ", ", part.layers, text.empty() ? std::format(" of {}", placement.modelLayers) : "", oneLine(part.name));
    const int rest = placement.modelLayers - placement.layers;
    return rest > 0 ? std::format("{}, {} on the processor", text, rest) : text;
}

void tellPlacement(std::string_view command, const generate::Placement& placement)
{
    if (const std::string text = placementText(placement); !text.empty()) complain(std::format("corral {}: {}", command, text));
    if (!placement.note.empty())
        complain(std::format("corral {}: warning: {}{}", command, oneLine(placement.note), placement.devices.empty() ? "; the processor computes all layers" : ""));
}

} // namespace corral::cli
