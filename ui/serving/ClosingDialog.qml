// The window is to be closed while the server is on: what becomes of the server.
import QtQuick
import QtQuick.Controls as QQC2
import QtQuick.Layouts
import org.kde.kirigami as Kirigami
import Corral.App

QQC2.Dialog {
    id: dialog

    required property ServeController serving
    required property bool canHide // there is a tray

    signal hideWanted()
    signal quitWanted()

    objectName: "closingDialog"
    title: qsTr("The server is on")
    modal: true
    anchors.centerIn: parent
    width: Math.min(Kirigami.Units.gridUnit * 26, (parent?.width ?? 0) - 2 * Kirigami.Units.gridUnit)
    padding: Kirigami.Units.gridUnit
    focus: true
    onAboutToShow: remember.checked = false
    onOpened: hide.forceActiveFocus()

    contentItem: ColumnLayout {
        spacing: Kirigami.Units.largeSpacing

        QQC2.Label {
            objectName: "closingText"
            Layout.fillWidth: true
            wrapMode: Text.Wrap
            text: dialog.serving.busySlots > 0 ? qsTr("%n answer(s) are being written. Quitting ends them, and programs can no longer use the model.", "", dialog.serving.busySlots)
                : qsTr("Quitting stops it: programs can no longer use the model.")
        }
        QQC2.Label {
            visible: !dialog.canHide
            Layout.fillWidth: true
            wrapMode: Text.Wrap
            text: qsTr("This desktop has no system tray, so Corral cannot stay there. You can minimize the window instead.")
            opacity: 0.7
        }
        QQC2.CheckBox {
            id: remember
            objectName: "closingRemember"
            visible: dialog.canHide
            text: qsTr("Do not ask again")
            Accessible.name: text
        }
    }
    footer: Flow {
        layoutDirection: Qt.RightToLeft
        padding: Kirigami.Units.gridUnit
        topPadding: 0
        spacing: Kirigami.Units.smallSpacing

        QQC2.Button {
            id: hide
            objectName: "closingHide"
            text: dialog.canHide ? qsTr("Keep it on") : qsTr("Minimize")
            icon.name: dialog.canHide ? "network-server-symbolic" : "window-minimize-symbolic"
            highlighted: true
            Accessible.name: text
            onClicked: {
                if (remember.checked) dialog.serving.closing = ServeController.KeepRunning;
                dialog.close();
                dialog.hideWanted();
            }
            Keys.onReturnPressed: click()
            Keys.onEnterPressed: click()
        }
        QQC2.Button {
            objectName: "closingQuit"
            text: qsTr("Stop it and quit")
            icon.name: "application-exit-symbolic"
            Accessible.name: text
            onClicked: {
                if (remember.checked) dialog.serving.closing = ServeController.StopAndQuit;
                dialog.close();
                dialog.quitWanted();
            }
            Keys.onReturnPressed: click()
            Keys.onEnterPressed: click()
        }
        QQC2.Button {
            objectName: "closingCancel"
            text: qsTr("Cancel")
            icon.name: "dialog-cancel-symbolic"
            Accessible.name: text
            onClicked: dialog.close()
            Keys.onReturnPressed: click()
            Keys.onEnterPressed: click()
        }
    }
}
