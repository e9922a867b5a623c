// Why an answer ended badly, with the one button that helps.
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Layouts
import Corral.Ui.Controls

MessageBlock {
    id: block

    required property string text
    required property string helpText

    signal help()

    objectName: "errorBlock"
    contentItem: Notice {
        text: block.text
        actionText: block.helpText
        onTriggered: block.help()
    }
}
