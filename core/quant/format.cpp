#include "core/quant/format.h"

#include <algorithm>

namespace corral::quant {

namespace formats { // the generated table
extern const Format* const kAll[];
extern const int kAllCount;
} // namespace formats

namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

} // namespace

std::span<const Format* const> allFormats() { return {formats::kAll, static_cast<std::size_t>(formats::kAllCount)}; }

const Format* findFormat(std::uint32_t id)
{
    for (const Format* format : allFormats())
        if (format->id == id) return format;
    return nullptr;
}

const Format* findFormat(std::string_view name)
{
    for (const Format* format : allFormats())
        if (std::ranges::equal(format->name, name, {}, lower, lower)) return format;
    return nullptr;
}

DecodeFn Format::decodeFor(SimdLevel level) const
{
    if (level >= SimdLevel::Avx512 && decodeAvx512) return decodeAvx512;
    if (level >= SimdLevel::Avx2 && decodeAvx2) return decodeAvx2;
    return decode;
}

DotRowsFn Format::dotRowsFor(SimdLevel level) const
{
    if (level >= SimdLevel::Avx512 && dotRowsAvx512) return dotRowsAvx512;
    if (level >= SimdLevel::Avx2 && dotRowsAvx2) return dotRowsAvx2;
    if (level == SimdLevel::Neon && dotRowsNeon) return dotRowsNeon;
    return dotRows;
}

DotBatchFn Format::dotBatchFor(SimdLevel level) const
{
    if (level >= SimdLevel::Avx512 && dotBatchAvx512) return dotBatchAvx512;
    return level >= SimdLevel::Avx2 ? dotBatchAvx2 : nullptr;
}

EncodeRowsFn Format::encodeRowsFor(SimdLevel level) const
{
    if (level >= SimdLevel::Avx512 && encodeRowsAvx512) return encodeRowsAvx512;
    if (level >= SimdLevel::Avx2 && encodeRowsAvx2) return encodeRowsAvx2;
    return encodeRows;
}

} // namespace corral::quant
