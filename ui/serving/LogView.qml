// What the server did, newest last; follows the end while it is seen.
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls as QQC2
import QtQuick.Layouts
import org.kde.kirigami as Kirigami
import Corral.App
import Corral.Ui.Controls

ColumnLayout {
    id: view

    required property LogListModel log

    objectName: "serverLog"
    spacing: Kirigami.Units.smallSpacing

    RowLayout {
        Layout.fillWidth: true
        spacing: Kirigami.Units.smallSpacing

        Kirigami.Heading {
            Layout.fillWidth: true
            level: 3
            text: qsTr("Log")
        }
        CopyButton {
            objectName: "copyLog"
            small: true
            label: qsTr("Copy the log")
            onWanted: Clipboard.copy(view.log.asText())
        }
        IconButton {
            objectName: "clearLog"
            small: true
            text: qsTr("Clear the log")
            icon.name: "edit-clear-all-symbolic"
            onClicked: view.log.clear()
        }
    }
    Rectangle {
        Layout.fillWidth: true
        implicitHeight: Math.min(Math.max(list.contentHeight, Kirigami.Units.gridUnit * 2), Kirigami.Units.gridUnit * 14) + 2 * Kirigami.Units.largeSpacing
        radius: Kirigami.Units.cornerRadius
        color: Kirigami.ColorUtils.tintWithAlpha(Kirigami.Theme.backgroundColor, Kirigami.Theme.textColor, 0.05)

        ListView {
            id: list
            property bool follow: true
            objectName: "serverLogLines"
            anchors { fill: parent; margins: Kirigami.Units.largeSpacing }
            model: view.log
            clip: true
            reuseItems: true
            boundsBehavior: Flickable.StopAtBounds
            activeFocusOnTab: true
            Accessible.role: Accessible.List
            Accessible.name: qsTr("Log")
            QQC2.ScrollBar.vertical: QQC2.ScrollBar {}
            onMovementEnded: follow = atYEnd
            Component.onCompleted: positionViewAtEnd()
            Connections { // also when the oldest lines made room for the new ones
                target: view.log
                function onRowsInserted() { if (list.follow) Qt.callLater(list.positionViewAtEnd); }
            }
            delegate: RowLayout {
                id: line
                required property string timeText
                required property int level
                required property string text
                width: list.width
                spacing: Kirigami.Units.largeSpacing

                QQC2.Label {
                    Layout.alignment: Qt.AlignTop
                    text: line.timeText
                    font: SystemFonts.fixed
                    opacity: 0.6
                }
                QQC2.Label {
                    objectName: "logLine"
                    Layout.fillWidth: true
                    text: line.text
                    textFormat: Text.PlainText
                    wrapMode: Text.Wrap
                    font: SystemFonts.fixed
                    color: line.level === LogListModel.Error ? Kirigami.Theme.negativeTextColor
                        : line.level === LogListModel.Warning ? Kirigami.Theme.neutralTextColor : Kirigami.Theme.textColor
                }
            }
        }
    }
}
