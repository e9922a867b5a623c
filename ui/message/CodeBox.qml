// Code with its language's name, a copy button and horizontal scrolling.
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls as QQC2
import QtQuick.Layouts
import org.kde.kirigami as Kirigami
import Corral.Ui.Controls
import Corral.Ui.Highlight

Rectangle { // one for head and code: the software renderer leaves dirt in corners that are rounded singly
    id: box

    required property string text
    required property string language
    property string title: highlighter.languageName || language || qsTr("Code")
    property var copied: () => text // what the button copies

    implicitHeight: column.implicitHeight
    radius: Kirigami.Units.cornerRadius
    color: Kirigami.ColorUtils.tintWithAlpha(Kirigami.Theme.backgroundColor, Kirigami.Theme.textColor, 0.05)

    ColumnLayout {
        id: column
        anchors { left: parent.left; right: parent.right }
        spacing: 0

        RowLayout {
            Layout.fillWidth: true
            Layout.leftMargin: Kirigami.Units.largeSpacing

            QQC2.Label {
                objectName: "codeLanguage"
                Layout.fillWidth: true
                text: box.title
                textFormat: Text.PlainText
                font: Kirigami.Theme.smallFont
                elide: Text.ElideRight
                opacity: 0.75
            }
            CopyButton {
                small: true
                objectName: "copyCode"
                label: qsTr("Copy code")
                onWanted: Clipboard.copy(box.copied())
            }
        }
        Kirigami.Separator {
            Layout.fillWidth: true
            opacity: 0.6
        }
        Flickable {
            id: flick
            Layout.fillWidth: true
            implicitHeight: Math.ceil(code.contentHeight + 2 * Kirigami.Units.largeSpacing) + (bar.visible ? bar.height : 0)
            contentWidth: code.contentWidth + 2 * Kirigami.Units.largeSpacing
            contentHeight: height
            clip: true
            interactive: false // dragging selects text; scrolling goes by wheel, touchpad and the bar
            boundsBehavior: Flickable.StopAtBounds

            QQC2.ScrollBar.horizontal: QQC2.ScrollBar {
                id: bar
                policy: flick.contentWidth > flick.width + 1 ? QQC2.ScrollBar.AlwaysOn : QQC2.ScrollBar.AlwaysOff
            }
            WheelHandler {
                orientation: Qt.Horizontal
                acceptedDevices: PointerDevice.Mouse | PointerDevice.TouchPad
                enabled: bar.visible
                onWheel: event => flick.contentX = Math.max(0, Math.min(flick.contentWidth - flick.width,
                    flick.contentX - (event.pixelDelta.x || event.angleDelta.x / 2)))
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
                Accessible.name: qsTr("Code: %1").arg(box.text)
            }
        }
    }
    CodeHighlighter {
        id: highlighter
        document: code.textDocument
        text: box.text
        language: box.language
        background: Kirigami.Theme.backgroundColor
    }
}
