#include "core/measure/importance_sums.h"

#include "core/measure/row_kernels.h"

#include <algorithm>
#include <cmath>

namespace corral::measure {

bool ImportanceSums::counts(const tensor::Weight& weight) const
{
    return weight.name.starts_with("blk.") || (m_outputTensor && weight.name == "output.weight");
}

ImportanceSums::Entry& ImportanceSums::entry(const tensor::Weight& weight)
{
    Entry& entry = m_entries[weight.name];
    if (entry.counts.empty()) {
        entry.counts.resize(static_cast<std::size_t>(weight.experts()));
        entry.squares.resize(static_cast<std::size_t>(weight.experts() * weight.in()));
    }
    return entry;
}

void ImportanceSums::product(const graph::Matmul& op, const float* x, std::int64_t stride, std::int64_t rows)
{
    if (std::ranges::none_of(op.products, [&](const graph::Product& p) { return counts(*p.weight); })) return;
    const std::int64_t columns = op.products.front().weight->in();
    m_columns.assign(static_cast<std::size_t>(columns), 0);
    for (std::int64_t r = 0; r < rows; ++r) rowKernels().addSquares(x + r * stride, m_columns.data(), columns);
    for (const graph::Product& product : op.products) {
        if (!counts(*product.weight)) continue;
        Entry& sums = entry(*product.weight);
        std::ranges::transform(sums.squares, m_columns, sums.squares.begin(), std::plus());
        sums.counts.front() += static_cast<std::uint64_t>(rows);
    }
}

void ImportanceSums::expertProduct(const graph::ExpertMatmul& op, const float* x, const std::int32_t* chosen, std::int64_t rows)
{
    for (const tensor::Weight* weight : op.weights) {
        if (!counts(*weight)) continue;
        const std::int64_t columns = weight->in(), rowValues = op.perChoice ? op.used * columns : columns;
        Entry& sums = entry(*weight);
        for (std::int64_t r = 0; r < rows; ++r)
            for (std::int64_t k = 0; k < op.used; ++k) {
                const std::int64_t expert = chosen[r * op.used + k];
                rowKernels().addSquares(x + r * rowValues + (op.perChoice ? k * columns : 0), sums.squares.data() + expert * columns, columns);
                ++sums.counts[static_cast<std::size_t>(expert)];
            }
    }
}

Result<void> ImportanceSums::check() const
{
    for (const auto& [name, sums] : m_entries)
        if (!std::ranges::all_of(sums.squares, [](double v) { return std::isfinite(v); }))
            return fail(ErrorCode::Format, "tensor {} was multiplied with something that is no number, or infinite", name);
    return {};
}

quantize::Imatrix ImportanceSums::matrix() const
{
    quantize::Imatrix imatrix;
    for (const auto& [name, sums] : m_entries) {
        quantize::Imatrix::Sums rounded;
        for (const double v : sums.squares) rounded.sumSquares.push_back(static_cast<float>(v));
        for (const std::uint64_t n : sums.counts) rounded.counts.push_back(static_cast<float>(n));
        imatrix.set(name, std::move(rounded));
    }
    return imatrix;
}

} // namespace corral::measure
