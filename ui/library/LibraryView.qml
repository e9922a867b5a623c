// The models on this machine: the list with the disk above and the folders below, the details of the selected one beside it (narrow: in its stead).
// Empty, reading, filled, nothing found.
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls as QQC2
import QtQuick.Dialogs
import QtQuick.Layouts
import org.kde.kirigami as Kirigami
import Corral.App
import Corral.Ui.Controls

FocusScope {
    id: view

    required property LibraryModel library
    required property ModelDetails details
    property bool canDiscover: false
    property bool opened: false // narrow: the details are in front
    property string failure: ""

    readonly property bool empty: library.listed && library.total === 0
    readonly property bool wide: width > Kirigami.Units.gridUnit * 42 && !empty

    signal chatWanted(url file)
    signal memoryWanted(url file)
    signal quantizeWanted(url file)
    signal discoverWanted()

    function takeFocus(): void {
        if (!wide && opened) detailsView.forceActiveFocus();
        else list.forceActiveFocus();
    }
    function open(path: string): void {
        library.select(path);
        opened = true;
    }
    function close(): void {
        opened = false;
        list.forceActiveFocus();
    }
    // With room for both there is always something in the pane.
    function selectSome(): void {
        if (wide && !library.selected && list.count > 0) library.select(library.data(library.index(0, 0), LibraryModel.PathRole));
    }
    onWideChanged: selectSome()
    Component.onCompleted: {
        library.refresh();
        selectSome();
    }
    objectName: "libraryView"
    Keys.onEscapePressed: event => {
        event.accepted = opened && !wide;
        if (event.accepted) close();
    }

    Connections {
        target: view.library
        function onFailed(sentence: string) { view.failure = sentence; }
        function onTrashed() { view.failure = ""; }
        function onRenamed() { view.failure = ""; }
        function onSelectedChanged() { if (!view.library.selected) view.opened = false; }
        function onCountChanged() { Qt.callLater(view.selectSome); }
    }
    FolderDialog {
        id: folderDialog
        objectName: "libraryFolderDialog"
        title: qsTr("Add a folder with models")
        onAccepted: view.library.addFolder(selectedFolder)
    }

    ColumnLayout {
        id: listPane
        anchors { left: parent.left; top: parent.top; bottom: parent.bottom }
        width: view.wide ? Math.round(Math.min(Kirigami.Units.gridUnit * 28, view.width * 0.45)) : parent.width
        visible: view.wide || !view.opened
        spacing: 0

        Notice {
            objectName: "libraryFailure"
            visible: view.failure.length > 0
            Layout.fillWidth: true
            Layout.margins: Kirigami.Units.largeSpacing
            Layout.bottomMargin: 0
            text: view.failure
            actionText: qsTr("Close")
            actionIcon: "dialog-close-symbolic"
            onTriggered: view.failure = ""
        }
        DiskBar {
            visible: !view.empty
            Layout.fillWidth: true
            Layout.margins: Kirigami.Units.largeSpacing
            Layout.bottomMargin: Kirigami.Units.smallSpacing
            library: view.library
        }
        RowLayout {
            visible: !view.empty
            Layout.fillWidth: true
            Layout.leftMargin: Kirigami.Units.largeSpacing
            Layout.rightMargin: Kirigami.Units.largeSpacing
            Layout.bottomMargin: Kirigami.Units.smallSpacing
            spacing: Kirigami.Units.smallSpacing

            Kirigami.SearchField {
                objectName: "librarySearch"
                Layout.fillWidth: true
                placeholderText: qsTr("Search")
                Accessible.name: qsTr("Search the library")
                text: view.library.search
                onTextChanged: view.library.search = text
                Keys.onDownPressed: list.forceActiveFocus()
            }
            IconButton {
                objectName: "addFolder"
                text: qsTr("Add a folder…")
                icon.name: "folder-new-symbolic"
                onClicked: folderDialog.open()
            }
        }
        QQC2.Label {
            objectName: "libraryReading"
            visible: view.library.readingText.length > 0 && view.library.total > 0
            Layout.fillWidth: true
            Layout.leftMargin: Kirigami.Units.largeSpacing
            Layout.rightMargin: Kirigami.Units.largeSpacing
            text: view.library.readingText
            elide: Text.ElideRight
            font: Kirigami.Theme.smallFont
            opacity: 0.7
        }
        QQC2.ScrollView {
            Layout.fillWidth: true
            Layout.fillHeight: true
            QQC2.ScrollBar.horizontal.policy: QQC2.ScrollBar.AlwaysOff

            ListView {
                id: list
                objectName: "libraryList"
                model: view.library
                clip: true
                reuseItems: true
                cacheBuffer: 320
                activeFocusOnTab: true
                keyNavigationEnabled: true
                focus: true
                currentIndex: -1
                Accessible.role: Accessible.List
                Accessible.name: qsTr("Models on this machine")
                section.property: "origin"
                section.delegate: Kirigami.ListSectionHeader {
                    required property string section
                    width: ListView.view?.width ?? 0
                    text: section
                }
                delegate: LibraryDelegate {
                    width: ListView.view?.width ?? 0
                    onClicked: view.open(path)
                    highlighted: selected && view.wide
                }
                Keys.onReturnPressed: if (currentItem) view.open((currentItem as LibraryDelegate).path)
                Keys.onEnterPressed: if (currentItem) view.open((currentItem as LibraryDelegate).path)
                Keys.onDeletePressed: {
                    const item = currentItem as LibraryDelegate;
                    if (item && item.own) view.library.moveToTrash(item.path);
                }
                footer: FolderList {
                    width: ListView.view?.width ?? 0
                    library: view.library
                    visible: !view.empty && view.library.search.length === 0
                    height: visible ? implicitHeight : 0
                    onAddWanted: folderDialog.open()
                }

                Kirigami.PlaceholderMessage { // Empty
                    objectName: "libraryEmpty"
                    anchors.centerIn: parent
                    width: parent.width - 4 * Kirigami.Units.largeSpacing
                    visible: view.empty
                    icon.name: "folder-download-symbolic"
                    text: qsTr("No models yet")
                    explanation: qsTr("Models that you fetch, and those that other programs keep on this machine, are listed here.")
                    helpfulAction: Kirigami.Action {
                        text: view.canDiscover ? qsTr("Find a model") : qsTr("Add a folder…")
                        icon.name: view.canDiscover ? "search-symbolic" : "folder-new-symbolic"
                        onTriggered: view.canDiscover ? view.discoverWanted() : folderDialog.open()
                    }

                    QQC2.Button {
                        objectName: "addFolderToEmpty"
                        Layout.alignment: Qt.AlignHCenter
                        visible: view.canDiscover
                        flat: true
                        text: qsTr("Add a folder…")
                        icon.name: "folder-new-symbolic"
                        Accessible.name: text
                        onClicked: folderDialog.open()
                    }
                }
                Kirigami.PlaceholderMessage { // Nothing found
                    objectName: "libraryNothingFound"
                    anchors.centerIn: parent
                    width: parent.width - 4 * Kirigami.Units.largeSpacing
                    visible: list.count === 0 && view.library.total > 0
                    icon.name: "search-symbolic"
                    text: qsTr("No model matches “%1”").arg(view.library.search)
                }
                QQC2.BusyIndicator { // Reading
                    anchors.centerIn: parent
                    running: visible
                    visible: !view.library.listed
                }
            }
        }
    }
    Kirigami.Separator {
        visible: view.wide
        anchors { left: listPane.right; top: parent.top; bottom: parent.bottom }
    }
    DetailsView {
        id: detailsView
        anchors { left: view.wide ? listPane.right : parent.left; right: parent.right; top: parent.top; bottom: parent.bottom; leftMargin: view.wide ? 1 : 0 }
        visible: view.wide || view.opened
        library: view.library
        details: view.details
        closable: !view.wide
        onCloseWanted: view.close()
        onChatWanted: file => view.chatWanted(file)
        onMemoryWanted: file => view.memoryWanted(file)
        onQuantizeWanted: file => view.quantizeWanted(file)
    }
}
