// Settings of the program itself: appearance, defaults, keyboard, about.
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Layouts
import org.kde.kirigami as Kirigami
import org.kde.kirigamiaddons.formcard as FormCard
import Corral.App
import Corral.Ui.Discovering

FormCard.FormCardPage {
    id: page

    required property ChatSettings settings
    required property ModelPickerModel models
    required property DiscoverController discover
    required property ServeController serving

    signal defaultsWanted()
    signal devicesWanted()

    objectName: "settingsPage"
    title: qsTr("Settings")

    FormCard.FormHeader {
        title: qsTr("Appearance")
    }
    FormCard.FormCard {
        FormCard.FormComboBoxDelegate {
            objectName: "colorScheme"
            text: qsTr("Colours")
            Accessible.name: text
            textRole: "text"
            valueRole: "value"
            model: [
                { text: qsTr("Like the system"), value: ChatSettings.FollowSystem },
                { text: qsTr("Light"), value: ChatSettings.Light },
                { text: qsTr("Dark"), value: ChatSettings.Dark }
            ]
            currentIndex: model.findIndex(entry => entry.value === page.settings.colorScheme)
            onActivated: page.settings.colorScheme = currentValue
        }
    }
    FormCard.FormHeader {
        title: qsTr("Defaults")
    }
    FormCard.FormCard {
        FormCard.FormButtonDelegate {
            objectName: "defaultSettings"
            text: qsTr("Answer settings for all models")
            description: qsTr("System prompt, sampling, context length, threads")
            icon.name: "configure-symbolic"
            Accessible.name: text
            onClicked: page.defaultsWanted()
        }
        FormCard.FormDelegateSeparator {}
        FormCard.FormButtonDelegate {
            objectName: "modelsFolder"
            text: qsTr("Models folder")
            description: page.models.folder
            icon.name: "folder-symbolic"
            Accessible.name: text
            onClicked: page.models.openFolder()
        }
        FormCard.FormDelegateSeparator {}
        FormCard.FormButtonDelegate {
            objectName: "showDevices"
            text: qsTr("Processor and graphics cards")
            description: qsTr("What models are computed with here, and why a card is not used")
            icon.name: "computer-symbolic"
            Accessible.name: text
            onClicked: page.devicesWanted()
        }
    }
    FormCard.FormHeader {
        title: qsTr("Server")
    }
    FormCard.FormCard {
        FormCard.FormComboBoxDelegate {
            objectName: "closingChoice"
            text: qsTr("When the window is closed while the server is on")
            Accessible.name: text
            textRole: "text"
            valueRole: "value"
            model: [
                { text: qsTr("Ask"), value: ServeController.Ask },
                { text: qsTr("Keep the server on, in the system tray"), value: ServeController.KeepRunning },
                { text: qsTr("Stop it and quit"), value: ServeController.StopAndQuit }
            ]
            currentIndex: model.findIndex(entry => entry.value === page.serving.closing)
            onActivated: page.serving.closing = currentValue
        }
    }
    HubSettings {
        Layout.fillWidth: true
        discover: page.discover
    }
    FormCard.FormHeader {
        title: qsTr("Keyboard")
    }
    FormCard.FormCard {
        Repeater {
            model: [
                [qsTr("New conversation"), "Ctrl+N"],
                [qsTr("Search conversations"), "Ctrl+K"],
                [qsTr("Open a model file"), "Ctrl+O"],
                [qsTr("Choose a model"), "Ctrl+M"],
                [qsTr("Answer settings"), "Ctrl+,"],
                [qsTr("Stop the answer"), qsTr("Esc")],
                [qsTr("Break the line"), qsTr("Shift+Enter")],
                [qsTr("Quit"), "Ctrl+Q"]
            ]
            delegate: FormCard.FormTextDelegate {
                id: shortcut
                required property var modelData
                text: modelData[0]
                trailing: Kirigami.Chip {
                    text: shortcut.modelData[1]
                    closable: false
                    checkable: false
                    activeFocusOnTab: false
                }
            }
        }
    }
    FormCard.FormHeader {
        title: qsTr("About")
    }
    FormCard.FormCard {
        FormCard.FormTextDelegate {
            text: qsTr("Corral %1").arg(Application.version)
            description: qsTr("Language models on your own computer. Conversations, questions and answers never leave it.")
        }
        FormCard.FormDelegateSeparator {}
        FormCard.FormTextDelegate {
            objectName: "aboutLicence"
            text: qsTr("Licence")
            description: qsTr("MIT. Made with Qt and KDE Frameworks (LGPL).")
        }
    }
}
