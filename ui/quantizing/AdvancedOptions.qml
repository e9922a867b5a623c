// What most people never need, folded: importance matrix, types of single tensors, a size to aim for, threads, splitting.
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls as QQC2
import QtQuick.Dialogs
import QtQuick.Layouts
import org.kde.kirigami as Kirigami
import Corral.App
import Corral.Ui.Controls

ColumnLayout {
    id: advanced

    required property QuantizeOptions options
    property bool keepsSplit: false // the model has shards
    property bool unfolded: false

    readonly property real fieldWidth: Math.min(Kirigami.Units.gridUnit * 18, width - 2 * Kirigami.Units.largeSpacing)

    objectName: "advancedOptions"
    spacing: Kirigami.Units.smallSpacing

    component Help: QQC2.Label {
        Layout.fillWidth: true
        Layout.maximumWidth: advanced.fieldWidth
        wrapMode: Text.Wrap
        font: Kirigami.Theme.smallFont
        opacity: 0.7
    }
    component TypeBox: QQC2.ComboBox {
        required property string type
        signal chosen(string type)
        implicitWidth: Kirigami.Units.gridUnit * 9
        model: advanced.options.typeNames
        currentIndex: advanced.options.typeIndex(type)
        onActivated: index => chosen(advanced.options.typeAt(index))
    }
    component Lines: QQC2.TextArea {
        id: lines
        required property string value
        signal edited(string text)
        Layout.fillWidth: true
        Layout.maximumWidth: advanced.fieldWidth
        text: value
        textFormat: TextEdit.PlainText
        wrapMode: TextEdit.Wrap
        font.family: "monospace"
        KeyNavigation.priority: KeyNavigation.BeforeItem
        KeyNavigation.tab: nextItemInFocusChain(true)
        onTextChanged: if (activeFocus) pause.restart()
        readonly property Timer pause: Timer {
            interval: 500
            onTriggered: lines.edited(lines.text)
        }
    }

    QQC2.ToolButton {
        objectName: "advancedFold"
        text: advanced.options.changes > 0 ? qsTr("Advanced (%n changed)", "", advanced.options.changes) : qsTr("Advanced")
        icon.name: advanced.unfolded ? "arrow-down-symbolic" : "arrow-right-symbolic"
        Accessible.name: text
        Accessible.description: advanced.unfolded ? qsTr("Unfolded") : qsTr("Folded")
        onClicked: advanced.unfolded = !advanced.unfolded
    }
    Loader {
        Layout.fillWidth: true
        active: advanced.unfolded
        visible: active
        sourceComponent: form
    }
    FileDialog {
        id: matrixDialog
        objectName: "matrixDialog"
        title: qsTr("Choose an importance matrix")
        nameFilters: [qsTr("Importance matrices (*.gguf *.dat *.imatrix)"), qsTr("All files (*)")]
        onAccepted: advanced.options.setMatrix(selectedFile)
    }

    Component {
        id: form
        Kirigami.FormLayout {
            wideMode: advanced.width > Kirigami.Units.gridUnit * 34

            RowLayout {
                Kirigami.FormData.label: qsTr("Importance matrix:")
                Layout.maximumWidth: advanced.fieldWidth
                spacing: Kirigami.Units.smallSpacing
                QQC2.Button {
                    objectName: "chooseMatrix"
                    Layout.fillWidth: true
                    Layout.maximumWidth: implicitWidth
                    text: advanced.options.matrixName || qsTr("Choose a file…")
                    icon.name: "document-open-symbolic"
                    Accessible.name: qsTr("Importance matrix: %1").arg(text)
                    onClicked: matrixDialog.open()
                }
                IconButton {
                    objectName: "dropMatrix"
                    visible: advanced.options.matrixName.length > 0
                    text: qsTr("Use no importance matrix")
                    icon.name: "edit-clear-symbolic"
                    onClicked: advanced.options.setMatrix("")
                }
            }
            Help { text: qsTr("Says which weights matter most. Targets of few bits need one; all become better with it. “corral imatrix” makes one.") }
            QQC2.TextField {
                Kirigami.FormData.label: qsTr("Only its entries with:")
                visible: advanced.options.matrixName.length > 0
                objectName: "matrixOnly"
                Layout.fillWidth: true
                Layout.maximumWidth: advanced.fieldWidth
                text: advanced.options.matrixOnly
                placeholderText: qsTr("ffn_down, attn")
                Accessible.name: qsTr("Only entries of the matrix that contain")
                onEditingFinished: advanced.options.matrixOnly = text
            }
            QQC2.TextField {
                Kirigami.FormData.label: qsTr("Without entries with:")
                visible: advanced.options.matrixName.length > 0
                objectName: "matrixWithout"
                Layout.fillWidth: true
                Layout.maximumWidth: advanced.fieldWidth
                text: advanced.options.matrixWithout
                Accessible.name: qsTr("Without entries of the matrix that contain")
                onEditingFinished: advanced.options.matrixWithout = text
            }

            Item { Kirigami.FormData.isSection: true }
            QQC2.ComboBox {
                Kirigami.FormData.label: qsTr("Aim for:")
                objectName: "goal"
                implicitWidth: Kirigami.Units.gridUnit * 12
                textRole: "text"
                valueRole: "value"
                model: [
                    { text: qsTr("The target in the table"), value: QuantizeOptions.NoGoal },
                    { text: qsTr("A size"), value: QuantizeOptions.Size },
                    { text: qsTr("Bits per weight"), value: QuantizeOptions.Bits }
                ]
                currentIndex: advanced.options.goal
                Accessible.name: qsTr("Aim for")
                onActivated: advanced.options.goal = currentValue
            }
            RowLayout {
                visible: advanced.options.goal !== QuantizeOptions.NoGoal
                spacing: Kirigami.Units.smallSpacing
                NumberField {
                    objectName: "goalValue"
                    readonly property bool size: advanced.options.goal === QuantizeOptions.Size
                    implicitWidth: Kirigami.Units.gridUnit * 5
                    value: size ? advanced.options.goalGigabytes : advanced.options.goalBits
                    minimum: size ? 0.01 : 1
                    maximum: size ? 10000 : 32
                    step: size ? 0.1 : 0.05
                    Accessible.name: size ? qsTr("Size in GB") : qsTr("Bits per weight")
                    onMoved: value => size ? advanced.options.goalGigabytes = value : advanced.options.goalBits = value
                }
                QQC2.Label { text: advanced.options.goal === QuantizeOptions.Size ? qsTr("GB") : qsTr("bits") }
            }
            Help {
                visible: advanced.options.goal !== QuantizeOptions.NoGoal
                text: qsTr("Each tensor gets the type with which all together lose least. Their losses are measured first, which takes a while.")
            }

            Item { Kirigami.FormData.isSection: true }
            TypeBox {
                Kirigami.FormData.label: qsTr("Output tensor:")
                objectName: "outputType"
                type: advanced.options.outputType
                Accessible.name: qsTr("Type of the output tensor")
                onChosen: type => advanced.options.outputType = type
            }
            TypeBox {
                Kirigami.FormData.label: qsTr("Token embedding:")
                objectName: "embeddingType"
                type: advanced.options.embeddingType
                Accessible.name: qsTr("Type of the token embedding")
                onChosen: type => advanced.options.embeddingType = type
            }
            QQC2.CheckBox {
                objectName: "leaveOutput"
                text: qsTr("Leave the output tensor as it is")
                checked: advanced.options.leaveOutput
                Accessible.name: text
                onToggled: advanced.options.leaveOutput = checked
            }
            QQC2.CheckBox {
                objectName: "pure"
                text: qsTr("One type for all tensors, no mixing")
                checked: advanced.options.pure
                Accessible.name: text
                onToggled: advanced.options.pure = checked
            }
            QQC2.CheckBox {
                objectName: "allowRequantize"
                text: qsTr("Quantize again what is quantized already")
                checked: advanced.options.allowRequantize
                Accessible.name: text
                onToggled: advanced.options.allowRequantize = checked
            }
            Lines {
                Kirigami.FormData.label: qsTr("Types by name:")
                objectName: "tensorTypes"
                value: advanced.options.tensorTypes
                placeholderText: "ffn_down=q6_K"
                Accessible.name: qsTr("Types of tensors by name, one rule a line")
                onEdited: text => advanced.options.tensorTypes = text
            }
            Help { text: qsTr("Regular expression = type, one a line; the first one that matches counts.") }
            Lines {
                Kirigami.FormData.label: qsTr("Metadata:")
                objectName: "metadataRules"
                value: advanced.options.metadata
                placeholderText: "general.name=str:My model"
                Accessible.name: qsTr("Metadata to set, one a line")
                onEdited: text => advanced.options.metadata = text
            }
            QQC2.TextField {
                Kirigami.FormData.label: qsTr("Leave out layers:")
                objectName: "prunedLayers"
                Layout.fillWidth: true
                Layout.maximumWidth: advanced.fieldWidth
                text: advanced.options.prunedLayers
                placeholderText: "21, 22"
                Accessible.name: qsTr("Layers to leave out")
                onEditingFinished: advanced.options.prunedLayers = text
            }

            Item { Kirigami.FormData.isSection: true }
            RowLayout {
                Kirigami.FormData.label: qsTr("Split into files of:")
                spacing: Kirigami.Units.smallSpacing
                NumberField {
                    objectName: "splitSize"
                    implicitWidth: Kirigami.Units.gridUnit * 5
                    value: advanced.options.splitGigabytes
                    minimum: 0
                    maximum: 1000
                    step: 1
                    Accessible.name: qsTr("Size of a file in GB, 0 for one file")
                    onMoved: value => advanced.options.splitGigabytes = value
                }
                QQC2.Label { text: advanced.options.splitGigabytes > 0 ? qsTr("GB at most") : qsTr("GB (0: one file)") }
            }
            QQC2.CheckBox {
                objectName: "keepSplit"
                visible: advanced.keepsSplit
                text: qsTr("As many files as the model has now")
                checked: advanced.options.keepSplit
                Accessible.name: text
                onToggled: advanced.options.keepSplit = checked
            }
            RowLayout {
                Kirigami.FormData.label: qsTr("Threads:")
                spacing: Kirigami.Units.smallSpacing
                NumberField {
                    objectName: "quantizeThreads"
                    implicitWidth: Kirigami.Units.gridUnit * 5
                    whole: true
                    value: advanced.options.threads
                    minimum: 0
                    maximum: advanced.options.mostThreads
                    step: 1
                    Accessible.name: qsTr("Threads, 0 for all cores")
                    onMoved: value => advanced.options.threads = value
                }
                QQC2.Label { text: advanced.options.threads > 0 ? "" : qsTr("all cores") }
            }
            QQC2.CheckBox {
                objectName: "measureError"
                text: qsTr("Measure the error of each tensor, for the report")
                checked: advanced.options.measureError
                Accessible.name: text
                onToggled: advanced.options.measureError = checked
            }
            QQC2.Button {
                objectName: "resetOptions"
                visible: advanced.options.changes > 0
                text: qsTr("Reset")
                icon.name: "edit-reset-symbolic"
                Accessible.name: qsTr("Reset the advanced choices")
                onClicked: advanced.options.reset()
            }
        }
    }
}
