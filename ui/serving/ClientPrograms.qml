// Programs that use the server, to be copied, and the command that does without this window.
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls as QQC2
import QtQuick.Layouts
import org.kde.kirigami as Kirigami
import Corral.App
import Corral.Ui.Controls
import Corral.Ui.Message

ColumnLayout {
    id: programs

    required property ServeController serving
    property int language: ServeController.Curl

    objectName: "clientPrograms"
    spacing: Kirigami.Units.smallSpacing

    Kirigami.Heading {
        Layout.fillWidth: true
        level: 3
        text: qsTr("Use it from other programs")
        wrapMode: Text.Wrap
    }
    PageTabs {
        Layout.fillWidth: true
        label: qsTr("Languages")
        model: [{ text: "curl", name: "snippetCurl" }, { text: "Python", name: "snippetPython" }, { text: "JavaScript", name: "snippetJavaScript" }]
        current: programs.language
        onChosen: index => programs.language = index
    }
    CodeBox {
        objectName: "clientProgram"
        Layout.fillWidth: true
        text: [programs.serving.curl, programs.serving.python, programs.serving.javaScript][programs.language]
        language: ["bash", "python", "javascript"][programs.language]
        copied: () => programs.serving.snippet(programs.language)
    }
    Kirigami.Heading {
        Layout.fillWidth: true
        Layout.topMargin: Kirigami.Units.largeSpacing
        level: 3
        text: qsTr("The same without this window")
        wrapMode: Text.Wrap
    }
    CodeBox {
        objectName: "serverCommand"
        Layout.fillWidth: true
        text: programs.serving.commandLine
        language: "bash"
    }
}
