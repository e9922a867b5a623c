// What a model is, in a table of words and numbers, and its files.
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls as QQC2
import QtQuick.Layouts
import org.kde.kirigami as Kirigami
import Corral.App

QQC2.ScrollView {
    id: view

    required property ModelDetails details

    QQC2.ScrollBar.horizontal.policy: QQC2.ScrollBar.AlwaysOff

    Flickable {
        objectName: "overview"
        contentWidth: width
        contentHeight: table.implicitHeight + Kirigami.Units.largeSpacing
        boundsBehavior: Flickable.StopAtBounds
        clip: true

        ColumnLayout {
            id: table
            width: parent.width - Kirigami.Units.largeSpacing
            spacing: Kirigami.Units.smallSpacing

            Repeater {
                model: view.details.overview
                delegate: RowLayout {
                    id: row
                    required property var modelData
                    Layout.fillWidth: true
                    spacing: Kirigami.Units.largeSpacing
                    Accessible.role: Accessible.Row
                    Accessible.name: modelData.label + ": " + modelData.value

                    QQC2.Label {
                        Layout.preferredWidth: Kirigami.Units.gridUnit * 8
                        Layout.alignment: Qt.AlignTop
                        text: row.modelData.label
                        wrapMode: Text.Wrap
                        opacity: 0.7
                    }
                    Kirigami.UrlButton {
                        visible: row.modelData.link.length > 0
                        Layout.fillWidth: true
                        url: row.modelData.link
                        text: row.modelData.value
                        horizontalAlignment: Text.AlignLeft
                        elide: Text.ElideRight
                    }
                    Kirigami.SelectableLabel {
                        visible: row.modelData.link.length === 0
                        Layout.fillWidth: true
                        text: row.modelData.value
                        textFormat: TextEdit.PlainText
                        wrapMode: TextEdit.Wrap
                    }
                }
            }
            Kirigami.Heading {
                visible: view.details.files.length > 1
                Layout.topMargin: Kirigami.Units.largeSpacing
                level: 4
                text: qsTr("Files")
            }
            Repeater {
                model: view.details.files.length > 1 ? view.details.files : []
                delegate: RowLayout {
                    id: file
                    required property var modelData
                    Layout.fillWidth: true
                    QQC2.Label {
                        Layout.fillWidth: true
                        text: file.modelData.name
                        elide: Text.ElideMiddle
                    }
                    QQC2.Label {
                        text: file.modelData.sizeText
                        opacity: 0.7
                    }
                }
            }
        }
    }
}
