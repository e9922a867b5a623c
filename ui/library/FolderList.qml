// Where the library looks: Corral's folder, the user's, and other programs' that are only read.
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls as QQC2
import QtQuick.Layouts
import org.kde.kirigami as Kirigami
import Corral.App
import Corral.Ui.Controls

ColumnLayout {
    id: folders

    required property LibraryModel library

    signal addWanted()

    objectName: "folderList"
    spacing: 0

    Kirigami.ListSectionHeader {
        Layout.fillWidth: true
        text: qsTr("Where Corral looks")
    }
    Repeater {
        model: folders.library.folders
        delegate: RowLayout {
            id: folder
            required property string path
            required property string name
            required property string detail
            required property bool own
            required property bool removable

            objectName: "folder:" + name
            Layout.fillWidth: true
            Layout.leftMargin: Kirigami.Units.largeSpacing
            Layout.rightMargin: Kirigami.Units.largeSpacing
            Layout.topMargin: Kirigami.Units.smallSpacing
            spacing: Kirigami.Units.smallSpacing

            Kirigami.Icon {
                source: folder.own ? "folder-symbolic" : "object-locked-symbolic"
                implicitWidth: Kirigami.Units.iconSizes.small
                implicitHeight: implicitWidth
                opacity: 0.7
            }
            ColumnLayout {
                spacing: 0
                QQC2.Label {
                    Layout.fillWidth: true
                    text: folder.name
                    elide: Text.ElideMiddle
                    HoverHandler { id: hover }
                    QQC2.ToolTip.visible: hover.hovered
                    QQC2.ToolTip.text: folder.path
                    QQC2.ToolTip.delay: Kirigami.Units.toolTipDelay
                }
                QQC2.Label {
                    Layout.fillWidth: true
                    text: folder.own ? folder.detail : qsTr("%1 · only read", "12 models · size").arg(folder.detail)
                    elide: Text.ElideRight
                    font: Kirigami.Theme.smallFont
                    opacity: 0.7
                }
            }
            IconButton {
                objectName: "removeFolder:" + folder.name
                visible: folder.removable
                small: true
                text: qsTr("Take the folder out of the library")
                help: qsTr("Take the folder out of the library; its files stay")
                icon.name: "list-remove-symbolic"
                onClicked: folders.library.removeFolder(folder.path)
            }
        }
    }
    QQC2.Button {
        objectName: "addFolderBelow"
        Layout.margins: Kirigami.Units.largeSpacing
        text: qsTr("Add a folder…")
        icon.name: "folder-new-symbolic"
        Accessible.name: text
        onClicked: folders.addWanted()
    }
}
