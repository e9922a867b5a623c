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
            if (text.trim().length === 0) return; // nothing is forgotten by accident
            hubs.discover.setTokenOf(service, text);
            clear();
        }
    }
    component Forget: FormCard.FormButtonDelegate {
        required property int service
        icon.name: "edit-delete-remove-symbolic"
        trailingLogo.visible: false
        Accessible.name: text
        onClicked: hubs.discover.setTokenOf(service, "")
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
            color: hubs.discover.addressProblem.length > 0 ? Kirigami.Theme.negativeTextColor : Kirigami.Theme.disabledTextColor
            bottomPadding: Kirigami.Units.largeSpacing
        }
        FormCard.FormDelegateSeparator {}
        Token {
            objectName: "huggingFaceToken"
            service: DiscoverController.HuggingFace
            label: qsTr("Access token for Hugging Face")
            placeholderText: hubs.discover.huggingFaceToken
        }
        Forget {
            objectName: "forgetHuggingFaceToken"
            service: DiscoverController.HuggingFace
            visible: hubs.discover.keepsHuggingFaceToken
            text: qsTr("Forget the token for Hugging Face")
        }
        FormCard.FormDelegateSeparator {}
        Token {
            objectName: "modelScopeToken"
            service: DiscoverController.ModelScope
            label: qsTr("Access token for ModelScope")
            placeholderText: hubs.discover.modelScopeToken
        }
        Forget {
            objectName: "forgetModelScopeToken"
            service: DiscoverController.ModelScope
            visible: hubs.discover.keepsModelScopeToken
            text: qsTr("Forget the token for ModelScope")
        }
        FormCard.FormSectionText {
            objectName: "tokenProblem"
            text: hubs.discover.tokenProblem || qsTr("Press Enter to keep a token.")
            color: hubs.discover.tokenProblem.length > 0 ? Kirigami.Theme.negativeTextColor : Kirigami.Theme.disabledTextColor
            bottomPadding: Kirigami.Units.largeSpacing
        }
    }
}
