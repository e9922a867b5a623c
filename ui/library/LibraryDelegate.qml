// A model of the library.
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls as QQC2
import QtQuick.Layouts
import org.kde.kirigami as Kirigami
import org.kde.kirigamiaddons.delegates as Delegates
import Corral.App

Delegates.RoundedItemDelegate {
    id: item

    required property int index
    required property string path
    required property string name
    required property string fileName
    required property string quantization
    required property string parametersText
    required property string sizeText
    required property string sizeDetail
    required property int files
    required property bool own
    required property bool fits
    required property bool usable
    required property string problem
    required property list<string> missing
    required property int check
    required property string checkText
    required property bool selected

    readonly property string facts: [parametersText, quantization, files > 1 ? qsTr("%1 files").arg(files) : ""].filter(part => part.length > 0).join(" · ")

    objectName: "libraryModel:" + fileName
    text: name
    Accessible.name: name
    Accessible.description: [facts, sizeText, usable ? "" : problem, checkText].filter(part => part.length > 0).join(", ")
    QQC2.ToolTip.visible: hovered
    QQC2.ToolTip.text: [fileName, sizeDetail, problem, missing.join("\n")].filter(part => part.length > 0).join("\n")
    QQC2.ToolTip.delay: Kirigami.Units.toolTipDelay

    contentItem: RowLayout {
        spacing: Kirigami.Units.largeSpacing

        ColumnLayout {
            spacing: 0

            QQC2.Label {
                Layout.fillWidth: true
                text: item.name
                elide: Text.ElideMiddle
                font.bold: item.selected
            }
            QQC2.Label {
                Layout.fillWidth: true
                text: item.check === LibraryModel.Checking ? item.checkText : item.usable ? item.facts : item.problem
                visible: text.length > 0
                elide: Text.ElideRight
                font: Kirigami.Theme.smallFont
                color: item.usable || item.check === LibraryModel.Checking ? Kirigami.Theme.textColor : Kirigami.Theme.neutralTextColor
                opacity: item.usable ? 0.7 : 1
            }
        }
        ColumnLayout {
            spacing: 0

            QQC2.Label {
                Layout.alignment: Qt.AlignRight
                text: item.sizeText
                font.features: { "tnum": 1 }
            }
            QQC2.Label {
                Layout.alignment: Qt.AlignRight
                visible: text.length > 0
                text: item.check === LibraryModel.Wrong ? qsTr("damaged") : !item.usable ? "" : item.fits ? qsTr("fits") : qsTr("too large")
                font: Kirigami.Theme.smallFont
                color: item.check === LibraryModel.Wrong ? Kirigami.Theme.negativeTextColor : item.fits ? Kirigami.Theme.positiveTextColor : Kirigami.Theme.neutralTextColor
            }
        }
    }
}
