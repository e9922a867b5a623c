// How many layers graphics cards compute: a slider, as many as fit, or none; beside it what they take of each card's memory.
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls as QQC2
import QtQuick.Layouts
import org.kde.kirigami as Kirigami
import Corral.App
import Corral.Ui.Estimating

ColumnLayout {
    id: field

    required property OffloadPlan plan
    property bool editable: true
    property string wish: "auto" // what is chosen: shown as a word where no model is known

    signal chosen(string wish)
    signal devicesWanted()

    objectName: "layersField"
    spacing: Kirigami.Units.smallSpacing

    SliderRow {
        objectName: "layersRow"
        visible: field.plan.card === OffloadPlan.HasCard && field.plan.hasModel
        Layout.fillWidth: true
        enabled: field.editable && field.plan.mostLayers > 0
        compact: true
        labelled: false
        label: qsTr("GPU layers")
        name: "layersSlider"
        position: maximum > 0 ? value / maximum : 0
        value: field.plan.layers
        minimum: 0
        maximum: field.plan.mostLayers
        onMoved: position => field.chosen(field.plan.wishFor(Math.round(position * maximum)))
        onEntered: value => field.chosen(field.plan.wishFor(value))
    }
    QQC2.CheckBox {
        objectName: "layersAuto"
        visible: field.plan.card === OffloadPlan.HasCard && field.plan.hasModel
        enabled: field.editable
        text: qsTr("As many as fit")
        checked: field.plan.automatic
        Accessible.name: text
        onToggled: field.chosen(checked ? "auto" : field.plan.wishFor(field.plan.layers))
    }
    QQC2.ComboBox { // of no model in particular
        objectName: "layersChoice"
        visible: field.plan.card === OffloadPlan.HasCard && !field.plan.hasModel
        Layout.fillWidth: true
        enabled: field.editable
        textRole: "text"
        valueRole: "value"
        model: [
            { text: qsTr("As many as fit"), value: "auto" },
            { text: qsTr("All"), value: "all" },
            { text: qsTr("None"), value: "0" },
            ...(["auto", "all", "0"].includes(field.wish) ? [] : [{ text: field.wish, value: field.wish }])
        ]
        currentIndex: model.findIndex(entry => entry.value === field.wish)
        Accessible.name: qsTr("GPU layers")
        onActivated: field.chosen(currentValue)
    }
    QQC2.Label {
        objectName: "layersSummary"
        visible: text.length > 0 && field.plan.caution.length === 0
        Layout.fillWidth: true
        text: field.plan.summary
        wrapMode: Text.Wrap
        font: Kirigami.Theme.smallFont
        opacity: 0.7
    }
    QQC2.Button {
        objectName: "showDevices"
        visible: field.plan.card === OffloadPlan.NoCard
        text: qsTr("Why not?")
        icon.name: "help-hint-symbolic"
        flat: true
        Accessible.name: qsTr("Why no graphics card can be used")
        onClicked: field.devicesWanted()
    }
    Repeater {
        model: field.plan.cardBars

        StackedBar {
            required property EstimateBar modelData

            objectName: "cardBar"
            Layout.fillWidth: true
            bar: modelData
            openable: false
        }
    }
    QQC2.Label {
        objectName: "layersCaution"
        visible: text.length > 0
        Layout.fillWidth: true
        text: field.plan.caution
        wrapMode: Text.Wrap
        font: Kirigami.Theme.smallFont
        color: Kirigami.Theme.negativeTextColor
    }
}
