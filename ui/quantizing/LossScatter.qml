// Loss against size of all targets that were measured for this model: further left is smaller, further down is better.
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls as QQC2
import org.kde.kirigami as Kirigami
import Corral.App

Item {
    id: scatter

    required property QualityReport report

    readonly property real leftRoom: Kirigami.Units.gridUnit * 3.5
    readonly property real bottomRoom: Kirigami.Units.gridUnit * 1.6
    readonly property real topRoom: Kirigami.Units.gridUnit * 0.6
    readonly property real rightRoom: Kirigami.Units.gridUnit * 2
    readonly property real planeWidth: width - leftRoom - rightRoom
    readonly property real planeHeight: height - topRoom - bottomRoom

    objectName: "lossScatter"
    implicitHeight: Kirigami.Units.gridUnit * 14
    Accessible.role: Accessible.Chart
    Accessible.name: qsTr("Loss against size")
    Accessible.description: report.points.map(point => point.text).join("; ")

    Repeater {
        model: scatter.report.lossMarks
        delegate: Item {
            id: lossMark
            required property axisMark modelData
            y: scatter.topRoom + (1 - modelData.at) * scatter.planeHeight
            width: scatter.width - scatter.rightRoom

            Rectangle {
                x: scatter.leftRoom
                width: scatter.planeWidth
                height: 1
                color: Kirigami.Theme.textColor
                opacity: lossMark.modelData.at === 0 ? 0.35 : 0.1
            }
            QQC2.Label {
                width: scatter.leftRoom - Kirigami.Units.smallSpacing
                anchors.verticalCenter: parent.top
                horizontalAlignment: Text.AlignRight
                text: lossMark.modelData.text
                font: Kirigami.Theme.smallFont
                opacity: 0.7
            }
        }
    }
    Repeater {
        model: scatter.report.sizeMarks
        delegate: QQC2.Label {
            id: sizeMark
            required property axisMark modelData
            x: scatter.leftRoom + modelData.at * scatter.planeWidth - width / 2
            y: scatter.height - scatter.bottomRoom + Kirigami.Units.smallSpacing
            visible: modelData.at > 0
            text: modelData.text
            font: Kirigami.Theme.smallFont
            opacity: 0.7

            Rectangle {
                anchors { horizontalCenter: parent.horizontalCenter; bottom: parent.top; bottomMargin: Kirigami.Units.smallSpacing }
                width: 1
                height: scatter.planeHeight
                color: Kirigami.Theme.textColor
                opacity: 0.14
            }
        }
    }
    Repeater {
        model: scatter.report.points
        delegate: Rectangle {
            id: point
            required property lossPoint modelData
            readonly property real size: Math.round(Kirigami.Units.gridUnit * (modelData.current ? 0.65 : 0.5))
            x: scatter.leftRoom + modelData.x * scatter.planeWidth - size / 2
            y: scatter.topRoom + (1 - modelData.y) * scatter.planeHeight - size / 2
            width: size
            height: size
            radius: size / 2
            color: modelData.current ? Kirigami.Theme.highlightColor : Kirigami.Theme.backgroundColor
            border { width: 2; color: Kirigami.Theme.highlightColor }
            activeFocusOnTab: true
            objectName: "lossPoint"
            Accessible.role: Accessible.Graphic
            Accessible.name: modelData.text
            QQC2.ToolTip.visible: over.hovered || activeFocus
            QQC2.ToolTip.text: modelData.text

            HoverHandler { id: over }
            QQC2.Label {
                readonly property bool atLeft: parent.x > scatter.width * 0.75
                anchors { verticalCenter: parent.top; verticalCenterOffset: -Math.round(Kirigami.Units.smallSpacing / 2) }
                x: atLeft ? -width - Kirigami.Units.smallSpacing : parent.width + Kirigami.Units.smallSpacing
                text: point.modelData.name
                font.pointSize: Kirigami.Theme.smallFont.pointSize
                font.bold: point.modelData.current
            }
        }
    }
}
