// A model in the picker.
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls as QQC2
import QtQuick.Layouts
import org.kde.kirigami as Kirigami
import org.kde.kirigamiaddons.delegates as Delegates
import Corral.App
import Corral.Ui.Controls

Delegates.RoundedItemDelegate {
    id: item

    required property ChatController chat
    required property int index
    required property string name
    required property string fileName
    required property string quantization
    required property string sizeText
    required property string sizeDetail
    required property string parametersText
    required property bool starter
    required property bool fits
    required property bool usable
    required property string problem
    required property bool current
    required property string section

    signal chosen()
    signal forgotten()

    readonly property string facts: [parametersText, quantization, sizeText, starter ? qsTr("small starter") : ""].filter(part => part.length > 0).join(" · ")

    objectName: "model"
    text: name
    highlighted: ListView.isCurrentItem && ListView.view.activeFocus
    enabled: usable
    Accessible.name: name
    Accessible.description: usable ? facts : problem
    QQC2.ToolTip.visible: hovered
    QQC2.ToolTip.text: [fileName, sizeDetail, problem].filter(part => part.length > 0).join("\n")
    QQC2.ToolTip.delay: Kirigami.Units.toolTipDelay
    onClicked: chosen()

    contentItem: RowLayout {
        spacing: Kirigami.Units.smallSpacing

        Kirigami.Icon {
            source: "dialog-ok-symbolic"
            implicitWidth: Kirigami.Units.iconSizes.small
            implicitHeight: implicitWidth
            opacity: item.current ? 1 : 0
        }
        ColumnLayout {
            spacing: 0

            QQC2.Label {
                Layout.fillWidth: true
                text: item.name
                elide: Text.ElideMiddle
                font.bold: item.current
            }
            QQC2.Label {
                Layout.fillWidth: true
                text: item.usable ? item.facts : item.problem
                visible: text.length > 0
                elide: Text.ElideRight
                font: Kirigami.Theme.smallFont
                opacity: 0.7
            }
        }
        QQC2.Label {
            visible: item.usable && !item.fits
            text: qsTr("too large")
            font: Kirigami.Theme.smallFont
            color: Kirigami.Theme.neutralTextColor
            HoverHandler { id: tooLarge }
            QQC2.ToolTip.visible: tooLarge.hovered
            QQC2.ToolTip.text: qsTr("The file is larger than the memory that is free now: answers would be very slow.")
            QQC2.ToolTip.delay: Kirigami.Units.toolTipDelay
        }
    }
}
