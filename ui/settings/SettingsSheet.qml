// What answers are made with, for a conversation, a model or all models: a sheet at the window's edge.
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls as QQC2
import QtQuick.Layouts
import org.kde.kirigami as Kirigami
import Corral.App
import Corral.Ui.Controls

QQC2.Drawer {
    id: sheet

    required property ChatSettings settings
    required property OffloadPlan plan
    signal devicesWanted()

    property var unfolded: ({}) // group → true

    // The groups most people never need are folded: all after the first three (conversation, sampling, model).
    readonly property list<string> foldedGroups: {
        const groups = [];
        for (let row = 0; row < settings.list.rowCount(); ++row) {
            const group = settings.list.data(settings.list.index(row, 0), SettingsListModel.GroupRole);
            if (!groups.includes(group)) groups.push(group);
        }
        return groups.slice(3);
    }

    objectName: "settingsSheet"
    edge: Application.layoutDirection === Qt.RightToLeft ? Qt.LeftEdge : Qt.RightEdge
    width: Math.min(parent?.width ?? 0, Kirigami.Units.gridUnit * 24)
    height: parent?.height ?? 0
    dragMargin: 0 // opened by its button, not from the edge
    focus: true
    padding: 0
    Kirigami.Theme.colorSet: Kirigami.Theme.Window
    Kirigami.Theme.inherit: false
    onOpened: scope.forceActiveFocus(Qt.PopupFocusReason)
    Binding { // graphics cards are looked for when there is a slider of their layers to see
        target: sheet.plan
        property: "watched"
        value: sheet.visible
    }

    contentItem: ColumnLayout {
        spacing: 0

        RowLayout {
            Layout.fillWidth: true
            Layout.margins: Kirigami.Units.largeSpacing
            Layout.bottomMargin: Kirigami.Units.smallSpacing
            spacing: Kirigami.Units.smallSpacing

            Kirigami.Heading {
                Layout.fillWidth: true
                level: 2
                text: qsTr("Answer settings")
                elide: Text.ElideRight
            }
            IconButton {
                objectName: "resetSettings"
                text: qsTr("Reset all of these settings")
                icon.name: "edit-reset-symbolic"
                onClicked: sheet.settings.reset()
            }
            IconButton {
                objectName: "closeSettings"
                text: qsTr("Close")
                icon.name: "dialog-close-symbolic"
                onClicked: sheet.close()
            }
        }
        QQC2.ComboBox {
            id: scope
            objectName: "settingsScope"
            Layout.fillWidth: true
            Layout.leftMargin: Kirigami.Units.largeSpacing
            Layout.rightMargin: Kirigami.Units.largeSpacing
            Layout.bottomMargin: Kirigami.Units.largeSpacing
            Accessible.name: qsTr("These settings are for")
            textRole: "text"
            valueRole: "value"
            model: [
                { text: qsTr("For this conversation"), value: ChatSettings.ThisConversation },
                ...(sheet.settings.hasModel ? [{ text: qsTr("For %1").arg(sheet.settings.modelName), value: ChatSettings.ThisModel }] : []),
                { text: qsTr("For all models"), value: ChatSettings.AllModels }
            ]
            currentIndex: model.findIndex(entry => entry.value === sheet.settings.scope)
            onActivated: sheet.settings.scope = currentValue
        }
        Kirigami.Separator {
            Layout.fillWidth: true
        }
        QQC2.ScrollView {
            Layout.fillWidth: true
            Layout.fillHeight: true
            QQC2.ScrollBar.horizontal.policy: QQC2.ScrollBar.AlwaysOff
            Kirigami.Theme.colorSet: Kirigami.Theme.Window
            Kirigami.Theme.inherit: false

            ListView {
                id: list
                objectName: "settingsList"
                model: sheet.settings.list
                clip: true
                cacheBuffer: 4000 // a few dozen rows; fields keep their focus while the list scrolls
                section.property: "group"
                section.delegate: QQC2.ItemDelegate {
                    id: header
                    required property string section
                    readonly property bool folds: sheet.folds(section)
                    objectName: "settingsGroup"
                    width: ListView.view?.width ?? 0
                    text: section
                    Accessible.name: section
                    hoverEnabled: folds
                    activeFocusOnTab: folds
                    onClicked: if (folds) sheet.toggle(section)
                    leftPadding: Kirigami.Units.largeSpacing
                    rightPadding: Kirigami.Units.largeSpacing
                    contentItem: RowLayout {
                        Kirigami.Heading {
                            Layout.fillWidth: true
                            level: 4
                            type: Kirigami.Heading.Primary
                            text: header.section
                        }
                        Kirigami.Icon {
                            visible: header.folds
                            source: sheet.unfolded[header.section] ? "arrow-down-symbolic" : "arrow-right-symbolic"
                            implicitWidth: Kirigami.Units.iconSizes.small
                            implicitHeight: implicitWidth
                        }
                    }
                }
                delegate: SettingRow {
                    plan: sheet.plan
                    folded: sheet.folds(group) && !sheet.unfolded[group]
                    onChosen: value => sheet.settings.set(key, value)
                    onResetWanted: sheet.settings.resetOne(key)
                    onDevicesWanted: sheet.devicesWanted()
                }
            }
        }
        Kirigami.Separator {
            Layout.fillWidth: true
        }
        Notice {
            objectName: "reloadNotice"
            visible: sheet.settings.needsReload
            Layout.fillWidth: true
            Layout.margins: Kirigami.Units.largeSpacing
            Layout.bottomMargin: 0
            kind: Notice.Information
            text: qsTr("Some changes take effect when the model is loaded again.")
            actionText: qsTr("Load again")
            actionIcon: "view-refresh-symbolic"
            onTriggered: sheet.settings.reloadModel()
        }
        RowLayout {
            Layout.fillWidth: true
            Layout.margins: Kirigami.Units.largeSpacing
            spacing: Kirigami.Units.smallSpacing

            ColumnLayout {
                spacing: 0

                QQC2.Label {
                    text: qsTr("The same on the command line")
                    font: Kirigami.Theme.smallFont
                    opacity: 0.7
                }
                TextEdit {
                    objectName: "commandLine"
                    Layout.fillWidth: true
                    text: sheet.settings.commandLine
                    readOnly: true
                    selectByMouse: true
                    wrapMode: TextEdit.WrapAtWordBoundaryOrAnywhere
                    font: SystemFonts.fixed
                    color: Kirigami.Theme.textColor
                    selectionColor: Kirigami.Theme.highlightColor
                    selectedTextColor: Kirigami.Theme.highlightedTextColor
                    Accessible.name: qsTr("Command line: %1").arg(text)
                }
            }
            CopyButton {
                objectName: "copyCommandLine"
                Layout.alignment: Qt.AlignTop
                label: qsTr("Copy the command line")
                onWanted: Clipboard.copy(sheet.settings.commandLine)
            }
        }
    }

    function folds(group: string): bool {
        return foldedGroups.indexOf(group) >= 0;
    }
    function toggle(group: string): void {
        const next = Object.assign({}, unfolded);
        next[group] = !next[group];
        unfolded = next;
    }
}
