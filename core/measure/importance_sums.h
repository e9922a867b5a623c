#pragma once
// Sums of squares of what weight matrices are multiplied with, while a model runs.
#include "core/backend/backend.h"
#include "core/quantize/imatrix.h"

#include <map>
#include <string>
#include <vector>

namespace corral::measure {

class ImportanceSums final : public backend::ProductObserver {
public:
    // outputTensor: output.weight too. Token embeddings never count, also where they are the output's weights.
    explicit ImportanceSums(bool outputTensor) : m_outputTensor(outputTensor) {}

    void product(const graph::Matmul& op, const float* x, std::int64_t stride, std::int64_t rows) override;
    void expertProduct(const graph::ExpertMatmul& op, const float* x, const std::int32_t* chosen, std::int64_t rows) override;

    // Format with the name of the first tensor that met something that is no finite number.
    Result<void> check() const;
    quantize::Imatrix matrix() const;

private:
    struct Entry {
        std::vector<double> squares;       // [experts, columns]
        std::vector<std::uint64_t> counts; // [experts] rows
    };
    bool counts(const tensor::Weight& weight) const;
    Entry& entry(const tensor::Weight& weight);

    bool m_outputTensor;
    std::map<std::string, Entry, std::less<>> m_entries;
    std::vector<double> m_columns; // of the product at work
};

} // namespace corral::measure
