// What this machine computes with: its processor, its graphics cards, and why one of them is not used. Looking, known, no Vulkan, failed.
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls as QQC2
import QtQuick.Layouts
import org.kde.kirigami as Kirigami
import Corral.App
import Corral.Ui.Controls

Kirigami.Page {
    id: page

    required property DeviceListModel devices

    signal backWanted()

    function takeFocus(): void {
        back.forceActiveFocus();
    }

    objectName: "devicesPage"
    title: qsTr("Processor and graphics cards")
    padding: 0
    Kirigami.Theme.colorSet: Kirigami.Theme.View
    Kirigami.Theme.inherit: false
    onVisibleChanged: if (visible) devices.look()
    Component.onCompleted: if (visible) devices.look()
    Keys.onEscapePressed: backWanted()
    property IconButton back: null // in the header, made by titleDelegate

    titleDelegate: RowLayout {
        Layout.fillWidth: true
        spacing: Kirigami.Units.smallSpacing

        IconButton {
            Component.onCompleted: page.back = this
            objectName: "backToSettings"
            text: qsTr("Back to the settings")
            icon.name: page.LayoutMirroring.enabled ? "go-next-symbolic" : "go-previous-symbolic"
            onClicked: page.backWanted()
        }
        Kirigami.Heading {
            Layout.fillWidth: true
            text: page.title
            elide: Text.ElideRight
        }
        IconButton {
            objectName: "lookAgain"
            enabled: !page.devices.looking
            text: qsTr("Look again")
            icon.name: "view-refresh-symbolic"
            onClicked: page.devices.look()
        }
        CopyButton {
            objectName: "copyDevices"
            label: qsTr("Copy as text")
            onWanted: Clipboard.copy(page.devices.report())
        }
    }

    QQC2.ScrollView {
        anchors.fill: parent
        QQC2.ScrollBar.horizontal.policy: QQC2.ScrollBar.AlwaysOff

        Flickable {
            id: flick
            objectName: "devicesFlick"
            contentWidth: width
            contentHeight: column.implicitHeight + 2 * Kirigami.Units.largeSpacing
            boundsBehavior: Flickable.StopAtBounds
            clip: true

            ColumnLayout {
                id: column
                x: Math.round((flick.width - width) / 2)
                y: Kirigami.Units.largeSpacing
                width: Math.min(flick.width - 2 * Kirigami.Units.largeSpacing, Kirigami.Units.gridUnit * 42)
                spacing: Kirigami.Units.largeSpacing

                QQC2.Label {
                    visible: page.devices.usableCount > 0
                    Layout.fillWidth: true
                    text: qsTr("Corral puts as many of a model's layers on the first graphics card as fit there. The processor computes the others.")
                    wrapMode: Text.Wrap
                    opacity: 0.7
                }
                Repeater {
                    model: page.devices
                    delegate: DeviceCard {
                        id: device
                        required property bool usable
                        required property bool chosen
                        required reason
                        required usedShare
                        required details
                        objectName: "deviceCard"
                        Layout.fillWidth: true
                        good: chosen
                        standing: chosen ? qsTr("Used") : usable ? qsTr("Can be used") : ""
                    }
                }
                RowLayout { // looking
                    visible: page.devices.state === DeviceListModel.Looking
                    Layout.fillWidth: true
                    spacing: Kirigami.Units.largeSpacing

                    QQC2.BusyIndicator {
                        running: parent.visible
                    }
                    QQC2.Label {
                        objectName: "devicesLooking"
                        Layout.fillWidth: true
                        text: qsTr("Looking for graphics cards…")
                    }
                }
                Notice { // none
                    objectName: "noDevices"
                    visible: page.devices.reason.length > 0
                    Layout.fillWidth: true
                    kind: page.devices.state === DeviceListModel.Failed ? Notice.Error : Notice.Information
                    text: page.devices.state === DeviceListModel.Failed ? page.devices.reason
                        : qsTr("%1 The processor computes. If this computer has a graphics card, install its driver for Vulkan: the package <b>mesa-vulkan-drivers</b> for AMD and Intel, the manufacturer's driver for NVIDIA.").arg(page.devices.reason)
                    detail: page.devices.reasonDetail
                    actionText: qsTr("Look again")
                    actionIcon: "view-refresh-symbolic"
                    onTriggered: page.devices.look()
                }
                QQC2.Label { // in the engine's words
                    objectName: "noDevicesDetail"
                    visible: page.devices.reason.length > 0 && text.length > 0
                    Layout.fillWidth: true
                    text: page.devices.reasonDetail
                    textFormat: Text.PlainText
                    wrapMode: Text.Wrap
                    font: Kirigami.Theme.smallFont
                    opacity: 0.7
                }
                DeviceCard {
                    objectName: "processorCard"
                    Layout.fillWidth: true
                    name: page.devices.processorName
                    standing: qsTr("Used")
                    good: page.devices.usableCount === 0 && page.devices.state !== DeviceListModel.Looking
                    facts: [
                        { label: qsTr("Computes with"), value: page.devices.processorFacts },
                        { label: qsTr("Memory"), value: page.devices.processorMemory }
                    ].filter(fact => fact.value.length > 0)
                }
            }
        }
    }
}
