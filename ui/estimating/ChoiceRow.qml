// One of a few: what it is, and a list to choose from.
import QtQuick
import QtQuick.Controls as QQC2
import QtQuick.Layouts
import org.kde.kirigami as Kirigami

GridLayout {
    id: row

    required property string label
    required property string name // the list's objectName
    property string help: ""
    required property var choices // list of strings
    required property int current
    property bool compact: false
    property real labelWidth: Kirigami.Units.gridUnit * 9

    signal chosen(int index)

    columns: compact ? 1 : 2
    columnSpacing: Kirigami.Units.largeSpacing
    rowSpacing: 0
    opacity: enabled ? 1 : 0.5

    QQC2.Label {
        Layout.fillWidth: row.compact
        Layout.preferredWidth: row.compact ? -1 : row.labelWidth
        Layout.maximumWidth: row.compact ? Number.POSITIVE_INFINITY : row.labelWidth
        text: row.label
        elide: Text.ElideRight
        HoverHandler { id: over }
        QQC2.ToolTip.visible: over.hovered && row.help.length > 0
        QQC2.ToolTip.text: row.help
        QQC2.ToolTip.delay: Kirigami.Units.toolTipDelay
    }
    QQC2.ComboBox {
        objectName: row.name
        Layout.fillWidth: row.compact
        Layout.preferredWidth: Kirigami.Units.gridUnit * 13
        model: row.choices
        currentIndex: row.current
        Accessible.name: row.label
        Accessible.description: row.help
        onActivated: index => row.chosen(index)
    }
}
