// Models on Hugging Face and ModelScope: empty (asking), found, nothing found, failed; and a repository beside or over the results.
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls as QQC2
import QtQuick.Layouts
import org.kde.kirigami as Kirigami
import Corral.App
import Corral.Ui.Controls

FocusScope {
    id: view

    required property DiscoverController discover

    readonly property bool beside: width > Kirigami.Units.gridUnit * 52
    readonly property bool visiting: discover.visit !== DiscoverController.Closed

    signal memoryWanted(string source) // "hf:OWNER/NAME"

    function takeFocus(): void {
        field.forceActiveFocus();
    }

    objectName: "discoverView"
    onVisibleChanged: if (visible) discover.activate()
    Component.onCompleted: if (visible) discover.activate()
    Keys.onEscapePressed: event => {
        event.accepted = visiting;
        if (visiting) discover.close();
    }

    RowLayout {
        anchors.fill: parent
        spacing: 0

        ColumnLayout {
            visible: view.beside || !view.visiting
            Layout.fillWidth: !view.beside
            Layout.preferredWidth: Kirigami.Units.gridUnit * 22
            Layout.maximumWidth: view.beside ? Kirigami.Units.gridUnit * 22 : Number.POSITIVE_INFINITY
            Layout.fillHeight: true
            spacing: Kirigami.Units.smallSpacing

            Kirigami.SearchField {
                id: field
                objectName: "discoverSearch"
                Layout.fillWidth: true
                Layout.margins: Kirigami.Units.largeSpacing
                Layout.bottomMargin: 0
                focus: true
                autoAccept: false
                placeholderText: qsTr("Search, or hf:OWNER/NAME")
                text: view.discover.search
                Accessible.name: qsTr("Search for models")
                onTextChanged: if (text !== view.discover.search) view.discover.search = text
                onAccepted: view.discover.searchNow()
                Keys.onDownPressed: results.forceActiveFocus()
            }
            RowLayout {
                Layout.fillWidth: true
                Layout.leftMargin: Kirigami.Units.largeSpacing
                Layout.rightMargin: Kirigami.Units.largeSpacing
                spacing: Kirigami.Units.smallSpacing

                QQC2.ComboBox {
                    objectName: "discoverService"
                    Layout.fillWidth: true
                    Layout.preferredWidth: 1
                    model: ["Hugging Face", "ModelScope"]
                    currentIndex: view.discover.service
                    Accessible.name: qsTr("Where to search")
                    onActivated: index => view.discover.service = index
                }
                QQC2.ComboBox {
                    objectName: "discoverSort"
                    Layout.fillWidth: true
                    Layout.preferredWidth: 1
                    model: view.discover.sorts
                    currentIndex: view.discover.sort
                    Accessible.name: qsTr("Order")
                    onActivated: index => view.discover.sort = index
                }
            }
            Notice {
                objectName: "discoverFailure"
                visible: view.discover.state === DiscoverController.Failed
                Layout.fillWidth: true
                Layout.margins: Kirigami.Units.largeSpacing
                text: view.discover.errorText
                detail: view.discover.errorDetail
                actionText: qsTr("Try again")
                actionIcon: "view-refresh-symbolic"
                onTriggered: view.discover.tryAgain()
            }
            QQC2.ScrollView {
                Layout.fillWidth: true
                Layout.fillHeight: true
                QQC2.ScrollBar.horizontal.policy: QQC2.ScrollBar.AlwaysOff

                ListView {
                    id: results
                    objectName: "discoverResults"
                    model: view.discover.hits
                    clip: true
                    reuseItems: true
                    cacheBuffer: 320
                    boundsBehavior: Flickable.StopAtBounds
                    keyNavigationEnabled: true
                    activeFocusOnTab: true
                    Accessible.role: Accessible.List
                    Accessible.name: qsTr("Models found")
                    onAtYEndChanged: if (atYEnd && count > 0) view.discover.findMore()
                    Keys.onReturnPressed: if (currentItem) (currentItem as HitDelegate).clicked()
                    delegate: HitDelegate {
                        focus: ListView.isCurrentItem
                        onClicked: {
                            results.currentIndex = index;
                            view.discover.open(repository);
                        }
                    }
                    opacity: view.discover.state === DiscoverController.Searching ? 0.6 : 1
                    QQC2.BusyIndicator {
                        objectName: "discoverBusy"
                        anchors.centerIn: parent
                        visible: view.discover.state === DiscoverController.Searching && results.count === 0
                        running: visible
                        Accessible.name: qsTr("Searching…")
                    }
                    Kirigami.PlaceholderMessage {
                        objectName: "nothingFound"
                        anchors.centerIn: parent
                        width: parent.width - 4 * Kirigami.Units.largeSpacing
                        visible: view.discover.state === DiscoverController.Found && results.count === 0
                        text: qsTr("Nothing was found")
                        explanation: qsTr("Fewer words, or another place to search, may find more.")
                    }
                }
            }
        }
        Kirigami.Separator {
            visible: view.beside
            Layout.fillHeight: true
        }
        Loader {
            active: view.visiting
            visible: active
            Layout.fillWidth: true
            Layout.fillHeight: true
            sourceComponent: RepositoryView {
                discover: view.discover
                closable: !view.beside
                onMemoryWanted: source => view.memoryWanted(source)
            }
        }
        Item {
            visible: view.beside && !view.visiting
            Layout.fillWidth: true
            Layout.fillHeight: true

            Kirigami.PlaceholderMessage {
                objectName: "chooseRepository"
                anchors.centerIn: parent
                width: Math.min(parent.width - 4 * Kirigami.Units.largeSpacing, Kirigami.Units.gridUnit * 24)
                icon.name: "download-symbolic"
                text: qsTr("Choose a model")
                explanation: qsTr("Its files appear here, with what each needs in memory, before anything is downloaded.")
            }
        }
    }
}
