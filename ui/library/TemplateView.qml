// How a model is talked to: a short conversation as its chat template writes it, and the template.
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls as QQC2
import QtQuick.Layouts
import org.kde.kirigami as Kirigami
import Corral.App
import Corral.Ui.Controls

QQC2.ScrollView {
    id: view

    required property ModelDetails details

    QQC2.ScrollBar.horizontal.policy: QQC2.ScrollBar.AlwaysOff

    Flickable {
        objectName: "templateFlick"
        contentWidth: width
        contentHeight: column.implicitHeight + Kirigami.Units.largeSpacing
        boundsBehavior: Flickable.StopAtBounds
        clip: true

        ColumnLayout {
            id: column
            width: parent.width - Kirigami.Units.largeSpacing
            spacing: Kirigami.Units.smallSpacing

            QQC2.Label {
                visible: view.details.chatTemplate.length === 0
                Layout.fillWidth: true
                wrapMode: Text.Wrap
                text: qsTr("This model has no chat template. Corral talks to it in ChatML.")
            }
            Notice {
                objectName: "templateProblem"
                visible: view.details.exampleProblem.length > 0
                Layout.fillWidth: true
                kind: Notice.Warning
                text: qsTr("The template cannot be used: %1").arg(view.details.exampleProblem)
            }
            Kirigami.Heading {
                visible: view.details.example.length > 0
                level: 4
                text: qsTr("What the model reads")
            }
            TextBox {
                objectName: "templateExample"
                visible: view.details.example.length > 0
                Layout.fillWidth: true
                text: view.details.example
            }
            Kirigami.Heading {
                visible: view.details.chatTemplate.length > 0
                Layout.topMargin: Kirigami.Units.largeSpacing
                level: 4
                text: qsTr("The template")
            }
            TextBox {
                objectName: "templateSource"
                visible: view.details.chatTemplate.length > 0
                Layout.fillWidth: true
                text: view.details.chatTemplate
            }
        }
    }
}
