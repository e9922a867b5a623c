// In Settings: where models are searched for, and the access tokens.
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Layouts
import org.kde.kirigami as Kirigami
import org.kde.kirigamiaddons.formcard as FormCard
import Corral.App

ColumnLayout {
    id: hubs

    required property DiscoverController discover

    spacing: 0

    component Address: FormCard.FormTextFieldDelegate {
        required property string value
        signal chosen(string text)
        text: value
        Accessible.name: label
        onEditingFinished: if (text !== value) chosen(text)
    }
    component Token: FormCard.FormTextFieldDelegate {
        required property int service
        echoMode: TextInput.Password
        Accessible.name: label
        onAccepted: {
            hubs.discover.setTokenOf(service, text);
            clear();
        }
    }

    FormCard.FormHeader {
        title: qsTr("Where models come from")
    }
    FormCard.FormCard {
        Address {
            objectName: "huggingFaceAddress"
            label: qsTr("Address for Hugging Face")
            placeholderText: qsTr("The usual one; or a mirror, e.g. hf-mirror.com")
            value: hubs.discover.huggingFaceAddress
            onChosen: text => hubs.discover.huggingFaceAddress = text
        }
        FormCard.FormDelegateSeparator {}
        Address {
            objectName: "modelScopeAddress"
            label: qsTr("Address for ModelScope")
            placeholderText: qsTr("The usual one")
            value: hubs.discover.modelScopeAddress
            onChosen: text => hubs.discover.modelScopeAddress = text
        }
        FormCard.FormSectionText {
            objectName: "addressesInUse"
            text: hubs.discover.addressProblem || hubs.discover.addressesInUse
            color: hubs.discover.addressProblem.length > 0 ? Kirigami.Theme.negativeTextColor : Kirigami.Theme.textColor
        }
        FormCard.FormDelegateSeparator {}
        Token {
            objectName: "huggingFaceToken"
            service: DiscoverController.HuggingFace
            label: qsTr("Access token for Hugging Face")
            placeholderText: hubs.discover.huggingFaceToken
        }
        FormCard.FormDelegateSeparator {}
        Token {
            objectName: "modelScopeToken"
            service: DiscoverController.ModelScope
            label: qsTr("Access token for ModelScope")
            placeholderText: hubs.discover.modelScopeToken
        }
        FormCard.FormSectionText {
            objectName: "tokenProblem"
            visible: text.length > 0
            text: hubs.discover.tokenProblem || qsTr("Press Enter to keep a token; an empty one is forgotten.")
        }
    }
}
