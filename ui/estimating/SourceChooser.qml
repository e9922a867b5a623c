// What is estimated: a model of this machine, one on a hub, or a number of parameters.
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls as QQC2
import QtQuick.Layouts
import org.kde.kirigami as Kirigami
import Corral.App
import Corral.Ui.Controls

ColumnLayout {
    id: chooser

    required property EstimateController estimate
    required property LibraryModel library

    signal openFileWanted()

    readonly property bool compact: width < Kirigami.Units.gridUnit * 32

    function takeFocus(): void {
        if (estimate.source === EstimateController.Hub) hub.forceActiveFocus();
        else if (estimate.source === EstimateController.Parameters) count.forceActiveFocus();
        else own.forceActiveFocus();
    }

    spacing: Kirigami.Units.smallSpacing

    RowLayout {
        spacing: 0

        Repeater {
            model: [
                { text: qsTr("One of yours"), source: EstimateController.Library, name: "sourceLibrary" },
                { text: qsTr("On a hub"), source: EstimateController.Hub, name: "sourceHub" },
                { text: qsTr("Any model"), source: EstimateController.Parameters, name: "sourceParameters" }
            ]
            delegate: QQC2.Button {
                required property var modelData
                objectName: modelData.name
                text: modelData.text
                checkable: true
                autoExclusive: true
                checked: chooser.estimate.source === modelData.source
                Accessible.name: text
                onClicked: {
                    chooser.estimate.source = modelData.source;
                    chooser.takeFocus();
                }
            }
        }
        Item { Layout.fillWidth: true }
    }
    RowLayout { // one of yours
        visible: chooser.estimate.source === EstimateController.Library
        spacing: Kirigami.Units.smallSpacing

        QQC2.ComboBox {
            id: own
            objectName: "ownModelChoice"
            Layout.fillWidth: true
            model: chooser.library
            textRole: "name"
            valueRole: "url"
            currentIndex: -1
            displayText: chooser.estimate.name || (count > 0 ? qsTr("Choose a model") : qsTr("No models yet"))
            Accessible.name: qsTr("Model")
            delegate: QQC2.ItemDelegate {
                id: entry
                required property int index
                required property string name
                required property string quantization
                required property string sizeText
                objectName: "ownModelEntry"
                width: own.width
                text: [name, quantization, sizeText].filter(part => part.length > 0).join(" · ")
                highlighted: own.highlightedIndex === index
                contentItem: RowLayout {
                    QQC2.Label {
                        Layout.fillWidth: true
                        text: entry.name
                        elide: Text.ElideMiddle
                    }
                    QQC2.Label {
                        text: [entry.quantization, entry.sizeText].filter(part => part.length > 0).join(" · ")
                        font: Kirigami.Theme.smallFont
                        opacity: 0.7
                    }
                }
            }
            onActivated: chooser.estimate.openFile(currentValue)
        }
        IconButton {
            objectName: "memoryOpenFile"
            text: qsTr("Open file…")
            icon.name: "document-open-symbolic"
            onClicked: chooser.openFileWanted()
        }
    }
    RowLayout { // on a hub
        visible: chooser.estimate.source === EstimateController.Hub
        spacing: Kirigami.Units.smallSpacing

        QQC2.TextField {
            id: hub
            objectName: "hubName"
            Layout.fillWidth: true
            text: chooser.estimate.hubText
            placeholderText: qsTr("hf:owner/name:Q4_K_M, or an address")
            Accessible.name: qsTr("Name of a model on a hub, or its address")
            onTextEdited: chooser.estimate.hubText = text
            onAccepted: chooser.estimate.readHub()
        }
        QQC2.Button {
            objectName: "readHub"
            enabled: hub.text.trim().length > 0
            text: qsTr("Read")
            icon.name: "network-connect-symbolic"
            Accessible.name: text
            Accessible.description: qsTr("Reads the file's description, not the file")
            QQC2.ToolTip.visible: hovered
            QQC2.ToolTip.text: Accessible.description
            QQC2.ToolTip.delay: Kirigami.Units.toolTipDelay
            onClicked: chooser.estimate.readHub()
        }
    }
    RowLayout { // any model
        visible: chooser.estimate.source === EstimateController.Parameters
        spacing: Kirigami.Units.smallSpacing

        QQC2.TextField {
            id: count
            objectName: "parameterCount"
            Layout.preferredWidth: Kirigami.Units.gridUnit * 6
            text: chooser.estimate.parametersText
            placeholderText: "7B"
            Accessible.name: qsTr("Number of parameters")
            onTextEdited: chooser.estimate.parametersText = text
        }
        QQC2.Label { text: qsTr("parameters in") }
        QQC2.ComboBox {
            objectName: "parameterType"
            Layout.preferredWidth: Kirigami.Units.gridUnit * 8
            model: chooser.estimate.types
            currentIndex: chooser.estimate.type
            Accessible.name: qsTr("Number type of the weights")
            onActivated: index => chooser.estimate.type = index
        }
        Item { Layout.fillWidth: true }
    }
    QQC2.Label {
        objectName: "memoryFacts"
        Layout.fillWidth: true
        visible: text.length > 0
        text: chooser.estimate.source === EstimateController.Parameters ? chooser.estimate.parametersProblem : chooser.estimate.facts
        elide: Text.ElideRight
        font: Kirigami.Theme.smallFont
        color: chooser.estimate.source === EstimateController.Parameters ? Kirigami.Theme.negativeTextColor : Kirigami.Theme.textColor
        opacity: chooser.estimate.source === EstimateController.Parameters ? 1 : 0.7
    }
}
