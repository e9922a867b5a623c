// A model of one's own on the empty page.
import QtQuick
import QtQuick.Controls as QQC2
import QtQuick.Layouts
import org.kde.kirigami as Kirigami
import org.kde.kirigamiaddons.delegates as Delegates

Delegates.RoundedItemDelegate {
    id: item

    required property url url
    required property string name
    required property string fileName
    required property string quantization
    required property string sizeText
    required property string sizeDetail
    required property string parametersText

    readonly property string facts: [parametersText, quantization, sizeText].filter(part => part.length > 0).join(" · ")

    objectName: "ownModel"
    text: name
    leftInset: 0
    rightInset: 0
    Accessible.name: name
    Accessible.description: facts
    QQC2.ToolTip.visible: hovered
    QQC2.ToolTip.text: [fileName, sizeDetail].filter(part => part.length > 0).join("\n")
    QQC2.ToolTip.delay: Kirigami.Units.toolTipDelay
    Keys.onReturnPressed: click()
    Keys.onEnterPressed: click()

    contentItem: RowLayout {
        spacing: Kirigami.Units.largeSpacing

        QQC2.Label {
            Layout.fillWidth: true
            text: item.name
            elide: Text.ElideMiddle
        }
        QQC2.Label {
            Layout.maximumWidth: Kirigami.Units.gridUnit * 14
            text: item.facts
            elide: Text.ElideRight
            font: Kirigami.Theme.smallFont
            opacity: 0.7
        }
    }
}
