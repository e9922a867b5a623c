// Nothing to serve: how to get a model.
import QtQuick
import QtQuick.Controls as QQC2
import QtQuick.Layouts
import org.kde.kirigami as Kirigami
import Corral.App
import Corral.Ui.Controls

ColumnLayout {
    id: empty

    required property StarterFetcher starter

    signal discoverWanted()
    signal openFileWanted()

    objectName: "noModelToServe"
    spacing: Kirigami.Units.largeSpacing

    Kirigami.Icon {
        Layout.alignment: Qt.AlignHCenter
        source: "network-server-symbolic"
        implicitWidth: Kirigami.Units.iconSizes.huge
        implicitHeight: implicitWidth
        opacity: 0.5
        isMask: true
    }
    Kirigami.Heading {
        Layout.fillWidth: true
        horizontalAlignment: Text.AlignHCenter
        wrapMode: Text.Wrap
        text: qsTr("A server needs a model")
    }
    QQC2.Label {
        Layout.fillWidth: true
        horizontalAlignment: Text.AlignHCenter
        wrapMode: Text.Wrap
        text: empty.starter.running ? qsTr("%1 is being fetched; then it can be served.").arg(empty.starter.name)
            : qsTr("With one, other programs on this computer can use it the way they use OpenAI's.")
    }
    ProgressLine {
        visible: empty.starter.running
        Layout.alignment: Qt.AlignHCenter
        Layout.fillWidth: true
        Layout.maximumWidth: Kirigami.Units.gridUnit * 20
        value: empty.starter.progress
    }
    Flow {
        Layout.alignment: Qt.AlignHCenter
        Layout.maximumWidth: parent.width
        spacing: Kirigami.Units.smallSpacing

        QQC2.Button {
            objectName: "serverFindModel"
            text: qsTr("Find a model")
            icon.name: "search-symbolic"
            Accessible.name: text
            onClicked: empty.discoverWanted()
        }
        QQC2.Button {
            objectName: "serverFetchStarter"
            visible: empty.starter.state === StarterFetcher.Missing || empty.starter.state === StarterFetcher.Failed
            text: qsTr("Download %1 (%2)").arg(empty.starter.name).arg(empty.starter.sizeText)
            icon.name: "download-symbolic"
            Accessible.name: text
            onClicked: empty.starter.start()
        }
        QQC2.Button {
            objectName: "serverOpenModel"
            text: qsTr("Open file…")
            icon.name: "document-open-symbolic"
            Accessible.name: text
            onClicked: empty.openFileWanted()
        }
    }
}
