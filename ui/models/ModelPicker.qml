// Chooses a model: search, recent ones first, open a file, the models folder.
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls as QQC2
import QtQuick.Layouts
import org.kde.kirigami as Kirigami
import Corral.App
import Corral.Ui.Controls

QQC2.Popup {
    id: picker

    required property Item button
    required property ChatController chat
    required property ModelPickerModel models
    required property StarterFetcher starter

    signal openFileWanted()

    readonly property real room: button.Window.width - 2 * Kirigami.Units.largeSpacing

    objectName: "modelPicker"
    Kirigami.Theme.colorSet: Kirigami.Theme.View
    Kirigami.Theme.inherit: false
    width: Math.min(room, Kirigami.Units.gridUnit * 26)
    height: Math.min(Kirigami.Units.gridUnit * 28, button.Window.height - y - Kirigami.Units.gridUnit * 6, implicitHeight)
    y: button.height + Kirigami.Units.smallSpacing
    margins: Kirigami.Units.largeSpacing
    padding: 1
    modal: false
    focus: true
    closePolicy: QQC2.Popup.CloseOnEscape | QQC2.Popup.CloseOnPressOutsideParent
    onAboutToShow: {
        models.search = "";
        search.text = "";
        models.refresh();
    }
    onOpened: search.forceActiveFocus(Qt.PopupFocusReason)

    Connections {
        target: picker.models
        function onChosen() { picker.close(); }
    }

    background: Rectangle {
        Kirigami.Theme.colorSet: Kirigami.Theme.View
        Kirigami.Theme.inherit: false
        color: Kirigami.Theme.backgroundColor
        radius: Kirigami.Units.cornerRadius
        border {
            width: 1
            color: Kirigami.ColorUtils.linearInterpolation(Kirigami.Theme.backgroundColor, Kirigami.Theme.textColor, Kirigami.Theme.frameContrast)
        }
    }
    contentItem: ColumnLayout {
        Kirigami.Theme.colorSet: Kirigami.Theme.View
        Kirigami.Theme.inherit: false
        spacing: 0

        Kirigami.SearchField {
            id: search
            objectName: "modelSearch"
            Layout.fillWidth: true
            Layout.margins: Kirigami.Units.smallSpacing
            autoAccept: false // else every letter would choose a model
            placeholderText: qsTr("Search models")
            Accessible.name: placeholderText
            onTextChanged: picker.models.search = text
            Keys.onDownPressed: list.forceActiveFocus(Qt.TabFocusReason)
            onAccepted: if (list.count > 0) picker.models.choose(Math.max(0, list.currentIndex))
        }
        Kirigami.Separator {
            Layout.fillWidth: true
        }
        QQC2.ScrollView {
            Layout.fillWidth: true
            Layout.fillHeight: true
            Layout.preferredHeight: Math.max(Kirigami.Units.gridUnit * 6, list.contentHeight)
            QQC2.ScrollBar.horizontal.policy: QQC2.ScrollBar.AlwaysOff

            ListView {
                id: list
                objectName: "modelList"
                model: picker.models
                clip: true
                reuseItems: true
                keyNavigationEnabled: true
                Accessible.role: Accessible.List
                Accessible.name: qsTr("Models")
                Keys.onReturnPressed: if (currentIndex >= 0) picker.models.choose(currentIndex)
                Keys.onEnterPressed: if (currentIndex >= 0) picker.models.choose(currentIndex)

                section.property: "section"
                section.delegate: Kirigami.ListSectionHeader {
                    required property string section
                    width: ListView.view?.width ?? 0
                    text: section
                }
                delegate: ModelDelegate {
                    chat: picker.chat
                    onChosen: picker.models.choose(index)
                    onForgotten: picker.models.forget(index)
                }

                QQC2.Label {
                    anchors.centerIn: parent
                    width: parent.width - 2 * Kirigami.Units.gridUnit
                    visible: list.count === 0 && !picker.models.reading
                    horizontalAlignment: Text.AlignHCenter
                    wrapMode: Text.Wrap
                    opacity: 0.7
                    text: picker.models.search.length > 0 ? qsTr("No model is called “%1”.").arg(picker.models.search)
                        : qsTr("No models yet. Open a .gguf file, or drop one on the window.")
                }
            }
        }
        Kirigami.Separator {
            Layout.fillWidth: true
        }
        RowLayout {
            Layout.fillWidth: true
            Layout.margins: Kirigami.Units.smallSpacing
            spacing: Kirigami.Units.smallSpacing

            QQC2.ToolButton {
                objectName: "openFile"
                text: qsTr("Open file…")
                icon.name: "document-open-symbolic"
                Accessible.name: text
                QQC2.ToolTip.visible: hovered
                QQC2.ToolTip.text: qsTr("Open a .gguf file (Ctrl+O)")
                QQC2.ToolTip.delay: Kirigami.Units.toolTipDelay
                onClicked: {
                    picker.close();
                    picker.openFileWanted();
                }
            }
            Item { Layout.fillWidth: true }
            QQC2.ToolButton {
                objectName: "downloadStarter"
                visible: picker.starter.state === StarterFetcher.Missing || picker.starter.state === StarterFetcher.Failed
                text: qsTr("Starter model")
                icon.name: "download-symbolic"
                Accessible.name: qsTr("Download %1 (%2)").arg(picker.starter.name).arg(picker.starter.sizeText)
                QQC2.ToolTip.visible: hovered
                QQC2.ToolTip.text: Accessible.name
                QQC2.ToolTip.delay: Kirigami.Units.toolTipDelay
                onClicked: picker.starter.start()
            }
            IconButton {
                objectName: "openFolder"
                text: qsTr("Open the models folder")
                help: qsTr("Open the models folder: %1").arg(picker.models.folder)
                icon.name: "folder-symbolic"
                onClicked: picker.models.openFolder()
            }
            IconButton {
                objectName: "unloadModel"
                visible: picker.chat.modelUrl.toString().length > 0
                enabled: !picker.chat.busy
                text: picker.chat.state === ChatController.Loading ? qsTr("Cancel loading") : qsTr("Unload the model")
                icon.name: picker.chat.state === ChatController.Loading ? "dialog-cancel-symbolic" : "media-eject-symbolic"
                onClicked: {
                    picker.close();
                    picker.chat.state === ChatController.Loading ? picker.chat.cancelLoading() : picker.chat.unloadModel();
                }
            }
        }
    }
}
