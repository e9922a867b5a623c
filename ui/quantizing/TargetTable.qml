// Every target: name, bits, size as number and bar, whether it fits, what it loses. One tab stop; the arrow keys choose.
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls as QQC2
import QtQuick.Layouts
import org.kde.kirigami as Kirigami
import Corral.App

FocusScope {
    id: table

    required property TargetListModel targets
    property bool idle: false // something else decides; choosing a row takes it back

    readonly property bool compact: width < Kirigami.Units.gridUnit * 34
    readonly property real groupWidth: compact ? 0 : Kirigami.Units.gridUnit * 4
    readonly property real nameWidth: Kirigami.Units.gridUnit * 10
    readonly property real bitsWidth: Kirigami.Units.gridUnit * 3
    readonly property real sizeWidth: Kirigami.Units.gridUnit * 4
    readonly property real fitsWidth: Kirigami.Units.gridUnit * 4
    readonly property real qualityWidth: Kirigami.Units.gridUnit * 8

    signal startWanted()
    signal chosen()
    signal rowShown(real top, real bottom) // bring this part of the table into view

    function showSelected(): void {
        const row = rows.itemAt(targets.selected);
        if (row && visible) rowShown(row.y + body.y, row.y + body.y + row.height);
    }

    function step(by: int): void {
        targets.step(by);
        chosen();
    }

    objectName: "targetTable"
    opacity: idle ? 0.5 : 1
    implicitHeight: body.implicitHeight
    activeFocusOnTab: true
    Accessible.role: Accessible.List
    Accessible.name: qsTr("Targets")
    Keys.onUpPressed: step(-1)
    Keys.onDownPressed: step(1)
    Keys.onReturnPressed: startWanted()
    Keys.onEnterPressed: startWanted()
    Keys.onPressed: event => {
        const page = 8;
        const steps = { [Qt.Key_PageUp]: -page, [Qt.Key_PageDown]: page, [Qt.Key_Home]: -targets.count, [Qt.Key_End]: targets.count };
        if (!(event.key in steps)) return;
        step(steps[event.key]);
        event.accepted = true;
    }

    ColumnLayout {
        id: body
        width: parent.width
        spacing: 0

        RowLayout {
            visible: !table.compact
            Layout.fillWidth: true
            Layout.leftMargin: table.groupWidth + Kirigami.Units.largeSpacing
            Layout.rightMargin: Kirigami.Units.largeSpacing
            Layout.bottomMargin: Kirigami.Units.smallSpacing
            spacing: Kirigami.Units.largeSpacing

            component Caption: QQC2.Label {
                font: Kirigami.Theme.smallFont
                opacity: 0.7
                elide: Text.ElideRight
            }
            Caption {
                Layout.preferredWidth: table.nameWidth
                text: qsTr("Target")
            }
            Caption {
                Layout.preferredWidth: table.bitsWidth
                horizontalAlignment: Text.AlignRight
                text: qsTr("Bits")
                HoverHandler { id: overBits }
                QQC2.ToolTip.visible: overBits.hovered
                QQC2.ToolTip.text: qsTr("Bits per weight, of all tensors together")
                QQC2.ToolTip.delay: Kirigami.Units.toolTipDelay
            }
            Caption {
                Layout.preferredWidth: table.sizeWidth
                horizontalAlignment: Text.AlignRight
                text: qsTr("Size")
            }
            Item { Layout.fillWidth: true }
            Caption {
                Layout.preferredWidth: table.fitsWidth
                text: qsTr("Memory")
                HoverHandler { id: overFits }
                QQC2.ToolTip.visible: overFits.hovered
                QQC2.ToolTip.text: qsTr("Whether it fits in the memory that is free now, with room for a conversation")
                QQC2.ToolTip.delay: Kirigami.Units.toolTipDelay
            }
            Caption {
                Layout.preferredWidth: table.qualityWidth
                text: table.targets.anyMeasured ? qsTr("Loss, measured or expected") : qsTr("Expected loss")
            }
        }
        Repeater {
            id: rows
            model: table.targets
            delegate: TargetDelegate {
                Layout.fillWidth: true
                compact: table.compact
                focused: table.activeFocus
                groupWidth: table.groupWidth
                nameWidth: table.nameWidth
                bitsWidth: table.bitsWidth
                sizeWidth: table.sizeWidth
                fitsWidth: table.fitsWidth
                qualityWidth: table.qualityWidth
                onClicked: {
                    table.forceActiveFocus(Qt.MouseFocusReason);
                    table.targets.select(index);
                    table.chosen();
                }
            }
        }
    }
}
