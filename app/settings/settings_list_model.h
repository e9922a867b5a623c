#pragma once
// Every setting of the sheet as a row that describes itself, so that the sheet is a list with one delegate a kind.
//   text   → a text area           line   → a one-line field           real, integer → a field or slider from minimum to maximum by step
//   choice → a combo box of choices (labels) and values, the value shown is values[choices.indexOf(...)]        switch → a switch
//   layers → a slider of layers on graphics cards, with what they take there ("auto", "all" or a number)
#include <QAbstractListModel>
#include <QQmlEngine>

namespace corral::app {

class ChatSettings;

class SettingsListModel : public QAbstractListModel {
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("ChatSettings::list")

public:
    enum Role {
        KeyRole = Qt::UserRole + 1, // key: string. "temp": what ChatSettings::set takes
        KindRole,                   // kind: string. text | line | real | integer | choice | switch | layers
        LabelRole,                  // label: string. "Temperature"
        HelpRole,                   // help: string. One sentence
        FlagRole,                   // flag: string. "--temp", for the tooltip
        GroupRole,                  // group: string, translated: "Conversation", "Model", "Sampling", "Repetition", "Advanced" (section.property)
        ValueRole,                  // value: var. The effective one; assignable: `model.value = …` or settings.set(key, …)
        DefaultRole,                // defaultValue: var. What it would be if not set here
        ChangedRole,                // changed: bool. Set in the chosen scope
        MinimumRole,                // minimum: real
        MaximumRole,                // maximum: real
        StepRole,                   // step: real
        ChoicesRole,                // choices: list of string
        ValuesRole,                 // values: list
        ReloadsRole,                // reloads: bool. Takes effect when the model is loaded again (context, threads, cache)
    };
    Q_ENUM(Role)

    explicit SettingsListModel(ChatSettings* settings);
    int rowOf(const QString& key) const; // -1: there is none
    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    bool setData(const QModelIndex& index, const QVariant& value, int role) override;
    Qt::ItemFlags flags(const QModelIndex& index) const override;
    QHash<int, QByteArray> roleNames() const override;

private:
    ChatSettings* m_settings;
};

} // namespace corral::app
