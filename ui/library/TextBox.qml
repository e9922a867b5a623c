// Text as it is, in the fixed font, to be read, selected and copied.
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls as QQC2
import org.kde.kirigami as Kirigami
import Corral.Ui.Controls

QQC2.Control {
    id: box

    required property string text

    padding: Kirigami.Units.largeSpacing
    hoverEnabled: true
    background: Rectangle {
        radius: Kirigami.Units.cornerRadius
        color: Kirigami.ColorUtils.tintWithAlpha(Kirigami.Theme.backgroundColor, Kirigami.Theme.textColor, 0.05)
    }
    contentItem: TextEdit {
        text: box.text
        textFormat: TextEdit.PlainText
        readOnly: true
        selectByMouse: true
        wrapMode: TextEdit.Wrap
        font: SystemFonts.fixed
        color: Kirigami.Theme.textColor
        selectionColor: Kirigami.Theme.highlightColor
        selectedTextColor: Kirigami.Theme.highlightedTextColor
        Accessible.role: Accessible.StaticText
        Accessible.name: box.text
    }

    CopyButton {
        anchors { right: parent.right; top: parent.top; margins: Kirigami.Units.smallSpacing }
        small: true
        onWanted: Clipboard.copy(box.text)
    }
}
