#pragma once
// The older file of importances (.dat): little-endian, no magic; facts/quantize.md § 9.1. Files are hostile.
#include "core/quantize/imatrix.h"

namespace corral::quantize {

struct LegacyImatrix {
    std::map<std::string, Imatrix::Sums, std::less<>> entries; // one count each: this file knows no experts
    std::uint32_t chunkCount = 0;
    std::string dataset;
};

Result<LegacyImatrix> readLegacyImatrix(std::span<const std::byte> bytes);
// chunkSize: tokens a chunk, 0 if not known.
std::vector<std::byte> legacyImatrixBytes(const LegacyImatrix& imatrix, std::uint32_t chunkSize);

} // namespace corral::quantize
