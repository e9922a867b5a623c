#pragma once
// Rows of one tensor, given as floats, encoded in a type: with the importances that belong to them, and refused where they hold what no
// type can (NaN, infinity) or what this one cannot (a value beyond its range).
#include "core/quant/format.h"
#include "core/quantize/source.h"
#include "core/quantize/value_scan.h"

namespace corral::quantize {

class RowEncoder {
public:
    // A row is encoded in one call and must fit into memory.
    static constexpr std::uint64_t kMaxRowLength = std::uint64_t(1) << 24;

    // importance: [shape[2], shape[0]] or empty. Errors: Unsupported (no encoder, rows too long), InvalidArgument (importances of the wrong
    // length, or none for a type that cannot do without), Format (the row length is no multiple of the type's block).
    static Result<RowEncoder> make(const SourceTensor& tensor, const quant::Format& type, std::span<const float> importance);

    std::uint64_t rowLength() const { return m_rowLength; }
    std::size_t rowBytes() const { return m_rowBytes; }
    const quant::Format& type() const { return *m_type; }
    // How many rows to hand over at a time: enough to keep vector lanes busy, few enough that they stay in a core's own cache.
    std::uint64_t batchRows() const;

    // values: [count, rowLength], rows first … of the tensor. → [count, rowBytes]
    Result<void> encode(const float* values, std::uint64_t first, std::uint64_t count, std::byte* blocks) const;
    // What encode() lost. decoded: room for as many values; they are there afterwards.
    ErrorSums errors(const float* values, std::uint64_t count, const std::byte* blocks, float* decoded) const;
    // Then also: each square times the importance of its column (1 without importances).
    ErrorSums weightedErrors(const float* values, std::uint64_t first, std::uint64_t count, const float* decoded) const;

private:
    RowEncoder() = default;
    std::unexpected<Error> notFinite(const float* values, std::uint64_t first, std::uint64_t count) const;
    const float* importanceOf(std::uint64_t row) const; // nullptr without

    const quant::Format* m_type = nullptr;
    quant::EncodeRowsFn m_encode = nullptr;
    quant::DecodeFn m_decode = nullptr;
    const ValueScan* m_scan = nullptr;
    std::span<const float> m_importance;
    std::uint64_t m_rowLength = 0, m_sliceRows = 0, m_slices = 0;
    std::size_t m_rowBytes = 0;
};

} // namespace corral::quantize
