// One model file (or all shards of one): what it takes on the disk and in memory, and the button that fetches it.
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls as QQC2
import QtQuick.Layouts
import org.kde.kirigami as Kirigami
import Corral.App
import Corral.Ui.Controls

QQC2.Control {
    id: row

    required property bool compact // two lines
    required property real nameWidth
    required property real sizeWidth
    required property real neededWidth
    required property real fitWidth
    required property real freeShare
    required property int index
    required property string name
    required property string fileName
    required property string filesText
    required property string sizeText
    required property string sizeDetail
    required property string neededText
    required property string neededDetail
    required property real share
    required property int fit
    required property string fitText
    required property bool recommended
    required property bool usable
    required property string problem
    required property bool ordered

    readonly property color fitColor: fit === FileSetListModel.TooLarge ? Kirigami.Theme.negativeTextColor : fit === FileSetListModel.Tight ? Kirigami.Theme.neutralTextColor : Kirigami.Theme.highlightColor
    readonly property string help: [fileName + (filesText ? " · " + filesText : ""), sizeDetail, neededDetail, problem].filter(part => part.length > 0).join("\n")

    signal downloadWanted()

    objectName: "file:" + name
    hoverEnabled: true
    leftPadding: Kirigami.Units.largeSpacing
    rightPadding: Kirigami.Units.smallSpacing
    topPadding: Kirigami.Units.smallSpacing
    bottomPadding: Kirigami.Units.smallSpacing
    Accessible.role: Accessible.ListItem
    Accessible.name: name
    Accessible.description: [sizeText, fitText, recommended ? qsTr("Recommended") : "", problem].filter(part => part.length > 0).join(", ")
    QQC2.ToolTip.visible: hovered && !button.hovered
    QQC2.ToolTip.text: help
    QQC2.ToolTip.delay: Kirigami.Units.toolTipDelay

    background: Rectangle {
        radius: Kirigami.Units.cornerRadius
        color: row.recommended ? Kirigami.ColorUtils.tintWithAlpha(Kirigami.Theme.backgroundColor, Kirigami.Theme.positiveTextColor, 0.12)
            : row.hovered ? Kirigami.ColorUtils.tintWithAlpha(Kirigami.Theme.backgroundColor, Kirigami.Theme.textColor, 0.05) : "transparent"
        border { width: row.recommended ? 1 : 0; color: Kirigami.ColorUtils.tintWithAlpha(Kirigami.Theme.backgroundColor, Kirigami.Theme.positiveTextColor, 0.4) }
    }
    contentItem: RowLayout {
        spacing: Kirigami.Units.largeSpacing

        ColumnLayout {
            Layout.fillWidth: true
            spacing: Math.round(Kirigami.Units.smallSpacing / 2)

            RowLayout {
                spacing: Kirigami.Units.largeSpacing

                ColumnLayout {
                    Layout.fillWidth: row.compact
                    Layout.preferredWidth: row.compact ? 1 : row.nameWidth
                    Layout.maximumWidth: row.compact ? Number.POSITIVE_INFINITY : row.nameWidth
                    spacing: 0

                    QQC2.Label {
                        Layout.fillWidth: true
                        text: row.name
                        elide: Text.ElideMiddle
                        font.bold: row.recommended
                        opacity: row.usable ? 1 : 0.6
                    }
                    QQC2.Label {
                        visible: text.length > 0
                        Layout.fillWidth: true
                        text: row.recommended ? qsTr("Recommended") : row.filesText
                        elide: Text.ElideRight
                        font: Kirigami.Theme.smallFont
                        color: row.recommended ? Kirigami.Theme.positiveTextColor : Kirigami.Theme.textColor
                        opacity: row.recommended ? 1 : 0.6
                    }
                }
                QQC2.Label {
                    Layout.preferredWidth: row.sizeWidth
                    horizontalAlignment: Text.AlignRight
                    text: row.sizeText
                    opacity: row.usable ? 1 : 0.6
                }
                Loader {
                    active: !row.compact
                    visible: active
                    Layout.fillWidth: true
                    sourceComponent: bar
                }
                QQC2.Label {
                    visible: !row.compact
                    Layout.preferredWidth: row.neededWidth
                    horizontalAlignment: Text.AlignRight
                    text: row.neededText
                    opacity: 0.8
                }
                QQC2.Label {
                    Layout.preferredWidth: row.compact ? -1 : row.fitWidth
                    text: row.fitText
                    elide: Text.ElideRight
                    color: row.fit >= FileSetListModel.Tight ? row.fitColor : Kirigami.Theme.textColor
                    opacity: row.fit >= FileSetListModel.Tight ? 1 : 0.8
                }
            }
            Loader {
                active: row.compact
                visible: active
                Layout.fillWidth: true
                sourceComponent: bar
            }
            QQC2.Label {
                visible: text.length > 0
                Layout.fillWidth: true
                text: row.problem
                color: Kirigami.Theme.neutralTextColor
                wrapMode: Text.Wrap
                font: Kirigami.Theme.smallFont
            }
        }
        IconButton {
            id: button
            objectName: "downloadFile"
            enabled: row.usable && !row.ordered
            text: row.ordered ? qsTr("%1 is among the downloads").arg(row.name) : qsTr("Download %1").arg(row.name)
            icon.name: row.ordered ? "checkmark-symbolic" : "download-symbolic"
            onClicked: row.downloadWanted()
        }
    }

    Component {
        id: bar
        Item { // of the machine's memory, with a mark where what is free ends
            implicitHeight: Math.round(Kirigami.Units.smallSpacing * 1.5)
            Rectangle {
                anchors.fill: parent
                radius: height / 2
                color: Kirigami.ColorUtils.tintWithAlpha(Kirigami.Theme.backgroundColor, Kirigami.Theme.textColor, 0.1)
            }
            Rectangle {
                anchors { left: parent.left; verticalCenter: parent.verticalCenter }
                width: Math.max(height, parent.width * row.share)
                height: parent.height
                radius: height / 2
                visible: row.neededText.length > 0
                color: row.fitColor
                opacity: row.recommended ? 1 : 0.65
            }
            Rectangle {
                visible: row.freeShare > 0
                x: Math.round(parent.width * row.freeShare)
                anchors.verticalCenter: parent.verticalCenter
                width: 1
                height: parent.height + Kirigami.Units.smallSpacing
                color: Kirigami.Theme.textColor
                opacity: 0.5
            }
        }
    }
}
