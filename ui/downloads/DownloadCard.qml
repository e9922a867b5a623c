// A download: how far it is, what it waits for, why it failed, and what can be done with it.
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls as QQC2
import QtQuick.Layouts
import org.kde.kirigami as Kirigami
import Corral.App
import Corral.Ui.Controls

QQC2.Control {
    id: card

    required property DownloadQueue downloads
    required property int index
    required property int itemId
    required property string title
    required property string from
    required property int itemState
    required property real progress
    required property string detail
    required property string technical
    required property int parts
    required property bool canChat

    readonly property bool failed: itemState === DownloadQueue.Failed
    readonly property bool done: itemState === DownloadQueue.Done
    readonly property bool paused: itemState === DownloadQueue.Paused
    readonly property bool open: !failed && !done // something is still to come

    objectName: "downloadCard"
    padding: Kirigami.Units.largeSpacing
    Accessible.role: Accessible.Grouping
    Accessible.name: title
    Accessible.description: detail

    background: Rectangle {
        radius: Kirigami.Units.cornerRadius
        color: card.failed ? Kirigami.ColorUtils.tintWithAlpha(Kirigami.Theme.backgroundColor, Kirigami.Theme.negativeTextColor, 0.08)
            : Kirigami.ColorUtils.tintWithAlpha(Kirigami.Theme.backgroundColor, Kirigami.Theme.textColor, 0.04)
        border {
            width: 1
            color: card.failed ? Kirigami.ColorUtils.tintWithAlpha(Kirigami.Theme.backgroundColor, Kirigami.Theme.negativeTextColor, 0.4)
                : Kirigami.ColorUtils.linearInterpolation(Kirigami.Theme.backgroundColor, Kirigami.Theme.textColor, Kirigami.Theme.frameContrast)
        }
    }
    contentItem: ColumnLayout {
        spacing: Kirigami.Units.smallSpacing

        RowLayout {
            spacing: Kirigami.Units.smallSpacing

            Kirigami.Icon {
                visible: card.done || card.failed
                source: card.failed ? "dialog-error-symbolic" : "dialog-ok-symbolic"
                color: card.failed ? Kirigami.Theme.negativeTextColor : Kirigami.Theme.positiveTextColor
                implicitWidth: Kirigami.Units.iconSizes.small
                implicitHeight: implicitWidth
            }
            QQC2.Label {
                objectName: "downloadTitle"
                Layout.fillWidth: true
                Layout.maximumWidth: Math.ceil(implicitWidth)
                text: card.title
                elide: Text.ElideMiddle
                font.bold: true
                HoverHandler { id: overTitle }
                QQC2.ToolTip.visible: overTitle.hovered
                QQC2.ToolTip.text: [card.title, card.from].join("\n")
                QQC2.ToolTip.delay: Kirigami.Units.toolTipDelay
            }
            QQC2.Label {
                Layout.fillWidth: true
                Layout.preferredWidth: 0
                opacity: card.width > Kirigami.Units.gridUnit * 26 ? 0.7 : 0 // the tooltip of the title has it
                text: [card.from, card.parts > 1 ? qsTr("%n files", "shards of a model", card.parts) : ""].filter(part => part.length > 0).join(" · ")
                elide: Text.ElideMiddle
                font: Kirigami.Theme.smallFont
            }
            IconButton {
                objectName: "raiseDownload"
                visible: card.itemState === DownloadQueue.Waiting && card.index > 0
                small: true
                text: qsTr("Earlier")
                icon.name: "go-up-symbolic"
                onClicked: card.downloads.move(card.itemId, -1)
            }
            IconButton {
                objectName: "pauseDownload"
                visible: card.open
                small: true
                text: card.paused ? qsTr("Go on") : qsTr("Pause")
                icon.name: card.paused ? "media-playback-start-symbolic" : "media-playback-pause-symbolic"
                onClicked: card.paused ? card.downloads.resume(card.itemId) : card.downloads.pause(card.itemId)
            }
            IconButton {
                objectName: "cancelDownload"
                small: true
                text: card.done ? qsTr("Remove from the list") : qsTr("Cancel and delete what has arrived")
                icon.name: card.done ? "window-close-symbolic" : "dialog-cancel-symbolic"
                onClicked: card.downloads.cancel(card.itemId)
            }
        }
        ProgressLine {
            objectName: "downloadProgress"
            visible: card.open && card.progress > 0
            Layout.fillWidth: true
            value: card.progress
            opacity: card.paused ? 0.5 : 1
        }
        QQC2.Label {
            objectName: "downloadDetail"
            Layout.fillWidth: true
            text: card.detail
            wrapMode: Text.Wrap
            font: Kirigami.Theme.smallFont
            opacity: card.failed ? 1 : 0.8
            HoverHandler { id: overDetail }
            QQC2.ToolTip.visible: overDetail.hovered && card.technical.length > 0
            QQC2.ToolTip.text: card.technical
            QQC2.ToolTip.delay: Kirigami.Units.toolTipDelay
        }
        Flow {
            visible: card.done || card.failed
            Layout.fillWidth: true
            Layout.topMargin: Math.round(Kirigami.Units.smallSpacing / 2)
            spacing: Kirigami.Units.smallSpacing

            QQC2.Button {
                objectName: "chatWithDownload"
                visible: card.canChat
                text: qsTr("Chat")
                icon.name: "dialog-messages-symbolic"
                Accessible.name: qsTr("Chat with %1").arg(card.title)
                onClicked: card.downloads.chat(card.itemId)
            }
            QQC2.Button {
                objectName: "showDownload"
                visible: card.done
                text: qsTr("Show in folder")
                icon.name: "folder-symbolic"
                Accessible.name: text
                onClicked: Qt.openUrlExternally(card.downloads.folderOf(card.itemId))
            }
            QQC2.Button {
                objectName: "retryDownload"
                visible: card.failed
                text: qsTr("Try again")
                icon.name: "view-refresh-symbolic"
                Accessible.name: text
                onClicked: card.downloads.retry(card.itemId)
            }
        }
    }
}
