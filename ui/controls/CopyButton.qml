// Copies `source()` and says so for two seconds.
pragma ComponentBehavior: Bound

import QtQuick
import org.kde.kirigami as Kirigami
import Corral.Ui.Controls

IconButton {
    id: button

    required property var source // function returning the text to copy
    property bool done: false
    property string label: qsTr("Copy")

    text: done ? qsTr("Copied") : label
    icon.name: done ? "dialog-ok-symbolic" : "edit-copy-symbolic"
    onClicked: {
        Clipboard.copy(source());
        done = true;
        reset.restart();
    }

    Timer {
        id: reset
        interval: 2000
        onTriggered: button.done = false
    }
}
