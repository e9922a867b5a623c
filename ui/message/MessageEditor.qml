// Edits a message in place: Enter sends it as a new version, Escape leaves it as it was.
import QtQuick
import QtQuick.Controls as QQC2
import QtQuick.Layouts
import org.kde.kirigami as Kirigami

ColumnLayout {
    id: editor

    required property string initialText

    signal changed(string text)
    signal accepted(string text)
    signal cancelled()

    spacing: Kirigami.Units.smallSpacing
    Component.onCompleted: {
        area.text = initialText;
        area.cursorPosition = area.length;
        area.forceActiveFocus();
    }

    QQC2.TextArea {
        id: area
        objectName: "messageEditor"
        Layout.fillWidth: true
        wrapMode: TextEdit.Wrap
        textFormat: TextEdit.PlainText
        Accessible.name: qsTr("Edit message")
        onTextChanged: editor.changed(text)
        Keys.onPressed: event => {
            if (event.key === Qt.Key_Escape) {
                editor.cancelled();
            } else if ((event.key === Qt.Key_Return || event.key === Qt.Key_Enter) && !(event.modifiers & Qt.ShiftModifier) && !inputMethodComposing) {
                if (text.trim().length > 0) editor.accepted(text);
            } else {
                return;
            }
            event.accepted = true;
        }
    }
    RowLayout {
        Layout.alignment: Qt.AlignRight

        QQC2.Button {
            objectName: "cancelEdit"
            text: qsTr("Cancel")
            Accessible.name: text
            onClicked: editor.cancelled()
        }
        QQC2.Button {
            objectName: "acceptEdit"
            text: qsTr("Send")
            icon.name: "document-send-symbolic"
            enabled: area.text.trim().length > 0
            Accessible.name: qsTr("Send the edited message")
            onClicked: editor.accepted(area.text)
        }
    }
}
