// How the model is to be trained.
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls as QQC2
import QtQuick.Layouts
import org.kde.kirigami as Kirigami
import Corral.App

ColumnLayout {
    id: choices

    required property EstimateController estimate
    readonly property bool compact: width < Kirigami.Units.gridUnit * 32
    readonly property int columns: width > Kirigami.Units.gridUnit * 46 ? 2 : 1
    readonly property bool adapters: estimate.method !== 0
    readonly property real secondLabel: columns === 2 ? Kirigami.Units.gridUnit * 8 : Kirigami.Units.gridUnit * 9

    spacing: Kirigami.Units.smallSpacing

    GridLayout {
        Layout.fillWidth: true
        columns: choices.columns
        columnSpacing: Kirigami.Units.gridUnit * 2
        rowSpacing: Kirigami.Units.smallSpacing

        ChoiceRow {
            Layout.fillWidth: choices.compact
            compact: choices.compact
            label: qsTr("Method")
            name: "trainMethod"
            help: qsTr("Full trains every weight; LoRA small matrices beside them; QLoRA does so on a model rounded to 4 bits (--train).")
            choices: choices.estimate.methods
            current: choices.estimate.method
            onChosen: index => choices.estimate.method = index
        }
        ChoiceRow {
            Layout.fillWidth: choices.compact
            compact: choices.compact
            labelWidth: choices.secondLabel
            label: qsTr("Optimizer")
            name: "trainRecipe"
            help: qsTr("What it remembers of each weight is often the largest part (--optimizer).")
            choices: choices.estimate.recipes
            current: choices.estimate.recipe
            onChosen: index => choices.estimate.recipe = index
        }
        ChoiceRow {
            Layout.fillWidth: choices.compact
            compact: choices.compact
            enabled: choices.estimate.hasFile
            label: qsTr("Activations")
            name: "trainRecompute"
            help: qsTr("Kept for the backward pass, or computed again there: less memory, more time (--recompute).")
            choices: choices.estimate.recomputes
            current: choices.estimate.recompute
            onChosen: index => choices.estimate.recompute = index
        }
        ChoiceRow {
            Layout.fillWidth: choices.compact
            compact: choices.compact
            labelWidth: choices.secondLabel
            label: qsTr("Trained on")
            name: "trainCard"
            help: qsTr("The graphics card's memory to compare with; without one, the main memory.")
            choices: choices.estimate.cards.map((name, index) => index === 0 ? qsTr("Main memory") : qsTr("Card of %1").arg(name))
            current: choices.estimate.card
            onChosen: index => choices.estimate.card = index
        }
        ChoiceRow {
            visible: choices.adapters
            enabled: choices.estimate.hasFile
            Layout.fillWidth: choices.compact
            compact: choices.compact
            label: qsTr("Adapters for")
            name: "trainTargets"
            help: qsTr("Which matrices get a small one beside them (--lora-targets).")
            choices: choices.estimate.loraTargets
            current: choices.estimate.loraTarget
            onChosen: index => choices.estimate.loraTarget = index
        }
    }
    SliderRow {
        visible: choices.adapters
        enabled: choices.estimate.hasFile
        Layout.fillWidth: true
        compact: choices.compact
        label: qsTr("Rank")
        name: "rankSlider"
        help: qsTr("The adapters' width (--lora-rank).")
        position: choices.estimate.rankPosition
        value: choices.estimate.rank
        maximum: choices.estimate.mostRank
        onMoved: position => choices.estimate.rankPosition = position
        onEntered: value => choices.estimate.rank = value
    }
    SliderRow {
        enabled: choices.estimate.hasFile
        Layout.fillWidth: true
        compact: choices.compact
        label: qsTr("Sequence length")
        name: "sequenceSlider"
        help: qsTr("Tokens of one training example (--sequence).")
        position: choices.estimate.sequencePosition
        value: choices.estimate.sequence
        maximum: choices.estimate.mostSequence
        onMoved: position => choices.estimate.sequencePosition = position
        onEntered: value => choices.estimate.sequence = value
    }
    SliderRow {
        enabled: choices.estimate.hasFile
        Layout.fillWidth: true
        compact: choices.compact
        label: qsTr("Sequences at once")
        name: "trainBatchSlider"
        help: qsTr("Examples in one step on this device (--train-batch).")
        position: choices.estimate.trainBatchPosition
        value: choices.estimate.trainBatch
        maximum: choices.estimate.mostTrainBatch
        onMoved: position => choices.estimate.trainBatchPosition = position
        onEntered: value => choices.estimate.trainBatch = value
    }
    QQC2.CheckBox {
        objectName: "flashAttention"
        enabled: choices.estimate.hasFile
        Layout.leftMargin: choices.compact ? 0 : Kirigami.Units.gridUnit * 9 + Kirigami.Units.largeSpacing
        text: qsTr("Flash attention: scores are never stored")
        checked: choices.estimate.flashAttention
        Accessible.name: text
        onToggled: choices.estimate.flashAttention = checked
    }
    QQC2.Label {
        visible: !choices.estimate.hasFile
        Layout.fillWidth: true
        text: qsTr("Activations and adapters need the shape of a real model: take one of yours or one from a hub.")
        wrapMode: Text.Wrap
        font: Kirigami.Theme.smallFont
        opacity: 0.7
    }
}
