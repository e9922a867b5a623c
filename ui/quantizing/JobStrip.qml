// The thin strip at the window's bottom edge while a job runs: name, progress, time left, cancel. A click goes to its page.
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls as QQC2
import QtQuick.Layouts
import org.kde.kirigami as Kirigami
import Corral.App
import Corral.Ui.Controls

QQC2.AbstractButton {
    id: strip

    required property var jobs // what has runningTitle, runningProgress, runningText, waiting and cancelRunning(): jobs or downloads
    property string stopText: qsTr("Cancel")
    property string stopIcon: "dialog-cancel-symbolic"

    objectName: "jobStrip"
    text: jobs.runningTitle
    hoverEnabled: true
    focusPolicy: Qt.StrongFocus
    leftPadding: Kirigami.Units.largeSpacing
    rightPadding: Kirigami.Units.smallSpacing
    topPadding: Math.round(Kirigami.Units.smallSpacing / 2)
    bottomPadding: topPadding
    Accessible.role: Accessible.Button
    Accessible.name: qsTr("%1, %2", "job, time left").arg(text).arg(jobs.runningText)
    Keys.onReturnPressed: click()
    Keys.onEnterPressed: click()
    Kirigami.Theme.colorSet: Kirigami.Theme.Window
    Kirigami.Theme.inherit: false

    background: Rectangle {
        color: strip.hovered || strip.visualFocus ? Kirigami.ColorUtils.tintWithAlpha(Kirigami.Theme.backgroundColor, Kirigami.Theme.textColor, 0.06)
            : Kirigami.Theme.backgroundColor
        border {
            width: strip.visualFocus ? 1 : 0
            color: Kirigami.Theme.focusColor
        }
        Kirigami.Separator {
            anchors { left: parent.left; right: parent.right; top: parent.top }
        }
    }
    contentItem: RowLayout {
        spacing: Kirigami.Units.largeSpacing

        QQC2.Label {
            Layout.fillWidth: true
            Layout.maximumWidth: Math.ceil(implicitWidth)
            text: strip.text
            elide: Text.ElideMiddle
            font: Kirigami.Theme.smallFont
        }
        ProgressLine {
            Layout.fillWidth: true
            Layout.minimumWidth: Kirigami.Units.gridUnit * 3
            value: strip.jobs.runningProgress
        }
        QQC2.Label {
            text: [strip.jobs.runningText, strip.jobs.waiting > 0 ? qsTr("%n more", "jobs", strip.jobs.waiting) : ""].filter(part => part.length > 0).join(" · ")
            font: Kirigami.Theme.smallFont
            opacity: 0.8
        }
        IconButton {
            objectName: "cancelStrip"
            small: true
            text: strip.stopText
            icon.name: strip.stopIcon
            onClicked: strip.jobs.cancelRunning()
        }
    }
}
