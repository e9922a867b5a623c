// Where a message is written: grows to eight lines, Enter sends, Shift+Enter breaks the line. Its button sends or stops.
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls as QQC2
import QtQuick.Layouts
import org.kde.kirigami as Kirigami
import Corral.App
import Corral.Ui.Controls

QQC2.Control {
    id: composer

    required property ChatController chat

    signal pageWanted(int direction) // scroll the messages

    readonly property bool ready: chat.canSend && input.text.trim().length > 0

    function takeFocus(): void {
        input.forceActiveFocus(Qt.ShortcutFocusReason);
    }
    function send(): void {
        if (ready) chat.send(input.text);
    }

    Kirigami.Theme.colorSet: Kirigami.Theme.View
    Kirigami.Theme.inherit: false
    padding: Kirigami.Units.smallSpacing

    background: Rectangle {
        radius: Kirigami.Units.cornerRadius * 2
        color: Kirigami.Theme.backgroundColor
        border {
            width: 1
            color: input.activeFocus ? Kirigami.Theme.focusColor
                : Kirigami.ColorUtils.linearInterpolation(Kirigami.Theme.backgroundColor, Kirigami.Theme.textColor, Kirigami.Theme.frameContrast)
        }
        ProgressLine {
            objectName: "promptProgress"
            anchors { left: parent.left; right: parent.right; top: parent.top; leftMargin: parent.radius; rightMargin: parent.radius }
            visible: composer.chat.state === ChatController.Prompt
            value: composer.chat.promptProgress
        }
    }
    contentItem: RowLayout {
        spacing: Kirigami.Units.smallSpacing

        QQC2.ScrollView {
            id: scroll
            Layout.fillWidth: true
            Layout.preferredHeight: Math.min(input.implicitHeight, Math.ceil(metrics.lineSpacing * 8 + input.topPadding + input.bottomPadding))
            QQC2.ScrollBar.horizontal.policy: QQC2.ScrollBar.AlwaysOff

            QQC2.TextArea {
                id: input
                objectName: "composerInput"
                background: null
                wrapMode: TextEdit.Wrap
                textFormat: TextEdit.PlainText
                placeholderText: switch (composer.chat.state) {
                    case ChatController.NoModel: return qsTr("Choose a model to begin");
                    case ChatController.Loading: return qsTr("Write while the model loads");
                    default: return qsTr("Write a message");
                }
                Accessible.name: qsTr("Message")
                Component.onCompleted: text = composer.chat.draft
                onTextChanged: if (composer.chat.draft !== text) composer.chat.draft = text

                Connections {
                    target: composer.chat
                    function onDraftChanged() {
                        if (input.text === composer.chat.draft) return;
                        input.text = composer.chat.draft;
                        input.cursorPosition = input.length;
                    }
                }
                Keys.onPressed: event => {
                    const enter = event.key === Qt.Key_Return || event.key === Qt.Key_Enter;
                    if (enter && !(event.modifiers & Qt.ShiftModifier) && !input.inputMethodComposing) composer.send();
                    else if (event.key === Qt.Key_PageUp) composer.pageWanted(-1);
                    else if (event.key === Qt.Key_PageDown) composer.pageWanted(+1);
                    else return;
                    event.accepted = true;
                }
            }
            FontMetrics {
                id: metrics
                font: input.font
            }
        }
        QQC2.RoundButton {
            id: button
            objectName: "sendButton"
            Layout.alignment: Qt.AlignBottom
            readonly property bool stops: composer.chat.busy
            icon.name: stops ? "media-playback-stop-symbolic" : "document-send-symbolic"
            text: stops ? qsTr("Stop") : qsTr("Send")
            display: QQC2.AbstractButton.IconOnly
            enabled: stops ? composer.chat.canStop : composer.ready
            highlighted: enabled
            Accessible.name: text
            QQC2.ToolTip.visible: hovered || visualFocus
            QQC2.ToolTip.text: stops ? qsTr("Stop (Esc)") : qsTr("Send (Enter)")
            QQC2.ToolTip.delay: Kirigami.Units.toolTipDelay
            onClicked: stops ? composer.chat.stop() : composer.send()
        }
    }
}
