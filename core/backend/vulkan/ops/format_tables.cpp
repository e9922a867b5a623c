#include "core/backend/vulkan/ops/format_tables.h"

#include "core/quant/codebook.h"

#include <utility>

namespace corral::vulkan {

std::span<const std::byte> formatTable(const quant::Format& format)
{
    const auto bytes = [](const auto& table) { return std::as_bytes(std::span(table)); };
    const std::pair<std::string_view, std::span<const std::byte>> tables[] = {
        {"iq1_s", bytes(quant::kGridIq1)},       {"iq1_m", bytes(quant::kGridIq1)},     {"iq2_xxs", bytes(quant::kGridIq2xxs)}, {"iq2_xs", bytes(quant::kGridIq2xs)},
        {"iq2_s", bytes(quant::kGridIq2s)},      {"iq3_xxs", bytes(quant::kGridIq3xxs)}, {"iq3_s", bytes(quant::kGridIq3s)},    {"iq4_nl", bytes(quant::kValuesIq4)},
        {"iq4_xs", bytes(quant::kValuesIq4)},    {"mxfp4", bytes(quant::kValuesFp4)},    {"nvfp4", bytes(quant::kValuesFp4)},
    };
    for (const auto& [name, table] : tables)
        if (format.name == name) return table;
    return {};
}

} // namespace corral::vulkan
