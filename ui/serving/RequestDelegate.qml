// A request that is being answered.
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls as QQC2
import QtQuick.Layouts
import org.kde.kirigami as Kirigami
import Corral.App
import Corral.Ui.Controls

Item {
    id: row

    required property string endpoint
    required property int stage
    required property string stageText
    required property real progress
    required property string figures
    required property string slotText
    required property string peer
    required property string timeText

    readonly property bool compact: width < Kirigami.Units.gridUnit * 28
    readonly property string detail: [stageText, figures].filter(part => part.length > 0).join(" · ")

    objectName: "serverRequest"
    width: ListView.view?.width ?? implicitWidth
    implicitHeight: grid.implicitHeight + 2 * Kirigami.Units.smallSpacing
    Accessible.role: Accessible.ListItem
    Accessible.name: qsTr("%1: %2", "endpoint: what is done").arg(endpoint).arg(detail)

    GridLayout {
        id: grid
        anchors { left: parent.left; right: parent.right; verticalCenter: parent.verticalCenter }
        columns: 2
        columnSpacing: Kirigami.Units.largeSpacing
        rowSpacing: 0

        QQC2.Label {
            Layout.fillWidth: true
            text: row.endpoint
            textFormat: Text.PlainText
            elide: Text.ElideMiddle
            font.family: SystemFonts.fixed.family
        }
        QQC2.Label {
            Layout.alignment: Qt.AlignRight
            text: row.timeText
            font: Kirigami.Theme.smallFont
            opacity: 0.7
        }
        QQC2.Label {
            objectName: "requestDetail"
            Layout.fillWidth: true
            text: row.detail
            elide: Text.ElideRight
            font: Kirigami.Theme.smallFont
            color: row.stage === RequestListModel.Waiting ? Kirigami.Theme.neutralTextColor : Kirigami.Theme.textColor
            opacity: row.stage === RequestListModel.Waiting ? 1 : 0.8
        }
        QQC2.Label {
            Layout.alignment: Qt.AlignRight
            text: [row.slotText.length > 0 ? qsTr("slot %1").arg(row.slotText) : "", row.compact ? "" : row.peer].filter(part => part.length > 0).join(" · ")
            font: Kirigami.Theme.smallFont
            opacity: 0.7
        }
    }
    ProgressLine {
        anchors { left: parent.left; right: parent.right; bottom: parent.bottom }
        visible: row.stage === RequestListModel.Reading
        value: row.progress
    }
}
