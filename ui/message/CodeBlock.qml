// Code with its language's name, a copy button and horizontal scrolling.
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls as QQC2
import QtQuick.Layouts
import org.kde.kirigami as Kirigami
import Corral.Ui.Controls
import Corral.Ui.Highlight

MessageBlock {
    id: block

    required property string text
    required property string language

    objectName: "codeBlock"
    contentItem: ColumnLayout {
        spacing: 0

        Rectangle {
            Layout.fillWidth: true
            implicitHeight: head.implicitHeight
            topLeftRadius: Kirigami.Units.cornerRadius
            topRightRadius: Kirigami.Units.cornerRadius
            color: Kirigami.ColorUtils.tintWithAlpha(Kirigami.Theme.backgroundColor, Kirigami.Theme.textColor, 0.09)

            RowLayout {
                id: head
                anchors { left: parent.left; right: parent.right; leftMargin: Kirigami.Units.largeSpacing }

                QQC2.Label {
                    objectName: "codeLanguage"
                    Layout.fillWidth: true
                    text: highlighter.languageName || block.language || qsTr("Code")
                    font: Kirigami.Theme.smallFont
                    elide: Text.ElideRight
                    opacity: 0.75
                }
                CopyButton {
                    small: true
                    objectName: "copyCode"
                    label: qsTr("Copy code")
                    onWanted: Clipboard.copy(block.text)
                }
            }
        }
        Rectangle {
            Layout.fillWidth: true
            implicitHeight: Math.ceil(code.contentHeight + 2 * Kirigami.Units.largeSpacing) + (bar.visible ? bar.height : 0)
            bottomLeftRadius: Kirigami.Units.cornerRadius
            bottomRightRadius: Kirigami.Units.cornerRadius
            color: Kirigami.ColorUtils.tintWithAlpha(Kirigami.Theme.backgroundColor, Kirigami.Theme.textColor, 0.04)

            Flickable {
                id: flick
                anchors.fill: parent
                contentWidth: code.contentWidth + 2 * Kirigami.Units.largeSpacing
                contentHeight: height
                clip: true
                interactive: false // dragging selects text; scrolling goes by wheel, touchpad and the bar
                boundsBehavior: Flickable.StopAtBounds

                QQC2.ScrollBar.horizontal: QQC2.ScrollBar {
                    id: bar
                    policy: flick.contentWidth > flick.width + 1 ? QQC2.ScrollBar.AlwaysOn : QQC2.ScrollBar.AlwaysOff
                }
                BlockText {
                    id: code
                    objectName: "codeText"
                    x: Kirigami.Units.largeSpacing
                    y: Kirigami.Units.largeSpacing
                    width: Math.max(contentWidth, flick.width - 2 * x)
                    wrapMode: TextEdit.NoWrap
                    textFormat: TextEdit.PlainText
                    font: SystemFonts.fixed
                    Accessible.name: qsTr("Code: %1").arg(block.text)
                }
            }
            WheelHandler {
                orientation: Qt.Horizontal
                acceptedDevices: PointerDevice.Mouse | PointerDevice.TouchPad
                enabled: bar.visible
                onWheel: event => flick.contentX = Math.max(0, Math.min(flick.contentWidth - flick.width,
                    flick.contentX - (event.pixelDelta.x || event.angleDelta.x / 2)))
            }
        }
    }
    CodeHighlighter {
        id: highlighter
        document: code.textDocument
        text: block.text
        language: block.language
        background: Kirigami.Theme.backgroundColor
    }
}
