// The conversations, newest first, grouped by day; search on top, rename in place, Delete with undo.
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls as QQC2
import QtQuick.Layouts
import org.kde.kirigami as Kirigami
import Corral.App
import Corral.Ui.Controls

Kirigami.ScrollablePage {
    id: page

    required property ChatController chat
    required property ConversationListModel conversations

    signal opened()          // a conversation was chosen: show it
    signal newWanted()

    property Kirigami.SearchField search: null // in the header, made by titleDelegate

    function focusSearch(): void {
        search?.forceActiveFocus(Qt.ShortcutFocusReason);
        search?.selectAll();
    }

    objectName: "conversationsPage"
    title: qsTr("Conversations")
    horizontalScrollBarPolicy: QQC2.ScrollBar.AlwaysOff

    titleDelegate: RowLayout {
        Layout.fillWidth: true
        spacing: Kirigami.Units.smallSpacing

        Kirigami.SearchField {
            objectName: "conversationSearch"
            Component.onCompleted: page.search = this
            Layout.fillWidth: true
            autoAccept: false // else every letter would open a conversation
            placeholderText: qsTr("Search")
            Accessible.name: qsTr("Search conversations")
            onTextChanged: page.conversations.search = text
            Keys.onDownPressed: list.takeFocus()
            Keys.onEscapePressed: {
                text = "";
                list.takeFocus();
            }
            onAccepted: list.openCurrent()
        }
        IconButton {
            objectName: "newConversation"
            text: qsTr("New conversation")
            help: qsTr("New conversation (Ctrl+N)")
            icon.name: "list-add-symbolic"
            onClicked: page.newWanted()
        }
    }

    ListView {
        id: list

        property int renamed: 0 // conversationId being renamed

        function takeFocus(): void {
            if (currentIndex < 0 && count > 0) currentIndex = Math.max(0, page.conversations.rowOf(page.chat.conversationId));
            forceActiveFocus(Qt.TabFocusReason);
        }
        function openCurrent(): void {
            const item = currentItem as ConversationDelegate ?? itemAtIndex(0) as ConversationDelegate;
            if (!item) return;
            page.chat.open(item.conversationId);
            page.opened();
        }

        objectName: "conversationList"
        model: page.conversations
        reuseItems: true
        currentIndex: -1
        activeFocusOnTab: true
        keyNavigationEnabled: true
        Accessible.role: Accessible.List
        Accessible.name: qsTr("Conversations")
        onActiveFocusChanged: if (activeFocus && currentIndex < 0) currentIndex = Math.max(0, page.conversations.rowOf(page.chat.conversationId))

        Keys.onPressed: event => {
            const item = currentItem as ConversationDelegate;
            if (event.key === Qt.Key_Return || event.key === Qt.Key_Enter) openCurrent();
            else if (event.key === Qt.Key_Delete && item) page.conversations.remove(item.conversationId);
            else if (event.key === Qt.Key_F2 && item) renamed = item.conversationId;
            else return;
            event.accepted = true;
        }

        section.property: "group"
        section.delegate: Kirigami.ListSectionHeader {
            required property string section
            width: ListView.view?.width ?? 0
            text: section
        }
        delegate: ConversationDelegate {
            id: item
            open: conversationId === page.chat.conversationId
            renaming: list.renamed === conversationId
            onClicked: {
                list.currentIndex = index;
                page.chat.open(conversationId);
                page.opened();
            }
            onRenameWanted: list.renamed = conversationId
            onRenamed: title => {
                page.conversations.rename(conversationId, title);
                list.renamed = 0;
                list.forceActiveFocus();
            }
            onRenameCancelled: {
                list.renamed = 0;
                list.forceActiveFocus();
            }
            onRemoveWanted: page.conversations.remove(conversationId)
        }

        Kirigami.PlaceholderMessage {
            objectName: "noConversations"
            anchors.centerIn: parent
            width: parent.width - 2 * Kirigami.Units.gridUnit
            visible: list.count === 0
            type: page.conversations.search.length > 0 ? Kirigami.PlaceholderMessage.Informational : Kirigami.PlaceholderMessage.Actionable
            text: page.conversations.search.length > 0 ? qsTr("Nothing found") : qsTr("No conversations yet")
            explanation: page.conversations.search.length > 0 ? qsTr("No title and no message contains “%1”.").arg(page.conversations.search)
                : qsTr("What you ask and what is answered is kept here, on this computer.")
        }
    }
}
