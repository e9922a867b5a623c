// The page before a model lies on it: where to drop one, and the models that are there already.
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls as QQC2
import QtQuick.Layouts
import QtQuick.Shapes
import org.kde.kirigami as Kirigami
import Corral.App

ColumnLayout {
    id: zone

    required property ModelPickerModel models

    signal openFileWanted()
    signal openFolderWanted()
    signal chosen(url file)

    spacing: Kirigami.Units.largeSpacing * 2

    Item {
        Layout.fillWidth: true
        implicitHeight: inside.implicitHeight + 4 * Kirigami.Units.gridUnit

        Shape { // a dashed frame: here something may be put down
            anchors.fill: parent
            anchors.margins: 1
            ShapePath {
                strokeWidth: 1
                strokeColor: Kirigami.ColorUtils.linearInterpolation(Kirigami.Theme.backgroundColor, Kirigami.Theme.textColor, 0.35)
                strokeStyle: ShapePath.DashLine
                dashPattern: [5, 5]
                fillColor: Kirigami.ColorUtils.tintWithAlpha(Kirigami.Theme.backgroundColor, Kirigami.Theme.highlightColor, 0.04)
                PathRectangle {
                    width: zone.width - 2
                    height: inside.implicitHeight + 4 * Kirigami.Units.gridUnit - 2
                    radius: Kirigami.Units.cornerRadius * 2
                }
            }
        }
        ColumnLayout {
            id: inside
            anchors { left: parent.left; right: parent.right; verticalCenter: parent.verticalCenter; margins: Kirigami.Units.gridUnit }
            spacing: Kirigami.Units.largeSpacing

            Kirigami.Icon {
                Layout.alignment: Qt.AlignHCenter
                source: "archive-insert-symbolic"
                implicitWidth: Kirigami.Units.iconSizes.large
                implicitHeight: implicitWidth
                opacity: 0.6
                isMask: true
            }
            Kirigami.Heading {
                Layout.fillWidth: true
                horizontalAlignment: Text.AlignHCenter
                wrapMode: Text.Wrap
                level: 2
                text: qsTr("Drop a model here to make it smaller")
            }
            QQC2.Label {
                Layout.fillWidth: true
                horizontalAlignment: Text.AlignHCenter
                wrapMode: Text.Wrap
                opacity: 0.7
                text: qsTr("A .gguf file to quantize or split, one part of several to merge, or a Hugging Face folder to convert.")
            }
            Flow {
                id: buttons
                Layout.alignment: Qt.AlignHCenter
                Layout.maximumWidth: parent.width
                Layout.topMargin: Kirigami.Units.smallSpacing
                spacing: Kirigami.Units.smallSpacing

                QQC2.Button {
                    objectName: "quantizeOpenFile"
                    text: qsTr("Open file…")
                    icon.name: "document-open-symbolic"
                    Accessible.name: text
                    onClicked: zone.openFileWanted()
                }
                QQC2.Button {
                    objectName: "quantizeOpenFolder"
                    text: qsTr("Open folder…")
                    icon.name: "folder-open-symbolic"
                    Accessible.name: text
                    onClicked: zone.openFolderWanted()
                }
            }
        }
    }
    ColumnLayout {
        visible: own.count > 0
        spacing: 0

        Kirigami.Heading {
            Layout.fillWidth: true
            Layout.bottomMargin: Kirigami.Units.smallSpacing
            level: 4
            text: qsTr("Or take one of yours")
            opacity: 0.8
        }
        Repeater {
            id: own
            model: zone.models
            delegate: OwnModel {
                Layout.fillWidth: true
                onClicked: zone.chosen(url)
            }
        }
    }
}
