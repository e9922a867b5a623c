// The disk that models are fetched to: what models take of it, what everything else takes, what is free.
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls as QQC2
import QtQuick.Layouts
import org.kde.kirigami as Kirigami
import Corral.App

QQC2.Control {
    id: disk

    required property LibraryModel library

    objectName: "diskBar"
    padding: 0
    leftPadding: 0
    rightPadding: 0
    hoverEnabled: true
    Accessible.role: Accessible.StaticText
    Accessible.name: library.diskText
    QQC2.ToolTip.visible: hovered
    QQC2.ToolTip.text: library.diskDetail
    QQC2.ToolTip.delay: Kirigami.Units.toolTipDelay

    contentItem: ColumnLayout {
        spacing: Kirigami.Units.smallSpacing

        Rectangle {
            Layout.fillWidth: true
            implicitHeight: Kirigami.Units.smallSpacing * 2
            radius: height / 2
            color: Kirigami.ColorUtils.tintWithAlpha(Kirigami.Theme.backgroundColor, Kirigami.Theme.textColor, 0.1)
            clip: true

            Rectangle { // both, rounded at the left
                id: taken
                width: Math.round(parent.width * Math.min(1, disk.library.diskModels + disk.library.diskOther))
                height: parent.height
                radius: parent.radius
                color: Kirigami.ColorUtils.tintWithAlpha(Kirigami.Theme.backgroundColor, Kirigami.Theme.textColor, 0.3)
            }
            Rectangle {
                width: disk.library.diskModels > 0 ? Math.max(height, Math.round(parent.width * disk.library.diskModels)) : 0
                height: parent.height
                radius: parent.radius
                color: Kirigami.Theme.highlightColor
            }
        }
        QQC2.Label {
            objectName: "diskText"
            Layout.fillWidth: true
            text: disk.library.diskText
            elide: Text.ElideRight
            font: Kirigami.Theme.smallFont
            opacity: 0.8
        }
    }
}
