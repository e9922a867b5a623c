// What the loaded model was estimated to take, beside what it takes.
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls as QQC2
import QtQuick.Layouts
import org.kde.kirigami as Kirigami
import Corral.App

QQC2.Control {
    id: card

    required property LoadedMemory loaded

    objectName: "measuredCard"
    padding: Kirigami.Units.largeSpacing
    Accessible.role: Accessible.Grouping
    Accessible.name: heading.text

    component Line: RowLayout {
        id: line
        required property string label
        required property string value
        required property string detail
        required property real share
        property string help: ""
        property bool strong: false
        spacing: Kirigami.Units.largeSpacing
        Accessible.role: Accessible.StaticText
        Accessible.name: label + ": " + value

        QQC2.Label {
            Layout.preferredWidth: Kirigami.Units.gridUnit * 11
            text: line.label
            elide: Text.ElideRight
            font.bold: line.strong
            HoverHandler { id: over }
            QQC2.ToolTip.visible: over.hovered && line.help.length > 0
            QQC2.ToolTip.text: line.help
            QQC2.ToolTip.delay: Kirigami.Units.toolTipDelay
        }
        Item {
            Layout.fillWidth: true
            implicitHeight: Math.round(Kirigami.Units.smallSpacing * 1.5)
            Rectangle {
                width: Math.max(height, parent.width * line.share)
                height: parent.implicitHeight
                radius: height / 2
                color: line.strong ? Kirigami.Theme.positiveTextColor : Kirigami.Theme.highlightColor
                opacity: line.strong ? 0.8 : 0.55
            }
        }
        QQC2.Label {
            Layout.preferredWidth: Kirigami.Units.gridUnit * 5
            horizontalAlignment: Text.AlignRight
            text: line.value
            font.bold: line.strong
            HoverHandler { id: overValue }
            QQC2.ToolTip.visible: overValue.hovered
            QQC2.ToolTip.text: line.detail
            QQC2.ToolTip.delay: Kirigami.Units.toolTipDelay
        }
    }

    background: Rectangle {
        radius: Kirigami.Units.cornerRadius
        color: Kirigami.ColorUtils.tintWithAlpha(Kirigami.Theme.backgroundColor, Kirigami.Theme.textColor, 0.04)
        border { width: 1; color: Kirigami.ColorUtils.linearInterpolation(Kirigami.Theme.backgroundColor, Kirigami.Theme.textColor, Kirigami.Theme.frameContrast) }
    }
    contentItem: ColumnLayout {
        spacing: Kirigami.Units.smallSpacing

        Kirigami.Heading {
            id: heading
            Layout.fillWidth: true
            level: 4
            text: qsTr("Loaded now: %1").arg(card.loaded.modelName)
            elide: Text.ElideMiddle
        }
        Line {
            label: qsTr("Estimated, context full")
            value: card.loaded.estimatedText
            detail: card.loaded.estimatedDetail
            share: card.loaded.estimatedShare
        }
        Line {
            label: qsTr("Estimated, as it is now")
            help: card.loaded.contextText
            value: card.loaded.estimatedNowText
            detail: card.loaded.estimatedNowDetail
            share: card.loaded.estimatedNowShare
        }
        Line {
            objectName: "measuredLine"
            label: qsTr("Measured")
            help: qsTr("What this program has grown by since it had no model. The window's own growth is in it, and buffers count once they are used.")
            value: card.loaded.measuredText
            detail: card.loaded.measuredDetail
            share: card.loaded.measuredShare
            strong: true
        }
    }
}
