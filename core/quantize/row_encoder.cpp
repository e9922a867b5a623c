#include "core/quantize/row_encoder.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <vector>

namespace corral::quantize {

namespace {

constexpr std::uint64_t kBatchValues = std::uint64_t(1) << 16; // 256 KiB of floats
// Larger magnitudes may overflow a scale or a value that is stored as a half float: then the result is looked at.
constexpr std::uint32_t kSafeMagnitude = std::bit_cast<std::uint32_t>(16384.0f);

} // namespace

Result<RowEncoder> RowEncoder::make(const SourceTensor& tensor, const quant::Format& type, std::span<const float> importance)
{
    RowEncoder encoder;
    encoder.m_type = &type;
    encoder.m_encode = type.encodeRowsFor(simdLevel());
    encoder.m_decode = type.decodeFor(simdLevel());
    encoder.m_scan = &valueScan(simdLevel());
    encoder.m_rowLength = tensor.shape[0];
    encoder.m_sliceRows = std::max<std::uint64_t>(tensor.shape[1], 1);
    encoder.m_slices = std::max<std::uint64_t>(tensor.shape[2], 1);
    if (!encoder.m_encode || !encoder.m_decode) return fail(ErrorCode::Unsupported, "type {} cannot be written", type.name);
    if (encoder.m_rowLength > kMaxRowLength)
        return fail(ErrorCode::Unsupported, "its rows of {} values are too long: {} are possible", encoder.m_rowLength, kMaxRowLength);
    if (encoder.m_rowLength % static_cast<std::uint64_t>(type.blockSize) != 0)
        return fail(ErrorCode::Format, "its row length {} is not a multiple of {}, the block size of {}", encoder.m_rowLength, type.blockSize, type.name);
    encoder.m_rowBytes = type.rowBytes(static_cast<std::int64_t>(encoder.m_rowLength));
    if (type.needsImportance && importance.empty()) return fail(ErrorCode::InvalidArgument, "type {} needs an importance matrix", type.name);
    if (!type.usesImportance) importance = {};
    if (!importance.empty() && importance.size() != encoder.m_rowLength * encoder.m_slices)
        return fail(ErrorCode::InvalidArgument, "the importance matrix has {} values for it, {} are expected ({} columns, {} matrices)",
                    importance.size(), encoder.m_rowLength * encoder.m_slices, encoder.m_rowLength, encoder.m_slices);
    encoder.m_importance = importance;
    return encoder;
}

std::uint64_t RowEncoder::batchRows() const { return std::max<std::uint64_t>(1, kBatchValues / std::max<std::uint64_t>(1, m_rowLength)); }

const float* RowEncoder::importanceOf(std::uint64_t row) const
{
    return m_importance.empty() ? nullptr : m_importance.data() + row / m_sliceRows % m_slices * m_rowLength;
}

Result<void> RowEncoder::encode(const float* values, std::uint64_t first, std::uint64_t count, std::byte* blocks) const
{
    const auto total = static_cast<std::int64_t>(count * m_rowLength);
    const std::uint32_t magnitude = m_scan->largestMagnitude(values, total);
    if (magnitude >= kInfinityBits) return notFinite(values, first, count);
    for (std::uint64_t done = 0; done < count;) { // rows with the same importances at once
        const std::uint64_t row = first + done;
        const std::uint64_t rows = m_importance.empty() ? count : std::min(count - done, m_sliceRows - row % m_sliceRows);
        m_encode(values + done * m_rowLength, importanceOf(row), blocks + done * m_rowBytes, static_cast<std::int64_t>(rows),
                 static_cast<std::int64_t>(m_rowLength));
        done += rows;
    }
    if (magnitude <= kSafeMagnitude) return {};
    std::vector<float> decoded(static_cast<std::size_t>(total));
    m_decode(blocks, decoded.data(), total);
    const std::uint32_t kept = m_scan->largestMagnitude(decoded.data(), total);
    // Encoders cut scales at the largest half float: what is left of a value is then a tiny part of it, also beside what one bit leaves.
    if (kept >= kInfinityBits || std::bit_cast<float>(kept) < std::bit_cast<float>(magnitude) * 0x1p-10f)
        return fail(ErrorCode::Format, "rows {} to {} hold values up to {}, more than {} can hold", first, first + count - 1,
                    std::bit_cast<float>(magnitude), m_type->name);
    return {};
}

std::unexpected<Error> RowEncoder::notFinite(const float* values, std::uint64_t first, std::uint64_t count) const
{
    const float* const end = values + count * m_rowLength;
    const float* const bad = std::find_if(values, end, [](float value) { return !std::isfinite(value); });
    const auto index = static_cast<std::uint64_t>(bad - values);
    return fail(ErrorCode::Format, "{} at row {}, column {}", std::isnan(*bad) ? "NaN" : "infinity", first + index / m_rowLength, index % m_rowLength);
}

ErrorSums RowEncoder::errors(const float* values, std::uint64_t count, const std::byte* blocks, float* decoded) const
{
    const auto total = static_cast<std::int64_t>(count * m_rowLength);
    m_decode(blocks, decoded, total);
    return m_scan->errors(values, decoded, total);
}

ErrorSums RowEncoder::weightedErrors(const float* values, std::uint64_t first, std::uint64_t count, const float* decoded) const
{
    if (m_importance.empty()) return m_scan->errors(values, decoded, static_cast<std::int64_t>(count * m_rowLength));
    ErrorSums sums;
    for (std::uint64_t row = 0; row < count; ++row)
        sums.add(m_scan->weightedErrors(values + row * m_rowLength, decoded + row * m_rowLength, importanceOf(first + row),
                                        static_cast<std::int64_t>(m_rowLength)));
    return sums;
}

} // namespace corral::quantize
