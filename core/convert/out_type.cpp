#include "core/convert/out_type.h"

#include "core/quant/format.h"

#include <algorithm>
#include <array>
#include <cassert>

namespace corral::convert {

namespace {

struct Entry {
    OutType type;
    std::string_view name;
    std::uint32_t format, fileType;
};
constexpr Entry kTypes[] = {
    {OutType::Auto, "auto", quant::kF16, 1}, {OutType::F32, "f32", quant::kF32, 0},   {OutType::F16, "f16", quant::kF16, 1},
    {OutType::BF16, "bf16", quant::kBF16, 32}, {OutType::Q8_0, "q8_0", quant::kQ8_0, 7},
};
const Entry& entryOf(OutType type) { return *std::ranges::find(kTypes, type, &Entry::type); }

// Small tensors that lose more than they save, and what is no matrix.
bool staysFloat(const quantize::SourceTensor& tensor)
{
    constexpr std::array kRoles = {".ffn_gate_inp.weight", ".ffn_gate_inp_shexp.weight", "position_embd.weight", "token_types.weight"};
    const std::string_view name = tensor.name;
    return tensor.dims <= 1 || name.ends_with("_norm.weight") || !name.ends_with(".weight") ||
           std::ranges::any_of(kRoles, [&](std::string_view role) { return name.ends_with(role); });
}

} // namespace

std::optional<OutType> parseOutType(std::string_view name)
{
    const auto found = std::ranges::find_if(kTypes, [&](const Entry& entry) {
        return std::ranges::equal(entry.name, name, [](char a, char b) { return a == (b >= 'A' && b <= 'Z' ? b + 32 : b); });
    });
    return found == std::end(kTypes) ? std::nullopt : std::optional(found->type);
}

OutType automaticType(const quantize::Source& checkpoint)
{
    for (const quantize::SourceTensor& tensor : checkpoint.tensors()) {
        if (tensor.dims >= 2 && tensor.type == quant::kBF16) return OutType::BF16;
        if (tensor.dims >= 2 && tensor.type == quant::kF16) return OutType::F16;
    }
    return OutType::F16;
}

std::uint32_t fileTypeOf(OutType type) { return entryOf(type).fileType; }

Result<quantize::Plan> makePlan(const quantize::Source& checkpoint, OutType type)
{
    if (type == OutType::Auto) type = automaticType(checkpoint);
    quantize::Plan plan;
    plan.keys = checkpoint.keys();
    gguf::setKey(plan.keys, "general.file_type", gguf::u32(fileTypeOf(type)));
    for (std::size_t i = 0; i < checkpoint.tensors().size(); ++i) {
        const quantize::SourceTensor& from = checkpoint.tensors()[i];
        quantize::PlannedTensor tensor;
        tensor.source = i;
        tensor.name = tensor.originalName = from.name;
        tensor.eligible = !staysFloat(from);
        tensor.type = tensor.eligible ? entryOf(type).format : quant::kF32;
        const quant::Format* format = quant::findFormat(tensor.type);
        assert(format);
        if (from.shape[0] % static_cast<std::uint64_t>(format->blockSize) != 0) {
            tensor.type = quant::kF16;
            tensor.fallback = true;
            format = quant::findFormat(quant::kF16);
            ++plan.fallbacks;
        }
        tensor.bytes = format->rowBytes(static_cast<std::int64_t>(from.shape[0])) * from.rows();
        plan.bytes += tensor.bytes;
        plan.sourceBytes += from.bytes;
        plan.elements += from.elements();
        plan.tensors.push_back(std::move(tensor));
    }
    return plan;
}

} // namespace corral::convert
