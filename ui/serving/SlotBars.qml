// A small bar for each slot: how full its context is; in colour while it works.
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls as QQC2
import QtQuick.Layouts
import org.kde.kirigami as Kirigami
import Corral.App

GridLayout {
    id: bars

    required property SlotListModel slotList

    columns: Math.max(1, Math.min(slotList.count, Math.floor(width / (Kirigami.Units.gridUnit * 2.5))))
    columnSpacing: Kirigami.Units.smallSpacing
    rowSpacing: Kirigami.Units.smallSpacing

    Repeater {
        model: bars.slotList
        delegate: Item {
            id: bar
            required property int number
            required property bool busy
            required property real share
            required property string detail

            objectName: "slotBar"
            Layout.fillWidth: true
            implicitHeight: Math.round(Kirigami.Units.gridUnit / 3)
            Accessible.role: Accessible.ProgressBar
            Accessible.name: detail
            HoverHandler { id: over }
            QQC2.ToolTip.visible: over.hovered
            QQC2.ToolTip.text: detail
            QQC2.ToolTip.delay: Kirigami.Units.toolTipDelay

            Rectangle {
                anchors.fill: parent
                radius: height / 2
                color: bar.busy ? Kirigami.Theme.highlightColor : Kirigami.Theme.textColor
                opacity: bar.busy ? 0.25 : 0.12
            }
            Rectangle {
                width: Math.max(bar.busy ? height : 0, parent.width * bar.share)
                height: parent.height
                visible: width > 0
                radius: height / 2
                color: bar.busy ? Kirigami.Theme.highlightColor : Kirigami.Theme.textColor
                opacity: bar.busy ? 1 : 0.3
            }
        }
    }
}
