#include "core/quantize/mix.h"

#include "core/quant/format.h"
#include "core/quantize/type_ids.h"

#include <algorithm>
#include <limits>

namespace corral::quantize {

namespace {

// Layers that get more bits: the first and the last eighth, and every third between them.
bool more(int i, int n) { return i < n / 8 || i >= 7 * n / 8 || (i - n / 8) % 3 == 2; }

const gguf::Value* find(const gguf::Keys& keys, std::string_view name)
{
    const auto found = std::ranges::find(keys, name, &gguf::Keys::value_type::first);
    return found == keys.end() ? nullptr : &found->second;
}

} // namespace

MixModel MixModel::of(const Source& source)
{
    const auto& keys = source.keys();
    MixModel model;
    if (const auto* value = find(keys, "general.architecture"); value && value->asString()) model.architecture = *value->asString();
    // Of layer 0 where a key has a value for each layer.
    const auto number = [&](std::string_view key) -> std::optional<int> {
        const auto* value = find(keys, model.architecture + "." + std::string(key));
        const auto all = value ? value->asInts() : std::nullopt;
        if (!all || all->empty() || all->front() < 0 || all->front() > std::numeric_limits<int>::max() / 16) return std::nullopt;
        return static_cast<int>(all->front());
    };
    int highestBlock = -1;
    model.tied = true;
    for (const SourceTensor& tensor : source.tensors()) {
        if (isValueLike(categoryOf(tensor.name))) ++model.valueTensors;
        if (tensor.name == "output.weight") model.tied = false;
        highestBlock = std::max(highestBlock, blockNumber(tensor.name).value_or(-1));
    }
    model.layers = number("block_count").value_or(std::min(highestBlock, std::numeric_limits<int>::max() / 16) + 1);
    model.experts = number("expert_count").value_or(0);
    const int heads = number("attention.head_count").value_or(0), keyHeads = number("attention.head_count_kv").value_or(heads);
    model.queriesPerKey = keyHeads > 0 ? heads / keyHeads : 0;

    const std::string& a = model.architecture;
    model.seventyB = (a == "llama" && model.experts != 8 && model.layers == 80 && heads != keyHeads) ||
                     ((a == "qwen2" || a == "deci" || a == "olmo") && model.layers == 80) || (a == "jais2" && model.layers == 68);
    return model;
}

Mix::Mix(const MixModel& model, const Target& target) : m_model(model), m_target(*targetOfFileType(target.fileType)) {}

bool Mix::is(std::initializer_list<std::string_view> names) const { return std::ranges::contains(names, m_target.name); }

std::uint32_t Mix::typeFor(const SourceTensor& tensor, std::string_view name)
{
    const Category category = categoryOf(name);
    if (category == Category::Output || (m_model.tied && category == Category::TokenEmbedding)) return output(tensor);
    if (is({"MXFP4_MOE"})) {
        const bool expert = tensor.shape[2] > 1;
        const bool feedForward = category == Category::Up || category == Category::Gate || category == Category::Down;
        return expert && (m_model.architecture != "bailingmoe3" || feedForward) ? MXFP4 : Q8_0;
    }
    if (category == Category::TokenEmbedding) return tokenEmbedding();
    if (is({"IQ1_S", "IQ1_M", "IQ2_XXS", "IQ2_XS", "IQ2_S", "IQ2_M"})) return tiny(category);

    // The layer, by counting in dense models and by name in those of experts, where a layer may have several such tensors.
    const auto layer = [&](int& counter) {
        const int counted = counter++;
        return m_model.experts > 1 ? blockNumber(name).value_or(counted) : counted;
    };
    const std::uint32_t base = m_target.baseType;
    switch (category) {
    case Category::Value:
    case Category::Qkv:
    case Category::KvB: return values();
    case Category::Key: return m_model.experts == 8 ? Q8_0 : is({"IQ3_XS"}) ? IQ3_XXS : is({"IQ3_XXS"}) ? IQ2_S : base;
    case Category::Query: return is({"IQ3_XS"}) ? IQ3_XXS : is({"IQ3_XXS"}) ? IQ2_S : base;
    case Category::Gate:
    case Category::Up: {
        const int i = layer(category == Category::Gate ? m_gate : m_up), n = m_model.layers;
        return is({"IQ3_XS"}) && i >= n / 8 && i < 7 * n / 8 ? IQ3_XXS : base;
    }
    case Category::Down: return down(layer(m_down));
    case Category::AttentionOutput: return attentionOutput();
    default: return base;
    }
}

std::uint32_t Mix::output(const SourceTensor& tensor) const
{
    if (m_model.outputType) return *m_model.outputType;
    if (is({"MXFP4_MOE"})) return Q8_0;
    const auto* base = quant::findFormat(m_target.baseType);
    if (m_model.architecture == "falcon" || tensor.shape[0] % static_cast<std::uint64_t>(base->blockSize) != 0) return Q8_0;
    if (is({"IQ1_S", "IQ1_M", "IQ2_XXS", "IQ2_XS", "IQ2_S", "IQ2_M", "IQ3_XXS"})) return Q5_K;
    return m_target.baseType == Q8_0 ? Q8_0 : Q6_K;
}

std::uint32_t Mix::tokenEmbedding() const
{
    if (is({"IQ2_XXS", "IQ2_XS", "IQ1_S", "IQ1_M"})) return Q2_K;
    if (is({"IQ2_S", "IQ2_M", "IQ3_XXS"})) return IQ3_S;
    if (is({"TQ1_0", "TQ2_0", "Q2_0"})) return Q4_K;
    return m_target.baseType;
}

// Targets of one and two bits: the few matrices that everything passes through get more.
std::uint32_t Mix::tiny(Category category)
{
    const bool twoAndHalf = is({"IQ2_S", "IQ2_M"});
    const std::uint32_t base = m_target.baseType, better = twoAndHalf ? IQ3_S : Q2_K;
    if (isValueLike(category)) return m_model.queriesPerKey >= 4 || m_model.experts >= 4 ? Q4_K : better;
    if (category == Category::Key && m_model.experts == 8) return Q4_K;
    if (category == Category::Down) return m_down++ < m_model.layers / 8 ? better : base;
    if (category == Category::AttentionOutput) {
        if (m_model.experts == 8) return Q5_K;
        return is({"IQ1_S", "IQ1_M"}) ? IQ2_XXS : twoAndHalf ? IQ3_S : base;
    }
    return base;
}

std::uint32_t Mix::values()
{
    const int i = m_values++;
    const bool grouped = m_model.queriesPerKey >= 4; // four queries share a value head: it is small and much used
    std::uint32_t type = m_target.baseType;
    if (is({"Q2_K"})) type = grouped ? Q4_K : Q3_K;
    else if (is({"Q2_K_S"}) && grouped) type = Q4_K;
    else if (is({"IQ3_XXS"})) type = grouped ? Q4_K : m_model.hasImatrix ? IQ3_XXS : IQ3_S;
    else if (is({"IQ3_XS", "IQ3_S"}) && grouped) type = Q4_K;
    else if (is({"IQ3_M"})) type = Q4_K;
    else if (is({"Q3_K_M"})) type = i < 2 ? Q5_K : Q4_K;
    else if (is({"Q3_K_L"})) type = Q5_K;
    else if (is({"IQ4_NL", "IQ4_XS"}) && grouped) type = Q5_K;
    else if (is({"Q4_K_M", "Q5_K_M"}) && more(i, m_model.valueTensors)) type = Q6_K;
    else if (is({"Q4_K_S"}) && i < 4) type = Q5_K;

    if (m_model.seventyB && (type == Q3_K || type == Q4_K)) type = Q5_K;
    return m_model.experts == 8 ? static_cast<std::uint32_t>(Q8_0) : type;
}

std::uint32_t Mix::down(int i) const
{
    const int n = m_model.layers;
    const std::uint32_t base = m_target.baseType;
    const bool falcon = m_model.architecture == "falcon", imatrix = m_model.hasImatrix, first = i < n / 8;
    if (is({"Q2_K"})) return Q3_K;
    if (is({"Q2_K_S"})) return first ? Q4_K : base;
    if (is({"IQ3_XXS"}) && !imatrix) return first ? Q4_K : Q3_K;
    if (is({"Q3_K_M"})) return i < n / 16 ? Q5_K : !falcon || more(i, n) ? Q4_K : Q3_K;
    if (is({"IQ3_M"})) return first || (m_model.experts == 8 && more(i, n)) ? static_cast<std::uint32_t>(Q4_K) : base;
    if (is({"Q3_K_L"})) return falcon ? Q4_K : Q5_K;
    if (is({"Q4_K_M"})) {
        if (falcon) return i < n / 16 ? Q6_K : more(i, n) ? Q5_K : Q4_K;
        return more(i, n) ? static_cast<std::uint32_t>(Q6_K) : base;
    }
    if (is({"IQ4_NL", "IQ4_XS"}) && first && !imatrix) return Q5_K;
    if (is({"Q5_K_M"}) && more(i, n)) return Q6_K;
    if (is({"Q4_K_S"}) && !falcon && first) return Q5_K;
    if (is({"Q4_0"}) && imatrix && first) return Q4_1;
    if (is({"Q5_0"}) && imatrix && first) return Q5_1;
    return base;
}

std::uint32_t Mix::attentionOutput() const
{
    const std::uint32_t base = m_target.baseType;
    if (m_model.architecture == "falcon") return is({"Q3_K_L"}) ? static_cast<std::uint32_t>(Q4_K) : base;
    if (m_model.experts == 8) // Q3_K_L is not among them: golden/mixes
        return is({"Q2_K", "IQ3_XS", "IQ3_XXS", "Q3_K_S", "Q3_K_M", "IQ4_NL", "Q4_K_S", "Q4_K_M", "IQ3_S", "IQ3_M", "IQ4_XS"})
                   ? static_cast<std::uint32_t>(Q5_K)
                   : base;
    if (is({"Q2_K"})) return Q3_K;
    if (is({"IQ3_XXS"})) return IQ3_S;
    if (is({"Q3_K_M", "IQ3_M"})) return Q4_K;
    if (is({"Q3_K_L"})) return Q5_K;
    return base;
}

std::optional<std::uint32_t> fittingType(std::uint32_t type, std::uint64_t length, bool* fellBack)
{
    const auto fits = [&](std::uint32_t t) { return length % static_cast<std::uint64_t>(quant::findFormat(t)->blockSize) == 0; };
    *fellBack = false;
    if (fits(type)) return type;
    *fellBack = true;
    switch (type) {
    case IQ1_S:
    case IQ1_M:
    case IQ2_XXS:
    case IQ2_XS:
    case IQ2_S:
    case IQ3_XXS:
    case IQ3_S:
    case IQ4_XS: type = IQ4_NL; break;
    case Q2_K:
    case Q3_K:
    case TQ1_0:
    case TQ2_0:
    case Q2_0: type = Q4_0; break;
    case Q4_K: type = Q5_0; break;
    case Q5_K: type = Q5_1; break;
    case Q6_K: type = Q8_0; break;
    default:
        if (quant::findFormat(type)->blockSize > 32) return std::nullopt;
    }
    return fits(type) ? type : static_cast<std::uint32_t>(F16);
}

} // namespace corral::quantize
