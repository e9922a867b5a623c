// A flat button that shows only its icon; its text is the tooltip and what a screen reader says. Lighter than the style's ToolButton:
// rows of them stand under every message.
import QtQuick
import QtQuick.Controls as QQC2
import org.kde.kirigami as Kirigami

QQC2.AbstractButton {
    id: button

    property string help: text
    property bool small: false // for rows of actions within text

    display: QQC2.AbstractButton.IconOnly
    padding: small ? Kirigami.Units.smallSpacing : Kirigami.Units.mediumSpacing
    hoverEnabled: true
    focusPolicy: Qt.StrongFocus
    opacity: enabled ? 1 : 0.4
    Accessible.role: Accessible.Button
    Accessible.name: text
    Accessible.description: help === text ? "" : help
    QQC2.ToolTip.visible: (hovered || visualFocus) && help.length > 0
    QQC2.ToolTip.text: help
    QQC2.ToolTip.delay: Kirigami.Units.toolTipDelay
    Keys.onReturnPressed: click()
    Keys.onEnterPressed: click()

    background: Rectangle {
        radius: Kirigami.Units.cornerRadius
        color: Kirigami.ColorUtils.tintWithAlpha(Kirigami.Theme.backgroundColor, Kirigami.Theme.textColor, button.down ? 0.2 : 0.1)
        visible: button.hovered || button.down || button.visualFocus
        border {
            width: button.visualFocus ? 1 : 0
            color: Kirigami.Theme.focusColor
        }
    }
    contentItem: Kirigami.Icon {
        implicitWidth: button.small ? Kirigami.Units.iconSizes.small : Kirigami.Units.iconSizes.smallMedium
        implicitHeight: implicitWidth
        source: button.icon.name
    }
}
