// The Downloads tab: a field for names and addresses, and the queue; or, empty, what the tab is for.
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls as QQC2
import QtQuick.Layouts
import org.kde.kirigami as Kirigami
import Corral.App

Item {
    id: view

    required property DownloadQueue downloads

    objectName: "downloadsView"

    ColumnLayout {
        anchors { fill: parent; margins: Kirigami.Units.largeSpacing; bottomMargin: 0 }
        spacing: Kirigami.Units.largeSpacing

        RowLayout {
            Layout.fillWidth: true
            Layout.maximumWidth: Kirigami.Units.gridUnit * 50
            Layout.alignment: Qt.AlignHCenter
            spacing: Kirigami.Units.smallSpacing

            AddressField {
                Layout.fillWidth: true
                downloads: view.downloads
            }
            QQC2.Button {
                objectName: "clearDownloads"
                visible: view.downloads.doneCount > 0
                display: view.width < Kirigami.Units.gridUnit * 32 ? QQC2.AbstractButton.IconOnly : QQC2.AbstractButton.TextBesideIcon
                text: qsTr("Clear finished")
                icon.name: "edit-clear-history-symbolic"
                Accessible.name: text
                QQC2.ToolTip.visible: hovered && display === QQC2.AbstractButton.IconOnly
                QQC2.ToolTip.text: text
                onClicked: view.downloads.clearDone()
            }
        }
        QQC2.ScrollView {
            Layout.fillWidth: true
            Layout.fillHeight: true
            QQC2.ScrollBar.horizontal.policy: QQC2.ScrollBar.AlwaysOff

            ListView {
                id: list
                objectName: "downloadList"
                readonly property real columnWidth: Math.min(width, Kirigami.Units.gridUnit * 50)
                model: view.downloads
                spacing: Kirigami.Units.smallSpacing
                boundsBehavior: Flickable.StopAtBounds
                clip: true
                bottomMargin: Kirigami.Units.largeSpacing
                activeFocusOnTab: true
                delegate: DownloadCard {
                    anchors.horizontalCenter: parent?.horizontalCenter
                    width: list.columnWidth
                    downloads: view.downloads
                }

                Kirigami.PlaceholderMessage {
                    anchors.centerIn: parent
                    width: parent.width - 4 * Kirigami.Units.gridUnit
                    visible: view.downloads.count === 0
                    icon.name: "download-symbolic"
                    text: qsTr("Nothing is being downloaded")
                    explanation: qsTr("What you choose in Discover is fetched here. It goes on after a lost network or a restart, and is verified before it is used.")
                }
            }
        }
    }
}
