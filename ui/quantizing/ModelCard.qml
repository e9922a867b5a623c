// The model that lies on the page: its name, what it is, and what came with it.
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls as QQC2
import QtQuick.Layouts
import org.kde.kirigami as Kirigami
import Corral.App
import Corral.Ui.Controls

QQC2.Control {
    id: card

    required property QuantizeController quantize

    objectName: "quantizeCard"
    padding: Kirigami.Units.largeSpacing
    Accessible.role: Accessible.Grouping
    Accessible.name: quantize.name
    Accessible.description: quantize.facts

    background: Rectangle {
        radius: Kirigami.Units.cornerRadius
        color: Kirigami.ColorUtils.tintWithAlpha(Kirigami.Theme.backgroundColor, Kirigami.Theme.textColor, 0.04)
        border { width: 1; color: Kirigami.ColorUtils.linearInterpolation(Kirigami.Theme.backgroundColor, Kirigami.Theme.textColor, Kirigami.Theme.frameContrast) }
    }
    contentItem: RowLayout {
        spacing: Kirigami.Units.largeSpacing

        Kirigami.Icon {
            Layout.alignment: Qt.AlignTop
            source: card.quantize.isFolder ? "folder-symbolic" : "package-symbolic"
            implicitWidth: Kirigami.Units.iconSizes.medium
            implicitHeight: implicitWidth
            isMask: true
            opacity: 0.7
        }
        ColumnLayout {
            spacing: Math.round(Kirigami.Units.smallSpacing / 2)

            Kirigami.Heading {
                objectName: "quantizeName"
                Layout.fillWidth: true
                level: 3
                text: card.quantize.name
                elide: Text.ElideMiddle
                HoverHandler { id: overName }
                QQC2.ToolTip.visible: overName.hovered
                QQC2.ToolTip.text: card.quantize.path
                QQC2.ToolTip.delay: Kirigami.Units.toolTipDelay
            }
            QQC2.Label {
                objectName: "quantizeFacts"
                Layout.fillWidth: true
                text: card.quantize.facts
                wrapMode: Text.Wrap
                opacity: 0.8
                HoverHandler { id: overFacts }
                QQC2.ToolTip.visible: overFacts.hovered
                QQC2.ToolTip.text: card.quantize.sizeDetail
                QQC2.ToolTip.delay: Kirigami.Units.toolTipDelay
            }
            QQC2.Label {
                objectName: "quantizeFollowing"
                Layout.fillWidth: true
                visible: card.quantize.following.length > 0
                text: qsTr("Then: %1").arg(card.quantize.following.join(", "))
                elide: Text.ElideRight
                font: Kirigami.Theme.smallFont
                opacity: 0.7
            }
        }
        IconButton {
            Layout.alignment: Qt.AlignTop
            objectName: "quantizeClose"
            text: qsTr("Take another model")
            icon.name: "window-close-symbolic"
            small: true
            onClicked: card.quantize.close()
        }
    }
}
