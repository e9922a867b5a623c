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
import Corral.Ui.Controls
import Corral.Ui.Conversations
import Corral.Ui.Devices
import Corral.Ui.Discovering
import Corral.Ui.Downloads
import Corral.Ui.Estimating
import Corral.Ui.Library
import Corral.Ui.Quantizing
import Corral.Ui.Serving
import Corral.Ui.Settings

Kirigami.ApplicationWindow {
    id: window

    required property ChatController chat
    required property ConversationListModel conversations
    required property ModelPickerModel models
    required property ChatSettings settings
    required property StarterFetcher starter
    required property QuantizeController quantize
    required property DiscoverController discover
    required property DownloadQueue downloads
    required property LibraryModel library
    required property ModelDetails details
    required property EstimateController estimate
    required property LoadedMemory loadedMemory
    required property ServeController serving
    required property DeviceListModel devices
    required property OffloadPlan offload        // of the chat's model
    required property OffloadPlan servingOffload // of the server's
    property bool canHide: false  // there is a tray from which it comes back; told by the program
    property bool leaving: false  // nothing is asked any more

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
        Place {
            id: modelsPlace
            text: qsTr("Models")
            icon.name: "folder-download-symbolic"
            checked: window.place === modelsPlace
            pages: [modelsPage]
            onTriggered: window.showModels(window.modelsItem?.tab ?? "library")
        },
        Place {
            id: quantizePlace
            text: qsTr("Quantize")
            icon.name: "archive-insert-symbolic"
            checked: window.place === quantizePlace
            pages: [quantizePage]
            onTriggered: window.showQuantize()
        },
        Place {
            id: memoryPlace
            text: qsTr("Memory")
            icon.name: "dialog-memory-symbolic"
            checked: window.place === memoryPlace
            pages: [memoryPage]
            onTriggered: window.showMemory()
        },
        Place {
            id: serverPlace
            text: qsTr("Server")
            icon.name: "network-server-symbolic"
            checked: window.place === serverPlace
            pages: [serverPage]
            onTriggered: window.showServer()
        },
        Place { // the last one stands at the rail's foot
            id: settingsPlace
            text: qsTr("Settings")
            icon.name: "settings-configure-symbolic"
            checked: window.place === settingsPlace || window.place === window.devicesPlace
            pages: [settingsPage]
            onTriggered: window.go(settingsPlace)
        }
    ]
    readonly property Place devicesPlace: Place { // the settings lead to it
        pages: [devicesPage]
    }
    property Place place: null
    property string page: "chat" // what is in front: chat | conversations | models (the picker) | answers (the sheet) | library | discover | downloads | quantize | memory | server | settings | devices; assignable
    readonly property ChatPage chatItem: (chatPlace.made[1] ?? null) as ChatPage
    readonly property ModelsPage modelsItem: (modelsPlace.made[0] ?? null) as ModelsPage
    readonly property QuantizePage quantizeItem: (quantizePlace.made[0] ?? null) as QuantizePage
    readonly property MemoryPage memoryItem: (memoryPlace.made[0] ?? null) as MemoryPage
    readonly property ServerPage serverItem: (serverPlace.made[0] ?? null) as ServerPage
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
    function showModels(tab: string): void {
        go(modelsPlace);
        modelsItem.tab = tab;
        modelsItem.takeFocus();
    }
    function showQuantize(): void {
        go(quantizePlace);
        quantizeItem.takeFocus();
    }
    function showMemory(): void {
        const first = memoryPlace.made.length === 0;
        go(memoryPlace);
        // The model that is talked to, the first time.
        if (first && estimate.state !== EstimateController.Reading && !estimate.hasFile && chat.modelUrl.toString().length > 0) estimate.openFile(chat.modelUrl);
        memoryItem.takeFocus();
    }
    function showServer(): void {
        library.refresh();
        go(serverPlace);
        serverItem.takeFocus();
    }
    function showDevices(): void {
        sheet.close();
        go(devicesPlace);
        (devicesPlace.made[0] as DevicesPage).takeFocus();
    }
    // Closed for good: the server ends with the window.
    function quit(): void {
        leaving = true;
        close();
    }
    onPageChanged: {
        sheet.close();
        chatItem.closePicker();
        switch (page) {
        case "conversations": showConversations(); break;
        case "library": case "discover": case "downloads": showModels(page); break;
        case "quantize": showQuantize(); break;
        case "memory": showMemory(); break;
        case "server": showServer(); break;
        case "settings": go(settingsPlace); break;
        case "devices": showDevices(); break;
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
    // A model to chat with, from a drop or the dialog.
    function chatWith(urls: var): void {
        go(chatPlace);
        models.openFile(urls.find(url => url.toString().toLowerCase().endsWith(".gguf")) ?? urls[0]);
    }
    // A model to work on: to quantize, convert, split or merge.
    function workOn(urls: var): void {
        showQuantize();
        quantize.open(urls);
    }
    // A hub's name or an address, dropped or pasted.
    function download(address: string): void {
        if (downloads.add(address) > 0) showModels("downloads");
    }
    // A model whose memory is asked for.
    function weigh(urls: var): void {
        showMemory();
        estimate.openFile(urls.find(url => url.toString().toLowerCase().endsWith(".gguf")) ?? urls[0]);
    }
    // What can be done with things that are dragged over the window.
    function choicesFor(urls: var, text: string): var {
        const address = urls.length > 0 ? urls[0].toString() : text;
        if (/^(hf:|ms:|https?:)/.test(address) && downloads.understands(address)) return [{
            title: qsTr("Download"),
            help: address,
            icon: "download-symbolic",
            use: () => download(address)
        }];
        const work = quantize.isModel(urls) ? {
            title: qsTr("Quantize"),
            help: qsTr("Make it smaller, split or merge it"),
            icon: "archive-insert-symbolic",
            use: urls => workOn(urls)
        } : quantize.isCheckpoint(urls) ? {
            title: qsTr("Convert"),
            help: qsTr("Make a .gguf file of it"),
            icon: "archive-insert-symbolic",
            use: urls => workOn(urls)
        } : null;
        if (!work) return [];
        if (!quantize.isModel(urls)) return [work];
        const weighing = {
            title: qsTr("Memory"),
            help: qsTr("See what it needs"),
            icon: "dialog-memory-symbolic",
            use: urls => weigh(urls)
        };
        if (place === memoryPlace) return [weighing];
        if (place === quantizePlace) return [work];
        return [{
            title: qsTr("Chat"),
            help: qsTr("Load it and talk to it"),
            icon: "dialog-messages-symbolic",
            use: urls => chatWith(urls)
        }, work, weighing];
    }

    objectName: "window"
    title: chat.title ? qsTr("%1 — Corral", "title of a conversation").arg(chat.title) : qsTr("Corral")
    width: Kirigami.Units.gridUnit * 68
    height: Kirigami.Units.gridUnit * 44
    minimumWidth: Kirigami.Units.gridUnit * 18
    minimumHeight: Kirigami.Units.gridUnit * 18
    pageStack.anchors.leftMargin: rail.visible ? rail.width : 0
    pageStack.anchors.bottomMargin: strip.visible ? strip.height : 0
    pageStack.globalToolBar.style: Kirigami.ApplicationHeaderStyle.ToolBar
    pageStack.globalToolBar.showNavigationButtons: narrow ? Kirigami.ApplicationHeaderStyle.ShowBackButton : Kirigami.ApplicationHeaderStyle.NoNavigationButtons
    pageStack.defaultColumnWidth: Kirigami.Units.gridUnit * 14
    pageStack.columnView.columnResizeMode: narrow ? Kirigami.ColumnView.SingleColumn : Kirigami.ColumnView.FixedColumns
    onClosing: close => {
        if (!serving.active || leaving || serving.closing === ServeController.StopAndQuit) return;
        close.accepted = false;
        if (serving.closing === ServeController.KeepRunning && canHide) hide();
        else closingDialog.open();
    }
    Component.onCompleted: {
        showChat();
        if (quantize.leftovers) showPassiveNotification(quantize.leftovers, "long", qsTr("Show"), () => showQuantize());
    }

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
            onDiscoverWanted: window.page = "discover"
            onSettingsWanted: window.openSheet(ChatSettings.ThisConversation)
        }
    }
    Component {
        id: modelsPage
        ModelsPage {
            library: window.library
            details: window.details
            discover: discoverView
            downloads: downloadsView
            downloadsText: window.downloads.count > window.downloads.doneCount
                ? qsTr("Downloads (%1)").arg(window.downloads.count - window.downloads.doneCount) : qsTr("Downloads")
            Kirigami.ColumnView.fillWidth: true
            onChatWanted: file => window.chatWith([file])
            onMemoryWanted: file => window.weigh([file])
            onQuantizeWanted: file => window.workOn([file])
        }
    }
    Component {
        id: downloadsView
        DownloadsView { downloads: window.downloads }
    }
    Component {
        id: discoverView
        DiscoverView {
            discover: window.discover
            onMemoryWanted: source => {
                window.showMemory();
                window.estimate.hubText = source;
                window.estimate.readHub();
            }
        }
    }
    Component {
        id: quantizePage
        QuantizePage {
            quantize: window.quantize
            models: window.models
            Kirigami.ColumnView.fillWidth: true
        }
    }
    Component {
        id: memoryPage
        MemoryPage {
            estimate: window.estimate
            loaded: window.loadedMemory
            library: window.library
            Kirigami.ColumnView.fillWidth: true
        }
    }
    Component {
        id: serverPage
        ServerPage {
            serving: window.serving
            library: window.library
            starter: window.starter
            plan: window.servingOffload
            Kirigami.ColumnView.fillWidth: true
            onDiscoverWanted: window.page = "discover"
            onDevicesWanted: window.showDevices()
        }
    }
    Component {
        id: devicesPage
        DevicesPage {
            devices: window.devices
            Kirigami.ColumnView.fillWidth: true
            onBackWanted: window.go(settingsPlace)
        }
    }
    Component {
        id: settingsPage
        SettingsPage {
            settings: window.settings
            serving: window.serving
            models: window.models
            discover: window.discover
            Kirigami.ColumnView.fillWidth: true
            onDefaultsWanted: window.openSheet(ChatSettings.AllModels)
            onDevicesWanted: window.showDevices()
        }
    }
    ColumnLayout { // what runs, where its page, which shows more, is not in front
        id: strip
        parent: window.contentItem
        anchors { left: parent.left; right: parent.right; bottom: parent.bottom; leftMargin: rail.visible ? rail.width : 0 }
        z: 1
        visible: downloadStrip.shown || quantizeStrip.shown
        spacing: 0

        JobStrip {
            id: downloadStrip
            readonly property bool shown: window.downloads.running && !(window.place === modelsPlace && window.modelsItem?.tab === "downloads")
            objectName: "downloadStrip"
            Layout.fillWidth: true
            visible: shown
            jobs: window.downloads
            stopText: qsTr("Pause")
            stopIcon: "media-playback-pause-symbolic"
            onClicked: window.showModels("downloads")
        }
        JobStrip {
            id: quantizeStrip
            readonly property bool shown: window.quantize.jobs.running && window.place !== quantizePlace
            Layout.fillWidth: true
            visible: shown
            jobs: window.quantize.jobs
            onClicked: window.showQuantize()
        }
    }
    ClosingDialog {
        id: closingDialog
        parent: window.QQC2.Overlay.overlay
        serving: window.serving
        canHide: window.canHide
        onHideWanted: window.canHide ? window.hide() : window.showMinimized()
        onQuitWanted: window.quit()
    }
    SettingsSheet {
        id: sheet
        parent: window.QQC2.Overlay.overlay
        settings: window.settings
        plan: window.offload
        onDevicesWanted: window.showDevices()
    }
    FileDialog {
        id: fileDialog
        objectName: "fileDialog"
        title: qsTr("Open a model")
        nameFilters: [qsTr("Models (*.gguf)"), qsTr("All files (*)")]
        onAccepted: window.chatWith([selectedFile])
    }

    Shortcut {
        sequence: "Ctrl+Q" // not every platform has a standard key for it
        onActivated: window.serving.active && window.serving.closing === ServeController.Ask ? closingDialog.open() : window.quit()
    }
    Shortcut { sequences: [StandardKey.New]; onActivated: window.newConversation() }
    Shortcut {
        sequences: [StandardKey.Open]
        onActivated: {
            if (window.place === quantizePlace) window.quantizeItem.openFile();
            else if (window.place === memoryPlace) window.memoryItem.openFile();
            else fileDialog.open();
        }
    }
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
        target: window.library
        function onTrashed(name: string) {
            window.showPassiveNotification(qsTr("“%1” was moved to the trash").arg(name), 8000, qsTr("Undo"), () => window.library.undoTrash());
        }
    }
    Connections {
        target: window.models
        function onRefused(reason: string) { window.showPassiveNotification(reason, "long"); }
        function onChosen() { window.showChat(); }
    }
    Connections {
        target: window.serving
        function onEnded(sentence: string) {
            if (window.place !== serverPlace) window.showPassiveNotification(sentence, "long", qsTr("Show"), () => window.showServer());
        }
    }
    Connections {
        target: window.quantize.jobs
        function onEnded(sentence: string) {
            if (window.place !== quantizePlace) window.showPassiveNotification(sentence, "long", qsTr("Show"), () => window.showQuantize());
        }
    }
    Connections {
        target: window.downloads
        function onEnded(sentence: string) {
            if (!(window.place === modelsPlace && window.modelsItem?.tab === "downloads")) {
                window.showPassiveNotification(sentence, "long", qsTr("Show"), () => window.showModels("downloads"));
            }
        }
    }
    Shortcut { // a name or an address, where no field takes it
        sequences: [StandardKey.Paste]
        onActivated: {
            const text = Clipboard.text().trim();
            if (/^(hf:|ms:|https?:)/.test(text)) window.download(text);
        }
    }
    DropArea {
        id: dropArea
        parent: window.contentItem
        anchors.fill: parent
        z: 1000
        property list<url> urls
        property string text
        onEntered: drag => {
            urls = drag.urls;
            text = drag.hasText ? drag.text.trim() : "";
            drag.accepted = drag.hasUrls || window.choicesFor(urls, text).length > 0;
        }
        onDropped: drop => {
            const choice = dropTargets.choices[dropTargets.chosen];
            if (choice) choice.use(drop.urls);
            else window.showPassiveNotification(qsTr("Only model files (.gguf) and Hugging Face folders can be opened here."), "long");
            drop.acceptProposedAction();
        }

        DropTargets {
            id: dropTargets
            anchors.fill: parent
            visible: dropArea.containsDrag && choices.length > 0
            choices: window.choicesFor(dropArea.urls, dropArea.text)
            at: Qt.point(dropArea.drag.x, dropArea.drag.y)
        }
    }
}
