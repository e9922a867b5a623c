// Quantize, convert, split and merge: empty (a place to drop a model), reading, ready (the model, what can be made of it, the jobs), failed;
// and the quality report of a job in their stead.
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

    required property QuantizeController quantize
    required property ModelPickerModel models

    readonly property bool reporting: quantize.report.open
    readonly property bool ready: quantize.state === QuantizeController.Ready && !reporting
    readonly property bool hasJobs: quantize.jobs.count > 0
    readonly property bool beside: hasJobs && !reporting && width > Kirigami.Units.gridUnit * 56 // the jobs stand beside the model
    readonly property bool filling: ready && quantize.task === QuantizeController.Contents     // the list of tensors scrolls by itself
    readonly property real room: width - (beside ? jobsPane.width : 0)
    readonly property real columnWidth: Math.min(flick.width - 2 * Kirigami.Units.largeSpacing, Kirigami.Units.gridUnit * 50)

    function openFile(): void {
        fileDialog.open();
    }
    function takeFocus(): void {
        if (table.visible) table.forceActiveFocus();
        else page.forceActiveFocus();
    }
    // Scrolls so that this part of the column can be seen.
    function reveal(item: Item, top: real, bottom: real): void {
        const y = item.mapToItem(column, 0, 0).y + column.y;
        const margin = Kirigami.Units.gridUnit;
        if (y + top - margin < flick.contentY) flick.contentY = Math.max(0, y + top - margin);
        else if (y + bottom + margin > flick.contentY + flick.height) flick.contentY = Math.min(flick.contentHeight - flick.height, y + bottom + margin - flick.height);
    }

    objectName: "quantizePage"
    title: qsTr("Quantize")
    padding: 0
    Kirigami.Theme.colorSet: Kirigami.Theme.View
    Kirigami.Theme.inherit: false
    onReportingChanged: flick.contentY = 0
    Connections { // what had the keyboard may be gone
        target: page.quantize
        enabled: page.visible
        function onStateChanged() { Qt.callLater(page.takeFocus); }
    }
    Connections { // a new job is seen, where the jobs stand above the model
        target: page.quantize.jobs
        enabled: !page.beside
        function onCountChanged() { Qt.callLater(() => flick.contentY = 0); }
    }
    Keys.onEscapePressed: event => {
        event.accepted = reporting;
        if (reporting) quantize.report.close();
    }

    titleDelegate: RowLayout {
        Layout.fillWidth: true
        spacing: Kirigami.Units.smallSpacing

        IconButton {
            objectName: "closeReport"
            visible: page.reporting
            text: qsTr("Back")
            icon.name: "go-previous-symbolic"
            onClicked: page.quantize.report.close()
        }
        Kirigami.Heading {
            Layout.fillWidth: true
            text: page.reporting ? qsTr("Quality report") : page.title
            elide: Text.ElideRight
        }
        IconButton {
            objectName: "openForQuantize"
            visible: page.ready
            text: qsTr("Open another model…")
            icon.name: "document-open-symbolic"
            onClicked: page.openFile()
        }
    }

    QQC2.ScrollView {
        id: scroll
        anchors { left: parent.left; top: parent.top; bottom: parent.bottom }
        width: page.room
        QQC2.ScrollBar.horizontal.policy: QQC2.ScrollBar.AlwaysOff

        Flickable {
            id: flick
            objectName: "quantizeFlick"
            contentWidth: width
            contentHeight: page.filling ? height : column.implicitHeight + 2 * Kirigami.Units.largeSpacing
            boundsBehavior: Flickable.StopAtBounds
            clip: true

            ColumnLayout {
                id: column
                x: Math.round((flick.width - width) / 2)
                y: Kirigami.Units.largeSpacing
                width: page.columnWidth
                height: page.filling ? flick.height - 2 * Kirigami.Units.largeSpacing : implicitHeight
                spacing: Kirigami.Units.largeSpacing

                Notice {
                    objectName: "leftovers"
                    visible: page.quantize.leftovers.length > 0 && !page.reporting
                    Layout.fillWidth: true
                    kind: Notice.Warning
                    text: page.quantize.leftovers
                    actionText: qsTr("Delete it")
                    actionIcon: "edit-delete-symbolic"
                    onTriggered: page.quantize.deleteLeftovers()
                }
                Loader { // the jobs, where there is no room beside
                    active: page.hasJobs && !page.beside && !page.reporting
                    visible: active
                    Layout.fillWidth: true
                    sourceComponent: jobList
                }

                // Failed: why, and the empty page below it
                Notice {
                    objectName: "openFailure"
                    visible: page.quantize.state === QuantizeController.Failed && !page.reporting
                    Layout.fillWidth: true
                    text: page.quantize.errorText
                    detail: page.quantize.errorDetail
                    actionText: qsTr("Take another model")
                    actionIcon: "document-open-symbolic"
                    onTriggered: page.openFile()
                }
                // Empty
                Loader {
                    active: (page.quantize.state === QuantizeController.Empty || page.quantize.state === QuantizeController.Failed) && !page.reporting
                    visible: active
                    Layout.fillWidth: true
                    Layout.topMargin: Kirigami.Units.largeSpacing
                    sourceComponent: DropZone {
                        models: page.models
                        onOpenFileWanted: page.openFile()
                        onOpenFolderWanted: folderDialog.open()
                        onChosen: file => page.quantize.open([file])
                        Component.onCompleted: page.models.refresh()
                    }
                }
                // Reading
                ColumnLayout {
                    visible: page.quantize.state === QuantizeController.Reading && !page.reporting
                    Layout.topMargin: Kirigami.Units.gridUnit * 4
                    spacing: Kirigami.Units.largeSpacing

                    QQC2.BusyIndicator {
                        Layout.alignment: Qt.AlignHCenter
                        running: parent.visible
                    }
                    QQC2.Label {
                        objectName: "readingLabel"
                        Layout.fillWidth: true
                        horizontalAlignment: Text.AlignHCenter
                        text: qsTr("Reading the model…")
                    }
                }
                // Ready
                ModelCard {
                    visible: page.ready
                    Layout.fillWidth: true
                    quantize: page.quantize
                }
                TaskTabs {
                    visible: page.ready
                    Layout.fillWidth: true
                    quantize: page.quantize
                }
                Notice {
                    objectName: "quantizedAlready"
                    visible: page.ready && page.quantize.needsPermission
                    Layout.fillWidth: true
                    kind: Notice.Warning
                    text: qsTr("This model is quantized already. Doing it again loses more than quantizing the original would.")
                    actionText: qsTr("Quantize it again all the same")
                    onTriggered: page.quantize.options.allowRequantize = true
                }
                QQC2.Label {
                    objectName: "recommendation"
                    visible: page.ready && page.quantize.task === QuantizeController.Quantize && text.length > 0
                    Layout.fillWidth: true
                    text: page.quantize.recommendation
                    wrapMode: Text.Wrap
                }
                TargetTable {
                    id: table
                    visible: page.ready && page.quantize.task === QuantizeController.Quantize && targets.count > 0
                    idle: page.quantize.options.goal !== QuantizeOptions.NoGoal
                    Layout.fillWidth: true
                    targets: page.quantize.targets
                    onStartWanted: page.quantize.start()
                    onChosen: page.quantize.options.goal = QuantizeOptions.NoGoal
                    onRowShown: (top, bottom) => page.reveal(table, top, bottom)

                    Connections {
                        target: table.targets
                        function onSelectedChanged() { if (table.activeFocus) table.showSelected(); }
                        function onCountChanged() { Qt.callLater(table.showSelected); } // the recommended one is seen at once
                    }
                }
                AdvancedOptions {
                    id: advanced
                    visible: page.ready && page.quantize.task === QuantizeController.Quantize
                    Layout.fillWidth: true
                    options: page.quantize.options
                    keepsSplit: page.quantize.canMerge
                    onUnfoldedChanged: if (unfolded) reveal.start()

                    Timer {
                        id: reveal
                        interval: 50 // the form has its room then
                        onTriggered: page.reveal(advanced, 0, Math.min(advanced.height, flick.height - 2 * Kirigami.Units.gridUnit))
                    }
                }
                QQC2.Label {
                    visible: page.ready && page.quantize.task === QuantizeController.Merge
                    Layout.fillWidth: true
                    wrapMode: Text.Wrap
                    text: qsTr("All parts become one file. The weights are copied as they are; the parts stay.")
                }
                ColumnLayout {
                    objectName: "parts"
                    visible: page.ready && page.quantize.task === QuantizeController.Merge
                    spacing: Kirigami.Units.smallSpacing
                    Repeater {
                        model: page.quantize.parts
                        delegate: QQC2.Label {
                            required property string modelData
                            Layout.fillWidth: true
                            text: modelData
                            elide: Text.ElideMiddle
                            opacity: 0.8
                        }
                    }
                }
                SplitForm {
                    visible: page.ready && page.quantize.task === QuantizeController.Split
                    Layout.fillWidth: true
                    quantize: page.quantize
                }
                Loader {
                    active: page.filling
                    visible: active
                    Layout.fillWidth: true
                    Layout.fillHeight: true
                    sourceComponent: ContentsView { contents: page.quantize.contents }
                }
                // The report
                Loader {
                    active: page.reporting
                    visible: active
                    Layout.fillWidth: true
                    Layout.topMargin: Kirigami.Units.largeSpacing
                    sourceComponent: QualityReportView { report: page.quantize.report }
                }
            }
        }
    }
    Item {
        id: jobsPane
        anchors { right: parent.right; top: parent.top; bottom: parent.bottom }
        width: Kirigami.Units.gridUnit * 20
        visible: page.beside

        Kirigami.Separator {
            anchors { left: parent.left; top: parent.top; bottom: parent.bottom }
        }
        QQC2.ScrollView {
            anchors { fill: parent; leftMargin: 1 }
            QQC2.ScrollBar.horizontal.policy: QQC2.ScrollBar.AlwaysOff

            Flickable {
                contentWidth: width
                contentHeight: besideJobs.implicitHeight + 2 * Kirigami.Units.largeSpacing
                boundsBehavior: Flickable.StopAtBounds
                clip: true

                Loader {
                    id: besideJobs
                    active: page.beside
                    x: Kirigami.Units.largeSpacing
                    y: Kirigami.Units.largeSpacing
                    width: parent.width - 2 * Kirigami.Units.largeSpacing
                    sourceComponent: jobList
                }
            }
        }
    }
    Component {
        id: jobList
        JobList {
            jobs: page.quantize.jobs
            onReportWanted: jobId => page.quantize.report.show(jobId)
        }
    }

    footer: Loader {
        active: page.ready && page.quantize.task !== QuantizeController.Contents
        visible: active
        sourceComponent: StartBar {
            quantize: page.quantize
            columnX: column.x
            columnWidth: page.columnWidth
            onPlaceWanted: outputDialog.open()
        }
    }

    FileDialog {
        id: fileDialog
        objectName: "quantizeFileDialog"
        title: qsTr("Open a model")
        fileMode: FileDialog.OpenFiles
        nameFilters: [qsTr("Models (*.gguf *.safetensors)"), qsTr("All files (*)")]
        onAccepted: page.quantize.open(selectedFiles)
    }
    FolderDialog {
        id: folderDialog
        objectName: "quantizeFolderDialog"
        title: qsTr("Open a Hugging Face folder")
        onAccepted: page.quantize.open([selectedFolder])
    }
    FileDialog {
        id: outputDialog
        objectName: "outputDialog"
        title: qsTr("Where to write it")
        fileMode: FileDialog.SaveFile
        selectedFile: page.quantize.outputUrl
        nameFilters: [qsTr("Models (*.gguf)"), qsTr("All files (*)")]
        onAccepted: page.quantize.setOutput(selectedFile)
    }
}
