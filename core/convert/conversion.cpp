#include "core/convert/conversion.h"

#include "core/gguf/cursor.h"
#include "core/quant/format.h"

#include <algorithm>

namespace corral::convert {

namespace {

std::uint32_t formatOf(StoredType type)
{
    switch (type) {
    case StoredType::F16: return quant::kF16;
    case StoredType::BF16: return quant::kBF16;
    default: return quant::kF32; // what they are read as
    }
}

std::string shown(const std::vector<std::uint64_t>& shape)
{
    std::string text;
    for (const std::uint64_t size : shape) text += std::format("{}{}", text.empty() ? "" : ", ", size);
    return "[" + text + "]";
}

} // namespace

void Conversion::set(std::string_view key, gguf::Value value)
{
    gguf::setKey(m_keys, m_architecture + "." + std::string(key), std::move(value));
}

const StoredTensor* Conversion::stored(std::string_view name) const
{
    const auto found = m_weights.find(name);
    return found ? &m_weights[*found] : nullptr;
}

std::optional<std::size_t> Conversion::use(const std::string& stored)
{
    const auto found = m_weights.find(stored);
    if (!found) {
        m_config.complain(std::format("tensor {} is missing", stored));
        return std::nullopt;
    }
    m_used[*found] = true;
    const StoredTensor& tensor = m_weights[*found];
    if (tensor.type == StoredType::Other) {
        m_config.refuse(std::format("tensor {} has numbers of dtype {}, which cannot be converted", stored, tensor.typeName));
        return std::nullopt;
    }
    if (tensor.shape.size() > 4 || tensor.elements == 0) {
        m_config.complain(std::format("tensor {} has shape {}, which no model file can hold", stored, shown(tensor.shape)));
        return std::nullopt;
    }
    return found;
}

OutputTensor& Conversion::add(std::string_view name, std::vector<std::uint64_t> shape, std::uint32_t type)
{
    OutputTensor& tensor = m_tensors.emplace_back();
    tensor.info.name = name;
    if (shape.empty()) shape = {1};
    tensor.info.dims = static_cast<int>(shape.size());
    std::ranges::copy(shape.rbegin(), shape.rend(), tensor.info.shape.begin());
    tensor.info.type = type;
    tensor.info.bytes = tensor.info.elements() * (type == quant::kF32 ? 4 : 2);
    return tensor;
}

void Conversion::take(std::string_view name, const std::string& stored, const TakeOptions& options)
{
    const auto index = use(stored);
    if (!index) return;
    const StoredTensor& from = m_weights[*index];
    OutputTensor& tensor = add(name, from.shape, options.add != 0 ? quant::kF32 : formatOf(from.type));
    tensor.recipe = {.parts = {{.stored = *index}}, .partRows = tensor.info.rows(), .heads = static_cast<std::uint64_t>(options.heads),
                     .add = options.add, .values = {}};
    if (options.heads <= 0) return;
    const std::uint64_t rows = tensor.info.dims == 1 ? tensor.info.shape[0] : tensor.info.rows(), heads = tensor.recipe.heads;
    if (tensor.info.dims > 2 || rows % (2 * heads) != 0)
        m_config.complain(std::format("tensor {} has shape {}, which does not divide into {} heads of pairs", stored, shown(from.shape),
                                      heads));
}

void Conversion::takeLinear(const std::string& name, const std::string& stored, const TakeOptions& options)
{
    take(name + ".weight", stored + ".weight", options);
    if (has(stored + ".bias")) take(name + ".bias", stored + ".bias", options);
}

void Conversion::stack(const std::string& name, const std::vector<std::string>& stored)
{
    std::vector<Recipe::Part> parts;
    for (const std::string& one : stored) {
        const auto index = use(one);
        if (!index) return;
        parts.push_back({.stored = *index});
        const StoredTensor &first = m_weights[parts.front().stored], &now = m_weights[*index];
        if (now.shape != first.shape || now.type != first.type || now.shape.size() > 3)
            return m_config.complain(std::format("tensor {} is {} {}, {} is {} {}: they cannot be stacked", one, now.typeName,
                                                 shown(now.shape), stored.front(), first.typeName, shown(first.shape)));
    }
    if (parts.empty()) return m_config.complain(std::format("nothing to make {} of", name));
    const StoredTensor& first = m_weights[parts.front().stored];
    std::vector<std::uint64_t> shape = first.shape;
    shape.insert(shape.begin(), parts.size());
    OutputTensor& tensor = add(name, std::move(shape), formatOf(first.type));
    tensor.recipe = {.parts = std::move(parts), .partRows = first.elements / first.rowLength(), .heads = 0, .add = 0, .values = {}};
}

void Conversion::takeSlice(const std::string& name, const std::string& stored, std::uint64_t first, std::uint64_t count)
{
    const auto index = use(stored);
    if (!index) return;
    const StoredTensor& from = m_weights[*index];
    if (from.shape.size() != 3 || first > from.shape[1] || count > from.shape[1] - first || count == 0)
        return m_config.complain(std::format("tensor {} has shape {}, rows {} to {} of each matrix are needed", stored, shown(from.shape),
                                             first, first + count));
    OutputTensor& tensor = add(name, {from.shape[0], count, from.shape[2]}, formatOf(from.type));
    tensor.recipe.partRows = count;
    for (std::uint64_t e = 0; e < from.shape[0]; ++e)
        tensor.recipe.parts.push_back({.stored = *index, .firstRow = e * from.shape[1] + first});
}

void Conversion::compute(const std::string& name, std::vector<float> values)
{
    OutputTensor& tensor = add(name, {values.size()}, quant::kF32);
    tensor.recipe.values = std::move(values);
}

void Conversion::leaveOut(std::string_view stored)
{
    if (const auto found = m_weights.find(stored)) m_used[*found] = true;
}

Result<void> Conversion::finish()
{
    if (auto fine = m_config.finish(); !fine) return fine; // what is left over is their consequence
    for (std::size_t i = 0; i < m_weights.size(); ++i)
        if (!m_used[i])
            m_config.refuse(std::format("tensor {} has no place in architecture {}", gguf::shown(m_weights[i].name), m_architecture));
    return m_config.finish();
}

} // namespace corral::convert
