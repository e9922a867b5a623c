#include "core/tensor/weights.h"

#include "core/gguf/cursor.h"

#include <algorithm>

namespace corral::tensor {

namespace {

// "[4096, 1024]"
template <class Range> std::string shapeText(const Range& shape, std::size_t dims)
{
    std::string text = "[";
    for (std::size_t i = 0; i < dims; ++i) text += (i ? ", " : "") + std::to_string(shape[i]);
    return text + "]";
}

constexpr std::size_t kListedBytes = 256u << 10; // of problems spelled out: all of any real file; a hostile one can have millions

} // namespace

const gguf::TensorInfo* Weights::find(const std::string& name, std::span<const std::int64_t> shape, bool required)
{
    m_asked.insert(name);
    const gguf::TensorInfo* info = m_file->tensor(name);
    if (!info) {
        if (required) m_problems.push_back(std::format("{}: missing, expected {}", name, shapeText(shape, shape.size())));
        return nullptr;
    }
    bool same = true;
    for (std::size_t i = 0; i < info->shape.size(); ++i) {
        const std::uint64_t expected = i < shape.size() ? static_cast<std::uint64_t>(shape[i]) : 1;
        same = same && info->shape[i] == expected;
    }
    if (!same) {
        m_problems.push_back(std::format("{}: expected {}, file has {}", name, shapeText(shape, shape.size()),
                                         shapeText(info->shape, static_cast<std::size_t>(std::max(info->dims, 1)))));
        return nullptr;
    }
    const quant::Format* format = quant::findFormat(info->type);
    if (!format || !format->decode || !format->dotRows) {
        m_problems.push_back(std::format("{}: type {} does not hold weights", name, format ? std::string(format->name) : std::to_string(info->type)));
        return nullptr;
    }
    if (!m_file->headerOnly() && m_file->data(*info).size() < format->rowBytes(shape[0]) * (info->elements() / info->shape[0])) {
        m_problems.push_back(std::format("{}: the file ends before its data", name));
        return nullptr;
    }
    return info;
}

const Weight* Weights::optionalMatrix(const std::string& name, std::initializer_list<std::int64_t> shape)
{
    return has(name) ? matrix(name, shape) : nullptr;
}

const Weight* Weights::matrix(const std::string& name, std::initializer_list<std::int64_t> shape)
{
    const gguf::TensorInfo* info = find(name, std::span(shape.begin(), shape.size()), true);
    if (!info) return nullptr;
    Weight weight{.name = name, .format = quant::findFormat(info->type), .data = m_file->headerOnly() ? nullptr : m_file->data(*info).data()};
    std::ranges::copy(shape, weight.shape.begin());
    return &m_weights.emplace_back(std::move(weight));
}

std::span<const float> Weights::optionalVector(const std::string& name, std::int64_t size)
{
    return has(name) ? vector(name, size) : std::span<const float>();
}

std::span<const float> Weights::vector(const std::string& name, std::int64_t size)
{
    const gguf::TensorInfo* info = find(name, std::span(&size, 1), true);
    if (!info) return {};
    const auto count = static_cast<std::size_t>(size);
    if (m_file->headerOnly()) { // one for each size: their number is a stranger's word
        const auto same = std::ranges::find(m_converted, count, &std::vector<float>::size);
        return same != m_converted.end() ? *same : m_converted.emplace_back(count);
    }
    const std::byte* data = m_file->data(*info).data();
    if (info->type == quant::kF32 && reinterpret_cast<std::uintptr_t>(data) % alignof(float) == 0)
        return {reinterpret_cast<const float*>(data), count};
    std::vector<float>& values = m_converted.emplace_back(count);
    quant::findFormat(info->type)->decode(data, values.data(), size);
    return values;
}

Result<void> Weights::finish(bool (*ignored)(std::string_view name)) const
{
    if (!m_problems.empty()) {
        std::string text;
        std::size_t listed = 0;
        for (; listed < m_problems.size() && text.size() + m_problems[listed].size() <= kListedBytes; ++listed)
            text += (listed ? "; " : "") + m_problems[listed];
        if (listed < m_problems.size()) text += std::format("; and {} more", m_problems.size() - listed);
        return fail(ErrorCode::Format, "{}", text);
    }
    std::string unknown;
    std::size_t count = 0;
    for (const gguf::TensorInfo& info : m_file->tensors()) {
        if (m_asked.contains(info.name) || ignored(info.name)) continue;
        if (count++ == 0) unknown = gguf::shown(info.name);
    }
    if (count == 1) return fail(ErrorCode::Unsupported, "tensor {} is not part of this architecture", unknown);
    if (count > 1) return fail(ErrorCode::Unsupported, "{} tensors are not part of this architecture, the first is {}", count, unknown);
    return {};
}

} // namespace corral::tensor
