// A repository: what it is, whether Corral runs it, its files against this machine's memory. Opening, open, refused.
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls as QQC2
import QtQuick.Layouts
import org.kde.kirigami as Kirigami
import Corral.App
import Corral.Ui.Controls

QQC2.ScrollView {
    id: view

    required property DiscoverController discover
    property bool closable: false

    readonly property bool opened: discover.visit === DiscoverController.Open
    readonly property bool compact: availableWidth < Kirigami.Units.gridUnit * 30
    readonly property real nameWidth: Kirigami.Units.gridUnit * 7
    readonly property real sizeWidth: Kirigami.Units.gridUnit * 4
    readonly property real neededWidth: Kirigami.Units.gridUnit * 4
    readonly property real fitWidth: Kirigami.Units.gridUnit * 3.5

    signal memoryWanted(string source)

    objectName: "repositoryView"
    QQC2.ScrollBar.horizontal.policy: QQC2.ScrollBar.AlwaysOff
    contentWidth: availableWidth

    Flickable {
        contentWidth: width
        contentHeight: column.implicitHeight + 2 * column.y
        boundsBehavior: Flickable.StopAtBounds
        clip: true

        ColumnLayout {
            id: column
            x: Kirigami.Units.largeSpacing
            y: Kirigami.Units.largeSpacing
            width: parent.width - 2 * x
            spacing: Kirigami.Units.largeSpacing

            RowLayout {
                spacing: Kirigami.Units.smallSpacing

                IconButton {
                    objectName: "closeRepository"
                    visible: view.closable
                    Layout.alignment: Qt.AlignTop
                    text: qsTr("Back")
                    icon.name: "go-previous-symbolic"
                    onClicked: view.discover.close()
                }
                ColumnLayout {
                    Layout.fillWidth: true
                    spacing: 0

                    Kirigami.Heading {
                        objectName: "repositoryTitle"
                        Layout.fillWidth: true
                        level: 2
                        text: view.discover.repository.split("/")[1] ?? view.discover.repository
                        wrapMode: Text.WrapAtWordBoundaryOrAnywhere
                        maximumLineCount: 3
                        elide: Text.ElideRight
                    }
                    QQC2.Label {
                        objectName: "repositoryFacts"
                        Layout.fillWidth: true
                        text: [view.discover.repository.split("/")[0], view.discover.facts, view.discover.license].filter(part => part.length > 0).join(" · ")
                        wrapMode: Text.Wrap
                        opacity: 0.7
                    }
                }
                IconButton {
                    objectName: "openPage"
                    Layout.alignment: Qt.AlignTop
                    visible: view.discover.page.toString().length > 0
                    text: qsTr("Open its page in the browser")
                    icon.name: "internet-services-symbolic"
                    onClicked: Qt.openUrlExternally(view.discover.page)
                }
            }
            // Opening
            QQC2.BusyIndicator {
                objectName: "repositoryBusy"
                visible: view.discover.visit === DiscoverController.Opening
                running: visible
                Layout.alignment: Qt.AlignHCenter
                Layout.topMargin: Kirigami.Units.gridUnit * 3
                Accessible.name: qsTr("Reading the list of files…")
            }
            // Refused
            Notice {
                objectName: "repositoryFailure"
                visible: view.discover.visit === DiscoverController.Refused
                Layout.fillWidth: true
                text: view.discover.visitError
                detail: view.discover.visitDetail
                actionText: qsTr("Try again")
                actionIcon: "view-refresh-symbolic"
                onTriggered: view.discover.tryAgain()
            }
            QQC2.Label {
                objectName: "repositorySummary"
                visible: view.opened && text.length > 0
                Layout.fillWidth: true
                text: view.discover.summary
                textFormat: Text.PlainText
                wrapMode: Text.Wrap
                maximumLineCount: 4
                elide: Text.ElideRight
            }
            Notice {
                objectName: "gatedNotice"
                visible: view.opened && view.discover.gated
                Layout.fillWidth: true
                kind: view.discover.tokenWanted ? Notice.Warning : Notice.Information
                text: view.discover.tokenWanted ? qsTr("Its owner lets people in one by one: agree to the terms on its page, then enter your access token here.")
                    : qsTr("Its owner lets people in one by one. If a download is refused, agree to the terms on its page first.")
                actionText: qsTr("Open its page")
                actionIcon: "internet-services-symbolic"
                onTriggered: Qt.openUrlExternally(view.discover.page)
            }
            Loader {
                active: view.discover.tokenWanted && view.discover.visit !== DiscoverController.Opening
                visible: active
                Layout.fillWidth: true
                sourceComponent: TokenForm {
                    discover: view.discover
                }
            }
            Notice {
                objectName: "repositoryProblem"
                visible: view.opened && text.length > 0
                Layout.fillWidth: true
                kind: Notice.Warning
                text: view.discover.problem
                detail: view.discover.problemDetail
                actionText: view.discover.header === DiscoverController.Unknown ? qsTr("Try again") : ""
                actionIcon: "view-refresh-symbolic"
                onTriggered: view.discover.tryAgain()
            }
            QQC2.Label {
                objectName: "noFiles"
                visible: view.opened && view.discover.files.count === 0
                Layout.fillWidth: true
                text: qsTr("There are no GGUF files in this repository. A Hugging Face checkpoint can be converted in Quantize once it is on your disk.")
                wrapMode: Text.Wrap
            }
            ColumnLayout {
                visible: view.opened && view.discover.files.count > 0
                spacing: Math.round(Kirigami.Units.smallSpacing / 2)

                QQC2.Label {
                    objectName: "advice"
                    visible: text.length > 0
                    Layout.fillWidth: true
                    text: view.discover.files.advice
                    wrapMode: Text.Wrap
                }
                RowLayout {
                    Layout.fillWidth: true
                    Layout.bottomMargin: Kirigami.Units.smallSpacing
                    spacing: Kirigami.Units.smallSpacing

                    QQC2.Label {
                        objectName: "machine"
                        Layout.fillWidth: true
                        text: view.discover.machine
                        wrapMode: Text.Wrap
                        font: Kirigami.Theme.smallFont
                        opacity: 0.7
                    }
                    QQC2.BusyIndicator {
                        visible: view.discover.header === DiscoverController.Reading
                        running: visible
                        implicitWidth: Kirigami.Units.iconSizes.small
                        implicitHeight: implicitWidth
                        Accessible.name: qsTr("Reading what it needs in memory…")
                    }
                }
                RowLayout {
                    visible: !view.compact
                    Layout.fillWidth: true
                    Layout.leftMargin: Kirigami.Units.largeSpacing
                    Layout.rightMargin: Kirigami.Units.smallSpacing + Kirigami.Units.largeSpacing + Kirigami.Units.gridUnit * 2
                    spacing: Kirigami.Units.largeSpacing

                    component Caption: QQC2.Label {
                        font: Kirigami.Theme.smallFont
                        opacity: 0.7
                        elide: Text.ElideRight
                    }
                    Caption {
                        Layout.preferredWidth: view.nameWidth
                        text: qsTr("File")
                    }
                    Caption {
                        Layout.preferredWidth: view.sizeWidth
                        horizontalAlignment: Text.AlignRight
                        text: qsTr("Download")
                    }
                    Caption {
                        Layout.fillWidth: true
                        text: qsTr("Memory it needs")
                    }
                    Item { Layout.preferredWidth: view.neededWidth }
                    Item { Layout.preferredWidth: view.fitWidth }
                }
                Repeater {
                    model: view.discover.files
                    delegate: FileDelegate {
                        Layout.fillWidth: true
                        compact: view.compact
                        nameWidth: view.nameWidth
                        sizeWidth: view.sizeWidth
                        neededWidth: view.neededWidth
                        fitWidth: view.fitWidth
                        freeShare: view.discover.files.freeShare
                        onDownloadWanted: view.discover.download(index)
                    }
                }
                QQC2.Button {
                    objectName: "weighRepository"
                    Layout.topMargin: Kirigami.Units.largeSpacing
                    text: qsTr("See where the memory goes")
                    icon.name: "dialog-memory-symbolic"
                    flat: true
                    Accessible.name: text
                    onClicked: view.memoryWanted(view.discover.source)
                }
            }
        }
    }
}
