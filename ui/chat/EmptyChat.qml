// What stands where no message is yet: how to get a model, how far one is, or what may be asked.
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls as QQC2
import QtQuick.Layouts
import org.kde.kirigami as Kirigami
import Corral.App
import Corral.Ui.Controls

ColumnLayout {
    id: page

    required property ChatController chat
    required property ModelPickerModel models
    required property StarterFetcher starter

    signal discoverWanted()
    signal openFileWanted()

    readonly property bool fetching: chat.state === ChatController.NoModel && starter.running
    readonly property bool fetchFailed: chat.state === ChatController.NoModel && starter.state === StarterFetcher.Failed

    spacing: Kirigami.Units.largeSpacing

    Kirigami.Icon {
        Layout.alignment: Qt.AlignHCenter
        source: page.chat.state === ChatController.NoModel || page.chat.state === ChatController.Loading
            ? "folder-download-symbolic" : "dialog-messages-symbolic"
        implicitWidth: Kirigami.Units.iconSizes.huge
        implicitHeight: implicitWidth
        opacity: 0.5
        isMask: true
    }
    Kirigami.Heading {
        objectName: "emptyHeading"
        Layout.fillWidth: true
        horizontalAlignment: Text.AlignHCenter
        wrapMode: Text.Wrap
        text: page.fetching ? qsTr("Fetching a small model to start with")
            : page.chat.state === ChatController.NoModel ? qsTr("Add a model to begin")
            : page.chat.state === ChatController.Loading ? qsTr("Loading %1").arg(page.chat.modelName)
            : page.chat.loadFailed ? qsTr("The model could not be loaded")
            : qsTr("What would you like to ask?")
    }
    // Empty: no model
    QQC2.Label {
        visible: page.fetching
        Layout.fillWidth: true
        horizontalAlignment: Text.AlignHCenter
        wrapMode: Text.Wrap
        text: qsTr("%1 (%2, licence %3) is downloaded once and then runs on this computer alone.")
            .arg(page.starter.name).arg(page.starter.sizeText).arg(page.starter.license)
    }
    ProgressLine {
        objectName: "starterProgress"
        visible: page.fetching
        Layout.alignment: Qt.AlignHCenter
        Layout.fillWidth: true
        Layout.maximumWidth: Kirigami.Units.gridUnit * 20
        value: page.starter.progress
    }
    QQC2.Label {
        visible: page.fetching && text.length > 0
        Layout.alignment: Qt.AlignHCenter
        text: page.starter.progressText
        font: Kirigami.Theme.smallFont
        opacity: 0.7
    }
    Notice {
        objectName: "starterNotice"
        visible: page.fetchFailed
        Layout.fillWidth: true
        kind: Notice.Warning
        text: page.starter.errorText
        actionText: qsTr("Try again")
        actionIcon: "view-refresh-symbolic"
        onTriggered: page.starter.start()
    }
    QQC2.Label {
        visible: page.chat.state === ChatController.NoModel
        Layout.fillWidth: true
        horizontalAlignment: Text.AlignHCenter
        wrapMode: Text.Wrap
        text: page.fetching ? qsTr("Have a model already? Drop its .gguf file here, or open it.")
            : qsTr("Drop a .gguf file anywhere on this window, open one, or copy it into the models folder.")
    }
    Flow {
        visible: page.chat.state === ChatController.NoModel
        Layout.alignment: Qt.AlignHCenter
        Layout.maximumWidth: parent.width
        spacing: Kirigami.Units.smallSpacing

        QQC2.Button {
            objectName: "emptyOpenFile"
            text: qsTr("Open file…")
            icon.name: "document-open-symbolic"
            Accessible.name: text
            onClicked: page.openFileWanted()
        }
        QQC2.Button {
            objectName: "emptyOpenFolder"
            text: qsTr("Models folder")
            icon.name: "folder-symbolic"
            Accessible.name: text
            QQC2.ToolTip.visible: hovered
            QQC2.ToolTip.text: page.models.folder
            QQC2.ToolTip.delay: Kirigami.Units.toolTipDelay
            onClicked: page.models.openFolder()
        }
        QQC2.Button {
            objectName: "emptyFetchStarter"
            visible: page.starter.state === StarterFetcher.Missing
            text: qsTr("Download %1 (%2)").arg(page.starter.name).arg(page.starter.sizeText)
            icon.name: "download-symbolic"
            Accessible.name: text
            onClicked: page.starter.start()
        }
        QQC2.Button {
            objectName: "emptyUseStarter"
            visible: page.starter.state === StarterFetcher.Ready
            text: qsTr("Use %1").arg(page.starter.name)
            Accessible.name: text
            onClicked: page.chat.loadModel(page.starter.file)
        }
        QQC2.Button {
            objectName: "emptyCancelFetch"
            visible: page.fetching
            text: qsTr("Cancel download")
            icon.name: "dialog-cancel-symbolic"
            Accessible.name: text
            onClicked: page.starter.cancel()
        }
    }
    // Loading
    ProgressLine {
        objectName: "emptyLoadProgress"
        visible: page.chat.state === ChatController.Loading
        Layout.alignment: Qt.AlignHCenter
        Layout.fillWidth: true
        Layout.maximumWidth: Kirigami.Units.gridUnit * 20
        value: page.chat.loadProgress
    }
    // Ready
    QQC2.Label {
        visible: page.chat.state !== ChatController.NoModel && page.chat.modelIsStarter && !page.chat.loadFailed
        Layout.fillWidth: true
        horizontalAlignment: Text.AlignHCenter
        wrapMode: Text.Wrap
        textFormat: Text.StyledText
        linkColor: Kirigami.Theme.linkColor
        text: qsTr("This is a small starter model: quick, but easily wrong. <a href=\"discover\">Find better ones</a>, with what each needs in memory.")
        onLinkActivated: page.discoverWanted()
        HoverHandler { cursorShape: parent.hoveredLink ? Qt.PointingHandCursor : Qt.ArrowCursor }
    }
    // Failed
    Notice {
        objectName: "emptyFailure"
        visible: page.chat.loadFailed
        Layout.fillWidth: true
        text: page.chat.errorText
        detail: page.chat.errorDetail
        actionText: page.chat.errorHelp
        onTriggered: page.chat.help()
    }
}
