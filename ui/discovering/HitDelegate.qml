// One repository that was found.
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls as QQC2
import QtQuick.Layouts
import org.kde.kirigami as Kirigami

QQC2.ItemDelegate {
    id: hit

    required property int index
    required property string repository
    required property string title
    required property string owner
    required property string facts
    required property string downloads
    required property string downloadsDetail
    required property string license
    required property string changed
    required property bool gated
    required property bool current

    objectName: "hit:" + repository
    width: ListView.view?.width ?? 0
    text: title
    highlighted: current
    horizontalPadding: Kirigami.Units.largeSpacing
    verticalPadding: Kirigami.Units.mediumSpacing
    Accessible.name: title
    Accessible.description: [owner, facts, downloadsDetail, license].filter(part => part.length > 0).join(", ")
    QQC2.ToolTip.visible: hovered
    QQC2.ToolTip.text: [repository, downloadsDetail, changed ? qsTr("Changed on %1").arg(changed) : "", gated ? qsTr("Its owner must let you in") : ""].filter(part => part.length > 0).join("\n")
    QQC2.ToolTip.delay: Kirigami.Units.toolTipDelay

    background: Rectangle {
        anchors { fill: parent; leftMargin: Kirigami.Units.smallSpacing; rightMargin: Kirigami.Units.smallSpacing }
        radius: Kirigami.Units.cornerRadius
        color: hit.current ? Kirigami.ColorUtils.tintWithAlpha(Kirigami.Theme.backgroundColor, Kirigami.Theme.highlightColor, 0.25)
            : hit.hovered || hit.visualFocus ? Kirigami.ColorUtils.tintWithAlpha(Kirigami.Theme.backgroundColor, Kirigami.Theme.textColor, 0.06) : "transparent"
        border { width: hit.visualFocus ? 1 : 0; color: Kirigami.Theme.focusColor }
    }
    contentItem: ColumnLayout {
        spacing: Math.round(Kirigami.Units.smallSpacing / 2)

        RowLayout {
            spacing: Kirigami.Units.smallSpacing

            QQC2.Label {
                Layout.fillWidth: true
                text: hit.title
                elide: Text.ElideMiddle
                font.bold: hit.current
            }
            Kirigami.Icon {
                visible: hit.gated
                implicitWidth: Kirigami.Units.iconSizes.small
                implicitHeight: implicitWidth
                source: "object-locked-symbolic"
                opacity: 0.7
            }
            Kirigami.Icon {
                visible: hit.downloads.length > 0
                implicitWidth: Kirigami.Units.iconSizes.small
                implicitHeight: implicitWidth
                source: "download-symbolic"
                opacity: 0.6
            }
            QQC2.Label {
                visible: text.length > 0
                text: hit.downloads
                font: Kirigami.Theme.smallFont
                opacity: 0.7
            }
        }
        QQC2.Label {
            Layout.fillWidth: true
            text: [hit.owner, hit.facts, hit.license].filter(part => part.length > 0).join(" · ")
            elide: Text.ElideRight
            font: Kirigami.Theme.smallFont
            opacity: 0.7
        }
    }
}
