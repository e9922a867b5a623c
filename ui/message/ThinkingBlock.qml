// What the model thought, folded to one line.
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls as QQC2
import QtQuick.Layouts
import org.kde.kirigami as Kirigami

MessageBlock {
    id: block

    required property string text
    required property bool open
    required property bool rtl
    required property real seconds

    readonly property bool unfolded: stage.unfolded[messageId] === true

    objectName: "thinkingBlock"
    contentItem: ColumnLayout {
        spacing: Kirigami.Units.smallSpacing

        QQC2.AbstractButton {
            id: fold
            objectName: "foldThinking"
            hoverEnabled: true
            focusPolicy: Qt.StrongFocus
            padding: Kirigami.Units.smallSpacing
            Layout.leftMargin: -padding
            text: block.open ? qsTr("Thinking…")
                : block.seconds > 0 ? qsTr("Thought for %1 s").arg(Number(block.seconds).toLocaleString(Qt.locale(), "f", block.seconds < 10 ? 1 : 0))
                : qsTr("Thoughts")
            Accessible.role: Accessible.Button
            Accessible.name: text
            Accessible.description: block.unfolded ? qsTr("Press to hide the thoughts") : qsTr("Press to show the thoughts")
            onClicked: block.stage.toggleThinking(block.messageId)
            Keys.onReturnPressed: click()
            background: Rectangle {
                radius: Kirigami.Units.cornerRadius
                color: Kirigami.ColorUtils.tintWithAlpha(Kirigami.Theme.backgroundColor, Kirigami.Theme.textColor, fold.hovered ? 0.1 : 0)
                border {
                    width: fold.visualFocus ? 1 : 0
                    color: Kirigami.Theme.focusColor
                }
            }
            contentItem: RowLayout {
                spacing: Kirigami.Units.smallSpacing

                Kirigami.Icon {
                    source: block.unfolded ? "arrow-down-symbolic" : block.mirrored ? "arrow-left-symbolic" : "arrow-right-symbolic"
                    implicitWidth: Kirigami.Units.iconSizes.small
                    implicitHeight: implicitWidth
                    opacity: 0.75
                }
                QQC2.Label {
                    text: fold.text
                    opacity: 0.75
                }
            }
        }
        RowLayout {
            visible: block.unfolded
            spacing: Kirigami.Units.largeSpacing

            Rectangle {
                Layout.fillHeight: true
                implicitWidth: 2
                color: Kirigami.ColorUtils.tintWithAlpha(Kirigami.Theme.backgroundColor, Kirigami.Theme.textColor, 0.25)
            }
            BlockText {
                Layout.fillWidth: true
                text: block.unfolded ? block.text : ""
                rtl: block.rtl
                opacity: 0.8
                Accessible.name: block.text
            }
        }
    }
}
