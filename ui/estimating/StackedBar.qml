// One device: its name, what the model takes of it, the bar, and a legend whose entries open their formulas.
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls as QQC2
import QtQuick.Layouts
import org.kde.kirigami as Kirigami
import Corral.App

ColumnLayout {
    id: view

    required property EstimateBar bar
    property int openKind: -1 // whose formulas are shown
    property bool openable: true // its parts have formulas to show

    signal opened(int kind)

    function canOpen(kind: int): bool {
        return openable && kind !== EstimateBar.InUse && kind !== EstimateBar.Reserve;
    }

    objectName: "memoryBar"
    spacing: Kirigami.Units.smallSpacing
    Accessible.role: Accessible.Grouping
    Accessible.name: bar.name
    Accessible.description: [bar.totalText, bar.capacityText, bar.verdict].filter(part => part.length > 0).join(", ")

    RowLayout {
        spacing: Kirigami.Units.smallSpacing

        QQC2.Label {
            Layout.fillWidth: true
            Layout.maximumWidth: Math.ceil(implicitWidth)
            text: view.bar.name
            elide: Text.ElideRight
            font.bold: true
            HoverHandler { id: overName }
            QQC2.ToolTip.visible: overName.hovered && truncated
            QQC2.ToolTip.text: text
            QQC2.ToolTip.delay: Kirigami.Units.toolTipDelay
        }
        QQC2.Label {
            visible: text.length > 0
            text: view.bar.note
            opacity: 0.7
        }
        Item { Layout.fillWidth: true }
        QQC2.Label {
            objectName: "barTotal"
            text: [view.bar.totalText, view.bar.capacityText].filter(part => part.length > 0).join(" ")
            opacity: 0.8
            HoverHandler { id: overTotal }
            QQC2.ToolTip.visible: overTotal.hovered
            QQC2.ToolTip.text: view.bar.totalDetail
            QQC2.ToolTip.delay: Kirigami.Units.toolTipDelay
        }
        QQC2.Label {
            objectName: "barVerdict"
            visible: text.length > 0
            text: view.bar.over ? view.bar.verdict : ""
            font.bold: true
            color: Kirigami.Theme.negativeTextColor
        }
    }
    Item {
        id: track
        Layout.fillWidth: true
        implicitHeight: Math.round(Kirigami.Units.gridUnit * 1.6)

        Rectangle {
            anchors.fill: parent
            radius: Kirigami.Units.cornerRadius
            color: Kirigami.ColorUtils.tintWithAlpha(Kirigami.Theme.backgroundColor, Kirigami.Theme.textColor, 0.05)
            border {
                width: 1
                color: Kirigami.ColorUtils.linearInterpolation(Kirigami.Theme.backgroundColor, Kirigami.Theme.textColor, Kirigami.Theme.frameContrast)
            }
        }
        Repeater {
            model: view.bar.segments
            delegate: Item {
                id: segment
                required property int kind
                required property real start
                required property real share
                required property string help
                objectName: "segment:" + kind
                x: 1 + Math.round(start * (track.width - 2))
                width: Math.round((start + share) * (track.width - 2)) - Math.round(start * (track.width - 2))
                y: 1
                height: track.height - 2
                Accessible.ignored: true // the legend says it

                Rectangle {
                    anchors { fill: parent; rightMargin: parent.width > 3 ? 1 : 0 }
                    color: Kinds.colorOf(segment.kind, Kirigami.Theme)
                    opacity: view.openKind === -1 || view.openKind === segment.kind || !view.canOpen(segment.kind) ? 1 : 0.45
                }
                HoverHandler {
                    id: over
                    cursorShape: view.canOpen(segment.kind) ? Qt.PointingHandCursor : Qt.ArrowCursor
                }
                TapHandler {
                    enabled: view.canOpen(segment.kind)
                    onTapped: view.opened(segment.kind)
                }
                QQC2.ToolTip.visible: over.hovered
                QQC2.ToolTip.text: segment.help
                QQC2.ToolTip.delay: Kirigami.Units.toolTipDelay
            }
        }
        Rectangle { // what the device does not have
            objectName: "excess"
            visible: view.bar.over
            x: 1 + Math.round(view.bar.limit * (track.width - 2))
            width: track.width - 1 - x
            y: 1
            height: track.height - 2
            color: Kirigami.Theme.negativeTextColor
            opacity: 0.8
        }
        Rectangle {
            visible: view.bar.over
            x: 1 + Math.round(view.bar.limit * (track.width - 2))
            y: -Kirigami.Units.smallSpacing / 2
            width: 2
            height: track.height + Kirigami.Units.smallSpacing
            color: Kirigami.Theme.textColor
        }
    }
    Flow {
        Layout.fillWidth: true
        spacing: Kirigami.Units.smallSpacing

        Repeater {
            model: view.bar.segments
            delegate: QQC2.AbstractButton {
                id: entry
                required property int kind
                required property string name
                required property string sizeText
                required property string sizeDetail
                readonly property bool openable: view.canOpen(kind)
                readonly property bool current: view.openKind === kind && openable
                objectName: "legend:" + kind
                text: name
                hoverEnabled: true
                focusPolicy: openable ? Qt.StrongFocus : Qt.NoFocus
                padding: Math.round(Kirigami.Units.smallSpacing / 2)
                leftPadding: Kirigami.Units.smallSpacing
                rightPadding: Kirigami.Units.smallSpacing
                Accessible.role: openable ? Accessible.Button : Accessible.StaticText
                Accessible.name: name + ": " + sizeText
                Accessible.description: openable ? qsTr("Shows how it is computed") : ""
                QQC2.ToolTip.visible: hovered
                QQC2.ToolTip.text: openable ? qsTr("%1. Click for the formula.").arg(sizeDetail) : sizeDetail
                QQC2.ToolTip.delay: Kirigami.Units.toolTipDelay
                Keys.onReturnPressed: click()
                Keys.onEnterPressed: click()
                onClicked: if (openable) view.opened(kind)

                background: Rectangle {
                    radius: Kirigami.Units.cornerRadius
                    color: Kirigami.ColorUtils.tintWithAlpha(Kirigami.Theme.backgroundColor, entry.current ? Kirigami.Theme.highlightColor : Kirigami.Theme.textColor,
                        entry.current ? 0.2 : 0.08)
                    visible: entry.current || (entry.hovered && entry.openable) || entry.visualFocus
                    border { width: entry.visualFocus ? 1 : 0; color: Kirigami.Theme.focusColor }
                }
                contentItem: RowLayout {
                    spacing: Kirigami.Units.smallSpacing

                    Rectangle {
                        implicitWidth: Math.round(Kirigami.Units.gridUnit * 0.6)
                        implicitHeight: implicitWidth
                        radius: 2
                        color: Kinds.colorOf(entry.kind, Kirigami.Theme)
                    }
                    QQC2.Label {
                        text: entry.name
                        font: Kirigami.Theme.smallFont
                    }
                    QQC2.Label {
                        text: entry.sizeText
                        font: Kirigami.Theme.smallFont
                        opacity: 0.7
                    }
                }
            }
        }
    }
}
