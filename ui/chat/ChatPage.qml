// The chat: empty (no model, or nothing asked yet), loading, ready, failed.
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls as QQC2
import QtQuick.Layouts
import org.kde.kirigami as Kirigami
import Corral.App
import Corral.Ui.Controls
import Corral.Ui.Models

Kirigami.Page {
    id: page

    required property ChatController chat
    required property ModelPickerModel models
    required property StarterFetcher starter

    signal discoverWanted()
    signal openFileWanted()
    signal settingsWanted()

    readonly property bool blank: chat.messages.count === 0
    property ModelButton modelButton: null // in the header, made by titleDelegate

    function takeFocus(): void {
        composer.takeFocus();
    }
    function openPicker(): void {
        modelButton?.openPicker();
    }
    function closePicker(): void {
        modelButton?.closePicker();
    }

    objectName: "chatPage"
    title: chat.title || qsTr("New conversation")
    padding: 0
    Kirigami.Theme.colorSet: Kirigami.Theme.View
    Kirigami.Theme.inherit: false

    Connections {
        target: page.chat
        function onChooseModel() { page.openPicker(); }
        function onConversationChanged() { page.takeFocus(); }
    }

    titleDelegate: RowLayout {
        Layout.fillWidth: true
        spacing: Kirigami.Units.smallSpacing

        ModelButton {
            Component.onCompleted: page.modelButton = this
            Layout.fillWidth: true // may shrink
            Layout.maximumWidth: Math.ceil(implicitWidth)
            chat: page.chat
            models: page.models
            starter: page.starter
            onOpenFileWanted: page.openFileWanted()
        }
        Item { Layout.fillWidth: true }
        QQC2.Label { // of the answer in work, or the last one
            objectName: "speed"
            visible: page.chat.tokensPerSecond > 0 && page.width > Kirigami.Units.gridUnit * 30
            text: qsTr("%1 tokens/s").arg(Number(page.chat.tokensPerSecond).toLocaleString(Qt.locale(), "f", 1))
            font: Kirigami.Theme.smallFont
            opacity: 0.7
            Accessible.name: text
        }
        ContextRing {
            id: ring
            objectName: "contextRing"
            used: page.chat.contextUsed
            total: page.chat.contextLength
        }
        IconButton {
            id: sheet
            objectName: "settingsButton"
            text: qsTr("Answer settings")
            icon.name: "configure-symbolic"
            onClicked: page.settingsWanted()
        }
    }

    MessageView {
        id: messages
        anchors { left: parent.left; right: parent.right; top: parent.top; bottom: foot.top }
        visible: !page.blank
        chat: page.chat
    }
    Flickable {
        id: emptyScroll
        anchors { left: parent.left; right: parent.right; top: parent.top; bottom: foot.top }
        visible: page.blank
        contentWidth: width
        contentHeight: Math.max(height, empty.implicitHeight + 2 * Kirigami.Units.gridUnit)
        boundsBehavior: Flickable.StopAtBounds
        clip: true
        QQC2.ScrollBar.vertical: QQC2.ScrollBar {}

        EmptyChat {
            id: empty
            width: Math.min(emptyScroll.width - 2 * Kirigami.Units.gridUnit, Kirigami.Units.gridUnit * 28)
            x: Math.round((emptyScroll.width - width) / 2)
            y: Math.max(Kirigami.Units.gridUnit, Math.round((emptyScroll.height - implicitHeight) * 0.45))
            chat: page.chat
            models: page.models
            starter: page.starter
            onOpenFileWanted: page.openFileWanted()
            onDiscoverWanted: page.discoverWanted()
        }
    }
    QQC2.RoundButton {
        objectName: "backToEnd"
        anchors { horizontalCenter: messages.horizontalCenter; bottom: messages.bottom; bottomMargin: Kirigami.Units.smallSpacing }
        visible: messages.visible && !messages.follow && !messages.atEnd
        icon.name: "go-down-symbolic"
        text: qsTr("Back to the end")
        display: QQC2.AbstractButton.IconOnly
        Accessible.name: text
        QQC2.ToolTip.visible: hovered || visualFocus
        QQC2.ToolTip.text: text
        QQC2.ToolTip.delay: Kirigami.Units.toolTipDelay
        onClicked: messages.goToEnd()
    }
    ColumnLayout {
        id: foot
        readonly property real room: messages.visible ? messages.list.width : parent.width // the text's column, left of the scroll bar
        x: Math.round((room - width) / 2)
        anchors { bottom: parent.bottom; bottomMargin: Kirigami.Units.largeSpacing }
        width: Math.min(room - 2 * Kirigami.Units.largeSpacing, Kirigami.Units.gridUnit * 42)
        spacing: Kirigami.Units.smallSpacing

        Notice { // a load that failed while messages are there: else the empty page says it, and a failed answer has its own row
            objectName: "loadFailure"
            visible: !page.blank && page.chat.loadFailed
            Layout.fillWidth: true
            text: page.chat.errorText
            detail: page.chat.errorDetail
            actionText: page.chat.errorHelp
            onTriggered: page.chat.help()
        }
        Notice { // it came out otherwise than wished for, and works
            objectName: "placementNote"
            visible: page.chat.placementNote.length > 0
            Layout.fillWidth: true
            kind: Notice.Information
            text: page.chat.placementNote
            detail: page.chat.placementDetail
            closable: true
            onCloseWanted: page.chat.dismissPlacementNote()
        }
        Composer {
            id: composer
            objectName: "composer"
            Layout.fillWidth: true
            chat: page.chat
            onPageWanted: direction => messages.scrollPage(direction)
        }
    }
}
