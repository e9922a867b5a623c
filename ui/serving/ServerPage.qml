// The Server place: no model yet, stopped, loading, running (with and without requests), stopping, failed.
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls as QQC2
import QtQuick.Dialogs
import QtQuick.Layouts
import org.kde.kirigami as Kirigami
import Corral.App
import Corral.Ui.Controls

Kirigami.Page {
    id: page

    required property ServeController serving
    required property LibraryModel library
    required property StarterFetcher starter
    required property OffloadPlan plan // of the chosen model's memory

    readonly property bool empty: library.listed && library.total === 0 && serving.modelName.length === 0
    readonly property bool beside: width > Kirigami.Units.gridUnit * 54 && !empty // the form stands beside the rest
    property bool formUnfolded: false // where it stands above the rest, and the server is active

    signal discoverWanted()
    signal devicesWanted()

    function openFile(): void {
        fileDialog.open();
    }
    function takeFocus(): void {
        if (empty) forceActiveFocus();
        else card.takeFocus();
    }
    function showProblem(): void {
        const form = (besideForm.item ?? aboveForm.item) as ServerForm;
        if (form && serving.problemField !== ServeController.NoField) form.takeFocus();
    }

    objectName: "serverPage"
    title: qsTr("Server")
    padding: 0
    Kirigami.Theme.colorSet: Kirigami.Theme.View
    Kirigami.Theme.inherit: false

    Binding {
        target: page.serving
        property: "watched"
        value: page.visible && page.Window.window?.visible === true
    }
    Binding { // what the model would need is seen as long as it can be chosen
        target: page.plan
        property: "watched"
        value: page.visible && !page.serving.active && page.serving.modelName.length > 0
    }
    Connections {
        target: page.serving
        function onProblemChanged() { if (page.visible) Qt.callLater(page.showProblem); }
        function onStateChanged() { if (page.serving.state === ServeController.Loading) page.formUnfolded = false; }
    }

    QQC2.ScrollView { // the form, with room for it
        id: formPane
        anchors { left: parent.left; top: parent.top; bottom: parent.bottom }
        width: page.beside ? Kirigami.Units.gridUnit * 23 : 0
        visible: page.beside
        QQC2.ScrollBar.horizontal.policy: QQC2.ScrollBar.AlwaysOff

        Flickable {
            contentWidth: width
            contentHeight: besideForm.implicitHeight + 2 * Kirigami.Units.largeSpacing
            boundsBehavior: Flickable.StopAtBounds
            clip: true

            Loader {
                id: besideForm
                active: page.beside
                x: Kirigami.Units.largeSpacing
                y: Kirigami.Units.largeSpacing
                width: parent.width - 2 * Kirigami.Units.largeSpacing
                sourceComponent: serverForm
            }
        }
    }
    Kirigami.Separator {
        id: line
        anchors { left: formPane.right; top: parent.top; bottom: parent.bottom }
        visible: page.beside
    }
    QQC2.ScrollView {
        anchors { left: page.beside ? line.right : parent.left; right: parent.right; top: parent.top; bottom: parent.bottom }
        QQC2.ScrollBar.horizontal.policy: QQC2.ScrollBar.AlwaysOff

        Flickable {
            id: flick
            objectName: "serverFlick"
            contentWidth: width
            contentHeight: column.implicitHeight + 2 * Kirigami.Units.largeSpacing
            boundsBehavior: Flickable.StopAtBounds
            clip: true

            ColumnLayout {
                id: column
                x: Math.round((flick.width - width) / 2)
                y: Kirigami.Units.largeSpacing
                width: Math.min(flick.width - 2 * Kirigami.Units.largeSpacing, Kirigami.Units.gridUnit * 50)
                spacing: Kirigami.Units.gridUnit

                NoModelYet {
                    visible: page.empty
                    Layout.fillWidth: true
                    Layout.topMargin: Kirigami.Units.gridUnit * 4
                    starter: page.starter
                    onDiscoverWanted: page.discoverWanted()
                    onOpenFileWanted: page.openFile()
                }
                StateCard {
                    id: card
                    visible: !page.empty
                    Layout.fillWidth: true
                    serving: page.serving
                }
                Notice {
                    objectName: "serverPlacementNote"
                    visible: page.serving.placementNote.length > 0
                    Layout.fillWidth: true
                    kind: Notice.Information
                    text: page.serving.placementNote
                    detail: page.serving.placementDetail
                }
                ColumnLayout { // the form, where there is no room beside
                    visible: !page.beside && !page.empty
                    Layout.fillWidth: true
                    spacing: Kirigami.Units.largeSpacing

                    QQC2.AbstractButton {
                        id: fold
                        objectName: "serverFormFold"
                        visible: page.serving.active
                        Layout.fillWidth: true
                        text: page.serving.summary
                        hoverEnabled: true
                        focusPolicy: Qt.StrongFocus
                        padding: Kirigami.Units.smallSpacing
                        leftPadding: 0
                        Accessible.role: Accessible.Button
                        Accessible.name: text
                        Accessible.description: page.formUnfolded ? qsTr("Hides the choices") : qsTr("Shows the choices")
                        Keys.onReturnPressed: click()
                        Keys.onEnterPressed: click()
                        onClicked: page.formUnfolded = !page.formUnfolded

                        contentItem: RowLayout {
                            spacing: Kirigami.Units.smallSpacing
                            Kirigami.Icon {
                                implicitWidth: Kirigami.Units.iconSizes.small
                                implicitHeight: implicitWidth
                                source: page.formUnfolded ? "arrow-down-symbolic" : page.LayoutMirroring.enabled ? "arrow-left-symbolic" : "arrow-right-symbolic"
                            }
                            QQC2.Label {
                                Layout.fillWidth: true
                                text: fold.text
                                elide: Text.ElideRight
                            }
                        }
                        background: Rectangle {
                            radius: Kirigami.Units.cornerRadius
                            color: Kirigami.ColorUtils.tintWithAlpha(Kirigami.Theme.backgroundColor, Kirigami.Theme.textColor, 0.08)
                            visible: fold.hovered || fold.visualFocus
                            border { width: fold.visualFocus ? 1 : 0; color: Kirigami.Theme.focusColor }
                        }
                    }
                    Loader {
                        id: aboveForm
                        active: !page.beside && !page.empty && (!page.serving.active || page.formUnfolded)
                        visible: active
                        Layout.fillWidth: true
                        sourceComponent: serverForm
                    }
                }
                Loader {
                    active: page.serving.state === ServeController.Running
                    visible: active
                    Layout.fillWidth: true
                    sourceComponent: LiveView { serving: page.serving }
                }
                ClientPrograms {
                    visible: !page.empty
                    Layout.fillWidth: true
                    serving: page.serving
                }
                LogView {
                    visible: !page.empty && page.serving.log.count > 0
                    Layout.fillWidth: true
                    log: page.serving.log
                }
            }
        }
    }
    Component {
        id: serverForm
        ServerForm {
            serving: page.serving
            library: page.library
            plan: page.plan
            onOpenFileWanted: page.openFile()
            onDevicesWanted: page.devicesWanted()
        }
    }
    FileDialog {
        id: fileDialog
        objectName: "serverFileDialog"
        title: qsTr("Open a model")
        nameFilters: [qsTr("Models (*.gguf)"), qsTr("All files (*)")]
        onAccepted: page.serving.modelUrl = selectedFile
    }
}
