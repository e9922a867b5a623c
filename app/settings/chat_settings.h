#pragma once
// What a conversation is answered with: system prompt, samplers, context, threads, cache type, GPU layers. Values come in layers, the later one
// winning: built in, the starter's manifest (for that model), all models, this model, this conversation. The sheet edits one layer, the scope.
#include "app/settings/setting_definitions.h"
#include "app/settings/settings_list_model.h"
#include "app/starter/starter_manifest.h"
#include "core/generate/session.h"
#include "core/sample/sampler.h"

#include <QJsonObject>
#include <QObject>
#include <QQmlEngine>
#include <QVariant>

namespace corral::app {

class SettingsFile;

class ChatSettings : public QObject {
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("handed to Main as `settings`")

public:
    enum Scope { AllModels, ThisModel, ThisConversation };
    Q_ENUM(Scope)
    enum ColorScheme { FollowSystem, Light, Dark };
    Q_ENUM(ColorScheme)

private:
    Q_PROPERTY(Scope scope READ scope WRITE setScope NOTIFY scopeChanged)
    Q_PROPERTY(bool hasModel READ hasModel NOTIFY modelChanged) // false: only AllModels and ThisConversation make sense
    Q_PROPERTY(QString modelName READ modelName NOTIFY modelChanged)
    Q_PROPERTY(corral::app::SettingsListModel* list READ list CONSTANT)
    Q_PROPERTY(QString commandLine READ commandLine NOTIFY changed) // "corral chat -m … --temp 0.2"
    Q_PROPERTY(bool needsReload READ needsReload NOTIFY needsReloadChanged) // context, threads, cache or GPU layers differ from what is loaded → reloadModel()
    Q_PROPERTY(ColorScheme colorScheme READ colorScheme WRITE setColorScheme NOTIFY colorSchemeChanged) // kept; applied by the application

public:
    ChatSettings(SettingsFile& file, StarterManifest starter, QObject* parent = nullptr);

    Q_INVOKABLE QVariant value(const QString& key) const;
    // Checked against the row's range; set in the scope and stored.
    Q_INVOKABLE void set(const QString& key, const QVariant& value);
    // Takes back one setting of the scope, or all of them.
    Q_INVOKABLE void resetOne(const QString& key);
    Q_INVOKABLE void reset();
    Q_INVOKABLE void reloadModel(); // emits reloadWanted(), connected to the chat

    Scope scope() const;
    void setScope(Scope scope);
    bool hasModel() const;
    QString modelName() const;
    SettingsListModel* list() const;
    QString commandLine() const;
    bool needsReload() const;
    ColorScheme colorScheme() const;
    void setColorScheme(ColorScheme scheme);

signals:
    void changed();
    void scopeChanged();
    void modelChanged();
    void needsReloadChanged();
    void colorSchemeChanged();
    void reloadWanted();
    // ThisConversation was edited: to be kept with the conversation.
    void conversationLayerChanged(const QJsonObject& layer);

public: // for the chat controller and the list
    const QList<SettingDefinition>& definitions() const { return m_definitions; }
    bool isSet(const QString& key) const;           // in the scope
    QVariant inherited(const QString& key) const;   // what it would be if not set in the scope

    void setModel(const QString& path, const QString& name); // an empty path: none
    void setConversationLayer(const QJsonObject& layer);     // of the conversation now open; quiet
    QJsonObject conversationLayer() const { return m_conversation; }

    QString systemPrompt() const;
    int longestAnswer() const; // tokens; -1: no limit
    sample::Params sampling() const;
    generate::SessionOptions sessionOptions() const;
    // What sessionOptions() was when the model in memory was loaded.
    void setLoaded(bool loaded, const generate::SessionOptions& options);

private:
    QJsonObject layer(Scope scope) const;
    void setLayer(Scope scope, const QJsonObject& layer);
    QVariant lookUp(const SettingDefinition& definition, bool withoutScope) const;
    const SettingDefinition* definitionOf(const QString& key) const;
    void notify();

    SettingsFile& m_file;
    const StarterManifest m_starter;
    const QList<SettingDefinition> m_definitions;
    QString m_modelPath, m_modelName;
    QJsonObject m_conversation;
    Scope m_scope = AllModels;
    bool m_loaded = false, m_needsReload = false;
    generate::SessionOptions m_loadedOptions;
    SettingsListModel* m_list = nullptr;
};

} // namespace corral::app
