// The user's message: a tinted block at the right, edited in place.
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls as QQC2
import QtQuick.Layouts
import org.kde.kirigami as Kirigami
import Corral.Ui.Controls

MessageBlock {
    id: block

    required property string text
    required property bool rtl
    required property int branchIndex
    required property int branchCount
    required property bool canEdit

    signal edited(string text)
    signal branchMoved(int delta)

    readonly property bool editing: stage.editedMessage === messageId

    objectName: "userBlock"
    bottomPadding: 0
    contentItem: ColumnLayout {
        spacing: 0

        Rectangle {
            id: bubble
            visible: !block.editing
            Layout.alignment: Qt.AlignRight
            implicitWidth: words.width + 2 * Kirigami.Units.largeSpacing
            implicitHeight: words.implicitHeight + 2 * Kirigami.Units.largeSpacing
            radius: Kirigami.Units.cornerRadius * 2
            color: Kirigami.ColorUtils.tintWithAlpha(Kirigami.Theme.backgroundColor, Kirigami.Theme.highlightColor, 0.2)

            BlockText {
                id: words
                objectName: "userText"
                x: Kirigami.Units.largeSpacing
                y: Kirigami.Units.largeSpacing
                width: Math.min(Math.ceil(implicitWidth), Math.floor(block.availableWidth * 0.85) - 2 * Kirigami.Units.largeSpacing)
                text: block.text
                rtl: block.rtl
                Accessible.name: qsTr("You: %1").arg(block.text)
            }
        }
        Loader {
            Layout.fillWidth: true
            active: block.editing
            visible: active
            sourceComponent: MessageEditor {
                initialText: block.stage.edit
                onChanged: text => block.stage.edit = text
                onAccepted: text => {
                    block.stage.endEdit();
                    block.edited(text);
                }
                onCancelled: block.stage.endEdit()
            }
        }
        RowLayout {
            id: actions
            Layout.alignment: Qt.AlignRight
            visible: !block.editing
            spacing: 0
            opacity: block.active || copyButton.activeFocus || editButton.activeFocus || branches.focusInside ? 1 : 0

            BranchSwitcher {
                id: branches
                branchIndex: block.branchIndex
                branchCount: block.branchCount
                onMoved: delta => block.branchMoved(delta)
            }
            CopyButton {
                small: true
                id: copyButton
                objectName: "copyMessage"
                label: qsTr("Copy message")
                onWanted: Clipboard.copy(block.text)
            }
            IconButton {
                small: true
                id: editButton
                objectName: "editMessage"
                text: qsTr("Edit message")
                icon.name: "document-edit-symbolic"
                enabled: block.canEdit
                onClicked: block.stage.startEdit(block.messageId, block.text)
            }
        }
    }
}
