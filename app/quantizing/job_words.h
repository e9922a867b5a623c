#pragma once
// Jobs, targets and tensors in the reader's language.
#include "app/quantizing/pace_words.h"
#include "app/quantizing/quantize_queue.h"

#include <QString>

namespace corral::app {

QString targetName(const QString& target);          // "Q4_K_M"; the unchanged copy has a word
QString titleOf(const JobOrder& order);             // "Qwen2.5 1.5B → Q4_K_M", "Split Qwen2.5 1.5B"
QString changeText(double change);                  // "+1.2 %", "±0.0 %"
// What a job is at ("blk.12.ffn_down.weight, 134 of 272 · 512 MB/s · 12 s left") or has come to ("3.1 GB → 986 MB (31 %) · 12 s").
QString progressText(const QueuedJob& job);
QString resultText(const QueuedJob& job);

// What happened to a job and what it means; the engine's own words are the detail.
struct Failure {
    QString text, detail;
};
Failure failureOf(const Error& error, const JobOrder& order);
// Of a model that could not be opened.
Failure openFailureOf(const Error& error, const QString& fileName);

// The part of a model that a tensor belongs to, by the file's name for it: "blk.12.ffn_down.weight" → 12 and "ffn_down".
struct TensorPlace {
    int layer = -1; // -1: of no layer
    QString kind;   // "ffn_down", "token_embd"
};
TensorPlace placeOf(const QString& tensor);
QString kindTitle(const QString& kind); // "Feed-forward down"

} // namespace corral::app
