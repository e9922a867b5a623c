#pragma once
// Every target as one row of facts, computed on a worker thread, and which of them to recommend.
#include "app/quantizing/workshop.h"

#include <QList>
#include <QString>

#include <cstdint>

namespace corral::app {

struct TargetRow {
    QString name;                 // "Q4_K_M"; kUnchanged
    std::uint64_t bytes = 0;      // of the output's tensors
    double bitsPerWeight = 0;
    int bits = 0;                 // the group it stands in: 1 … 8, 16, 32; 0: unchanged
    bool needsMatrix = false;     // cannot be written without an importance matrix that holds all it needs
    bool fits = true;             // in the memory that is free, with kContextRoom tokens of context
    QString problem;              // why it cannot be made, in the engine's words; empty: it can
};

// Tokens of context that "fits" leaves room for.
inline constexpr int kContextRoom = 4096;

// In the order of their size, largest first; aliases left out, kUnchanged last. freeMemory 0: not known, all fit.
QList<TargetRow> planTargets(const SourceModel& model, const quantize::PlanOptions& options, std::uint64_t freeMemory);

struct Recommendation {
    int row = -1; // none can be made
    enum class Reason { Usual, SmallModel, Memory, TooLarge, Again } reason = Reason::Usual;
};
// Q4_K_M is the usual choice; models under a billion parameters suffer most and are quick anyway: Q8_0; where that does not fit, the best that
// does; where nothing fits, the usual one all the same. What is quantized already gets the best of the smaller ones.
Recommendation recommend(const QList<TargetRow>& rows, const SourceModel& model);

// What the recommendation says for itself, as a sentence.
QString reasonText(Recommendation::Reason reason);
// What to expect of a target that was not measured: "Very little loss".
QString expectationOf(const TargetRow& row);
// The heading of a group of rows: "4 bits".
QString groupTitle(int bits);

} // namespace corral::app
