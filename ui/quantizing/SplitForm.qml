// How a model is cut into several files.
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls as QQC2
import QtQuick.Layouts
import org.kde.kirigami as Kirigami
import Corral.App
import Corral.Ui.Controls

ColumnLayout {
    id: form

    required property QuantizeController quantize

    spacing: Kirigami.Units.largeSpacing

    QQC2.Label {
        Layout.fillWidth: true
        wrapMode: Text.Wrap
        text: qsTr("Several files are easier to upload and to keep on small disks. Programs open them together; any of them can be merged again here.")
    }
    Kirigami.FormLayout {
        Layout.fillWidth: true
        wideMode: form.width > Kirigami.Units.gridUnit * 26

        RowLayout {
            Kirigami.FormData.label: qsTr("Each file:")
            spacing: Kirigami.Units.smallSpacing
            QQC2.RadioButton {
                objectName: "splitBySize"
                text: qsTr("at most")
                checked: form.quantize.splitBy === QuantizeController.BySize
                Accessible.name: qsTr("Split by size")
                onToggled: form.quantize.splitBy = QuantizeController.BySize
            }
            NumberField {
                objectName: "splitGigabytes"
                implicitWidth: Kirigami.Units.gridUnit * 4
                enabled: form.quantize.splitBy === QuantizeController.BySize
                value: form.quantize.splitGigabytes
                minimum: 0.01
                maximum: 1000
                step: 0.5
                Accessible.name: qsTr("Size of a file in GB")
                onMoved: value => form.quantize.splitGigabytes = value
            }
            QQC2.Label { text: qsTr("GB") }
        }
        RowLayout {
            spacing: Kirigami.Units.smallSpacing
            QQC2.RadioButton {
                objectName: "splitByTensors"
                text: qsTr("at most")
                checked: form.quantize.splitBy === QuantizeController.ByTensors
                Accessible.name: qsTr("Split by number of tensors")
                onToggled: form.quantize.splitBy = QuantizeController.ByTensors
            }
            NumberField {
                objectName: "splitTensors"
                implicitWidth: Kirigami.Units.gridUnit * 4
                enabled: form.quantize.splitBy === QuantizeController.ByTensors
                whole: true
                value: form.quantize.splitTensors
                minimum: 1
                maximum: 100000
                step: 16
                Accessible.name: qsTr("Tensors in a file")
                onMoved: value => form.quantize.splitTensors = value
            }
            QQC2.Label { text: qsTr("tensors") }
        }
    }
}
