// The foot of the page: what will be made, under which name, and the button that starts it.
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls as QQC2
import QtQuick.Layouts
import org.kde.kirigami as Kirigami
import Corral.App
import Corral.Ui.Controls

QQC2.Pane {
    id: bar

    required property QuantizeController quantize
    required property real columnX // of the page's column, which this one stands under
    required property real columnWidth

    signal placeWanted() // another folder or name, by dialog

    readonly property bool narrow: columnWidth < Kirigami.Units.gridUnit * 30
    readonly property string note: quantize.startProblem || quantize.outputNote

    objectName: "startBar"
    padding: 0
    Kirigami.Theme.colorSet: Kirigami.Theme.View
    Kirigami.Theme.inherit: false

    contentItem: Item {
        implicitHeight: column.implicitHeight

        Kirigami.Separator {
            anchors { left: parent.left; right: parent.right; top: parent.top }
        }
        ColumnLayout {
            id: column
            x: bar.columnX
            width: bar.columnWidth
            spacing: Kirigami.Units.smallSpacing

            Item { implicitHeight: Kirigami.Units.smallSpacing } // between the line and the fields
            GridLayout {
                Layout.fillWidth: true
                columns: bar.narrow ? 1 : 2
                columnSpacing: Kirigami.Units.gridUnit
                rowSpacing: Kirigami.Units.smallSpacing

                RowLayout {
                    Layout.fillWidth: true
                    spacing: Kirigami.Units.smallSpacing

                    QQC2.TextField {
                        id: field
                        objectName: "outputName"
                        Layout.fillWidth: true
                        text: bar.quantize.outputName
                        Accessible.name: qsTr("Name of the new file")
                        QQC2.ToolTip.visible: hovered
                        QQC2.ToolTip.text: qsTr("Will be written to %1").arg(bar.quantize.outputFolder)
                        QQC2.ToolTip.delay: Kirigami.Units.toolTipDelay
                        onEditingFinished: {
                            bar.quantize.outputName = text;
                            text = Qt.binding(() => bar.quantize.outputName);
                        }
                    }
                    IconButton {
                        objectName: "outputPlace"
                        text: qsTr("Choose where to write it")
                        icon.name: "document-save-as-symbolic"
                        onClicked: bar.placeWanted()
                    }
                }
                RowLayout {
                    Layout.fillWidth: bar.narrow
                    spacing: Kirigami.Units.largeSpacing

                    QQC2.Label {
                        objectName: "startSummary"
                        Layout.fillWidth: true
                        text: bar.quantize.summary
                        elide: Text.ElideRight
                        HoverHandler { id: overSummary }
                        QQC2.ToolTip.visible: overSummary.hovered && truncated
                        QQC2.ToolTip.text: text
                        QQC2.ToolTip.delay: Kirigami.Units.toolTipDelay
                    }
                    QQC2.Button {
                        objectName: "startButton"
                        enabled: bar.quantize.canStart
                        highlighted: true
                        text: bar.quantize.startText
                        icon.name: "media-playback-start-symbolic"
                        Accessible.name: text
                        Accessible.description: bar.quantize.summary
                        onClicked: bar.quantize.start()
                        Keys.onReturnPressed: click()
                        Keys.onEnterPressed: click()
                    }
                }
            }
            QQC2.Label {
                objectName: "startNote"
                Layout.fillWidth: true
                visible: text.length > 0
                text: bar.note
                wrapMode: Text.Wrap
                font: Kirigami.Theme.smallFont
                color: bar.quantize.startProblem ? Kirigami.Theme.neutralTextColor : Kirigami.Theme.textColor
                opacity: bar.quantize.startProblem ? 1 : 0.7
            }
            Item { implicitHeight: Kirigami.Units.smallSpacing }
        }
    }
}
