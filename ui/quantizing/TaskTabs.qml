// What is to be done with the model: one button a task.
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls as QQC2
import org.kde.kirigami as Kirigami
import Corral.App

Item {
    id: tabs

    required property QuantizeController quantize

    implicitHeight: row.implicitHeight
    Accessible.role: Accessible.PageTabList
    Accessible.name: qsTr("Tasks")

    component Task: QQC2.AbstractButton {
        id: button
        required property int task
        checked: tabs.quantize.task === task
        hoverEnabled: true
        focusPolicy: Qt.StrongFocus
        horizontalPadding: Kirigami.Units.largeSpacing
        verticalPadding: Kirigami.Units.mediumSpacing
        Accessible.role: Accessible.PageTab
        Accessible.name: text
        Accessible.checked: checked
        Keys.onReturnPressed: click()
        Keys.onEnterPressed: click()
        onClicked: tabs.quantize.task = task

        background: Item {
            Rectangle {
                anchors.fill: parent
                radius: Kirigami.Units.cornerRadius
                color: Kirigami.ColorUtils.tintWithAlpha(Kirigami.Theme.backgroundColor, Kirigami.Theme.textColor, 0.08)
                visible: button.hovered || button.visualFocus
                border { width: button.visualFocus ? 1 : 0; color: Kirigami.Theme.focusColor }
            }
            Rectangle {
                anchors { left: parent.left; right: parent.right; bottom: parent.bottom }
                height: 2
                visible: button.checked
                color: Kirigami.Theme.highlightColor
            }
        }
        contentItem: QQC2.Label {
            text: button.text
            font.bold: button.checked
            opacity: button.checked ? 1 : 0.8
        }
    }
    Kirigami.Separator {
        anchors { left: parent.left; right: parent.right; bottom: parent.bottom }
    }
    Row {
        id: row

        Task {
            objectName: "taskQuantize"
            task: QuantizeController.Quantize
            text: tabs.quantize.isFolder ? qsTr("Convert") : qsTr("Quantize")
        }
        Task {
            objectName: "taskMerge"
            visible: tabs.quantize.canMerge
            task: QuantizeController.Merge
            text: qsTr("Merge")
        }
        Task {
            objectName: "taskSplit"
            visible: tabs.quantize.canSplit
            task: QuantizeController.Split
            text: qsTr("Split")
        }
        Task {
            objectName: "taskContents"
            task: QuantizeController.Contents
            text: qsTr("What is in it")
        }
    }
}
