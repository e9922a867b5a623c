// Everything about the selected model, and what can be done with it. None selected, reading, ready, failed.
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls as QQC2
import QtQuick.Layouts
import org.kde.kirigami as Kirigami
import Corral.App
import Corral.Ui.Controls
import Corral.Ui.Quantizing

FocusScope {
    id: view

    required property LibraryModel library
    required property ModelDetails details
    property bool closable: false
    property int tab: 0
    readonly property bool ready: details.state === ModelDetails.Ready
    readonly property bool shown: details.state !== ModelDetails.None
    readonly property url file: shown ? "file://" + details.path.split("/").map(encodeURIComponent).join("/") : ""
    readonly property bool renaming: renameField.visible

    signal closeWanted()
    signal chatWanted(url file)
    signal memoryWanted(url file)
    signal quantizeWanted(url file)

    objectName: "detailsView"
    Connections {
        target: view.details
        function onChanged() { if (view.details.path !== renameField.path) renameField.visible = false; }
    }

    Kirigami.PlaceholderMessage {
        anchors.centerIn: parent
        width: parent.width - 4 * Kirigami.Units.largeSpacing
        visible: !view.shown && view.library.total > 0
        text: qsTr("Choose a model to see what is in it")
        icon.name: "documentinfo-symbolic"
    }
    ColumnLayout {
        anchors { fill: parent; margins: Kirigami.Units.largeSpacing }
        visible: view.shown
        spacing: Kirigami.Units.largeSpacing

        RowLayout {
            spacing: Kirigami.Units.smallSpacing

            IconButton {
                objectName: "closeDetails"
                visible: view.closable
                text: qsTr("Back to the list")
                icon.name: "go-previous-symbolic"
                onClicked: view.closeWanted()
            }
            Kirigami.Heading {
                objectName: "detailsTitle"
                visible: !renameField.visible
                Layout.fillWidth: true
                text: view.details.title
                elide: Text.ElideMiddle
            }
            QQC2.TextField {
                id: renameField
                objectName: "renameField"
                property string path: ""
                visible: false
                Layout.fillWidth: true
                Accessible.name: qsTr("New name of the file")
                function begin(): void {
                    path = view.details.path;
                    text = view.library.nameToEdit(path);
                    visible = true;
                    selectAll();
                    forceActiveFocus();
                }
                onAccepted: {
                    visible = false;
                    view.library.rename(path, text);
                }
                Keys.onEscapePressed: visible = false
            }
            IconButton {
                objectName: "renameModel"
                visible: view.details.own
                text: qsTr("Rename the file")
                icon.name: "edit-rename-symbolic"
                onClicked: renameField.visible ? renameField.accepted() : renameField.begin()
            }
            IconButton {
                objectName: "showModel"
                text: qsTr("Show in folder")
                icon.name: "document-open-folder-symbolic"
                onClicked: view.library.showInFolder(view.details.path)
            }
            IconButton {
                objectName: "verifyModel"
                enabled: view.library.check !== LibraryModel.Checking
                text: qsTr("Verify")
                help: qsTr("Reads every byte and compares the checksum")
                icon.name: "checkmark-symbolic"
                onClicked: view.library.verify(view.details.path)
            }
            IconButton {
                objectName: "trashModel"
                visible: view.details.own
                text: qsTr("Move to the trash")
                icon.name: "edit-delete-symbolic"
                onClicked: view.library.moveToTrash(view.details.path)
            }
        }
        QQC2.Label {
            objectName: "detailsSubtitle"
            Layout.fillWidth: true
            Layout.topMargin: -Kirigami.Units.smallSpacing
            text: view.details.own ? view.details.subtitle : qsTr("%1 · belongs to %2, only read").arg(view.details.subtitle).arg(view.details.origin)
            wrapMode: Text.Wrap
            opacity: 0.8
        }
        Notice {
            objectName: "detailsProblem"
            visible: !view.details.usable
            Layout.fillWidth: true
            kind: Notice.Warning
            text: view.details.missing.length > 0 ? view.details.problem + "<br>" + view.details.missing.slice(0, 6).join("<br>") + (view.details.missing.length > 6 ? "<br>…" : "")
                : view.details.problem
        }
        RowLayout {
            visible: view.library.checkText.length > 0
            Layout.fillWidth: true
            spacing: Kirigami.Units.smallSpacing

            Kirigami.Icon {
                implicitWidth: Kirigami.Units.iconSizes.small
                implicitHeight: implicitWidth
                source: view.library.check === LibraryModel.Right ? "dialog-ok-symbolic" : view.library.check === LibraryModel.Wrong ? "dialog-error-symbolic" : "security-high-symbolic"
                color: view.library.check === LibraryModel.Right ? Kirigami.Theme.positiveTextColor
                    : view.library.check === LibraryModel.Wrong ? Kirigami.Theme.negativeTextColor : Kirigami.Theme.textColor
            }
            QQC2.Label {
                objectName: "checkText"
                Layout.fillWidth: true
                text: view.library.checkText
                wrapMode: Text.Wrap
                color: view.library.check === LibraryModel.Wrong ? Kirigami.Theme.negativeTextColor : Kirigami.Theme.textColor
            }
            QQC2.Button {
                objectName: "stopVerifying"
                visible: view.library.check === LibraryModel.Checking
                text: qsTr("Cancel")
                icon.name: "dialog-cancel-symbolic"
                Accessible.name: qsTr("Stop verifying")
                onClicked: view.library.stopVerifying(view.details.path)
            }
        }
        Flow {
            Layout.fillWidth: true
            visible: view.details.usable
            spacing: Kirigami.Units.smallSpacing

            QQC2.Button {
                objectName: "chatWithModel"
                text: qsTr("Chat")
                icon.name: "dialog-messages-symbolic"
                highlighted: true
                Accessible.name: qsTr("Chat with this model")
                onClicked: view.chatWanted(view.file)
            }
            QQC2.Button {
                objectName: "weighModel"
                text: qsTr("Memory")
                icon.name: "dialog-memory-symbolic"
                Accessible.name: qsTr("How much memory this model takes")
                onClicked: view.memoryWanted(view.file)
            }
            QQC2.Button {
                objectName: "quantizeModel"
                visible: view.details.path.toLowerCase().endsWith(".gguf")
                text: qsTr("Quantize")
                icon.name: "archive-insert-symbolic"
                Accessible.name: qsTr("Quantize this model")
                onClicked: view.quantizeWanted(view.file)
            }
        }
        Notice {
            objectName: "detailsFailure"
            visible: view.details.state === ModelDetails.Failed && view.details.usable
            Layout.fillWidth: true
            text: view.details.errorText
        }
        PageTabs {
            Layout.fillWidth: true
            current: view.tab
            label: qsTr("Details")
            model: [
                { text: qsTr("Overview"), name: "overviewTab" },
                { text: qsTr("Metadata"), name: "metadataTab" },
                { text: qsTr("Tensors"), name: "tensorsTab" },
                { text: qsTr("Chat template"), name: "templateTab" }
            ]
            onChosen: index => view.tab = index
        }
        Item {
            Layout.fillWidth: true
            Layout.fillHeight: true

            OverviewView {
                anchors.fill: parent
                visible: view.tab === 0
                details: view.details
            }
            Loader {
                anchors.fill: parent
                active: view.ready && view.tab > 0
                sourceComponent: [null, metadataView, tensorsView, templateView][view.tab]
            }
            QQC2.BusyIndicator {
                anchors.centerIn: parent
                running: visible
                visible: view.details.state === ModelDetails.Reading && view.tab > 0
            }
        }
    }
    Component {
        id: metadataView
        MetadataView { metadata: view.details.metadata }
    }
    Component {
        id: tensorsView
        ContentsView { contents: view.details.tensors }
    }
    Component {
        id: templateView
        TemplateView { details: view.details }
    }
}
