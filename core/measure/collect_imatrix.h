#pragma once
// Makes an importance matrix: runs a model over a text and sums, for every weight matrix, the squares of what it multiplies
// (facts/quantize.md § 9.3). Every token of every chunk counts; of experts those tokens that are sent to them.
#include "core/measure/perplexity.h"
#include "core/quantize/imatrix.h"

namespace corral::measure {

struct CollectOptions {
    int contextLength = 512; // tokens a chunk
    int batch = 512;
    int threads = 0;
    int skippedChunks = 0;
    int chunks = -1;             // at most, after those; -1: all
    bool parseSpecial = false;   // control tokens spelled in the text are those tokens
    bool outputTensor = false;   // --process-output: output.weight too, not only the blocks'
    bool perplexity = true;      // counted on the way
    std::string dataset;         // the text's file name, for the matrix
    generate::CacheType cacheK = generate::CacheType::F16, cacheV = generate::CacheType::F16;
};

struct Collected {
    quantize::Imatrix imatrix;
    Perplexity perplexity; // tokens is 0 where it was not asked for
};

// After each chunk: what is known, and matrix() for who wants to save it in between. An error ends the work.
using CollectChunkFn = std::function<Result<void>(const Perplexity& soFar, const std::function<quantize::Imatrix()>& matrix)>;

// Errors as measure(); Format with the tensor's name if a model multiplies something that is no number.
Result<Collected> collectImatrix(std::shared_ptr<const generate::LoadedModel> model, const text::Tokenizer& tokenizer, std::string_view text,
                                 const CollectOptions& options, Job& job, const ProgressFn& progress = {}, const CollectChunkFn& onChunk = {});

} // namespace corral::measure
