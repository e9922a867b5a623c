// Facts, a line each: what it is, and its value.
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls as QQC2
import QtQuick.Layouts
import org.kde.kirigami as Kirigami

ColumnLayout {
    id: grid

    required property var facts // list of {label, value}

    readonly property bool compact: width < Kirigami.Units.gridUnit * 20

    spacing: compact ? Kirigami.Units.smallSpacing : Math.round(Kirigami.Units.smallSpacing / 2)

    Repeater {
        model: grid.facts
        delegate: GridLayout {
            id: fact
            required property var modelData
            Layout.fillWidth: true
            columns: grid.compact ? 1 : 2
            columnSpacing: Kirigami.Units.largeSpacing
            rowSpacing: 0
            Accessible.role: Accessible.StaticText
            Accessible.name: fact.modelData.label + ": " + fact.modelData.value

            QQC2.Label {
                Layout.preferredWidth: Kirigami.Units.gridUnit * 9
                Layout.maximumWidth: Kirigami.Units.gridUnit * 9
                Layout.alignment: Qt.AlignTop
                text: fact.modelData.label
                elide: Text.ElideRight
                opacity: 0.7
            }
            QQC2.Label {
                Layout.fillWidth: true
                text: fact.modelData.value
                textFormat: Text.PlainText
                wrapMode: Text.Wrap
            }
        }
    }
}
