// Asks for something to be copied and says for two seconds that it was.
pragma ComponentBehavior: Bound

import QtQuick
import org.kde.kirigami as Kirigami
import Corral.Ui.Controls

IconButton {
    id: button

    property bool done: false
    property string label: qsTr("Copy")

    signal wanted() // → Clipboard.copy(...)

    text: done ? qsTr("Copied") : label
    icon.name: done ? "dialog-ok-symbolic" : "edit-copy-symbolic"
    onClicked: {
        wanted();
        done = true;
        reset.restart();
    }

    Timer {
        id: reset
        interval: 2000
        onTriggered: button.done = false
    }
}
