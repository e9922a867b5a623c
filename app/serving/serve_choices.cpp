#include "app/serving/serve_choices.h"

#include "app/devices/offload_words.h"
#include "app/shelf/usual_offload.h"
#include "app/text/shell_words.h"

#include <QRegularExpression>

#include <algorithm>

namespace corral::app {

namespace {

constexpr int kMostContext = 1 << 20;

struct Sampling { // the starter's keys, the server's flags and fields
    const char *key, *flag;
    void (*set)(sample::Params& params, double value);
};
constexpr Sampling kSampling[] = {
    {"temp", "--temp", [](sample::Params& params, double value) { params.temp = float(value); }},
    {"top_k", "--top-k", [](sample::Params& params, double value) { params.topK = int(value); }},
    {"top_p", "--top-p", [](sample::Params& params, double value) { params.topP = float(value); }},
};

} // namespace

ServeChoices ServeChoices::fromJson(const QJsonObject& json)
{
    const ServeChoices usual;
    const auto number = [&](const char* key, int otherwise, int least, int most) { return std::clamp(json[QLatin1String(key)].toInt(otherwise), least, most); };
    return {.model = json[QStringLiteral("model")].toString(),
            .everywhere = json[QStringLiteral("everywhere")].toBool(),
            .port = number("port", usual.port, 1, kMostPort),
            .slotCount = number("slots", usual.slotCount, 1, kMostSlots),
            .context = number("context", usual.context, 0, kMostContext),
            .threads = number("threads", usual.threads, 0, kMostThreads),
            .name = json[QStringLiteral("name")].toString(),
            .gpuLayers = textOfLayers(layersOf(json[QStringLiteral("gpuLayers")].toString()).value_or(generate::Offload::kAuto)),
            .embeddings = json[QStringLiteral("embeddings")].toBool(),
            .metrics = json[QStringLiteral("metrics")].toBool(),
            .pages = json[QStringLiteral("pages")].toString()};
}

QJsonObject ServeChoices::toJson() const
{
    return {{QStringLiteral("model"), model},           {QStringLiteral("everywhere"), everywhere}, {QStringLiteral("port"), port},
            {QStringLiteral("slots"), slotCount},       {QStringLiteral("context"), context},       {QStringLiteral("threads"), threads},
            {QStringLiteral("name"), name},             {QStringLiteral("embeddings"), embeddings}, {QStringLiteral("metrics"), metrics},
            {QStringLiteral("gpuLayers"), gpuLayers},   {QStringLiteral("pages"), pages}};
}

QString ServeChoices::host() const { return everywhere ? QStringLiteral("0.0.0.0") : QStringLiteral("127.0.0.1"); }

QStringList ServeChoices::origins() const
{
    static const QRegularExpression between(QStringLiteral("[\\s,]+"));
    return pages.split(between, Qt::SkipEmptyParts);
}

generate::SessionOptions ServeChoices::sessionOfSlot() const
{
    generate::SessionOptions session;
    session.contextLength = context;
    session.threads = threads;
    session.offload = shelf::usualOffload();
    session.offload.layers = layersOf(gpuLayers).value_or(generate::Offload::kAuto);
    return session;
}

server::ServerOptions ServeChoices::options(const StarterManifest& starter, const QString& key) const
{
    server::ServerOptions options;
    options.model = model.toStdString();
    options.host = host().toStdString();
    options.port = std::uint16_t(port);
    options.slotCount = slotCount;
    options.unifiedCache = false;
    options.session = sessionOfSlot();
    options.session.contextLength = contextOfAll();
    if (!name.isEmpty()) options.aliases = {name.toStdString()};
    options.embeddings = embeddings;
    options.metrics = metrics;
    for (const QString& origin : origins()) options.corsOrigins.push_back(origin.toStdString());
    if (!key.isEmpty()) options.apiKeys = {key.toStdString()};
    if (starter.isAt(model)) {
        for (const Sampling& setting : kSampling) {
            if (const auto value = starter.settings[QLatin1String(setting.key)]; value.isDouble()) setting.set(options.sampling, value.toDouble());
        }
    }
    return options;
}

QString ServeChoices::commandLine(const StarterManifest& starter, const QString& keyFile) const
{
    QStringList words{QStringLiteral("corral"), QStringLiteral("server")};
    const auto add = [&](const char* flag, const QString& value) { words << QLatin1String(flag) << quotedForShell(value); };
    if (!model.isEmpty()) add("-m", model);
    if (everywhere) add("--host", host());
    add("--port", QString::number(port));
    add("-np", QString::number(slotCount));
    if (context > 0) add("-c", QString::number(contextOfAll()));
    if (threads > 0) add("-t", QString::number(threads));
    if (gpuLayers != kAutoLayers) add("-ngl", gpuLayers);
    if (!keyFile.isEmpty()) add("--api-key-file", keyFile);
    if (!name.isEmpty()) add("--alias", name);
    if (embeddings) words << QStringLiteral("--embeddings");
    if (metrics) words << QStringLiteral("--metrics");
    if (const QStringList pages = origins(); !pages.isEmpty()) add("--cors-origins", pages.join(u','));
    if (starter.isAt(model)) {
        for (const Sampling& setting : kSampling) {
            if (const auto value = starter.settings[QLatin1String(setting.key)]; value.isDouble()) add(setting.flag, QString::number(value.toDouble(), 'g', 6));
        }
    }
    return words.join(u' ');
}

} // namespace corral::app
