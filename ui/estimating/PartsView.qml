// How a segment came about: its parts, each with its formula and what was taken for granted.
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls as QQC2
import QtQuick.Layouts
import org.kde.kirigami as Kirigami
import Corral.App
import Corral.Ui.Controls

QQC2.Control {
    id: view

    required property EstimateController estimate

    objectName: "parts"
    padding: Kirigami.Units.largeSpacing
    Accessible.role: Accessible.Grouping
    Accessible.name: estimate.openTitle

    background: Rectangle {
        radius: Kirigami.Units.cornerRadius
        color: Kirigami.ColorUtils.tintWithAlpha(Kirigami.Theme.backgroundColor, Kirigami.Theme.textColor, 0.04)
        border { width: 1; color: Kirigami.ColorUtils.linearInterpolation(Kirigami.Theme.backgroundColor, Kirigami.Theme.textColor, Kirigami.Theme.frameContrast) }
    }
    contentItem: ColumnLayout {
        spacing: Kirigami.Units.mediumSpacing

        RowLayout {
            spacing: Kirigami.Units.smallSpacing

            Rectangle {
                implicitWidth: Math.round(Kirigami.Units.gridUnit * 0.7)
                implicitHeight: implicitWidth
                radius: 2
                color: Kinds.colorOf(view.estimate.openKind, Kirigami.Theme)
            }
            Kirigami.Heading {
                Layout.fillWidth: true
                level: 4
                text: view.estimate.openTitle
            }
            IconButton {
                objectName: "closeParts"
                text: qsTr("Close")
                icon.name: "window-close-symbolic"
                small: true
                onClicked: view.estimate.closeParts()
            }
        }
        QQC2.Label {
            Layout.fillWidth: true
            visible: text.length > 0
            text: Kinds.explanation(view.estimate.openKind)
            wrapMode: Text.Wrap
            opacity: 0.8
        }
        Repeater {
            model: view.estimate.parts
            delegate: ColumnLayout {
                id: part
                required property string name
                required property string sizeText
                required property string sizeDetail
                required property string formula
                required property list<string> assumptions
                required property bool estimated
                objectName: "part"
                spacing: 0

                RowLayout {
                    spacing: Kirigami.Units.largeSpacing

                    QQC2.Label {
                        Layout.fillWidth: true
                        text: part.estimated ? qsTr("%1 (estimated)").arg(part.name) : part.name
                        wrapMode: Text.Wrap
                        font.bold: true
                    }
                    QQC2.Label { text: part.sizeText }
                    QQC2.Label {
                        text: part.sizeDetail
                        opacity: 0.6
                    }
                }
                QQC2.Label {
                    objectName: "formula"
                    Layout.fillWidth: true
                    visible: text.length > 0
                    text: "= " + part.formula
                    wrapMode: Text.Wrap
                }
                Repeater {
                    model: part.assumptions
                    delegate: QQC2.Label {
                        required property string modelData
                        Layout.fillWidth: true
                        text: "· " + modelData
                        wrapMode: Text.Wrap
                        font: Kirigami.Theme.smallFont
                        opacity: 0.7
                    }
                }
            }
        }
    }
}
