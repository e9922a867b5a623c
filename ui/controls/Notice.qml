// What happened, what it means, and one button that helps. Like Kirigami.InlineMessage, but its button stands on a line of its own,
// so that it may become narrow after it was wide (InlineMessage then lays its button over the text).
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls as QQC2
import QtQuick.Layouts
import org.kde.kirigami as Kirigami

QQC2.Control {
    id: notice

    enum Kind { Information, Warning, Error }

    required property string text
    property int kind: Notice.Error
    property string detail: "" // for a tooltip
    property string actionText: ""
    property string actionIcon: ""
    property bool closable: false // may be put away
    readonly property color accent: kind === Notice.Error ? Kirigami.Theme.negativeTextColor
        : kind === Notice.Warning ? Kirigami.Theme.neutralTextColor : Kirigami.Theme.activeTextColor

    signal triggered()
    signal closeWanted()
    signal linkActivated(string link)

    padding: Kirigami.Units.largeSpacing
    Accessible.role: Accessible.AlertMessage
    Accessible.name: text
    hoverEnabled: true
    QQC2.ToolTip.visible: hovered && detail.length > 0
    QQC2.ToolTip.text: detail
    QQC2.ToolTip.delay: Kirigami.Units.toolTipDelay

    background: Rectangle {
        radius: Kirigami.Units.cornerRadius
        color: Kirigami.ColorUtils.tintWithAlpha(Kirigami.Theme.backgroundColor, notice.accent, 0.12)
        border { width: 1; color: Kirigami.ColorUtils.tintWithAlpha(Kirigami.Theme.backgroundColor, notice.accent, 0.5) }
    }
    contentItem: GridLayout {
        columns: 3
        columnSpacing: Kirigami.Units.largeSpacing
        rowSpacing: Kirigami.Units.smallSpacing

        Kirigami.Icon {
            Layout.alignment: Qt.AlignTop
            implicitWidth: Kirigami.Units.iconSizes.smallMedium
            implicitHeight: implicitWidth
            source: notice.kind === Notice.Error ? "dialog-error-symbolic"
                : notice.kind === Notice.Warning ? "dialog-warning-symbolic" : "dialog-information-symbolic"
            color: notice.accent
        }
        QQC2.Label {
            Layout.fillWidth: true
            text: notice.text
            textFormat: Text.StyledText
            wrapMode: Text.Wrap
            linkColor: Kirigami.Theme.linkColor
            onLinkActivated: link => notice.linkActivated(link)
            HoverHandler { cursorShape: parent.hoveredLink ? Qt.PointingHandCursor : Qt.ArrowCursor }
        }
        IconButton {
            objectName: "closeNotice"
            visible: notice.closable
            Layout.alignment: Qt.AlignTop
            small: true
            text: qsTr("Close")
            icon.name: "dialog-close-symbolic"
            onClicked: notice.closeWanted()
        }
        QQC2.Button {
            Layout.column: 1
            Layout.row: 1
            objectName: "noticeButton"
            visible: notice.actionText.length > 0
            text: notice.actionText
            icon.name: notice.actionIcon
            Accessible.name: text
            onClicked: notice.triggered()
        }
    }
}
