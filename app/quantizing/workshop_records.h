#pragma once
// What outlives a run of the program, as one JSON file beside the settings: which outputs are being written (so that the remains of a crash can be
// offered for deletion), and what quantized models were measured to lose.
//   {"writing": ["/path/x.gguf"], "measured": [{"original": "/path/f16.gguf", "originalBytes": 1, "target": "Q4_K_M", ...}]}
#include "core/measure/perplexity.h"

#include <QJsonObject>
#include <QList>
#include <QString>
#include <QStringList>

#include <filesystem>
#include <vector>

namespace corral::app {

struct MeasuredLoss {
    QString original;            // path of the model it was made from
    qint64 originalBytes = 0;    // so that another file under the same name is not taken for it
    QString target, text;        // text: the file it was measured on; empty: the built-in text
    qint64 bytes = 0;
    double ppl = 0, basePpl = 0, kld = 0, sameTop = 0, deltaRms = 0;
    qint64 tokens = 0;
    double change() const { return basePpl > 0 ? ppl / basePpl - 1 : 0; } // of the perplexity
};

class WorkshopRecords {
public:
    explicit WorkshopRecords(const QString& file);
    static QString defaultFile();

    void beginOutputs(const std::vector<std::filesystem::path>& files);
    void endOutputs(const std::vector<std::filesystem::path>& files);
    // What was being written when the program ended, as far as its .part files are there and nobody writes them now.
    QStringList leftovers() const;
    void deleteLeftovers();
    void forgetLeftovers();

    QList<MeasuredLoss> measured(const QString& original, qint64 originalBytes) const; // smallest first
    void addMeasured(const MeasuredLoss& loss); // takes the place of an older one of the same target

private:
    void write() const;

    QString m_file;
    QJsonObject m_root;
    QStringList m_old; // .part files of an earlier run
};

} // namespace corral::app
