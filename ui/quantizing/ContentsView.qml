// What is in the model: its tensors, and their statistics once all weights were read.
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls as QQC2
import QtQuick.Layouts
import org.kde.kirigami as Kirigami
import Corral.App
import Corral.Ui.Controls

ColumnLayout {
    id: view

    required property TensorListModel contents

    readonly property bool compact: width < Kirigami.Units.gridUnit * 36
    readonly property bool read: contents.state === TensorListModel.Read

    spacing: Kirigami.Units.largeSpacing

    QQC2.Label {
        objectName: "contentsSummary"
        Layout.fillWidth: true
        wrapMode: Text.Wrap
        text: view.contents.summary
    }
    Notice {
        objectName: "contentsFailure"
        visible: view.contents.state === TensorListModel.Failed
        Layout.fillWidth: true
        text: qsTr("The weights could not be read: %1").arg(view.contents.errorText)
        actionText: qsTr("Try again")
        actionIcon: "view-refresh-symbolic"
        onTriggered: view.contents.measure(loss.currentIndex)
    }
    Flow {
        visible: view.contents.state !== TensorListModel.Reading
        Layout.fillWidth: true
        spacing: Kirigami.Units.smallSpacing

        QQC2.Button {
            objectName: "measureContents"
            text: view.read ? qsTr("Read again") : qsTr("Read all weights")
            icon.name: "office-chart-bar-symbolic"
            Accessible.name: text
            QQC2.ToolTip.visible: hovered
            QQC2.ToolTip.text: qsTr("Counts zeros and finds the extremes, mean and deviation of every tensor")
            QQC2.ToolTip.delay: Kirigami.Units.toolTipDelay
            onClicked: view.contents.measure(loss.currentIndex)
        }
        QQC2.Label {
            height: loss.height
            verticalAlignment: Text.AlignVCenter
            leftPadding: Kirigami.Units.largeSpacing
            text: qsTr("and what is lost in")
        }
        QQC2.ComboBox {
            id: loss
            objectName: "lossType"
            model: view.contents.lossTypes
            Accessible.name: qsTr("Type whose loss is tried")
        }
    }
    RowLayout {
        visible: view.contents.state === TensorListModel.Reading
        spacing: Kirigami.Units.largeSpacing

        ProgressLine {
            objectName: "contentsProgress"
            Layout.fillWidth: true
            value: view.contents.progress
        }
        QQC2.Label {
            Layout.preferredWidth: Kirigami.Units.gridUnit * 14
            Layout.maximumWidth: Kirigami.Units.gridUnit * 16
            text: view.contents.progressText
            elide: Text.ElideMiddle
            font: Kirigami.Theme.smallFont
            opacity: 0.7
        }
        QQC2.Button {
            objectName: "cancelContents"
            text: qsTr("Cancel")
            icon.name: "dialog-cancel-symbolic"
            Accessible.name: qsTr("Stop reading")
            onClicked: view.contents.cancel()
        }
    }
    QQC2.ScrollView {
        Layout.fillWidth: true
        Layout.fillHeight: true
        QQC2.ScrollBar.horizontal.policy: QQC2.ScrollBar.AlwaysOff

        ListView {
            id: list
            objectName: "tensorList"
            model: view.contents
            clip: true
            reuseItems: true
            cacheBuffer: 320
            activeFocusOnTab: true
            keyNavigationEnabled: true
            Accessible.role: Accessible.Table
            Accessible.name: qsTr("Tensors")
            headerPositioning: ListView.OverlayHeader
            header: QQC2.Control {
                z: 2
                width: ListView.view?.width ?? 0
                visible: !view.compact
                height: view.compact ? 0 : implicitHeight
                horizontalPadding: Kirigami.Units.smallSpacing
                verticalPadding: Kirigami.Units.smallSpacing
                background: Rectangle { color: Kirigami.Theme.backgroundColor }
                contentItem: TensorCells {
                    read: view.read
                    losses: view.contents.hasLosses
                    compact: view.compact
                    caption: true
                    name: qsTr("Tensor")
                    type: qsTr("Type")
                    shape: qsTr("Shape")
                    zeros: qsTr("Zeros")
                    range: qsTr("Smallest … largest")
                    deviation: qsTr("Deviation")
                    loss: qsTr("Loss")
                }
            }
            delegate: QQC2.Control {
                id: tensor
                required property int index
                required property string name
                required property string type
                required property string shape
                required property string sizeText
                required property string zeros
                required property string range
                required property string mean
                required property string deviation
                required property string loss

                width: ListView.view?.width ?? 0
                horizontalPadding: Kirigami.Units.smallSpacing
                verticalPadding: Math.round(Kirigami.Units.smallSpacing / 2)
                hoverEnabled: true
                Accessible.role: Accessible.Row
                Accessible.name: [name, type, shape, sizeText, zeros, range].filter(part => part.length > 0).join(", ")
                QQC2.ToolTip.visible: hovered
                QQC2.ToolTip.text: [name, shape + " · " + type + " · " + sizeText, mean ? qsTr("Mean %1").arg(mean) : ""].filter(part => part.length > 0).join("\n")
                QQC2.ToolTip.delay: Kirigami.Units.toolTipDelay
                background: Rectangle {
                    radius: Kirigami.Units.cornerRadius
                    color: Kirigami.ColorUtils.tintWithAlpha(Kirigami.Theme.backgroundColor, Kirigami.Theme.textColor,
                        tensor.hovered || (tensor.ListView.isCurrentItem && list.activeFocus) ? 0.1 : tensor.index % 2 ? 0.03 : 0)
                }
                contentItem: TensorCells {
                    read: view.read
                    losses: view.contents.hasLosses
                    compact: view.compact
                    name: tensor.name
                    type: tensor.type
                    shape: tensor.shape
                    zeros: tensor.zeros
                    range: tensor.range
                    deviation: tensor.deviation
                    loss: tensor.loss
                }
            }
        }
    }
}
