// A conversation in the list: title, and while searching where the words were found.
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls as QQC2
import QtQuick.Layouts
import org.kde.kirigami as Kirigami
import org.kde.kirigamiaddons.delegates as Delegates
import Corral.Ui.Controls

Delegates.RoundedItemDelegate {
    id: item

    required property int index
    required property int conversationId
    required property string title
    required property string snippet
    required property bool open     // shown in the chat
    required property bool renaming

    signal renameWanted()
    signal renamed(string title)
    signal renameCancelled()
    signal removeWanted()

    objectName: "conversation"
    text: title
    checkable: false
    highlighted: open || (ListView.isCurrentItem && (ListView.view?.activeFocus ?? false))
    Accessible.name: title
    Accessible.description: snippet
    QQC2.ToolTip.visible: hovered && label.truncated
    QQC2.ToolTip.text: title
    QQC2.ToolTip.delay: Kirigami.Units.toolTipDelay

    TapHandler {
        acceptedButtons: Qt.RightButton
        onTapped: menu.popup()
    }
    TapHandler {
        acceptedDevices: PointerDevice.TouchScreen
        onLongPressed: menu.popup()
    }
    QQC2.Menu {
        id: menu
        QQC2.MenuItem {
            objectName: "renameConversation"
            text: qsTr("Rename")
            icon.name: "edit-rename-symbolic"
            onTriggered: item.renameWanted()
        }
        QQC2.MenuItem {
            objectName: "deleteConversation"
            text: qsTr("Delete")
            icon.name: "edit-delete-symbolic"
            onTriggered: item.removeWanted()
        }
    }

    contentItem: RowLayout {
        spacing: 0

        ColumnLayout {
            visible: !item.renaming
            spacing: 0

            QQC2.Label {
                id: label
                Layout.fillWidth: true
                text: item.title
                textFormat: Text.PlainText
                elide: Text.ElideRight
            }
            QQC2.Label {
                Layout.fillWidth: true
                visible: text.length > 0
                text: item.snippet
                textFormat: Text.PlainText
                elide: Text.ElideRight
                font: Kirigami.Theme.smallFont
                opacity: 0.7
            }
        }
        Loader {
            Layout.fillWidth: true
            active: item.renaming
            visible: active
            sourceComponent: QQC2.TextField {
                objectName: "renameField"
                Accessible.name: qsTr("New name")
                Component.onCompleted: {
                    text = item.title;
                    selectAll();
                    forceActiveFocus();
                }
                onAccepted: text.trim().length > 0 ? item.renamed(text.trim()) : item.renameCancelled()
                Keys.onEscapePressed: item.renameCancelled()
                onActiveFocusChanged: if (!activeFocus && item.renaming) item.renameCancelled()
            }
        }
        IconButton {
            objectName: "conversationMenu"
            visible: item.hovered && !item.renaming
            text: qsTr("Rename or delete")
            icon.name: "overflow-menu-symbolic"
            small: true
            Layout.topMargin: -Kirigami.Units.smallSpacing
            Layout.bottomMargin: -Kirigami.Units.smallSpacing
            onClicked: menu.popup()
        }
    }
}
