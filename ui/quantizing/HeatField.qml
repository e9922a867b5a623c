// The error of every tensor: a column a layer, a row a kind of tensor, the darker the more was lost. The arrow keys walk over it.
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls as QQC2
import QtQuick.Layouts
import org.kde.kirigami as Kirigami
import Corral.App

FocusScope {
    id: field

    required property QualityReport report
    property int current: -1 // a cell that the keyboard is at
    property int hoveredCell: -1
    readonly property int shown: hoveredCell >= 0 ? hoveredCell : activeFocus ? current : -1

    readonly property real labelWidth: Math.round(Math.min(Kirigami.Units.gridUnit * 9, width * 0.34))
    readonly property real cellWidth: report.layers > 0 ? (width - labelWidth) / report.layers : 0
    readonly property real cellHeight: Math.round(Kirigami.Units.gridUnit * 1.2)
    readonly property real gap: cellWidth > 6 ? 1 : 0

    function heat(level: real): color {
        const ground = Kirigami.ColorUtils.tintWithAlpha(Kirigami.Theme.backgroundColor, Kirigami.Theme.textColor, 0.07);
        return Kirigami.ColorUtils.tintWithAlpha(ground, Kirigami.Theme.neutralTextColor, level);
    }
    function walk(dx: int, dy: int): void {
        const cells = report.cells;
        const from = cells[current] ?? { row: 0, column: 0 };
        let row = from.row, column = from.column;
        for (let i = 0; i < Math.max(report.layers, report.kinds.length); ++i) { // over gaps: a tensor that was not touched has no cell
            row += dy;
            column += dx;
            const next = cells.findIndex(cell => cell.row === row && cell.column === column);
            if (next >= 0) {
                current = next;
                return;
            }
        }
    }

    objectName: "heatField"
    implicitHeight: body.implicitHeight
    activeFocusOnTab: true
    Accessible.role: Accessible.Chart
    Accessible.name: qsTr("Error by layer and kind of tensor")
    Accessible.description: shown >= 0 ? report.cells[shown].text : ""
    onActiveFocusChanged: if (activeFocus && current < 0) current = 0
    Keys.onLeftPressed: walk(-1, 0)
    Keys.onRightPressed: walk(1, 0)
    Keys.onUpPressed: walk(0, -1)
    Keys.onDownPressed: walk(0, 1)

    ColumnLayout {
        id: body
        width: parent.width
        spacing: Kirigami.Units.smallSpacing

        Item {
            Layout.fillWidth: true
            implicitHeight: field.report.kinds.length * field.cellHeight

            Repeater {
                model: field.report.kinds
                delegate: QQC2.Label {
                    required property int index
                    required property string modelData
                    y: index * field.cellHeight
                    width: field.labelWidth - Kirigami.Units.smallSpacing
                    height: field.cellHeight
                    verticalAlignment: Text.AlignVCenter
                    text: modelData
                    elide: Text.ElideRight
                    font: Kirigami.Theme.smallFont
                    opacity: 0.8
                }
            }
            Repeater {
                model: field.report.cells
                delegate: Rectangle {
                    required property int index
                    required property heatCell modelData
                    readonly property int begin: Math.round(modelData.column * field.cellWidth)
                    x: field.labelWidth + begin
                    y: modelData.row * field.cellHeight
                    width: Math.round((modelData.column + 1) * field.cellWidth) - begin - field.gap
                    height: field.cellHeight - 1
                    color: field.heat(modelData.level)
                    border {
                        width: index === field.shown ? 1 : 0
                        color: Kirigami.Theme.textColor
                    }
                    HoverHandler { onHoveredChanged: field.hoveredCell = hovered ? parent.index : field.hoveredCell === parent.index ? -1 : field.hoveredCell }
                }
            }
        }
        RowLayout { // the axis
            Layout.fillWidth: true
            Layout.leftMargin: field.labelWidth
            QQC2.Label {
                text: qsTr("Layer 0")
                font: Kirigami.Theme.smallFont
                opacity: 0.7
            }
            Item { Layout.fillWidth: true }
            QQC2.Label {
                visible: field.report.layers > 1
                text: String(field.report.layers - 1)
                font: Kirigami.Theme.smallFont
                opacity: 0.7
            }
        }
        Flow { // tensors of no layer
            visible: field.report.outside.length > 0
            Layout.fillWidth: true
            spacing: Kirigami.Units.largeSpacing

            Repeater {
                model: field.report.outside
                delegate: RowLayout {
                    id: single
                    required property heatCell modelData
                    spacing: Kirigami.Units.smallSpacing

                    Rectangle {
                        implicitWidth: field.cellHeight
                        implicitHeight: field.cellHeight - 1
                        color: field.heat(single.modelData.level)
                    }
                    QQC2.Label {
                        text: single.modelData.text
                        font: Kirigami.Theme.smallFont
                        opacity: 0.8
                    }
                }
            }
        }
        RowLayout { // the scale, and the tensor one looks at
            Layout.fillWidth: true
            spacing: Kirigami.Units.smallSpacing

            QQC2.Label {
                text: qsTr("0 %")
                font: Kirigami.Theme.smallFont
                opacity: 0.7
            }
            Row {
                Repeater {
                    model: 12
                    delegate: Rectangle {
                        required property int index
                        width: Kirigami.Units.smallSpacing * 2
                        height: Kirigami.Units.smallSpacing * 2
                        color: field.heat(index / 11)
                    }
                }
            }
            QQC2.Label {
                text: field.report.largestText
                font: Kirigami.Theme.smallFont
                opacity: 0.7
            }
            QQC2.Label {
                objectName: "heatText"
                Layout.fillWidth: true
                Layout.leftMargin: Kirigami.Units.largeSpacing
                horizontalAlignment: Text.AlignRight
                text: field.shown >= 0 ? field.report.cells[field.shown].text : qsTr("Point at a field to see its tensor.")
                elide: Text.ElideRight
                font: Kirigami.Theme.smallFont
                opacity: field.shown >= 0 ? 1 : 0.6
            }
        }
    }
    Rectangle { // focus by keyboard
        anchors.fill: parent
        anchors.margins: -Kirigami.Units.smallSpacing
        visible: field.activeFocus
        color: "transparent"
        radius: Kirigami.Units.cornerRadius
        border { width: 1; color: Kirigami.Theme.focusColor }
    }
}
