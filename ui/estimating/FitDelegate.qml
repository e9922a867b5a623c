// A quantization, or a way to train: what it needs against what is free.
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls as QQC2
import QtQuick.Layouts
import org.kde.kirigami as Kirigami

QQC2.AbstractButton {
    id: row

    required property bool compact // two lines
    required property bool focused // the table has the keyboard
    required property real limit
    required property real groupWidth
    required property real nameWidth
    required property real detailWidth
    required property real sizeWidth
    required property real needWidth
    required property real verdictWidth
    required property int index
    required property string name
    required property string group
    required property bool firstOfGroup
    required property string detail
    required property string weightsText
    required property string needText
    required property real share
    required property bool fits
    required property string verdict
    required property bool usable
    required property bool current
    required property string help

    objectName: "fit:" + name
    text: name
    hoverEnabled: true
    focusPolicy: Qt.NoFocus // the table is the tab stop
    leftPadding: Kirigami.Units.largeSpacing + groupWidth
    rightPadding: Kirigami.Units.largeSpacing
    topPadding: Kirigami.Units.smallSpacing
    bottomPadding: Kirigami.Units.smallSpacing
    Accessible.role: Accessible.RadioButton
    Accessible.name: name
    Accessible.description: help
    Accessible.checkable: true
    Accessible.checked: current
    QQC2.ToolTip.visible: hovered
    QQC2.ToolTip.text: help
    QQC2.ToolTip.delay: Kirigami.Units.toolTipDelay

    background: Item {
        Rectangle {
            anchors { fill: parent; leftMargin: row.groupWidth }
            radius: Kirigami.Units.cornerRadius
            color: row.current ? Kirigami.ColorUtils.tintWithAlpha(Kirigami.Theme.backgroundColor, Kirigami.Theme.highlightColor, 0.25)
                : row.hovered ? Kirigami.ColorUtils.tintWithAlpha(Kirigami.Theme.backgroundColor, Kirigami.Theme.textColor, 0.06) : "transparent"
            border {
                width: row.current ? 1 : 0
                color: row.focused ? Kirigami.Theme.focusColor
                    : Kirigami.ColorUtils.tintWithAlpha(Kirigami.Theme.backgroundColor, Kirigami.Theme.highlightColor, 0.5)
            }
        }
        QQC2.Label { // the group's heading stands in the margin beside its first row
            visible: row.firstOfGroup && !row.compact
            anchors { left: parent.left; verticalCenter: parent.verticalCenter }
            width: row.groupWidth - Kirigami.Units.smallSpacing
            text: row.group
            elide: Text.ElideRight
            font: Kirigami.Theme.smallFont
            opacity: 0.7
        }
    }
    contentItem: ColumnLayout {
        spacing: Math.round(Kirigami.Units.smallSpacing / 2)

        RowLayout {
            spacing: Kirigami.Units.largeSpacing

            QQC2.Label {
                Layout.fillWidth: row.compact
                Layout.preferredWidth: row.compact ? 1 : row.nameWidth
                text: row.compact && row.group.length > 0 && row.weightsText.length === 0 ? row.group + " · " + row.name : row.name
                elide: Text.ElideRight
                font.bold: row.current
                opacity: row.usable ? 1 : 0.6
            }
            QQC2.Label {
                visible: !row.compact && row.detailWidth > 0
                Layout.preferredWidth: row.detailWidth
                horizontalAlignment: Text.AlignRight
                text: row.detail
                opacity: 0.8
            }
            QQC2.Label {
                visible: !row.compact && row.sizeWidth > 0
                Layout.preferredWidth: row.sizeWidth
                horizontalAlignment: Text.AlignRight
                text: row.weightsText
                opacity: 0.8
            }
            QQC2.Label {
                Layout.preferredWidth: row.needWidth
                horizontalAlignment: Text.AlignRight
                text: row.needText
                font.bold: row.current
            }
            Loader {
                active: !row.compact
                visible: active
                Layout.fillWidth: true
                sourceComponent: bar
            }
            QQC2.Label {
                visible: !row.compact
                Layout.preferredWidth: row.verdictWidth
                text: row.verdict
                elide: Text.ElideRight
                color: row.fits || !row.usable ? Kirigami.Theme.textColor : Kirigami.Theme.negativeTextColor
                opacity: row.fits ? 0.8 : 1
            }
        }
        Loader {
            active: row.compact
            visible: active
            Layout.fillWidth: true
            sourceComponent: bar
        }
        QQC2.Label {
            visible: row.compact
            Layout.fillWidth: true
            text: [row.detail, row.verdict].filter(part => part.length > 0).join(" · ")
            elide: Text.ElideRight
            font: Kirigami.Theme.smallFont
            opacity: 0.7
        }
    }

    Component {
        id: bar
        Item {
            implicitHeight: Math.round(Kirigami.Units.smallSpacing * 1.5)

            Rectangle {
                anchors { left: parent.left; verticalCenter: parent.verticalCenter }
                width: Math.max(height, parent.width * row.share)
                height: parent.implicitHeight
                radius: height / 2
                visible: row.usable
                color: row.fits ? Kirigami.Theme.highlightColor : Kirigami.Theme.negativeTextColor
                opacity: row.current ? 1 : 0.55
            }
            Rectangle { // where the free memory ends
                visible: row.limit > 0
                x: Math.round(parent.width * row.limit)
                anchors.verticalCenter: parent.verticalCenter
                width: 1
                height: parent.implicitHeight * 2.2
                color: Kirigami.Theme.textColor
                opacity: 0.5
            }
        }
    }
}
