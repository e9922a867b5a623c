#pragma once
// Makes an importance matrix: runs a model over a text and sums, for every weight matrix, the squares of what it multiplies.
#include "core/measure/perplexity.h"
#include "core/quantize/imatrix.h"

namespace corral::measure {

struct CollectOptions {
    int contextLength = 512;
    int batch = 512;
    int threads = 0;
    int chunks = -1;
    bool outputTensor = false;   // --process-output
    bool perplexity = true;      // counted on the way
    std::string dataset;         // the text's file name, for the matrix
};

struct Collected {
    quantize::Imatrix imatrix;
    Perplexity perplexity;
};

Result<Collected> collectImatrix(std::shared_ptr<const generate::LoadedModel> model, const text::Tokenizer& tokenizer, std::string_view text,
                                 const CollectOptions& options, Job& job, const ProgressFn& progress = {});

} // namespace corral::measure
