#include "app/settings/chat_settings.h"

#include "app/devices/offload_words.h"
#include "app/settings/settings_file.h"
#include "app/shelf/usual_offload.h"
#include "app/text/shell_words.h"

#include <limits>
#include <utility>

namespace corral::app {

static const QString kColorScheme = QStringLiteral("colorScheme");

ChatSettings::ChatSettings(SettingsFile& file, StarterManifest starter, QObject* parent)
    : QObject(parent), m_file(file), m_starter(std::move(starter)), m_definitions(settingDefinitions()), m_list(new SettingsListModel(this))
{
}

const SettingDefinition* ChatSettings::definitionOf(const QString& key) const
{
    for (const auto& definition : m_definitions) {
        if (definition.key == key) return &definition;
    }
    return nullptr;
}

QJsonObject ChatSettings::layer(Scope scope) const
{
    switch (scope) {
    case AllModels: return m_file.allModels();
    case ThisModel: return m_modelPath.isEmpty() ? QJsonObject() : m_file.model(m_modelPath);
    case ThisConversation: return m_conversation;
    }
    return {};
}

void ChatSettings::setLayer(Scope scope, const QJsonObject& layer)
{
    switch (scope) {
    case AllModels: m_file.setAllModels(layer); break;
    case ThisModel:
        if (!m_modelPath.isEmpty()) m_file.setModel(m_modelPath, layer);
        break;
    case ThisConversation:
        m_conversation = layer;
        emit conversationLayerChanged(layer);
        break;
    }
    notify();
}

// The strongest layer that has the key. What a person set, anywhere, wins over what is shipped.
QVariant ChatSettings::lookUp(const SettingDefinition& definition, bool withoutScope) const
{
    for (const Scope scope : {ThisConversation, ThisModel, AllModels}) {
        if (withoutScope && scope == m_scope) continue;
        const QJsonObject values = layer(scope);
        if (const auto it = values.find(definition.key); it != values.end()) {
            if (const QVariant value = definition.accept(it->toVariant()); value.isValid()) return value;
        }
    }
    if (m_starter.isAt(m_modelPath)) {
        if (const auto it = m_starter.settings.find(definition.key); it != m_starter.settings.end()) return definition.accept(it->toVariant());
    }
    return definition.builtIn;
}

QVariant ChatSettings::value(const QString& key) const
{
    const auto* definition = definitionOf(key);
    return definition ? lookUp(*definition, false) : QVariant();
}

QVariant ChatSettings::inherited(const QString& key) const
{
    const auto* definition = definitionOf(key);
    return definition ? lookUp(*definition, true) : QVariant();
}

bool ChatSettings::isSet(const QString& key) const { return layer(m_scope).contains(key); }

void ChatSettings::set(const QString& key, const QVariant& value)
{
    const auto* definition = definitionOf(key);
    if (!definition) return;
    const QVariant accepted = definition->accept(value);
    if (!accepted.isValid() || accepted == lookUp(*definition, false)) return notify(); // the field shows the old value again
    QJsonObject values = layer(m_scope);
    values[key] = QJsonValue::fromVariant(accepted);
    setLayer(m_scope, values);
}

void ChatSettings::resetOne(const QString& key)
{
    QJsonObject values = layer(m_scope);
    values.remove(key);
    setLayer(m_scope, values);
}

void ChatSettings::reset() { setLayer(m_scope, {}); }

void ChatSettings::reloadModel() { emit reloadWanted(); }

ChatSettings::Scope ChatSettings::scope() const { return m_scope; }

void ChatSettings::setScope(Scope scope)
{
    if (scope == ThisModel && !hasModel()) scope = AllModels;
    if (scope == m_scope) return;
    m_scope = scope;
    emit scopeChanged();
    notify();
}

bool ChatSettings::hasModel() const { return !m_modelPath.isEmpty(); }
QString ChatSettings::modelName() const { return m_modelName; }
SettingsListModel* ChatSettings::list() const { return m_list; }

void ChatSettings::setModel(const QString& path, const QString& name)
{
    const bool another = path != m_modelPath;
    m_modelPath = path;
    m_modelName = name;
    emit modelChanged();
    if (another) setScope(hasModel() ? ThisModel : AllModels); // one that is loaded again is edited on as before
    notify();
}

void ChatSettings::setConversationLayer(const QJsonObject& layer)
{
    m_conversation = layer;
    notify();
}

QString ChatSettings::systemPrompt() const { return value(QStringLiteral("system")).toString(); }
int ChatSettings::longestAnswer() const { return value(QStringLiteral("n_predict")).toInt(); }

sample::Params ChatSettings::sampling() const
{
    sample::Params params;
    for (const auto& definition : m_definitions) {
        const QVariant value = lookUp(definition, false);
        if (const auto* field = std::get_if<float sample::Params::*>(&definition.parameter)) params.*(*field) = value.toFloat();
        if (const auto* field = std::get_if<int sample::Params::*>(&definition.parameter)) params.*(*field) = value.toInt();
        if (const auto* field = std::get_if<bool sample::Params::*>(&definition.parameter)) params.*(*field) = value.toBool();
    }
    const qlonglong seed = value(QStringLiteral("seed")).toLongLong();
    params.seed = seed < 0 ? std::numeric_limits<std::uint32_t>::max() : std::uint32_t(seed);
    params.order = sample::parseOrder(value(QStringLiteral("samplers")).toString().toStdString(), false, nullptr);
    return params;
}

static generate::CacheType cacheType(const QString& name)
{
    if (name == QLatin1String("f32")) return generate::CacheType::F32;
    if (name == QLatin1String("q8_0")) return generate::CacheType::Q8_0;
    return generate::CacheType::F16;
}

generate::SessionOptions ChatSettings::sessionOptions() const
{
    generate::SessionOptions options;
    options.contextLength = value(QStringLiteral("ctx")).toInt();
    options.threads = value(QStringLiteral("threads")).toInt();
    options.cacheK = cacheType(value(QStringLiteral("ctk")).toString());
    options.cacheV = cacheType(value(QStringLiteral("ctv")).toString());
    options.offload = shelf::usualOffload();
    options.offload.layers = layersOf(value(QStringLiteral("ngl")).toString()).value_or(generate::Offload::kAuto);
    return options;
}

void ChatSettings::setLoaded(bool loaded, const generate::SessionOptions& options)
{
    m_loaded = loaded;
    m_loadedOptions = options;
    notify();
}

bool ChatSettings::needsReload() const { return m_needsReload; }

void ChatSettings::notify()
{
    const auto wanted = sessionOptions();
    const bool needs = m_loaded && (wanted.contextLength != m_loadedOptions.contextLength || wanted.threads != m_loadedOptions.threads ||
                                    wanted.cacheK != m_loadedOptions.cacheK || wanted.cacheV != m_loadedOptions.cacheV ||
                                    wanted.offload.layers != m_loadedOptions.offload.layers);
    if (std::exchange(m_needsReload, needs) != needs) emit needsReloadChanged();
    emit changed();
}

QString ChatSettings::commandLine() const
{
    QStringList words{QStringLiteral("corral"), QStringLiteral("chat")};
    if (hasModel()) words << QStringLiteral("-m") << quotedForShell(m_modelPath);
    for (const auto& definition : m_definitions) {
        const QVariant effective = lookUp(definition, false);
        if (effective == definition.builtIn) continue;
        words << definition.flag;
        if (definition.kind == SettingDefinition::Kind::Switch) continue;
        const bool isReal = definition.kind == SettingDefinition::Kind::Real;
        words << quotedForShell(isReal ? QString::number(effective.toDouble(), 'g', 6) : effective.toString());
    }
    return words.join(u' ');
}

ChatSettings::ColorScheme ChatSettings::colorScheme() const
{
    const QString name = m_file.text(kColorScheme);
    return name == QLatin1String("light") ? Light : name == QLatin1String("dark") ? Dark : FollowSystem;
}

void ChatSettings::setColorScheme(ColorScheme scheme)
{
    if (scheme == colorScheme()) return;
    m_file.setText(kColorScheme, scheme == Light ? QStringLiteral("light") : scheme == Dark ? QStringLiteral("dark") : QString());
    emit colorSchemeChanged();
}

} // namespace corral::app
