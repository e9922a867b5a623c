#pragma once
// What is to be done, as plain values: made by the page, carried out by a Workshop on a worker thread.
#include "core/base/error.h"
#include "core/base/job.h"
#include "core/gguf/split.h"
#include "core/measure/perplexity.h"
#include "core/quantize/write.h"

#include <QString>
#include <QStringList>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <vector>

namespace corral::app {

// The page's advanced choices as they stand in their fields. Empty: the rules decide.
struct QuantizeChoices {
    QString matrixFile;                     // importance matrix
    QStringList matrixOnly, matrixWithout;  // keep (or drop) its entries whose name contains one of these
    QString outputType, embeddingType;      // tensor types: "q6_K"
    QString tensorTypes;                    // REGEX=TYPE, one a line
    QString metadata;                       // KEY=TYPE:VALUE, one a line
    QString prunedLayers;                   // "3, 4, 17"
    bool pure = false, leaveOutput = false, allowRequantize = false, keepSplit = false;
    bool measureError = true;               // decode what was written and compare, for the report
    int threads = 0;                        // 0: all cores
    double splitGigabytes = 0;              // a shard at most; 0: one file
    std::uint64_t goalBytes = 0;            // aim for a size, or
    double goalBits = 0;                    // for bits a weight; both 0: the target's rules
    bool hasGoal() const { return goalBytes > 0 || goalBits > 0; }
    bool operator==(const QuantizeChoices&) const = default;
};

struct JobOrder {
    enum class Kind { Quantize, Split, Merge, Measure };
    Kind kind = Kind::Quantize;
    QString title;                   // the model's name
    std::filesystem::path input;
    bool checkpoint = false;         // of input: Quantize converts
    QString target;                  // Quantize: "Q4_K_M", kUnchanged; Measure: what the input was made with
    QuantizeChoices choices;         // Quantize
    gguf::SplitOptions split;        // Split
    std::filesystem::path output;    // the file, or the prefix of several
    std::filesystem::path original;  // Measure: the model that the input was made from
    QString text;                    // Measure: a text file; empty: the built-in text
};
// The target that keeps every tensor as it is (a checkpoint: as the converter does by itself).
inline const QString kUnchanged = QStringLiteral("COPY");

struct JobOutcome {
    std::vector<std::filesystem::path> files; // written
    std::uint64_t sourceBytes = 0, bytes = 0; // of input and output files
    double seconds = 0;
    double bitsPerWeight = 0;                       // Quantize
    std::vector<quantize::TensorResult> tensors;    // Quantize
    std::optional<measure::Measurement> measurement; // Measure
};

struct JobEvents {
    ProgressFn progress;
    std::function<void(const std::vector<std::filesystem::path>&)> outputs; // called before anything is written, with the files to come
};

} // namespace corral::app
