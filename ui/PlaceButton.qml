// A place in the rail: icon above a short label.
import QtQuick
import QtQuick.Controls as QQC2
import QtQuick.Layouts
import org.kde.kirigami as Kirigami

QQC2.AbstractButton {
    id: button

    required property Kirigami.Action place
    property string keys: ""

    text: place.text
    checked: place.checked
    hoverEnabled: true
    focusPolicy: Qt.StrongFocus
    implicitWidth: Kirigami.Units.gridUnit * 4
    implicitHeight: content.implicitHeight + 2 * Kirigami.Units.mediumSpacing
    Accessible.role: Accessible.PageTab
    Accessible.name: text
    QQC2.ToolTip.visible: (hovered || visualFocus) && keys.length > 0
    QQC2.ToolTip.text: qsTr("%1 (%2)", "place (shortcut)").arg(text).arg(keys)
    QQC2.ToolTip.delay: Kirigami.Units.toolTipDelay
    onClicked: place.trigger()

    background: Rectangle {
        anchors.fill: parent
        anchors.margins: Math.round(Kirigami.Units.smallSpacing / 2)
        radius: Kirigami.Units.cornerRadius
        color: button.checked ? Kirigami.ColorUtils.tintWithAlpha(Kirigami.Theme.backgroundColor, Kirigami.Theme.highlightColor, 0.3)
            : button.hovered ? Kirigami.ColorUtils.tintWithAlpha(Kirigami.Theme.backgroundColor, Kirigami.Theme.textColor, 0.1) : "transparent"
        border {
            width: button.visualFocus ? 1 : 0
            color: Kirigami.Theme.focusColor
        }
    }
    contentItem: ColumnLayout {
        id: content
        spacing: Math.round(Kirigami.Units.smallSpacing / 2)

        Item { Layout.fillHeight: true }
        Kirigami.Icon {
            Layout.alignment: Qt.AlignHCenter
            source: button.place.icon.name
            implicitWidth: Kirigami.Units.iconSizes.smallMedium
            implicitHeight: implicitWidth
        }
        QQC2.Label {
            Layout.fillWidth: true
            horizontalAlignment: Text.AlignHCenter
            text: button.text
            font: Kirigami.Theme.smallFont
            elide: Text.ElideRight
        }
        Item { Layout.fillHeight: true }
    }
}
