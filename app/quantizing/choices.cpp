#include "app/quantizing/choices.h"

#include "core/quantize/plan_words.h"

#include <QRegularExpression>

namespace corral::app {

namespace {

QStringList linesOf(const QString& text)
{
    static const QRegularExpression breaks(QStringLiteral("[\\r\\n]+"));
    QStringList lines;
    for (const QString& line : text.split(breaks, Qt::SkipEmptyParts)) {
        if (const QString trimmed = line.trimmed(); !trimmed.isEmpty()) lines.append(trimmed);
    }
    return lines;
}

std::vector<std::string> strings(const QStringList& list)
{
    std::vector<std::string> all;
    for (const QString& text : list) all.push_back(text.toStdString());
    return all;
}

} // namespace

Result<ResolvedChoices> resolve(const QuantizeChoices& choices)
{
    ResolvedChoices resolved;
    quantize::PlanOptions& options = resolved.options;
    options.pure = choices.pure;
    options.leaveOutputTensor = choices.leaveOutput;
    options.allowRequantize = choices.allowRequantize;
    options.keepSplit = choices.keepSplit;
    for (const auto& [name, place] : {std::pair(choices.outputType, &options.outputTensorType), std::pair(choices.embeddingType, &options.tokenEmbeddingType)}) {
        if (name.isEmpty()) continue;
        const auto type = quantize::parseTensorType(name.toStdString());
        if (!type) return std::unexpected(type.error());
        *place = *type;
    }
    for (const QString& line : linesOf(choices.tensorTypes)) {
        auto rule = quantize::parseTensorRule(line.toStdString());
        if (!rule) return std::unexpected(rule.error());
        options.tensorTypes.push_back(std::move(*rule));
    }
    for (const QString& line : linesOf(choices.metadata)) {
        auto rule = quantize::parseOverride(line.toStdString());
        if (!rule) return std::unexpected(rule.error());
        options.overrides.push_back(std::move(*rule));
    }
    auto layers = quantize::parseLayers(choices.prunedLayers.toStdString());
    if (!layers) return std::unexpected(layers.error());
    options.pruneLayers = std::move(*layers);
    if (!choices.matrixFile.isEmpty()) {
        auto matrix = quantize::Imatrix::load(choices.matrixFile.toStdString());
        if (!matrix) return std::unexpected(matrix.error());
        if (!choices.matrixOnly.isEmpty()) matrix->keepOnly(strings(choices.matrixOnly));
        if (!choices.matrixWithout.isEmpty()) matrix->drop(strings(choices.matrixWithout));
        resolved.imatrix = std::make_shared<const quantize::Imatrix>(std::move(*matrix));
        options.imatrix = resolved.imatrix.get();
    }
    return resolved;
}

void cutIntoShards(quantize::Plan& plan, std::uint64_t mostBytes)
{
    std::uint64_t filled = 0;
    int shard = 0;
    for (quantize::PlannedTensor& tensor : plan.tensors) {
        if (filled > 0 && filled + tensor.bytes > mostBytes) {
            filled = 0;
            ++shard;
        }
        tensor.shard = shard;
        filled += tensor.bytes;
    }
    plan.shards = shard + 1;
}

} // namespace corral::app
