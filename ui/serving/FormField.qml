// A field with its name above it, what is wrong with it below.
import QtQuick
import QtQuick.Controls as QQC2
import QtQuick.Layouts
import org.kde.kirigami as Kirigami

ColumnLayout {
    id: field

    required property string label
    property string help: ""    // a tooltip of the label
    property string note: ""    // below, in small type
    property string problem: "" // instead of it
    property bool editable: true // else it can be read only; not `enabled`: a disabled label loses its small font
    default property alias content: room.data

    spacing: Math.round(Kirigami.Units.smallSpacing / 2)

    QQC2.Label {
        visible: text.length > 0
        Layout.fillWidth: true
        text: field.label
        elide: Text.ElideRight
        opacity: field.editable ? 1 : 0.6
        HoverHandler { id: over }
        QQC2.ToolTip.visible: over.hovered && field.help.length > 0
        QQC2.ToolTip.text: field.help
        QQC2.ToolTip.delay: Kirigami.Units.toolTipDelay
    }
    RowLayout {
        id: room
        Layout.fillWidth: true
        enabled: field.editable
        spacing: Kirigami.Units.smallSpacing
    }
    FormProblem {
        visible: text.length > 0
        Layout.fillWidth: true
        text: field.problem
    }
    QQC2.Label {
        visible: field.problem.length === 0 && field.note.length > 0
        Layout.fillWidth: true
        text: field.note
        textFormat: Text.PlainText
        wrapMode: Text.Wrap
        font: Kirigami.Theme.smallFont
        opacity: field.editable ? 0.7 : 0.5
    }
}
