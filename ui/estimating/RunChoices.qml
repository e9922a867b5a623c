// How the model is to be run: context, batch, cache, users, a graphics card to plan with.
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

    spacing: Kirigami.Units.smallSpacing

    SliderRow {
        visible: choices.estimate.task === EstimateController.Deployment
        Layout.fillWidth: true
        compact: choices.compact
        label: qsTr("Users at once")
        name: "usersSlider"
        help: qsTr("Each has a context of its own (--users).")
        position: choices.estimate.usersPosition
        value: choices.estimate.users
        maximum: choices.estimate.mostUsers
        onMoved: position => choices.estimate.usersPosition = position
        onEntered: value => choices.estimate.users = value
    }
    SliderRow {
        Layout.fillWidth: true
        compact: choices.compact
        label: qsTr("Context length")
        name: "contextSlider"
        help: qsTr("Tokens that the model keeps in mind, of question and answer together (-c).")
        position: choices.estimate.contextPosition
        value: choices.estimate.context
        maximum: choices.estimate.mostContext
        onMoved: position => choices.estimate.contextPosition = position
        onEntered: value => choices.estimate.context = value
    }
    QQC2.Label {
        objectName: "fittingContext"
        readonly property int tokens: choices.estimate.fittingContext
        visible: choices.estimate.problem.length === 0 && tokens !== choices.estimate.context && tokens < choices.estimate.mostContext
        Layout.fillWidth: true
        Layout.leftMargin: choices.compact ? 0 : Kirigami.Units.gridUnit * 9 + Kirigami.Units.largeSpacing
        text: tokens > 0 ? qsTr("The largest that fits: <a href=\"#\">%L1 tokens</a>").arg(tokens) : qsTr("Not even the shortest context fits.")
        textFormat: Text.StyledText
        wrapMode: Text.Wrap
        font: Kirigami.Theme.smallFont
        linkColor: Kirigami.Theme.linkColor
        Accessible.name: text.replace(/<[^>]*>/g, "")
        activeFocusOnTab: tokens > 0
        Keys.onReturnPressed: choices.estimate.context = tokens
        onLinkActivated: choices.estimate.context = tokens
        HoverHandler { cursorShape: parent.hoveredLink ? Qt.PointingHandCursor : Qt.ArrowCursor }
    }
    SliderRow {
        Layout.fillWidth: true
        compact: choices.compact
        label: qsTr("Batch")
        name: "batchSlider"
        help: qsTr("Tokens that are computed at once while a prompt is read (-b).")
        position: choices.estimate.batchPosition
        value: choices.estimate.batch
        maximum: choices.estimate.mostBatch
        onMoved: position => choices.estimate.batchPosition = position
        onEntered: value => choices.estimate.batch = value
    }
    GridLayout {
        Layout.fillWidth: true
        columns: choices.width > Kirigami.Units.gridUnit * 46 ? 2 : 1
        columnSpacing: Kirigami.Units.gridUnit * 2
        rowSpacing: Kirigami.Units.smallSpacing

        ChoiceRow {
            Layout.fillWidth: choices.compact
            compact: choices.compact
            label: qsTr("Cache precision")
            name: "cacheType"
            help: qsTr("How exactly the cache is kept (-ctk, -ctv). 8 bits halve it and lose next to nothing.")
            choices: choices.estimate.cacheTypes
            current: choices.estimate.cacheType
            onChosen: index => choices.estimate.cacheType = index
        }
        ChoiceRow {
            Layout.fillWidth: choices.compact
            compact: choices.compact
            labelWidth: parent.columns === 2 ? Kirigami.Units.gridUnit * 7 : Kirigami.Units.gridUnit * 9
            label: qsTr("Graphics card")
            name: "cardChoice"
            help: qsTr("Plans with a card of so much free memory (--gpu).")
            choices: choices.estimate.cards
            current: choices.estimate.card
            onChosen: index => choices.estimate.card = index
        }
    }
    SliderRow {
        visible: choices.estimate.card > 0
        Layout.fillWidth: true
        compact: choices.compact
        label: qsTr("Layers on the card")
        name: "gpuLayersSlider"
        help: qsTr("The last layers lie on the card, the output layer counts as one (-ngl).")
        position: choices.estimate.mostGpuLayers > 0 ? choices.estimate.gpuLayers / choices.estimate.mostGpuLayers : 0
        value: choices.estimate.gpuLayers
        minimum: 0
        maximum: choices.estimate.mostGpuLayers
        onMoved: position => choices.estimate.gpuLayers = Math.round(position * choices.estimate.mostGpuLayers)
        onEntered: value => choices.estimate.gpuLayers = value
        trailing: QQC2.CheckBox {
            objectName: "gpuLayersAuto"
            text: qsTr("As many as fit")
            checked: choices.estimate.gpuLayersAuto
            Accessible.name: text
            onToggled: choices.estimate.gpuLayersAuto = checked
        }
    }
}
