// A formula, as TeX.
pragma ComponentBehavior: Bound

import QtQuick
import Corral.Ui.Controls

MessageBlock {
    id: block

    required property string text

    objectName: "mathBlock"
    contentItem: BlockText {
        text: block.text
        font: SystemFonts.fixed
        horizontalAlignment: TextEdit.AlignHCenter
        Accessible.name: qsTr("Formula: %1").arg(block.text)
    }
}
