// What can be done with what is being dragged over the window: one panel a choice, side by side (on a narrow window one below the other).
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Layouts
import org.kde.kirigami as Kirigami

Rectangle {
    id: targets

    // {title, help, icon, use}; `use` is called when something is dropped on it.
    required property var choices
    property point at // where the pointer is
    readonly property bool stacked: width < Kirigami.Units.gridUnit * 34
    readonly property int chosen: choices.length === 0 ? -1
        : Math.min(choices.length - 1, Math.floor(choices.length * (stacked ? at.y / height : at.x / width)))

    color: Kirigami.ColorUtils.tintWithAlpha(Kirigami.Theme.backgroundColor, Kirigami.Theme.highlightColor, 0.1)
    opacity: 0.97

    GridLayout {
        anchors { fill: parent; margins: Kirigami.Units.gridUnit }
        columns: targets.stacked ? 1 : Math.max(1, targets.choices.length)
        columnSpacing: Kirigami.Units.gridUnit
        rowSpacing: Kirigami.Units.gridUnit

        Repeater {
            model: targets.choices
            delegate: Rectangle {
                id: panel
                required property int index
                required property var modelData
                objectName: "dropTarget"
                Layout.fillWidth: true
                Layout.fillHeight: true
                Layout.preferredWidth: 1
                Layout.preferredHeight: 1
                radius: Kirigami.Units.cornerRadius * 2
                color: Kirigami.ColorUtils.tintWithAlpha(Kirigami.Theme.backgroundColor, Kirigami.Theme.highlightColor, index === targets.chosen ? 0.35 : 0.1)
                border { width: index === targets.chosen ? 2 : 1; color: Kirigami.Theme.highlightColor }
                Accessible.role: Accessible.StaticText
                Accessible.name: modelData.title

                Kirigami.PlaceholderMessage {
                    anchors.centerIn: parent
                    width: parent.width - 2 * Kirigami.Units.gridUnit
                    icon.name: panel.modelData.icon
                    text: panel.modelData.title
                    explanation: panel.modelData.help
                }
            }
        }
    }
}
