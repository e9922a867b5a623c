// What a quantization lost: plain words, figures, the error of every tensor, and loss against size.
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls as QQC2
import QtQuick.Dialogs
import QtQuick.Layouts
import org.kde.kirigami as Kirigami
import Corral.App
import Corral.Ui.Controls

ColumnLayout {
    id: view

    required property QualityReport report

    spacing: Kirigami.Units.largeSpacing

    QQC2.Label {
        Layout.fillWidth: true
        text: view.report.title
        elide: Text.ElideMiddle
        opacity: 0.7
    }
    Kirigami.Heading {
        objectName: "reportWords"
        Layout.fillWidth: true
        level: 1
        wrapMode: Text.Wrap
        text: view.report.words
    }
    Flow {
        id: tiles
        Layout.fillWidth: true
        spacing: Kirigami.Units.smallSpacing

        Repeater {
            model: view.report.figures
            delegate: QQC2.Control {
                id: tile
                required property figure modelData
                objectName: "figure"
                padding: Kirigami.Units.largeSpacing
                width: Math.min(tiles.width, Math.max(implicitWidth, Kirigami.Units.gridUnit * 8))
                hoverEnabled: true
                Accessible.role: Accessible.StaticText
                Accessible.name: qsTr("%1: %2").arg(modelData.label).arg(modelData.value)
                Accessible.description: modelData.help
                QQC2.ToolTip.visible: hovered && modelData.help.length > 0
                QQC2.ToolTip.text: modelData.help
                QQC2.ToolTip.delay: Kirigami.Units.toolTipDelay
                background: Rectangle {
                    radius: Kirigami.Units.cornerRadius
                    color: Kirigami.ColorUtils.tintWithAlpha(Kirigami.Theme.backgroundColor, Kirigami.Theme.textColor, 0.04)
                }
                contentItem: ColumnLayout {
                    spacing: 0
                    QQC2.Label {
                        Layout.fillWidth: true
                        text: tile.modelData.label
                        font: Kirigami.Theme.smallFont
                        opacity: 0.7
                        elide: Text.ElideRight
                    }
                    Kirigami.Heading {
                        Layout.fillWidth: true
                        level: 3
                        text: tile.modelData.value
                        elide: Text.ElideRight
                    }
                }
            }
        }
    }

    Kirigami.Heading {
        Layout.topMargin: Kirigami.Units.largeSpacing
        visible: view.report.cells.length > 0
        level: 3
        text: qsTr("Where it was lost")
    }
    Loader {
        Layout.fillWidth: true
        active: view.report.cells.length > 0
        visible: active
        sourceComponent: HeatField { report: view.report }
    }

    GridLayout {
        Layout.topMargin: Kirigami.Units.largeSpacing
        Layout.fillWidth: true
        columns: view.width < Kirigami.Units.gridUnit * 26 ? 1 : 2
        Kirigami.Heading {
            Layout.fillWidth: true
            level: 3
            text: qsTr("Loss against size")
        }
        Row {
            visible: view.report.points.length > 0
            spacing: Math.round(Kirigami.Units.smallSpacing / 2)
            QQC2.ToolButton {
                objectName: "showPerplexity"
                text: qsTr("Perplexity")
                checkable: true
                autoExclusive: true
                checked: view.report.measure === QualityReport.Perplexity
                Accessible.name: text
                onClicked: view.report.measure = QualityReport.Perplexity
            }
            QQC2.ToolButton {
                objectName: "showDivergence"
                text: qsTr("KL divergence")
                checkable: true
                autoExclusive: true
                checked: view.report.measure === QualityReport.Divergence
                Accessible.name: text
                onClicked: view.report.measure = QualityReport.Divergence
            }
        }
    }
    Loader {
        Layout.fillWidth: true
        active: view.report.points.length > 0
        visible: active
        sourceComponent: LossScatter { report: view.report }
    }
    QQC2.Label {
        Layout.fillWidth: true
        visible: !view.report.measured
        wrapMode: Text.Wrap
        opacity: 0.8
        text: view.report.measureHelp
    }
    Notice {
        objectName: "measureFailure"
        visible: view.report.failure.length > 0
        Layout.fillWidth: true
        text: view.report.failure
        actionText: qsTr("Choose a text…")
        actionIcon: "document-open-symbolic"
        onTriggered: textDialog.open()
    }
    RowLayout {
        visible: view.report.measuring
        spacing: Kirigami.Units.largeSpacing

        ProgressLine {
            objectName: "measureProgress"
            Layout.fillWidth: true
            value: view.report.progress
        }
        QQC2.Label {
            Layout.maximumWidth: Kirigami.Units.gridUnit * 16
            text: view.report.progressText
            elide: Text.ElideRight
            font: Kirigami.Theme.smallFont
            opacity: 0.7
        }
        QQC2.Button {
            objectName: "cancelMeasuring"
            text: qsTr("Cancel")
            icon.name: "dialog-cancel-symbolic"
            Accessible.name: qsTr("Stop measuring")
            onClicked: view.report.cancelMeasuring()
        }
    }
    Flow {
        visible: view.report.canMeasure && !view.report.measuring
        Layout.fillWidth: true
        spacing: Kirigami.Units.smallSpacing

        QQC2.Button {
            objectName: "measureButton"
            text: view.report.measured ? qsTr("Measure again") : qsTr("Measure perplexity")
            icon.name: "office-chart-line-symbolic"
            Accessible.name: text
            onClicked: view.report.startMeasuring()
        }
        QQC2.ToolButton {
            objectName: "chooseText"
            text: qsTr("On: %1").arg(view.report.textName)
            icon.name: "text-x-generic-symbolic"
            Accessible.name: qsTr("Measured on: %1").arg(view.report.textName)
            QQC2.ToolTip.visible: hovered
            QQC2.ToolTip.text: qsTr("Choose another text: longer and closer to your use is better")
            QQC2.ToolTip.delay: Kirigami.Units.toolTipDelay
            onClicked: textDialog.open()
        }
    }
    FileDialog {
        id: textDialog
        objectName: "textDialog"
        title: qsTr("Choose a text to measure on")
        nameFilters: [qsTr("Texts (*.txt *.md *.raw)"), qsTr("All files (*)")]
        onAccepted: view.report.setText(selectedFile)
    }
}
