// A number and what it counts.
import QtQuick
import QtQuick.Controls as QQC2
import QtQuick.Layouts
import org.kde.kirigami as Kirigami

ColumnLayout {
    id: figure

    required property string value
    required property string caption
    property string note: ""
    property string name: "" // the value's objectName

    spacing: 0
    Accessible.role: Accessible.StaticText
    Accessible.name: qsTr("%1: %2", "what is counted: number").arg(caption).arg(value)

    QQC2.Label {
        Layout.fillWidth: true
        text: figure.caption
        font: Kirigami.Theme.smallFont
        elide: Text.ElideRight
        opacity: 0.7
    }
    Kirigami.Heading {
        objectName: figure.name
        Layout.fillWidth: true
        level: 1
        text: figure.value
        elide: Text.ElideRight
        font.features: { "tnum": 1 }
    }
    QQC2.Label {
        Layout.fillWidth: true
        text: figure.note
        font: Kirigami.Theme.smallFont
        elide: Text.ElideRight
        opacity: 0.7
    }
}
