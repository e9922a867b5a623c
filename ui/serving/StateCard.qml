// Whether the server is on, where it is found, and the button that starts and stops it.
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls as QQC2
import QtQuick.Layouts
import org.kde.kirigami as Kirigami
import Corral.App
import Corral.Ui.Controls

QQC2.Control {
    id: card

    required property ServeController serving

    readonly property bool up: serving.state === ServeController.Running // perhaps without its model for a moment
    readonly property bool running: up && !serving.recovering
    readonly property bool loading: serving.state === ServeController.Loading || serving.recovering
    readonly property bool failed: serving.state === ServeController.Failed
    readonly property bool compact: width < Kirigami.Units.gridUnit * 24
    readonly property color accent: running ? Kirigami.Theme.positiveTextColor : failed ? Kirigami.Theme.negativeTextColor
        : serving.active ? Kirigami.Theme.highlightColor : Kirigami.Theme.disabledTextColor

    function takeFocus(): void {
        button.forceActiveFocus();
    }

    objectName: "serverState"
    leftPadding: Kirigami.Units.largeSpacing + Kirigami.Units.smallSpacing // the style sets each side
    rightPadding: leftPadding
    topPadding: leftPadding
    bottomPadding: leftPadding
    Accessible.role: Accessible.Grouping
    Accessible.name: serving.stateText

    background: Rectangle {
        radius: Kirigami.Units.cornerRadius
        color: card.failed ? Kirigami.ColorUtils.tintWithAlpha(Kirigami.Theme.backgroundColor, Kirigami.Theme.negativeTextColor, 0.08)
            : card.running ? Kirigami.ColorUtils.tintWithAlpha(Kirigami.Theme.backgroundColor, Kirigami.Theme.positiveTextColor, 0.08)
            : Kirigami.ColorUtils.tintWithAlpha(Kirigami.Theme.backgroundColor, Kirigami.Theme.textColor, 0.04)
        border {
            width: 1
            color: card.failed || card.running ? Kirigami.ColorUtils.tintWithAlpha(Kirigami.Theme.backgroundColor, card.accent, 0.4)
                : Kirigami.ColorUtils.linearInterpolation(Kirigami.Theme.backgroundColor, Kirigami.Theme.textColor, Kirigami.Theme.frameContrast)
        }
    }
    contentItem: GridLayout {
        columns: card.compact ? 1 : 2
        columnSpacing: Kirigami.Units.gridUnit
        rowSpacing: Kirigami.Units.largeSpacing

        ColumnLayout {
            Layout.fillWidth: true
            spacing: Kirigami.Units.smallSpacing

            RowLayout {
                spacing: Kirigami.Units.mediumSpacing

                Rectangle {
                    Layout.alignment: Qt.AlignVCenter
                    implicitWidth: Math.round(Kirigami.Units.gridUnit * 0.6)
                    implicitHeight: implicitWidth
                    radius: width / 2
                    color: card.accent
                }
                Kirigami.Heading {
                    objectName: "serverStateText"
                    Layout.fillWidth: true
                    level: 2
                    text: card.serving.stateText
                    textFormat: Text.PlainText
                    elide: Text.ElideMiddle
                    HoverHandler { id: overState }
                    QQC2.ToolTip.visible: overState.hovered && truncated
                    QQC2.ToolTip.text: text
                    QQC2.ToolTip.delay: Kirigami.Units.toolTipDelay
                }
            }
            ProgressLine {
                objectName: "serverLoadProgress"
                visible: card.loading
                Layout.fillWidth: true
                Layout.maximumWidth: Kirigami.Units.gridUnit * 20
                value: card.serving.loadProgress
            }
            RowLayout { // where it is found
                visible: card.running || card.loading
                spacing: Kirigami.Units.smallSpacing

                TextEdit {
                    objectName: "serverAddress"
                    Layout.fillWidth: true
                    Layout.maximumWidth: Math.ceil(implicitWidth)
                    text: card.serving.address
                    readOnly: true
                    selectByMouse: true
                    textFormat: TextEdit.PlainText
                    wrapMode: TextEdit.WrapAnywhere
                    color: Kirigami.Theme.textColor
                    selectionColor: Kirigami.Theme.highlightColor
                    selectedTextColor: Kirigami.Theme.highlightedTextColor
                    font: SystemFonts.fixed
                    Accessible.role: Accessible.StaticText
                    Accessible.name: qsTr("Address: %1").arg(text)
                }
                CopyButton {
                    objectName: "copyAddress"
                    small: true
                    label: qsTr("Copy the address")
                    onWanted: Clipboard.copy(card.serving.address)
                }
                IconButton {
                    objectName: "openAddress"
                    visible: card.running
                    small: true
                    text: qsTr("Open in the browser")
                    icon.name: "internet-web-browser-symbolic"
                    onClicked: Qt.openUrlExternally(card.serving.address)
                }
            }
            QQC2.Label {
                visible: card.running && card.serving.otherAddresses.length > 0
                Layout.fillWidth: true
                text: qsTr("also %1", "addresses").arg(card.serving.otherAddresses.join(", "))
                wrapMode: Text.Wrap
                font: Kirigami.Theme.smallFont
                opacity: 0.7
            }
            QQC2.Label {
                objectName: "serverFacts"
                Layout.fillWidth: true
                text: card.up ? card.serving.facts
                    : card.failed ? (card.serving.problemField === ServeController.NoField ? card.serving.problem : qsTr("One of the settings needs a change: see the marked field."))
                    : card.serving.active ? ""
                    : qsTr("Start it, and other programs can use the model the way they use OpenAI's.")
                visible: text.length > 0
                wrapMode: Text.Wrap
                font: Kirigami.Theme.smallFont
                opacity: 0.7
                HoverHandler { id: overFacts }
                QQC2.ToolTip.visible: overFacts.hovered && card.failed && card.serving.problemDetail.length > 0
                QQC2.ToolTip.text: card.serving.problemDetail
                QQC2.ToolTip.delay: Kirigami.Units.toolTipDelay
            }
        }
        QQC2.Button {
            id: button
            objectName: "serverButton"
            Layout.fillWidth: card.compact
            Layout.alignment: Qt.AlignVCenter
            enabled: card.serving.canStart || card.running || card.loading
            highlighted: !card.serving.active
            padding: Kirigami.Units.mediumSpacing
            implicitHeight: Math.round(Kirigami.Units.gridUnit * 2.25)
            implicitWidth: Math.max(Kirigami.Units.gridUnit * 8, implicitContentWidth + 2 * Kirigami.Units.gridUnit)
            text: card.up ? qsTr("Stop") : card.loading ? qsTr("Cancel") : card.serving.active ? qsTr("Stopping…") : qsTr("Start")
            icon.name: card.up ? "media-playback-stop-symbolic" : card.serving.active ? "dialog-cancel-symbolic" : "media-playback-start-symbolic"
            Accessible.name: card.up ? qsTr("Stop the server") : card.loading ? qsTr("Cancel") : qsTr("Start the server")
            onClicked: card.serving.active ? card.serving.stop() : card.serving.start()
            Keys.onReturnPressed: click()
            Keys.onEnterPressed: click()
        }
    }
}
