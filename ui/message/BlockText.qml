// Selectable text of a message. Rich text takes its colours from a style sheet made of the theme, so it is set anew when the theme changes.
import QtQuick
import QtQuick.Controls as QQC2
import org.kde.kirigami as Kirigami
import Corral.Ui.Controls

TextEdit {
    id: edit

    property bool rich: false // shows html; else text is bound by the user of this type
    property string html: ""
    property bool rtl: false
    readonly property color codeBackground: Kirigami.ColorUtils.tintWithAlpha(Kirigami.Theme.backgroundColor, Kirigami.Theme.textColor, 0.1)
    readonly property color quoteColor: Kirigami.ColorUtils.linearInterpolation(Kirigami.Theme.textColor, Kirigami.Theme.backgroundColor, 0.3)
    readonly property string sheet: "<style>a{color:" + Kirigami.Theme.linkColor + "} code{background-color:" + codeBackground
        + ";font-family:'" + SystemFonts.fixed.family + "'} p,li{margin-top:0px;margin-bottom:0px;line-height:130%}"
        + " ul,ol{margin-top:0px;margin-bottom:0px;margin-left:-16px}"
        + " blockquote{margin-top:0px;margin-bottom:0px;margin-left:20px;margin-right:0px;color:" + quoteColor + "}"
        + " h1,h2,h3,h4,h5,h6{margin-top:0px;margin-bottom:0px}"
        + " h1{font-size:large} h2{font-size:large} h3{font-size:medium} h4,h5,h6{font-size:medium}</style>"

    readOnly: true
    selectByMouse: true
    wrapMode: TextEdit.Wrap
    color: Kirigami.Theme.textColor
    selectionColor: Kirigami.Theme.highlightColor
    selectedTextColor: Kirigami.Theme.highlightedTextColor
    font: Kirigami.Theme.defaultFont
    horizontalAlignment: rtl ? TextEdit.AlignRight : TextEdit.AlignLeft
    persistentSelection: menu.visible
    textFormat: rich ? TextEdit.RichText : TextEdit.PlainText
    Accessible.role: Accessible.StaticText
    Accessible.readOnly: true
    onLinkActivated: link => Qt.openUrlExternally(link)

    Binding {
        target: edit
        property: "text"
        value: edit.sheet + edit.html
        when: edit.rich
        restoreMode: Binding.RestoreNone
    }
    HoverHandler {
        cursorShape: edit.hoveredLink ? Qt.PointingHandCursor : Qt.IBeamCursor
        blocking: false
    }
    TapHandler {
        acceptedButtons: Qt.RightButton
        onTapped: menu.popup()
    }
    QQC2.Menu {
        id: menu
        QQC2.MenuItem {
            text: qsTr("Copy")
            icon.name: "edit-copy-symbolic"
            enabled: edit.selectedText.length > 0
            onTriggered: edit.copy()
        }
        QQC2.MenuItem {
            text: qsTr("Select all")
            icon.name: "edit-select-all-symbolic"
            onTriggered: edit.selectAll()
        }
    }
}
