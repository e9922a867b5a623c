#pragma once
// A model as a list of names and shapes; its rows are made up, the same every time.
#include "core/quant/format.h"
#include "core/quantize/source.h"

#include <cmath>

namespace corral::quantize {

class MemorySource : public Source {
public:
    explicit MemorySource(std::string architecture = "llama") { m_keys.emplace_back("general.architecture", gguf::string(std::move(architecture))); }

    MemorySource& key(const std::string& name, gguf::Value value)
    {
        gguf::setKey(m_keys, name, std::move(value));
        return *this;
    }
    MemorySource& tensor(const std::string& name, const std::vector<std::uint64_t>& shape, std::uint32_t type = quant::kF16, int shard = 0)
    {
        SourceTensor t{.name = name, .dims = static_cast<int>(shape.size()), .type = type, .shard = shard};
        std::copy(shape.begin(), shape.end(), t.shape.begin());
        t.bytes = quant::findFormat(type)->rowBytes(static_cast<std::int64_t>(t.shape[0])) * t.rows();
        m_tensors.push_back(std::move(t));
        return *this;
    }

    const gguf::Keys& keys() const override { return m_keys; }
    const std::vector<SourceTensor>& tensors() const override { return m_tensors; }
    Result<void> readRows(std::size_t tensor, std::uint64_t first, std::uint64_t, std::span<float> out) const override
    {
        for (std::size_t i = 0; i < out.size(); ++i) out[i] = static_cast<float>(std::sin(0.37 * static_cast<double>(i + 1) + static_cast<double>(first + tensor)));
        return {};
    }
    std::optional<Extent> extent(std::size_t) const override { return std::nullopt; }

private:
    gguf::Keys m_keys;
    std::vector<SourceTensor> m_tensors;
};

// A llama of `layers` layers whose matrices have rows of `width` values.
inline MemorySource llama(int layers, std::uint64_t width, int heads = 4, int keyHeads = 4, bool tied = false)
{
    MemorySource source;
    source.key("llama.block_count", gguf::u32(static_cast<std::uint32_t>(layers)));
    source.key("llama.attention.head_count", gguf::u32(static_cast<std::uint32_t>(heads)));
    source.key("llama.attention.head_count_kv", gguf::u32(static_cast<std::uint32_t>(keyHeads)));
    source.tensor("token_embd.weight", {width, 300}).tensor("output_norm.weight", {width}, quant::kF32);
    if (!tied) source.tensor("output.weight", {width, 300});
    for (int i = 0; i < layers; ++i) {
        const std::string block = "blk." + std::to_string(i) + ".";
        for (const char* name : {"attn_q", "attn_k", "attn_v", "attn_output", "ffn_gate", "ffn_up", "ffn_down"})
            source.tensor(block + name + ".weight", {width, width});
        source.tensor(block + "attn_norm.weight", {width}, quant::kF32);
    }
    return source;
}

} // namespace corral::quantize
