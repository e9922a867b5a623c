#pragma once
// How one tensor of the output is put together from stored ones, row by row.
#include "core/convert/weights.h"
#include "core/quantize/source.h"

#include <cstdint>
#include <span>
#include <vector>

namespace corral::convert {

struct Recipe {
    struct Part {
        std::size_t stored = 0;         // index into Weights
        std::uint64_t firstRow = 0;     // of the stored tensor, counted over its outer dimensions
    };
    std::vector<Part> parts;            // one after another, partRows each
    std::uint64_t partRows = 0;
    // > 0: rows are reordered for rotation of neighbouring pairs (facts/convert.md § 5.1). The checkpoint's halves of each head are
    // interleaved: row h·D + 2i + s comes from row h·D + s·D/2 + i. A bias (one row) has its numbers reordered.
    std::uint64_t heads = 0;
    float add = 0;                      // to every number
    std::vector<float> values;          // computed: then there are no parts
};

struct OutputTensor {
    quantize::SourceTensor info;
    Recipe recipe;
};

// Rows [first, first + count) into out[count, info.shape[0]]; they must be there.
Result<void> readRows(const Weights& weights, const OutputTensor& tensor, std::uint64_t first, std::uint64_t count, std::span<float> out);

} // namespace corral::convert
