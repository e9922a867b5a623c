#include "app/quantizing/choices.h"

#include "core/quant/format.h"

#include <QRegularExpression>

#include <algorithm>
#include <cstdlib>

namespace corral::app {

namespace {

Result<std::uint32_t> typeOf(const QString& name)
{
    const quant::Format* format = quant::findFormat(name.toStdString());
    if (!format || !format->encodeRows) return fail(ErrorCode::InvalidArgument, "\"{}\" is not a tensor type that can be written", name.toStdString());
    return format->id;
}

QStringList linesOf(const QString& text)
{
    static const QRegularExpression breaks(QStringLiteral("[\\r\\n]+"));
    QStringList lines;
    for (const QString& line : text.split(breaks, Qt::SkipEmptyParts)) {
        if (const QString trimmed = line.trimmed(); !trimmed.isEmpty()) lines.append(trimmed);
    }
    return lines;
}

Result<std::pair<std::string, std::uint32_t>> tensorRule(const QString& line)
{
    const qsizetype equals = line.lastIndexOf(u'=');
    if (equals <= 0) return fail(ErrorCode::InvalidArgument, "\"{}\" is not of the form NAME=TYPE", line.toStdString());
    const auto type = typeOf(line.mid(equals + 1).trimmed());
    if (!type) return std::unexpected(type.error());
    return std::pair(line.left(equals).trimmed().toLower().toStdString(), *type);
}

// KEY=TYPE:VALUE with the types of --override-kv: int, float, bool, str (facts/quantize.md § 1).
Result<std::pair<std::string, gguf::Value>> metadataRule(const QString& line)
{
    static const QRegularExpression form(QStringLiteral("^([^=]+)=(int|float|bool|str):(.*)$"));
    const auto match = form.match(line);
    const auto wrong = [&] { return fail(ErrorCode::InvalidArgument, "\"{}\" is not of the form KEY=TYPE:VALUE with the types int, float, bool or str", line.toStdString()); };
    if (!match.hasMatch()) return wrong();
    const std::string key = match.captured(1).trimmed().toStdString();
    const QString type = match.captured(2), value = match.captured(3);
    bool ok = true;
    if (type == u"int") {
        const qlonglong number = value.toLongLong(&ok);
        if (!ok || std::llabs(number) > UINT32_MAX) return wrong();
        return std::pair(key, gguf::u32(static_cast<std::uint32_t>(std::llabs(number))));
    }
    if (type == u"float") {
        const float number = value.toFloat(&ok);
        if (!ok) return wrong();
        return std::pair(key, gguf::f32(number));
    }
    if (type == u"bool") {
        if (value != u"true" && value != u"false") return wrong();
        return std::pair(key, gguf::boolean(value == u"true"));
    }
    constexpr qsizetype kLongest = 127; // bytes
    if (value.toUtf8().size() > kLongest) return wrong();
    return std::pair(key, gguf::string(value.toStdString()));
}

Result<std::vector<int>> layersOf(const QString& text)
{
    static const QRegularExpression between(QStringLiteral("[,;\\s]+"));
    std::vector<int> layers;
    for (const QString& word : text.split(between, Qt::SkipEmptyParts)) {
        bool ok = false;
        layers.push_back(word.toInt(&ok));
        if (!ok || layers.back() < 0) return fail(ErrorCode::InvalidArgument, "\"{}\" is not the number of a layer", word.toStdString());
    }
    return layers;
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
        const auto type = typeOf(name);
        if (!type) return std::unexpected(type.error());
        *place = *type;
    }
    for (const QString& line : linesOf(choices.tensorTypes)) {
        auto rule = tensorRule(line);
        if (!rule) return std::unexpected(rule.error());
        options.tensorTypes.push_back(std::move(*rule));
    }
    for (const QString& line : linesOf(choices.metadata)) {
        auto rule = metadataRule(line);
        if (!rule) return std::unexpected(rule.error());
        options.overrides.push_back(std::move(*rule));
    }
    auto layers = layersOf(choices.prunedLayers);
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
