// A model's name on a hub or any address, and the button that fetches it.
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls as QQC2
import QtQuick.Layouts
import org.kde.kirigami as Kirigami
import Corral.App

RowLayout {
    id: row

    required property DownloadQueue downloads

    function add(): void {
        if (field.text.trim().length > 0 && downloads.add(field.text) > 0) field.clear();
    }
    spacing: Kirigami.Units.smallSpacing

    QQC2.TextField {
        id: field
        objectName: "downloadAddress"
        Layout.fillWidth: true
        placeholderText: qsTr("hf:OWNER/NAME:Q4_K_M, ms:OWNER/NAME, or an address")
        inputMethodHints: Qt.ImhNoPredictiveText | Qt.ImhUrlCharactersOnly
        Accessible.name: qsTr("Model to download")
        onAccepted: row.add()
    }
    QQC2.Button {
        objectName: "downloadAdd"
        enabled: row.downloads.understands(field.text)
        text: qsTr("Download")
        icon.name: "download-symbolic"
        Accessible.name: text
        onClicked: row.add()
    }
}
