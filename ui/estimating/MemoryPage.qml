// What a model needs: empty (nothing chosen), reading, ready (bars, choices, table), failed.
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

    required property EstimateController estimate
    required property LoadedMemory loaded
    required property LibraryModel library

    readonly property bool ready: estimate.state === EstimateController.Ready
    readonly property bool training: estimate.task === EstimateController.Training
    readonly property bool compact: column.width < Kirigami.Units.gridUnit * 32

    function openFile(): void {
        fileDialog.open();
    }
    function takeFocus(): void {
        chooser.takeFocus();
    }
    function reveal(item: Item, top: real, bottom: real): void {
        const y = item.mapToItem(column, 0, 0).y + column.y;
        const margin = Kirigami.Units.gridUnit;
        if (y + top - margin < flick.contentY) flick.contentY = Math.max(0, y + top - margin);
        else if (y + bottom + margin > flick.contentY + flick.height) flick.contentY = Math.min(flick.contentHeight - flick.height, y + bottom + margin - flick.height);
    }

    objectName: "memoryPage"
    title: qsTr("Memory")
    padding: 0
    Kirigami.Theme.colorSet: Kirigami.Theme.View
    Kirigami.Theme.inherit: false
    onVisibleChanged: if (visible) estimate.refresh()
    Binding {
        target: page.loaded
        property: "watching"
        value: page.visible && page.Window.active
    }
    Keys.onEscapePressed: event => {
        event.accepted = estimate.openKind !== -1;
        estimate.closeParts();
    }

    titleDelegate: RowLayout {
        Layout.fillWidth: true
        spacing: Kirigami.Units.smallSpacing

        Kirigami.Heading {
            Layout.fillWidth: true
            text: page.title
            elide: Text.ElideRight
        }
        CopyButton {
            objectName: "copyEstimate"
            visible: page.ready
            label: qsTr("Copy as text")
            onWanted: Clipboard.copy(page.estimate.asText())
        }
    }

    QQC2.ScrollView {
        anchors.fill: parent
        QQC2.ScrollBar.horizontal.policy: QQC2.ScrollBar.AlwaysOff

        Flickable {
            id: flick
            objectName: "memoryFlick"
            contentWidth: width
            contentHeight: column.implicitHeight + 2 * Kirigami.Units.largeSpacing
            boundsBehavior: Flickable.StopAtBounds
            clip: true

            ColumnLayout {
                id: column
                x: Math.round((flick.width - width) / 2)
                y: Kirigami.Units.largeSpacing
                width: Math.min(flick.width - 2 * Kirigami.Units.largeSpacing, Kirigami.Units.gridUnit * 50)
                spacing: Kirigami.Units.largeSpacing

                SourceChooser {
                    id: chooser
                    Layout.fillWidth: true
                    estimate: page.estimate
                    library: page.library
                    onOpenFileWanted: page.openFile()
                }
                // Empty
                Kirigami.PlaceholderMessage {
                    objectName: "memoryEmpty"
                    visible: page.estimate.state === EstimateController.Empty
                    Layout.fillWidth: true
                    Layout.topMargin: Kirigami.Units.gridUnit * 3
                    icon.name: "dialog-memory-symbolic"
                    text: page.estimate.source === EstimateController.Hub ? qsTr("Name a model on Hugging Face or ModelScope") : qsTr("Choose a model")
                    explanation: page.estimate.source === EstimateController.Hub
                        ? qsTr("Only the file's description is read, a few megabytes: you know what it needs before you download it.")
                        : qsTr("You see what it needs in memory, for any context, and what else would fit.")
                }
                // Reading
                ColumnLayout {
                    visible: page.estimate.state === EstimateController.Reading
                    Layout.topMargin: Kirigami.Units.gridUnit * 4
                    spacing: Kirigami.Units.largeSpacing

                    QQC2.BusyIndicator {
                        Layout.alignment: Qt.AlignHCenter
                        running: parent.visible
                    }
                    QQC2.Label {
                        objectName: "memoryReading"
                        Layout.fillWidth: true
                        horizontalAlignment: Text.AlignHCenter
                        text: qsTr("Reading the model's description…")
                    }
                    QQC2.Button {
                        objectName: "cancelReading"
                        Layout.alignment: Qt.AlignHCenter
                        text: qsTr("Cancel")
                        Accessible.name: text
                        onClicked: page.estimate.cancelReading()
                    }
                }
                // Failed
                Notice {
                    objectName: "memoryFailure"
                    visible: page.estimate.state === EstimateController.Failed
                    Layout.fillWidth: true
                    text: page.estimate.errorText
                    detail: page.estimate.errorDetail
                    actionText: page.estimate.source === EstimateController.Hub ? qsTr("Try again") : qsTr("Take another model")
                    actionIcon: page.estimate.source === EstimateController.Hub ? "view-refresh-symbolic" : "document-open-symbolic"
                    onTriggered: page.estimate.source === EstimateController.Hub ? page.estimate.readHub() : page.openFile()
                }
                // Ready
                PageTabs {
                    visible: page.ready
                    Layout.fillWidth: true
                    label: qsTr("What for")
                    model: [
                        { text: qsTr("Inference"), name: "taskInference" },
                        { text: qsTr("Training"), name: "taskTraining" },
                        { text: qsTr("Deployment"), name: "taskDeployment" }
                    ]
                    current: page.estimate.task
                    onChosen: index => page.estimate.task = index
                }
                GridLayout { // the numbers
                    visible: page.ready
                    Layout.fillWidth: true
                    columns: page.compact ? 1 : 3
                    columnSpacing: Kirigami.Units.gridUnit * 2
                    rowSpacing: Kirigami.Units.mediumSpacing

                    ColumnLayout {
                        visible: page.estimate.totalText.length > 0
                        spacing: 0
                        Accessible.role: Accessible.StaticText
                        Accessible.name: qsTr("In detail: %1").arg(page.estimate.totalText)

                        QQC2.Label {
                            text: qsTr("In detail")
                            font: Kirigami.Theme.smallFont
                            opacity: 0.7
                        }
                        RowLayout {
                            Kirigami.Heading {
                                objectName: "totalText"
                                level: 1
                                text: page.estimate.totalText
                            }
                            QQC2.Label {
                                Layout.alignment: Qt.AlignBaseline
                                text: page.estimate.totalDetail
                                opacity: 0.7
                            }
                        }
                    }
                    ColumnLayout {
                        spacing: 0
                        Accessible.role: Accessible.StaticText
                        Accessible.name: qsTr("Rule of thumb: %1").arg(page.estimate.ruleText)

                        QQC2.Label {
                            text: qsTr("Rule of thumb")
                            font: Kirigami.Theme.smallFont
                            opacity: 0.7
                        }
                        RowLayout {
                            Kirigami.Heading {
                                objectName: "ruleText"
                                level: page.estimate.totalText.length > 0 ? 3 : 1
                                text: page.estimate.ruleText
                            }
                            QQC2.Label {
                                Layout.alignment: Qt.AlignBaseline
                                text: page.estimate.ruleDetail
                                opacity: 0.7
                            }
                        }
                        QQC2.Label {
                            objectName: "ruleFormula"
                            Layout.fillWidth: true
                            text: "= " + page.estimate.ruleFormula
                            elide: Text.ElideRight
                            font: Kirigami.Theme.smallFont
                            opacity: 0.7
                            HoverHandler { id: overRule }
                            QQC2.ToolTip.visible: overRule.hovered
                            QQC2.ToolTip.text: page.estimate.ruleAssumptions.join("\n")
                            QQC2.ToolTip.delay: Kirigami.Units.toolTipDelay
                        }
                    }
                    RowLayout {
                        Layout.fillWidth: true
                        Layout.alignment: page.compact ? Qt.AlignLeft : Qt.AlignRight | Qt.AlignVCenter
                        visible: page.estimate.verdict.length > 0
                        spacing: Kirigami.Units.smallSpacing

                        Item {
                            visible: !page.compact
                            Layout.fillWidth: true
                        }
                        Kirigami.Icon {
                            implicitWidth: Kirigami.Units.iconSizes.small
                            implicitHeight: implicitWidth
                            source: page.estimate.fits ? "dialog-ok-symbolic" : "dialog-warning-symbolic"
                            color: page.estimate.fits ? Kirigami.Theme.positiveTextColor : Kirigami.Theme.negativeTextColor
                        }
                        QQC2.Label {
                            objectName: "verdict"
                            Layout.fillWidth: page.compact
                            Layout.maximumWidth: page.compact ? Number.POSITIVE_INFINITY : Kirigami.Units.gridUnit * 18
                            text: page.estimate.verdict
                            wrapMode: Text.Wrap
                            color: page.estimate.fits ? Kirigami.Theme.positiveTextColor : Kirigami.Theme.negativeTextColor
                        }
                    }
                }
                Notice {
                    objectName: "memoryProblem"
                    visible: page.ready && page.estimate.problem.length > 0
                    Layout.fillWidth: true
                    kind: Notice.Warning
                    text: page.estimate.problem
                }
                Notice {
                    objectName: "memoryCaution"
                    visible: page.ready && page.estimate.caution.length > 0 && !page.training
                    Layout.fillWidth: true
                    kind: Notice.Information
                    text: page.estimate.caution
                }
                Repeater {
                    model: page.ready ? page.estimate.bars : []
                    delegate: StackedBar {
                        required property EstimateBar modelData
                        required property int index
                        Layout.fillWidth: true
                        bar: modelData
                        openKind: page.estimate.openBar === index ? page.estimate.openKind : -1
                        onOpened: kind => page.estimate.open(index, kind)
                    }
                }
                PartsView {
                    visible: page.ready && page.estimate.openKind !== -1
                    Layout.fillWidth: true
                    estimate: page.estimate
                }
                Loader {
                    active: page.ready && (page.estimate.hasFile || page.training)
                    visible: active
                    Layout.fillWidth: true
                    sourceComponent: page.training ? trainingChoices : runChoices
                }
                QQC2.Label {
                    objectName: "ruleOnly"
                    visible: page.ready && !page.estimate.hasFile && !page.training
                    Layout.fillWidth: true
                    text: qsTr("A number of parameters says nothing of the cache. For any context, batch or number of users take one of your models, or one on a hub.")
                    wrapMode: Text.Wrap
                    opacity: 0.7
                }
                MeasuredCard {
                    visible: page.ready && page.loaded.known && !page.training
                    Layout.fillWidth: true
                    loaded: page.loaded
                }
                FitTable {
                    id: table
                    visible: page.ready && page.estimate.table.count > 0
                    Layout.fillWidth: true
                    Layout.topMargin: Kirigami.Units.smallSpacing
                    estimate: page.estimate
                    onRowShown: (top, bottom) => page.reveal(table, top, bottom)
                }
            }
        }
    }
    Component {
        id: runChoices
        RunChoices { estimate: page.estimate }
    }
    Component {
        id: trainingChoices
        TrainingChoices { estimate: page.estimate }
    }
    FileDialog {
        id: fileDialog
        objectName: "memoryFileDialog"
        title: qsTr("Open a model")
        nameFilters: [qsTr("Models (*.gguf)"), qsTr("All files (*)")]
        onAccepted: page.estimate.openFile(selectedFile)
    }
}
