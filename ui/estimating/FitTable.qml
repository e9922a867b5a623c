// What else the model could be and whether that fits. One tab stop; the arrow keys go through the rows, a choice moves the bars above.
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls as QQC2
import QtQuick.Layouts
import org.kde.kirigami as Kirigami
import Corral.App

FocusScope {
    id: table

    required property EstimateController estimate

    readonly property FitListModel rows: estimate.table
    readonly property bool training: estimate.task === EstimateController.Training
    readonly property bool compact: width < Kirigami.Units.gridUnit * 34
    readonly property real groupWidth: compact ? 0 : Kirigami.Units.gridUnit * 4
    readonly property real nameWidth: training ? Kirigami.Units.gridUnit * 11 : Kirigami.Units.gridUnit * 6
    readonly property real detailWidth: training ? 0 : Kirigami.Units.gridUnit * 5
    readonly property real sizeWidth: rows.hasWeights ? Kirigami.Units.gridUnit * 5 : 0
    readonly property real needWidth: Kirigami.Units.gridUnit * 5
    readonly property real verdictWidth: Kirigami.Units.gridUnit * 8

    signal rowShown(real top, real bottom) // bring this part of the table into view

    function step(by: int): void {
        const row = Math.min(rows.count - 1, Math.max(0, rows.current + by));
        estimate.choose(row);
        const item = repeater.itemAt(row);
        if (item) rowShown(item.y + body.y, item.y + body.y + item.height);
    }

    objectName: "fitTable"
    implicitHeight: body.implicitHeight
    activeFocusOnTab: true
    Accessible.role: Accessible.List
    Accessible.name: training ? qsTr("Ways to train") : qsTr("Quantizations")
    Keys.onUpPressed: step(-1)
    Keys.onDownPressed: step(1)

    ColumnLayout {
        id: body
        width: parent.width
        spacing: 0

        Kirigami.Heading {
            Layout.fillWidth: true
            Layout.bottomMargin: Kirigami.Units.smallSpacing
            level: 4
            text: table.training ? qsTr("Ways to train it") : qsTr("Quantizations of it")
            wrapMode: Text.Wrap
        }
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
                text: table.training ? qsTr("Optimizer") : qsTr("Type")
            }
            Caption {
                visible: table.detailWidth > 0
                Layout.preferredWidth: table.detailWidth
                horizontalAlignment: Text.AlignRight
                text: qsTr("A weight")
            }
            Caption {
                visible: table.sizeWidth > 0
                Layout.preferredWidth: table.sizeWidth
                horizontalAlignment: Text.AlignRight
                text: qsTr("Weights")
            }
            Caption {
                Layout.preferredWidth: table.needWidth
                horizontalAlignment: Text.AlignRight
                text: qsTr("Needs")
            }
            Item { Layout.fillWidth: true }
            Caption {
                Layout.preferredWidth: table.verdictWidth
                text: qsTr("In the memory that is free")
            }
        }
        Repeater {
            id: repeater
            model: table.rows
            delegate: FitDelegate {
                Layout.fillWidth: true
                compact: table.compact
                focused: table.activeFocus
                limit: table.rows.limit
                groupWidth: table.groupWidth
                nameWidth: table.nameWidth
                detailWidth: table.detailWidth
                sizeWidth: table.sizeWidth
                needWidth: table.needWidth
                verdictWidth: table.verdictWidth
                onClicked: {
                    table.forceActiveFocus(Qt.MouseFocusReason);
                    table.estimate.choose(index);
                }
            }
        }
    }
}
