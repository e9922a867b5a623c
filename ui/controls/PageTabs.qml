// Tabs in the page's own column: a word each, the current one underlined. One tab stop; the arrow keys go through them.
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls as QQC2
import org.kde.kirigami as Kirigami

FocusScope {
    id: tabs

    required property var model // {text, name}: what is shown, and the button's objectName
    property int current: 0
    property string label: "" // for the screen reader

    signal chosen(int index)

    implicitHeight: row.implicitHeight
    implicitWidth: row.implicitWidth
    activeFocusOnTab: true
    Accessible.role: Accessible.PageTabList
    Accessible.name: label
    Keys.onLeftPressed: if (current > 0) chosen(current - 1)
    Keys.onRightPressed: if (current < model.length - 1) chosen(current + 1)

    Kirigami.Separator {
        anchors { left: parent.left; right: parent.right; bottom: parent.bottom }
    }
    Row {
        id: row

        Repeater {
            model: tabs.model
            delegate: QQC2.AbstractButton {
                id: button
                required property int index
                required property var modelData
                objectName: modelData.name
                text: modelData.text
                checked: tabs.current === index
                hoverEnabled: true
                focusPolicy: Qt.NoFocus
                implicitWidth: Math.ceil(widest.advanceWidth) + leftPadding + rightPadding // nothing moves when another one is chosen
                horizontalPadding: Kirigami.Units.largeSpacing
                verticalPadding: Kirigami.Units.mediumSpacing
                Accessible.role: Accessible.PageTab
                Accessible.name: text
                Accessible.checked: checked
                onClicked: tabs.chosen(index)

                background: Item {
                    Rectangle {
                        anchors.fill: parent
                        radius: Kirigami.Units.cornerRadius
                        color: Kirigami.ColorUtils.tintWithAlpha(Kirigami.Theme.backgroundColor, Kirigami.Theme.textColor, 0.08)
                        visible: button.hovered || (button.checked && tabs.activeFocus)
                        border { width: button.checked && tabs.activeFocus ? 1 : 0; color: Kirigami.Theme.focusColor }
                    }
                    Rectangle {
                        anchors { left: parent.left; right: parent.right; bottom: parent.bottom }
                        height: 2
                        visible: button.checked
                        color: Kirigami.Theme.highlightColor
                    }
                }
                contentItem: Item {
                    implicitWidth: Math.ceil(widest.advanceWidth) // nothing moves when another one is chosen
                    implicitHeight: label.implicitHeight

                    QQC2.Label {
                        id: label
                        anchors.fill: parent
                        horizontalAlignment: Text.AlignHCenter
                        text: button.text
                        font.bold: button.checked
                        opacity: button.checked ? 1 : 0.8
                    }
                }
                TextMetrics {
                    id: widest
                    font { family: button.font.family; pointSize: button.font.pointSize; bold: true }
                    text: button.text
                }
            }
        }
    }
}
