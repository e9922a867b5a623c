// A job: how far it is, or what it came to, and what can be done with it.
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls as QQC2
import QtQuick.Layouts
import org.kde.kirigami as Kirigami
import Corral.App
import Corral.Ui.Controls

QQC2.Control {
    id: card

    required property JobListModel jobs
    required property int jobId
    required property string title
    required property int jobState
    required property real progress
    required property string detail
    required property string technical
    required property string output
    required property string help
    required property bool canChat
    required property bool canShow
    required property bool hasReport

    readonly property bool alive: jobState === JobListModel.Running || jobState === JobListModel.Paused
    readonly property bool failed: jobState === JobListModel.Failed

    signal reportWanted()

    objectName: "jobCard"
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
                visible: card.jobState === JobListModel.Done || card.failed
                source: card.failed ? "dialog-error-symbolic" : "dialog-ok-symbolic"
                color: card.failed ? Kirigami.Theme.negativeTextColor : Kirigami.Theme.positiveTextColor
                implicitWidth: Kirigami.Units.iconSizes.small
                implicitHeight: implicitWidth
            }
            QQC2.Label {
                objectName: "jobTitle"
                Layout.fillWidth: true
                text: card.title
                elide: Text.ElideMiddle
                font.bold: true
                HoverHandler { id: overTitle }
                QQC2.ToolTip.visible: overTitle.hovered
                QQC2.ToolTip.text: [card.title, card.output].filter(part => part.length > 0).join("\n")
                QQC2.ToolTip.delay: Kirigami.Units.toolTipDelay
            }
            IconButton {
                objectName: "pauseJob"
                visible: card.alive
                small: true
                text: card.jobState === JobListModel.Paused ? qsTr("Go on") : qsTr("Pause")
                icon.name: card.jobState === JobListModel.Paused ? "media-playback-start-symbolic" : "media-playback-pause-symbolic"
                onClicked: card.jobState === JobListModel.Paused ? card.jobs.resume(card.jobId) : card.jobs.pause(card.jobId)
            }
            IconButton {
                objectName: "cancelJob"
                visible: card.alive || card.jobState === JobListModel.Waiting
                small: true
                text: qsTr("Cancel")
                icon.name: "dialog-cancel-symbolic"
                onClicked: card.jobs.cancel(card.jobId)
            }
            IconButton {
                objectName: "removeJob"
                visible: !card.alive && card.jobState !== JobListModel.Waiting
                small: true
                text: qsTr("Remove from the list")
                icon.name: "window-close-symbolic"
                onClicked: card.jobs.remove(card.jobId)
            }
        }
        ProgressLine {
            objectName: "jobProgress"
            visible: card.alive
            Layout.fillWidth: true
            value: card.progress
        }
        QQC2.Label {
            objectName: "jobDetail"
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
            visible: card.canChat || card.canShow || card.hasReport || card.help.length > 0
            Layout.fillWidth: true
            Layout.topMargin: Math.round(Kirigami.Units.smallSpacing / 2)
            spacing: Kirigami.Units.smallSpacing

            QQC2.Button {
                objectName: "chatWithJob"
                visible: card.canChat
                text: qsTr("Chat")
                icon.name: "dialog-messages-symbolic"
                Accessible.name: qsTr("Chat with %1").arg(card.output)
                onClicked: card.jobs.chat(card.jobId)
            }
            QQC2.Button {
                objectName: "showJob"
                visible: card.canShow
                text: qsTr("Show in folder")
                icon.name: "folder-symbolic"
                Accessible.name: text
                onClicked: card.jobs.show(card.jobId)
            }
            QQC2.Button {
                objectName: "reportOfJob"
                visible: card.hasReport
                text: qsTr("Quality report")
                icon.name: "office-chart-bar-symbolic"
                Accessible.name: text
                onClicked: card.reportWanted()
            }
            QQC2.Button {
                objectName: "helpJob"
                visible: card.help.length > 0
                text: card.help
                icon.name: "view-refresh-symbolic"
                Accessible.name: text
                onClicked: card.jobs.help(card.jobId)
            }
        }
    }
}
