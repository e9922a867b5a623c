// A number that is dragged to or typed: what it is, a slider on a log scale, the number.
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls as QQC2
import QtQuick.Layouts
import org.kde.kirigami as Kirigami
import Corral.Ui.Controls

GridLayout {
    id: row

    required property string label
    required property string name  // the slider's objectName
    property string help: ""       // what it is, and the flag of the command line
    required property real position // 0 … 1
    required property int value
    property int minimum: 1
    required property int maximum
    property bool compact: false // the label stands above
    property bool labelled: true  // else somebody else shows it
    property real labelWidth: Kirigami.Units.gridUnit * 9
    property alias trailing: extra.data

    signal moved(real position)
    signal entered(int value)

    // To the next number that the scale has in this direction.
    function step(direction: int): void {
        const before = value;
        const tick = 1 / 64;
        for (let to = position + direction * tick; value === before && to > -tick && to < 1 + tick; to += direction * tick) moved(Math.min(1, Math.max(0, to)));
    }

    columns: compact ? 2 : 4
    columnSpacing: Kirigami.Units.largeSpacing
    rowSpacing: 0
    opacity: enabled ? 1 : 0.5

    QQC2.Label {
        visible: row.labelled
        Layout.columnSpan: row.compact ? 2 : 1
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
    QQC2.Slider {
        objectName: row.name
        Layout.fillWidth: true
        from: 0
        to: 1
        value: row.position
        Accessible.name: row.label
        Accessible.description: row.help
        onMoved: row.moved(value)
        Keys.onLeftPressed: row.step(-1)
        Keys.onRightPressed: row.step(1)
    }
    NumberField {
        objectName: row.name + "Value"
        Layout.preferredWidth: Kirigami.Units.gridUnit * 5
        whole: true
        value: row.value
        minimum: row.minimum
        maximum: row.maximum
        step: 1
        Accessible.name: row.label
        onMoved: value => row.entered(value)
    }
    RowLayout {
        id: extra
        Layout.columnSpan: row.compact ? 2 : 1
        visible: children.length > 0
    }
}
