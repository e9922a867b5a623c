#pragma once
// A conversion in progress: a family says which keys the model has and which stored tensors become which (facts/convert.md § 5). What is
// missing, misshapen or left over is gathered and reported at once.
#include "core/convert/config.h"
#include "core/convert/recipe.h"

namespace corral::convert {

// What differs between families in the vocabulary (facts/convert.md § 8).
struct VocabularyStyle {
    bool neverPrefixSpace = false;  // SentencePiece: no space is put in front of a text
    bool ofPhi3 = false;            // added tokens are control tokens by their flag alone, and keep their spelling
    bool fillInOfCodeLlama = false; // a vocabulary of 32016 has the ids of Code Llama's fill-in tokens
};

struct TakeOptions {
    std::int64_t heads = 0; // rows to be interleaved, see Recipe
    float add = 0;
};

class Conversion {
public:
    Conversion(Config& config, const Weights& weights) : m_config(config), m_weights(weights), m_used(weights.size(), false) {}

    Config& config() { return m_config; }
    VocabularyStyle vocabulary;

    void setArchitecture(std::string name) { m_architecture = std::move(name); }
    const std::string& architecture() const { return m_architecture; }
    void set(std::string_view key, gguf::Value value); // "{architecture}.KEY"

    bool has(std::string_view stored) const { return m_weights.find(stored).has_value(); }
    const StoredTensor* stored(std::string_view name) const;
    // One to one; complains if it is not there.
    void take(std::string_view name, const std::string& stored, const TakeOptions& options = {});
    // NAME.weight, and NAME.bias if there is one.
    void takeLinear(const std::string& name, const std::string& stored, const TakeOptions& options = {});
    // Stored matrices of the same shape one after another, along a new outermost dimension.
    void stack(const std::string& name, const std::vector<std::string>& stored);
    // Of a stored [E, R, C] the rows [first, first + count) of each E, as [E, count, C].
    void takeSlice(const std::string& name, const std::string& stored, std::uint64_t first, std::uint64_t count);
    void compute(const std::string& name, std::vector<float> values);
    void leaveOut(std::string_view stored); // on purpose

    Result<void> finish();
    const gguf::Keys& keys() const { return m_keys; }             // of the architecture
    std::vector<OutputTensor> takeTensors() { return std::move(m_tensors); }

private:
    std::optional<std::size_t> use(const std::string& stored);
    OutputTensor& add(std::string_view name, std::vector<std::uint64_t> shape, std::uint32_t type); // shape: outermost first

    Config& m_config;
    const Weights& m_weights;
    std::vector<bool> m_used; // stored tensors
    std::string m_architecture;
    gguf::Keys m_keys;
    std::vector<OutputTensor> m_tensors;
};

} // namespace corral::convert
