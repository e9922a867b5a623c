#pragma once
// A plan cut into pieces, in the order of the output, that threads take one after the other: a few rows to encode, or bytes to copy.
#include "core/quantize/plan.h"
#include "core/quantize/row_encoder.h"

namespace corral::quantize {

struct TensorWork {
    std::string name;                    // in the output
    std::size_t source = 0;              // index into Source::tensors()
    std::size_t writer = 0;              // which output file
    std::optional<RowEncoder> encoder;   // none: copied as it lies in its file
    std::uint64_t rows = 0, inputBytes = 0;
};

struct Piece {
    std::size_t tensor = 0;               // index into TensorWork
    std::uint64_t first = 0, count = 0;   // rows; of a copied tensor: bytes
    std::uint64_t inputOffset = 0, inputBytes = 0; // where it lies in the stored tensor, for prefetching and progress
};

struct WorkList {
    std::vector<TensorWork> tensors; // in the plan's order
    std::vector<Piece> pieces;
    std::uint64_t inputBytes = 0;
};

// Errors name the tensor.
Result<WorkList> makeWorkList(const Source& source, const Plan& plan, const Imatrix* imatrix);

} // namespace corral::quantize
