// The Models place: what is on this machine, what there is to fetch, what is being fetched. The second and third tab are components of others.
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Layouts
import org.kde.kirigami as Kirigami
import Corral.App
import Corral.Ui.Controls

Kirigami.Page {
    id: page

    required property LibraryModel library
    required property ModelDetails details
    property Component discover: null  // null: no such tab
    property Component downloads: null
    property string downloadsText: qsTr("Downloads")
    property string tab: "library" // library | discover | downloads
    readonly property var tabs: [
        { key: "library", text: qsTr("Library"), name: "libraryTab", view: libraryView },
        { key: "discover", text: qsTr("Discover"), name: "discoverTab", view: discover },
        { key: "downloads", text: downloadsText, name: "downloadsTab", view: downloads }
    ].filter(tab => tab.view !== null)
    readonly property int current: Math.max(0, tabs.findIndex(tab => tab.key === page.tab))

    signal chatWanted(url file)
    signal memoryWanted(url file)
    signal quantizeWanted(url file)

    function takeFocus(): void {
        const view = (views.itemAt(current) as Loader)?.item as LibraryView;
        if (view) view.takeFocus();
        else page.forceActiveFocus();
    }

    objectName: "modelsPage"
    title: qsTr("Models")
    padding: 0
    Kirigami.Theme.colorSet: Kirigami.Theme.View
    Kirigami.Theme.inherit: false

    ColumnLayout {
        anchors.fill: parent
        spacing: 0

        PageTabs {
            Layout.fillWidth: true
            visible: page.tabs.length > 1
            model: page.tabs
            current: page.current
            label: page.title
            onChosen: index => page.tab = page.tabs[index].key
        }
        Item {
            Layout.fillWidth: true
            Layout.fillHeight: true

            Repeater {
                id: views
                model: page.tabs.length
                delegate: Loader { // made at the first visit and kept
                    required property int index
                    property bool visited: false
                    anchors.fill: parent
                    visible: index === page.current
                    active: visited || visible
                    onVisibleChanged: if (visible) visited = true
                    Component.onCompleted: if (visible) visited = true
                    sourceComponent: page.tabs[index].view
                }
            }
        }
    }
    Component {
        id: libraryView
        LibraryView {
            library: page.library
            details: page.details
            canDiscover: page.discover !== null
            onDiscoverWanted: page.tab = "discover"
            onChatWanted: file => page.chatWanted(file)
            onMemoryWanted: file => page.memoryWanted(file)
            onQuantizeWanted: file => page.quantizeWanted(file)
        }
    }
}
