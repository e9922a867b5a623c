#pragma once
// The weights of a model file, asked for by name and expected shape. Nothing fails at once: every missing or misshapen tensor is
// noted, and finish() reports them all, so that a person sees the whole picture of a broken or mislabelled file.
//
//   tensor::Weights weights(file);
//   const tensor::Weight* q = weights.matrix("blk.3.attn_q.weight", {4096, 4096});          // nullptr if noted as wrong
//   std::span<const float> norm = weights.vector("blk.3.attn_norm.weight", 4096);
//   if (auto ok = weights.finish(); !ok) return ...; // "blk.3.attn_q.weight: expected [4096, 4096], file has [4096, 1024]; …"
//
// Of a file of which only the header is there (gguf::File::headerOnly), matrices have no data and vectors are zeros: enough to write a
// graph for the sake of its memory plan, not to run it.
#include "core/base/error.h"
#include "core/gguf/file.h"
#include "core/quant/format.h"

#include <array>
#include <cstdint>
#include <deque>
#include <initializer_list>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace corral::tensor {

// [in, out] or [in, out, experts] in blocks of `format`, as the file has them; no alignment is assumed of data.
struct Weight {
    std::string name;
    const quant::Format* format = nullptr;
    const std::byte* data = nullptr;
    std::array<std::int64_t, 3> shape{1, 1, 1};
    std::int64_t in() const { return shape[0]; }
    std::int64_t out() const { return shape[1]; }
    std::int64_t experts() const { return shape[2]; }
};

class Weights {
public:
    explicit Weights(std::shared_ptr<const gguf::File> file) : m_file(std::move(file)) {}

    bool has(std::string_view name) const { return m_file->tensor(name) != nullptr; }

    // Required; nullptr and a note if missing or misshapen. The pointer lives as long as this object.
    const Weight* matrix(const std::string& name, std::initializer_list<std::int64_t> shape);
    // f32 values of a vector; empty and a note if missing or misshapen.
    std::span<const float> vector(const std::string& name, std::int64_t size);
    // Absent is fine; misshapen is not.
    const Weight* optionalMatrix(const std::string& name, std::initializer_list<std::int64_t> shape);
    std::span<const float> optionalVector(const std::string& name, std::int64_t size);

    // All notes in one error, or fine. Also refuses tensors nobody asked for: a model that has more parts than its
    // architecture computes would give wrong answers silently. `ignored` decides which names are harmless.
    Result<void> finish(bool (*ignored)(std::string_view name)) const;

private:
    const gguf::TensorInfo* find(const std::string& name, std::span<const std::int64_t> shape, bool required);

    std::shared_ptr<const gguf::File> m_file;
    std::deque<Weight> m_weights;               // stable addresses
    std::deque<std::vector<float>> m_converted; // vectors that could not be viewed in place
    std::set<std::string, std::less<>> m_asked;
    std::vector<std::string> m_problems;
};

} // namespace corral::tensor
