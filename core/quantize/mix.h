#pragma once
// The mixing rules: which type a target gives each kind of matrix, layer by layer. facts/quantize.md § 5 and 6; golden/mixes.
#include "core/quantize/tensor_category.h"
#include "core/quantize/target.h"

#include <optional>
#include <string>

namespace corral::quantize {

// What the rules ask of a model.
struct MixModel {
    std::string architecture;
    int layers = 0;          // L
    int experts = 0;         // E
    int queriesPerKey = 1;   // attention heads per key/value head in layer 0; 0 without key/value heads
    int valueTensors = 0;    // nV: values, qkv and kv_b matrices
    bool tied = false;       // no output.weight
    bool seventyB = false;   // 80 layers of a 70B: quantizes so small that its values get one step more
    bool hasImatrix = false;
    std::optional<std::uint32_t> outputType; // asked for: also what tied embeddings become

    static MixModel of(const Source& source);
};

// Counts layers as it goes: ask for every tensor once, in the order of blocks and names.
class Mix {
public:
    Mix(const MixModel& model, const Target& target); // not COPY
    std::uint32_t typeFor(const SourceTensor& tensor, std::string_view name);

private:
    std::uint32_t output(const SourceTensor& tensor) const;
    std::uint32_t tokenEmbedding() const;
    std::uint32_t tiny(Category category);
    std::uint32_t values();
    std::uint32_t down(int i) const;
    std::uint32_t attentionOutput() const;
    bool is(std::initializer_list<std::string_view> names) const; // the target is one of them

    const MixModel& m_model;
    const Target& m_target; // never an alias
    int m_values = 0, m_down = 0, m_gate = 0, m_up = 0;
};

// The type that fits rows of `length` values; nothing when there is none. *fellBack: whether it is another one.
std::optional<std::uint32_t> fittingType(std::uint32_t type, std::uint64_t length, bool* fellBack);

} // namespace corral::quantize
