// The window: a rail of places, the pages of the chosen one, and what works everywhere (shortcuts, drops, the file dialog, the sheet).
// A new place is one entry in `places`.
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls as QQC2
import QtQuick.Dialogs
import QtQuick.Layouts
import org.kde.kirigami as Kirigami
import Corral.App
import Corral.Ui.Chat
import Corral.Ui.Conversations
import Corral.Ui.Settings

Kirigami.ApplicationWindow {
    id: window

    required property ChatController chat
    required property ConversationListModel conversations
    required property ModelPickerModel models
    required property ChatSettings settings
    required property StarterFetcher starter

    readonly property bool narrow: width < Kirigami.Units.gridUnit * 50
    readonly property list<Place> places: [
        Place {
            id: chatPlace
            text: qsTr("Chat")
            icon.name: "dialog-messages-symbolic"
            checked: window.place === chatPlace
            pages: [conversationsPage, chatPage]
            onTriggered: window.go(chatPlace)
        },
        Place { // the last one stands at the rail's foot
            id: settingsPlace
            text: qsTr("Settings")
            icon.name: "settings-configure-symbolic"
            checked: window.place === settingsPlace
            pages: [settingsPage]
            onTriggered: window.go(settingsPlace)
        }
    ]
    property Place place: null
    property string page: "chat" // what is in front: chat | conversations | models (the picker) | answers (the sheet) | settings; assignable
    readonly property ChatPage chatItem: (chatPlace.made[1] ?? null) as ChatPage
    readonly property ConversationsPage conversationsItem: (chatPlace.made[0] ?? null) as ConversationsPage

    function go(next: Place): void {
        if (place === next) return;
        place = next;
        pageStack.clear();
        for (const page of next.items(window.contentItem)) pageStack.push(page);
        pageStack.currentIndex = next.firstPage;
    }
    function showChat(): void {
        go(chatPlace);
        pageStack.currentIndex = 1;
        chatItem.takeFocus();
    }
    function showConversations(): void {
        go(chatPlace);
        pageStack.currentIndex = 0;
    }
    onPageChanged: {
        sheet.close();
        chatItem.closePicker();
        switch (page) {
        case "conversations": showConversations(); break;
        case "settings": go(settingsPlace); break;
        default: showChat();
        }
        if (page === "models") chatItem.openPicker();
        if (page === "answers") openSheet(ChatSettings.ThisConversation);
    }
    function newConversation(): void {
        chat.newConversation();
        showChat();
    }
    function openSheet(scope: int): void {
        settings.scope = scope;
        sheet.open();
    }
    // What was dropped or chosen: a model is loaded, anything else is answered with why not.
    function take(urls: var): void {
        const model = urls.find(url => url.toString().toLowerCase().endsWith(".gguf"));
        if (model) {
            go(chatPlace);
            models.openFile(model);
        } else {
            showPassiveNotification(qsTr("Only model files (.gguf) can be opened here."), "long");
        }
    }

    objectName: "window"
    title: chat.title ? qsTr("%1 — Corral", "title of a conversation").arg(chat.title) : qsTr("Corral")
    width: Kirigami.Units.gridUnit * 68
    height: Kirigami.Units.gridUnit * 44
    minimumWidth: Kirigami.Units.gridUnit * 18
    minimumHeight: Kirigami.Units.gridUnit * 18
    pageStack.anchors.leftMargin: rail.visible ? rail.width : 0
    pageStack.globalToolBar.style: Kirigami.ApplicationHeaderStyle.ToolBar
    pageStack.globalToolBar.showNavigationButtons: narrow ? Kirigami.ApplicationHeaderStyle.ShowBackButton : Kirigami.ApplicationHeaderStyle.NoNavigationButtons
    pageStack.defaultColumnWidth: Kirigami.Units.gridUnit * 14
    pageStack.columnView.columnResizeMode: narrow ? Kirigami.ColumnView.SingleColumn : Kirigami.ColumnView.FixedColumns
    Component.onCompleted: showChat()

    footer: Kirigami.NavigationTabBar {
        objectName: "bottomBar"
        visible: window.narrow
        actions: window.places
    }
    QQC2.Pane {
        id: rail
        objectName: "rail"
        parent: window.contentItem
        anchors { left: parent.left; top: parent.top; bottom: parent.bottom }
        width: Kirigami.Units.gridUnit * 4 + 1
        visible: !window.narrow
        padding: 0
        z: 1
        Kirigami.Theme.colorSet: Kirigami.Theme.Window
        Kirigami.Theme.inherit: false

        ColumnLayout {
            anchors.fill: parent
            anchors.rightMargin: 1
            spacing: 0

            Repeater {
                model: window.places.length
                delegate: ColumnLayout {
                    id: entry
                    required property int index
                    Layout.fillHeight: index === window.places.length - 1
                    spacing: 0

                    Item {
                        visible: parent.Layout.fillHeight
                        Layout.fillHeight: true
                    }
                    PlaceButton {
                        objectName: "place" + entry.index
                        place: window.places[entry.index]
                        keys: entry.index === window.places.length - 1 ? "" : qsTr("Ctrl+%1").arg(entry.index + 1)
                        Layout.topMargin: entry.index === 0 ? Math.round(Kirigami.Units.smallSpacing / 2) : 0
                    }
                    Shortcut {
                        enabled: entry.index < window.places.length - 1
                        sequence: "Ctrl+" + (entry.index + 1)
                        onActivated: window.places[entry.index].trigger()
                    }
                }
            }
        }
        Kirigami.Separator {
            anchors { right: parent.right; top: parent.top; bottom: parent.bottom }
        }
    }

    Component {
        id: conversationsPage
        ConversationsPage {
            chat: window.chat
            conversations: window.conversations
            onOpened: window.showChat()
            onNewWanted: window.newConversation()
        }
    }
    Component {
        id: chatPage
        ChatPage {
            chat: window.chat
            models: window.models
            starter: window.starter
            Kirigami.ColumnView.fillWidth: true
            onOpenFileWanted: fileDialog.open()
            onSettingsWanted: window.openSheet(ChatSettings.ThisConversation)
        }
    }
    Component {
        id: settingsPage
        SettingsPage {
            settings: window.settings
            models: window.models
            Kirigami.ColumnView.fillWidth: true
            onDefaultsWanted: window.openSheet(ChatSettings.AllModels)
        }
    }
    SettingsSheet {
        id: sheet
        parent: window.QQC2.Overlay.overlay
        settings: window.settings
    }
    FileDialog {
        id: fileDialog
        objectName: "fileDialog"
        title: qsTr("Open a model")
        nameFilters: [qsTr("Models (*.gguf)"), qsTr("All files (*)")]
        onAccepted: window.take([selectedFile])
    }

    Shortcut { sequences: [StandardKey.New]; onActivated: window.newConversation() }
    Shortcut { sequences: [StandardKey.Open]; onActivated: fileDialog.open() }
    Shortcut { sequence: "Ctrl+,"; onActivated: window.openSheet(ChatSettings.ThisConversation) }
    Shortcut {
        sequence: "Ctrl+K"
        onActivated: {
            window.showConversations();
            window.conversationsItem.focusSearch();
        }
    }
    Shortcut {
        sequence: "Ctrl+M"
        onActivated: {
            window.showChat();
            window.chatItem.openPicker();
        }
    }
    Shortcut {
        sequence: "Esc"
        enabled: window.chat.canStop
        onActivated: window.chat.stop()
    }

    Connections {
        target: window.conversations
        function onRemoved(conversationId: int, title: string) {
            window.showPassiveNotification(qsTr("“%1” was deleted").arg(title), 8000, qsTr("Undo"), () => window.conversations.undoRemove());
        }
    }
    Connections {
        target: window.models
        function onRefused(reason: string) { window.showPassiveNotification(reason, "long"); }
        function onChosen() { window.showChat(); }
    }
    DropArea {
        parent: window.contentItem
        anchors.fill: parent
        z: 1000
        onEntered: drag => drag.accepted = drag.hasUrls
        onDropped: drop => {
            window.take(drop.urls);
            drop.acceptProposedAction();
        }

        Rectangle { // where it will go
            anchors.fill: parent
            visible: parent.containsDrag
            color: Kirigami.ColorUtils.tintWithAlpha(Kirigami.Theme.backgroundColor, Kirigami.Theme.highlightColor, 0.2)
            opacity: 0.95

            Kirigami.PlaceholderMessage {
                anchors.centerIn: parent
                width: parent.width - 4 * Kirigami.Units.gridUnit
                icon.name: "document-open-symbolic"
                text: qsTr("Drop a model to chat with it")
                explanation: qsTr("Model files end in .gguf")
            }
        }
    }
}
