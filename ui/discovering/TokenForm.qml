// An access token: typed in, kept, taken out again; where it is kept is said.
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls as QQC2
import QtQuick.Layouts
import org.kde.kirigami as Kirigami
import Corral.App

ColumnLayout {
    id: form

    required property DiscoverController discover

    function keep(): void {
        if (field.text.trim().length === 0) return;
        discover.setToken(field.text);
        field.clear();
    }

    objectName: "tokenForm"
    spacing: Kirigami.Units.smallSpacing

    RowLayout {
        spacing: Kirigami.Units.smallSpacing

        QQC2.TextField {
            id: field
            objectName: "tokenField"
            Layout.fillWidth: true
            placeholderText: qsTr("Access token for %1").arg(form.discover.serviceName)
            echoMode: TextInput.Password
            inputMethodHints: Qt.ImhSensitiveData | Qt.ImhNoPredictiveText
            Accessible.name: placeholderText
            onAccepted: form.keep()
        }
        QQC2.Button {
            objectName: "keepToken"
            text: qsTr("Keep it")
            enabled: field.text.trim().length > 0
            Accessible.name: text
            onClicked: form.keep()
        }
    }
    QQC2.Label {
        objectName: "tokenPlace"
        Layout.fillWidth: true
        text: form.discover.tokenProblem || form.discover.tokenText
        color: form.discover.tokenProblem.length > 0 ? Kirigami.Theme.negativeTextColor : Kirigami.Theme.textColor
        wrapMode: Text.Wrap
        font: Kirigami.Theme.smallFont
        opacity: form.discover.tokenProblem.length > 0 ? 1 : 0.7
    }
}
