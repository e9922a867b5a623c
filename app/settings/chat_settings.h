#pragma once
// What a conversation is answered with: system prompt, samplers, context, threads, cache type. Values come in layers, the later one
// winning: built in, the starter's manifest (for that model), all models, this model, this conversation. The sheet edits one layer, the scope.
#include "app/settings/settings_list_model.h"

#include <QObject>
#include <QQmlEngine>
#include <QVariant>

namespace corral::app {

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
    Q_PROPERTY(bool needsReload READ needsReload NOTIFY needsReloadChanged) // context, threads or cache differ from what is loaded → reloadModel()
    Q_PROPERTY(ColorScheme colorScheme READ colorScheme WRITE setColorScheme NOTIFY colorSchemeChanged) // kept; applied by the application

public:
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
};

} // namespace corral::app
