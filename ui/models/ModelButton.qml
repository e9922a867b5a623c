// The model as a button: its name, quantization and where it runs; opens the picker. While a model loads it shows how far that is.
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls as QQC2
import QtQuick.Layouts
import org.kde.kirigami as Kirigami
import Corral.App
import Corral.Ui.Controls

QQC2.AbstractButton {
    id: button

    required property ChatController chat
    required property ModelPickerModel models
    required property StarterFetcher starter

    signal openFileWanted()

    readonly property bool loading: chat.state === ChatController.Loading
    readonly property string facts: loading ? qsTr("Loading… %1 %").arg(Math.round(chat.loadProgress * 100))
        : [chat.modelQuantization, chat.modelDevice].filter(part => part.length > 0).join(" · ")

    function openPicker(): void {
        picker.open();
    }
    function closePicker(): void {
        picker.close();
    }

    objectName: "modelButton"
    text: chat.modelName || qsTr("Choose a model")
    Accessible.name: qsTr("Model: %1").arg(text)
    Accessible.description: facts
    hoverEnabled: true
    focusPolicy: Qt.StrongFocus
    horizontalPadding: Kirigami.Units.mediumSpacing + Kirigami.Units.smallSpacing
    verticalPadding: Math.round(Kirigami.Units.smallSpacing / 2)
    QQC2.ToolTip.visible: hovered && !picker.visible
    QQC2.ToolTip.text: chat.modelName ? [chat.modelName, facts].filter(part => part.length > 0).join("\n") : text
    QQC2.ToolTip.delay: Kirigami.Units.toolTipDelay
    onClicked: picker.visible ? picker.close() : picker.open()

    background: Rectangle {
        radius: Kirigami.Units.cornerRadius
        color: Kirigami.ColorUtils.tintWithAlpha(Kirigami.Theme.backgroundColor, Kirigami.Theme.textColor,
            button.pressed || picker.visible ? 0.15 : button.hovered ? 0.08 : 0)
        border {
            width: button.visualFocus ? 1 : 0
            color: Kirigami.Theme.focusColor
        }
    }
    contentItem: RowLayout {
        spacing: Kirigami.Units.smallSpacing

        ColumnLayout {
            spacing: 0

            QQC2.Label {
                objectName: "modelName"
                Layout.fillWidth: true
                text: button.text
                elide: Text.ElideMiddle
                font.bold: true
            }
            QQC2.Label {
                objectName: "modelFacts"
                Layout.fillWidth: true
                visible: text.length > 0
                text: button.facts
                elide: Text.ElideRight
                font: Kirigami.Theme.smallFont
                opacity: 0.7
            }
        }
        Kirigami.Icon {
            source: "arrow-down-symbolic"
            implicitWidth: Kirigami.Units.iconSizes.small
            implicitHeight: implicitWidth
        }
    }
    ProgressLine {
        objectName: "loadProgress"
        anchors { left: parent.left; right: parent.right; bottom: parent.bottom }
        visible: button.loading
        value: button.chat.loadProgress
    }
    ModelPicker {
        id: picker
        button: button
        chat: button.chat
        models: button.models
        starter: button.starter
        onOpenFileWanted: button.openFileWanted()
    }
}
