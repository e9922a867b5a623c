// One target in the table.
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls as QQC2
import QtQuick.Layouts
import org.kde.kirigami as Kirigami

QQC2.AbstractButton {
    id: row

    required property bool compact // two lines
    required property bool focused // the table has the keyboard
    required property real groupWidth
    required property real nameWidth
    required property real bitsWidth
    required property real sizeWidth
    required property real fitsWidth
    required property real qualityWidth
    required property int index
    required property string name
    required property string group
    required property bool firstOfGroup
    required property string bitsText
    required property string sizeText
    required property real share
    required property bool fits
    required property bool recommended
    required property bool selected
    required property bool needsMatrix
    required property bool usable
    required property string quality
    required property bool measured
    required property string help

    readonly property real dim: usable ? 0.8 : 0.5

    objectName: "target:" + name
    text: name
    hoverEnabled: true
    focusPolicy: Qt.NoFocus // the table is the tab stop
    leftPadding: Kirigami.Units.largeSpacing + groupWidth
    rightPadding: Kirigami.Units.largeSpacing
    topPadding: Kirigami.Units.smallSpacing
    bottomPadding: Kirigami.Units.smallSpacing
    topInset: firstOfGroup && index > 0 ? gap : 0
    readonly property real gap: compact ? 0 : Math.round(Kirigami.Units.smallSpacing / 2)
    Accessible.role: Accessible.RadioButton
    Accessible.name: name
    Accessible.description: help
    Accessible.checkable: true
    Accessible.checked: selected
    QQC2.ToolTip.visible: hovered
    QQC2.ToolTip.text: help
    QQC2.ToolTip.delay: Kirigami.Units.toolTipDelay

    background: Item {
        Rectangle {
            anchors { fill: parent; leftMargin: row.groupWidth }
            radius: Kirigami.Units.cornerRadius
            color: row.selected ? Kirigami.ColorUtils.tintWithAlpha(Kirigami.Theme.backgroundColor, Kirigami.Theme.highlightColor, 0.25)
                : row.hovered ? Kirigami.ColorUtils.tintWithAlpha(Kirigami.Theme.backgroundColor, Kirigami.Theme.textColor, 0.06) : "transparent"
            border {
                width: row.selected ? 1 : 0
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

            RowLayout {
                Layout.fillWidth: row.compact
                Layout.preferredWidth: row.compact ? 1 : row.nameWidth
                Layout.maximumWidth: row.compact ? Number.POSITIVE_INFINITY : row.nameWidth
                spacing: Kirigami.Units.smallSpacing

                QQC2.Label {
                    Layout.fillWidth: !mark.visible
                    text: row.name
                    elide: Text.ElideRight
                    font.bold: row.selected
                    opacity: row.usable ? 1 : 0.6
                }
                QQC2.Label {
                    id: mark
                    Layout.fillWidth: true
                    visible: text.length > 0
                    text: row.recommended ? qsTr("Recommended") : row.needsMatrix ? qsTr("needs a matrix") : ""
                    elide: Text.ElideRight
                    font: Kirigami.Theme.smallFont
                    color: row.recommended ? Kirigami.Theme.positiveTextColor : Kirigami.Theme.textColor
                    opacity: row.recommended ? 1 : 0.6
                }
            }
            QQC2.Label {
                visible: !row.compact
                Layout.preferredWidth: row.bitsWidth
                horizontalAlignment: Text.AlignRight
                text: row.bitsText
                opacity: row.dim
            }
            QQC2.Label {
                Layout.preferredWidth: row.sizeWidth
                horizontalAlignment: Text.AlignRight
                text: row.sizeText
                font.bold: row.selected
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
                Layout.preferredWidth: row.fitsWidth
                text: row.sizeText.length === 0 ? "" : row.fits ? qsTr("fits") : qsTr("too large")
                elide: Text.ElideRight
                color: row.fits ? Kirigami.Theme.textColor : Kirigami.Theme.neutralTextColor
                opacity: row.fits ? row.dim : 1
            }
            QQC2.Label {
                visible: !row.compact
                Layout.preferredWidth: row.qualityWidth
                text: row.quality
                elide: Text.ElideRight
                font.bold: row.measured
                opacity: row.measured ? 1 : row.dim
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
            text: [row.bitsText ? qsTr("%1 bits").arg(row.bitsText) : "", row.quality, row.fits ? "" : qsTr("too large")].filter(part => part.length > 0).join(" · ")
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
                visible: row.sizeText.length > 0
                color: row.fits ? Kirigami.Theme.highlightColor : Kirigami.Theme.neutralTextColor
                opacity: row.selected ? 1 : row.usable ? 0.55 : 0.25
            }
        }
    }
}
