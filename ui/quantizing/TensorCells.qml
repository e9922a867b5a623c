// A row of the table of tensors, or of its captions. Narrow: two lines.
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls as QQC2
import QtQuick.Layouts
import org.kde.kirigami as Kirigami

GridLayout {
    id: cells

    required property bool read    // statistics are known
    required property bool losses  // losses, too
    required property bool compact
    property bool caption: false
    property string name
    property string type
    property string shape
    property string zeros
    property string range
    property string deviation
    property string loss

    readonly property bool withLoss: read && losses
    columns: !compact ? 7 : withLoss ? 4 : 3
    columnSpacing: Kirigami.Units.largeSpacing
    rowSpacing: 0

    component Cell: QQC2.Label {
        opacity: 0.8
        elide: Text.ElideRight
        font: Kirigami.Theme.smallFont
    }
    Cell {
        Layout.fillWidth: true
        Layout.preferredWidth: 1
        Layout.columnSpan: cells.compact ? cells.columns - 1 : 1
        font: cells.caption ? Kirigami.Theme.smallFont : Kirigami.Theme.defaultFont
        text: cells.name
        elide: Text.ElideMiddle
        opacity: cells.caption ? 0.8 : 1
    }
    Cell {
        Layout.preferredWidth: Kirigami.Units.gridUnit * 3
        horizontalAlignment: cells.compact ? Text.AlignRight : Text.AlignLeft
        text: cells.type
    }
    Cell {
        Layout.preferredWidth: Kirigami.Units.gridUnit * 7
        Layout.fillWidth: cells.compact
        text: cells.shape
    }
    Cell {
        visible: cells.read
        Layout.preferredWidth: Kirigami.Units.gridUnit * 3
        horizontalAlignment: Text.AlignRight
        text: cells.zeros
    }
    Cell {
        visible: cells.read
        Layout.preferredWidth: Kirigami.Units.gridUnit * 7
        horizontalAlignment: Text.AlignRight
        text: cells.range
    }
    Cell {
        visible: cells.read && !cells.compact
        Layout.preferredWidth: Kirigami.Units.gridUnit * 4
        horizontalAlignment: Text.AlignRight
        text: cells.deviation
    }
    Cell {
        visible: cells.withLoss
        Layout.preferredWidth: Kirigami.Units.gridUnit * 3
        horizontalAlignment: Text.AlignRight
        text: cells.loss
    }
}
