// What is served, at which address, and who may use it. While the server is active it can only be read.
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls as QQC2
import QtQuick.Layouts
import org.kde.kirigami as Kirigami
import Corral.App
import Corral.Ui.Controls
import Corral.Ui.Devices
import Corral.Ui.Estimating

ColumnLayout {
    id: form

    required property ServeController serving
    required property LibraryModel library
    required property OffloadPlan plan
    property bool unfolded: false // the rarer choices

    readonly property bool idle: !serving.active

    signal openFileWanted()
    signal devicesWanted()

    function takeFocus(): void {
        switch (serving.problemField) {
        case ServeController.PortField: port.forceActiveFocus(); break;
        case ServeController.AddressField: reach.forceActiveFocus(); break;
        case ServeController.KeyField: key.forceActiveFocus(); break;
        default: model.forceActiveFocus();
        }
    }
    function problemOf(field: int): string {
        return serving.problemField === field ? serving.problem : "";
    }

    objectName: "serverForm"
    spacing: Kirigami.Units.largeSpacing

    FormField {
        Layout.fillWidth: true
        editable: form.idle
        label: qsTr("Model")
        note: form.serving.modelDetail
        problem: form.problemOf(ServeController.ModelField)

        QQC2.ComboBox {
            id: model
            objectName: "servedModelChoice"
            Layout.fillWidth: true
            Layout.preferredWidth: 0
            model: form.library
            textRole: "name"
            valueRole: "url"
            currentIndex: -1
            displayText: form.serving.modelName || (count > 0 ? qsTr("Choose a model") : qsTr("No models yet"))
            Accessible.name: qsTr("Model")
            delegate: QQC2.ItemDelegate {
                id: entry
                required property int index
                required property string name
                required property string quantization
                required property string sizeText
                objectName: "servedModelEntry"
                width: model.width
                text: [name, quantization, sizeText].filter(part => part.length > 0).join(" · ")
                highlighted: model.highlightedIndex === index
                contentItem: RowLayout {
                    QQC2.Label {
                        Layout.fillWidth: true
                        text: entry.name
                        elide: Text.ElideMiddle
                    }
                    QQC2.Label {
                        text: [entry.quantization, entry.sizeText].filter(part => part.length > 0).join(" · ")
                        font: Kirigami.Theme.smallFont
                        opacity: 0.7
                    }
                }
            }
            onActivated: form.serving.modelUrl = currentValue
        }
        IconButton {
            objectName: "serverOpenFile"
            text: qsTr("Open file…")
            icon.name: "document-open-symbolic"
            onClicked: form.openFileWanted()
        }
    }
    FormField {
        Layout.fillWidth: true
        editable: form.idle
        label: qsTr("Who can reach it")
        problem: form.problemOf(ServeController.AddressField)

        QQC2.ComboBox {
            id: reach
            objectName: "serverReach"
            Layout.fillWidth: true
            Layout.preferredWidth: 0
            model: [qsTr("Only this computer (127.0.0.1)"), qsTr("Other computers too (0.0.0.0)")]
            currentIndex: form.serving.everywhere ? 1 : 0
            Accessible.name: qsTr("Who can reach it")
            onActivated: index => form.serving.everywhere = index === 1
        }
    }
    Notice {
        objectName: "reachCaution"
        visible: form.serving.caution.length > 0
        Layout.fillWidth: true
        kind: form.serving.key.length > 0 ? Notice.Information : Notice.Warning
        text: form.serving.caution
        actionText: form.idle && form.serving.key.length === 0 ? qsTr("Create a key") : ""
        actionIcon: "password-generate-symbolic"
        onTriggered: form.serving.generateKey()
    }
    RowLayout {
        Layout.fillWidth: true
        spacing: Kirigami.Units.largeSpacing

        FormField {
            Layout.fillWidth: true
            Layout.preferredWidth: 1
            Layout.alignment: Qt.AlignTop
            editable: form.idle
            label: qsTr("Port")
            help: "--port"

            NumberField {
                id: port
                objectName: "serverPort"
                Layout.fillWidth: true
                whole: true
                value: form.serving.port
                minimum: 1
                maximum: 65535
                step: 1
                Accessible.name: qsTr("Port")
                onMoved: value => form.serving.port = value
            }
        }
        FormField {
            Layout.fillWidth: true
            Layout.preferredWidth: 1
            Layout.alignment: Qt.AlignTop
            editable: form.idle
            label: qsTr("Slots")
            help: "-np"

            NumberField {
                objectName: "serverSlots"
                Layout.fillWidth: true
                whole: true
                value: form.serving.slotCount
                minimum: 1
                maximum: form.serving.mostSlots
                step: 1
                Accessible.name: qsTr("Slots: requests that are answered at a time")
                onMoved: value => form.serving.slotCount = value
            }
        }
    }
    ColumnLayout { // of the port: it needs more room than its field has
        visible: form.serving.problemField === ServeController.PortField
        Layout.fillWidth: true
        Layout.topMargin: -Kirigami.Units.smallSpacing
        spacing: Kirigami.Units.smallSpacing

        FormProblem {
            Layout.fillWidth: true
            text: form.problemOf(ServeController.PortField)
        }
        QQC2.Button {
            objectName: "takeFreePort"
            visible: form.serving.freePort > 0
            text: qsTr("Use port %1").arg(form.serving.freePort)
            icon.name: "media-playback-start-symbolic"
            Accessible.name: text
            onClicked: form.serving.takeFreePort()
        }
    }
    QQC2.Label {
        Layout.fillWidth: true
        Layout.topMargin: -Math.round(Kirigami.Units.smallSpacing * 1.5)
        text: form.serving.slotCount === 1 ? qsTr("One request is answered at a time; others wait.")
            : qsTr("%n requests are answered at a time; more wait.", "", form.serving.slotCount)
        wrapMode: Text.Wrap
        font: Kirigami.Theme.smallFont
        opacity: form.idle ? 0.7 : 0.5
    }
    FormField {
        Layout.fillWidth: true
        editable: form.idle
        label: qsTr("Context length of a slot")
        help: "-c"

        QQC2.ComboBox {
            objectName: "serverContext"
            Layout.fillWidth: true
            Layout.preferredWidth: 0
            model: form.serving.contexts
            currentIndex: form.serving.context
            Accessible.name: qsTr("Context length of a slot")
            onActivated: index => form.serving.context = index
        }
    }
    FormField {
        visible: form.plan.card === OffloadPlan.HasCard
        Layout.fillWidth: true
        editable: form.idle
        label: qsTr("GPU layers")
        help: "-ngl"

        LayersField {
            Layout.fillWidth: true
            plan: form.plan
            wish: form.serving.gpuLayers
            editable: form.idle
            onChosen: wish => form.serving.gpuLayers = wish
            onDevicesWanted: form.devicesWanted()
        }
    }
    ColumnLayout { // what that takes
        objectName: "serverMemory"
        visible: form.idle && form.plan.hasHostBar
        Layout.fillWidth: true
        spacing: Kirigami.Units.smallSpacing

        QQC2.Label {
            objectName: "serverMemoryTotal"
            Layout.fillWidth: true
            text: form.serving.slotCount === 1 ? qsTr("The model and its slot take up to %1.").arg(form.plan.totalText)
                : qsTr("The model and its %n slots take up to %1.", "", form.serving.slotCount).arg(form.plan.totalText)
            wrapMode: Text.Wrap
        }
        StackedBar {
            objectName: "hostBar"
            Layout.fillWidth: true
            bar: form.plan.hostBar
            openable: false
        }
        QQC2.Label {
            objectName: "serverMemoryCaution"
            visible: text.length > 0 && form.plan.card !== OffloadPlan.HasCard // else it stands with the layers
            Layout.fillWidth: true
            text: form.plan.caution
            wrapMode: Text.Wrap
            font: Kirigami.Theme.smallFont
            color: Kirigami.Theme.negativeTextColor
        }
    }
    FormField {
        Layout.fillWidth: true
        editable: form.idle || form.serving.key.length > 0 // a key can be shown and copied meanwhile
        label: qsTr("API key")
        help: "--api-key-file"
        note: form.serving.key.length > 0 ? qsTr("Programs must send it. It is stored in a file only you can read.") : ""
        problem: form.problemOf(ServeController.KeyField)

        QQC2.TextField {
            id: key
            objectName: "serverKey"
            Layout.fillWidth: true
            Layout.preferredWidth: 0
            enabled: form.idle
            text: form.serving.key
            placeholderText: qsTr("No key required")
            echoMode: form.serving.keyShown ? TextInput.Normal : TextInput.Password
            inputMethodHints: Qt.ImhSensitiveData | Qt.ImhNoPredictiveText
            Accessible.name: qsTr("API key")
            onEditingFinished: form.serving.key = text
        }
        IconButton {
            objectName: "showKey"
            visible: form.serving.key.length > 0
            text: form.serving.keyShown ? qsTr("Hide the key") : qsTr("Show the key")
            icon.name: form.serving.keyShown ? "view-hidden-symbolic" : "view-visible-symbolic"
            onClicked: form.serving.keyShown = !form.serving.keyShown
        }
        CopyButton {
            objectName: "copyKey"
            visible: form.serving.key.length > 0
            label: qsTr("Copy the key")
            onWanted: Clipboard.copy(form.serving.key)
        }
        IconButton {
            objectName: "generateKey"
            visible: form.idle
            text: qsTr("Create a new key")
            icon.name: "password-generate-symbolic"
            onClicked: form.serving.generateKey()
        }
    }
    QQC2.AbstractButton {
        id: more
        objectName: "moreServerChoices"
        text: qsTr("More")
        hoverEnabled: true
        focusPolicy: Qt.StrongFocus
        padding: Kirigami.Units.smallSpacing
        leftPadding: 0
        Accessible.role: Accessible.Button
        Accessible.name: form.unfolded ? qsTr("Fewer choices") : qsTr("More choices")
        Keys.onReturnPressed: click()
        Keys.onEnterPressed: click()
        onClicked: form.unfolded = !form.unfolded

        contentItem: RowLayout {
            spacing: Kirigami.Units.smallSpacing
            Kirigami.Icon {
                implicitWidth: Kirigami.Units.iconSizes.small
                implicitHeight: implicitWidth
                source: form.unfolded ? "arrow-down-symbolic" : form.LayoutMirroring.enabled ? "arrow-left-symbolic" : "arrow-right-symbolic"
            }
            QQC2.Label { text: more.text }
        }
        background: Rectangle {
            radius: Kirigami.Units.cornerRadius
            color: Kirigami.ColorUtils.tintWithAlpha(Kirigami.Theme.backgroundColor, Kirigami.Theme.textColor, 0.08)
            visible: more.hovered || more.visualFocus
            border { width: more.visualFocus ? 1 : 0; color: Kirigami.Theme.focusColor }
        }
    }
    FormField {
        visible: form.unfolded
        Layout.fillWidth: true
        editable: form.idle
        label: qsTr("What the model is called")
        help: "--alias"
        note: qsTr("The name programs see. They may ask for any name; this model answers.")

        QQC2.TextField {
            objectName: "serverModelAlias"
            Layout.fillWidth: true
            text: form.serving.name
            placeholderText: form.serving.usualName
            Accessible.name: qsTr("What the model is called")
            onEditingFinished: form.serving.name = text
        }
    }
    FormField {
        visible: form.unfolded
        Layout.fillWidth: true
        editable: form.idle
        label: qsTr("Web pages that may use it")
        help: "--cors-origins"
        note: qsTr("Addresses separated by spaces, * for all. Empty: no web page may, programs still can.")

        QQC2.TextField {
            objectName: "serverPages"
            Layout.fillWidth: true
            text: form.serving.pages
            placeholderText: "http://localhost:3000"
            inputMethodHints: Qt.ImhUrlCharactersOnly
            Accessible.name: qsTr("Web pages that may use it")
            onEditingFinished: form.serving.pages = text
        }
    }
    FormField {
        visible: form.unfolded
        Layout.fillWidth: true
        editable: form.idle
        label: qsTr("Threads")
        help: "-t"

        NumberField {
            objectName: "serverThreads"
            Layout.preferredWidth: Kirigami.Units.gridUnit * 5
            whole: true
            value: form.serving.threads
            minimum: 0
            maximum: form.serving.mostThreads
            step: 1
            Accessible.name: qsTr("Threads, 0 for all cores")
            onMoved: value => form.serving.threads = value
        }
        QQC2.Label {
            Layout.fillWidth: true
            text: form.serving.threads > 0 ? "" : qsTr("all cores")
            opacity: 0.7
        }
    }
    QQC2.CheckBox {
        objectName: "serverEmbeddings"
        visible: form.unfolded
        enabled: form.idle
        Layout.fillWidth: true
        text: qsTr("Embeddings at /v1/embeddings")
        checked: form.serving.embeddings
        Accessible.name: text
        QQC2.ToolTip.visible: hovered
        QQC2.ToolTip.text: "--embeddings"
        QQC2.ToolTip.delay: Kirigami.Units.toolTipDelay
        onToggled: form.serving.embeddings = checked
    }
    QQC2.CheckBox {
        objectName: "serverMetrics"
        visible: form.unfolded
        enabled: form.idle
        Layout.fillWidth: true
        text: qsTr("Prometheus metrics at /metrics")
        checked: form.serving.metrics
        Accessible.name: text
        QQC2.ToolTip.visible: hovered
        QQC2.ToolTip.text: "--metrics"
        QQC2.ToolTip.delay: Kirigami.Units.toolTipDelay
        onToggled: form.serving.metrics = checked
    }
}
