// A setting that describes itself: label, control by kind, one sentence; its command-line flag is in the tooltip.
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls as QQC2
import QtQuick.Layouts
import org.kde.kirigami as Kirigami
import Corral.App
import Corral.Ui.Controls
import Corral.Ui.Devices

QQC2.Control {
    id: row

    required property string key
    required property string kind // text | line | real | integer | choice | switch | layers
    required property string label
    required property string help
    required property string flag
    required property string group
    required property var value
    required property bool changed
    required property real minimum
    required property real maximum
    required property real step
    required property var choices
    required property var values
    required property bool folded
    required property OffloadPlan plan // of layers

    readonly property bool beside: kind === "integer" || kind === "switch" // the control stands at the end of the label's line

    signal chosen(var value)
    signal resetWanted()
    signal devicesWanted()

    objectName: "setting:" + key
    width: ListView.view?.width ?? implicitWidth
    visible: !folded
    height: folded ? 0 : implicitHeight
    leftPadding: Kirigami.Units.largeSpacing
    rightPadding: Kirigami.Units.largeSpacing
    topPadding: Kirigami.Units.smallSpacing
    bottomPadding: Kirigami.Units.smallSpacing
    hoverEnabled: true
    QQC2.ToolTip.visible: hovered && flag.length > 0
    QQC2.ToolTip.text: flag
    QQC2.ToolTip.delay: Kirigami.Units.toolTipDelay

    contentItem: ColumnLayout {
        spacing: Math.round(Kirigami.Units.smallSpacing / 2)

        RowLayout {
            spacing: Kirigami.Units.smallSpacing

            QQC2.Label {
                Layout.fillWidth: true
                text: row.label
                wrapMode: Text.Wrap
                font.bold: row.changed
            }
            IconButton {
                objectName: "resetSetting"
                opacity: row.changed ? 1 : 0
                enabled: row.changed
                text: qsTr("Reset %1").arg(row.label)
                icon.name: "edit-undo-symbolic"
                small: true
                onClicked: row.resetWanted()
            }
            Loader {
                active: row.beside
                visible: active
                sourceComponent: row.kind === "switch" ? switchControl : integerControl
            }
        }
        Loader {
            Layout.fillWidth: true
            active: !row.beside
            visible: active
            sourceComponent: switch (row.kind) {
                case "text": return textControl;
                case "line": return lineControl;
                case "choice": return choiceControl;
                case "layers": return layersControl;
                default: return realControl;
            }
        }
        QQC2.Label {
            Layout.fillWidth: true
            text: row.help
            font: Kirigami.Theme.smallFont
            opacity: 0.7
            wrapMode: Text.Wrap
        }
    }

    Component {
        id: switchControl
        QQC2.Switch {
            objectName: "control"
            checked: row.value === true
            Accessible.name: row.label
            onToggled: row.chosen(checked)
        }
    }
    Component {
        id: integerControl
        NumberField {
            objectName: "control"
            implicitWidth: Kirigami.Units.gridUnit * 6
            whole: true
            value: Number(row.value)
            minimum: row.minimum
            maximum: row.maximum
            step: row.step
            Accessible.name: row.label
            onMoved: value => row.chosen(value)
        }
    }
    Component {
        id: realControl
        RowLayout {
            spacing: Kirigami.Units.largeSpacing

            QQC2.Slider {
                Layout.fillWidth: true
                from: row.minimum
                to: row.maximum
                objectName: "slider"
                value: Number(row.value)
                Accessible.name: row.label
                // Not stepSize: the style would draw a tick for each step.
                onMoved: row.chosen(Number((Math.round(value / row.step) * row.step).toPrecision(6)))
            }
            NumberField {
                objectName: "control"
                implicitWidth: Kirigami.Units.gridUnit * 4
                value: Number(row.value)
                minimum: row.minimum
                maximum: row.maximum
                step: row.step
                Accessible.name: row.label
                onMoved: value => row.chosen(value)
            }
        }
    }
    Component {
        id: choiceControl
        QQC2.ComboBox {
            objectName: "control"
            model: row.choices
            currentIndex: Array.from(row.values).findIndex(candidate => candidate === row.value)
            Accessible.name: row.label
            onActivated: index => row.chosen(row.values[index])
        }
    }
    Component {
        id: layersControl
        LayersField {
            plan: row.plan
            wish: row.value ?? ""
            onChosen: wish => row.chosen(wish)
            onDevicesWanted: row.devicesWanted()
        }
    }
    Component {
        id: lineControl
        QQC2.TextField {
            objectName: "control"
            text: row.value ?? ""
            Accessible.name: row.label
            onEditingFinished: if (text !== row.value) row.chosen(text)
        }
    }
    Component {
        id: textControl
        QQC2.TextArea {
            objectName: "control"
            text: row.value ?? ""
            wrapMode: TextEdit.Wrap
            textFormat: TextEdit.PlainText
            Accessible.name: row.label
            onTextChanged: if (activeFocus) pause.restart()
            onActiveFocusChanged: if (!activeFocus) commit()

            function commit(): void {
                pause.stop();
                if (text !== row.value) row.chosen(text);
            }
            Timer {
                id: pause
                interval: 600
                onTriggered: parent.commit()
            }
        }
    }
}
