// What the server is doing: figures, slots, requests.
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls as QQC2
import QtQuick.Layouts
import org.kde.kirigami as Kirigami
import Corral.App

ColumnLayout {
    id: live

    required property ServeController serving

    readonly property bool compact: width < Kirigami.Units.gridUnit * 26

    objectName: "serverLive"
    spacing: Kirigami.Units.largeSpacing

    GridLayout {
        Layout.fillWidth: true
        columns: live.compact ? 2 : 4
        columnSpacing: Kirigami.Units.largeSpacing
        rowSpacing: Kirigami.Units.smallSpacing
        uniformCellWidths: true

        Figure {
            Layout.fillWidth: true
            name: "serverRate"
            caption: qsTr("Tokens/s")
            value: live.serving.rateText
            note: qsTr("all requests together")
        }
        Figure {
            Layout.fillWidth: true
            name: "serverSlotsInUse"
            caption: qsTr("Slots at work")
            value: live.serving.slotsText
            note: live.serving.waiting > 0 ? qsTr("%n request(s) wait", "", live.serving.waiting) : ""
        }
        Figure {
            Layout.fillWidth: true
            name: "serverServed"
            caption: qsTr("Answered")
            value: live.serving.servedText
            note: live.serving.refusedCount > 0 ? qsTr("%n of them with an error", "", live.serving.refusedCount) : ""
        }
        Figure {
            Layout.fillWidth: true
            caption: qsTr("Running for")
            value: live.serving.uptimeText
        }
    }
    SlotBars {
        Layout.fillWidth: true
        slotList: live.serving.slotList
    }
    ListView {
        id: list
        objectName: "serverRequests"
        visible: count > 0
        Layout.fillWidth: true
        Layout.preferredHeight: Math.min(contentHeight, Kirigami.Units.gridUnit * 16)
        model: live.serving.requests
        clip: true
        boundsBehavior: Flickable.StopAtBounds
        QQC2.ScrollBar.vertical: QQC2.ScrollBar {}
        Accessible.role: Accessible.List
        Accessible.name: qsTr("Requests that are being answered")
        delegate: RequestDelegate {}
    }
    QQC2.Label {
        objectName: "noRequests"
        visible: list.count === 0
        Layout.fillWidth: true
        text: qsTr("No requests at the moment. Each of the programs below sends one.")
        wrapMode: Text.Wrap
        opacity: 0.7
    }
}
