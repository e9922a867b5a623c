// One device: its name, whether it is used and why not, its memory, what it can do.
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls as QQC2
import QtQuick.Layouts
import org.kde.kirigami as Kirigami
import Corral.Ui.Controls

QQC2.Control {
    id: card

    required property string name
    required property string standing // a word: whether it is used
    property string reason: ""     // why it is not
    property bool good: false      // it is
    property real usedShare: -1    // of its memory, 0 … 1; −1: not known
    required property var facts
    property var details: []
    property bool unfolded: false

    leftPadding: Kirigami.Units.largeSpacing + Kirigami.Units.smallSpacing // the style sets each side
    rightPadding: leftPadding
    topPadding: leftPadding
    bottomPadding: leftPadding
    Accessible.role: Accessible.Grouping
    Accessible.name: [name, standing, reason].filter(part => part.length > 0).join(", ")

    background: Rectangle {
        radius: Kirigami.Units.cornerRadius
        color: Kirigami.ColorUtils.tintWithAlpha(Kirigami.Theme.backgroundColor, card.good ? Kirigami.Theme.positiveTextColor : Kirigami.Theme.textColor, card.good ? 0.08 : 0.04)
        border {
            width: 1
            color: card.good ? Kirigami.ColorUtils.tintWithAlpha(Kirigami.Theme.backgroundColor, Kirigami.Theme.positiveTextColor, 0.4)
                : Kirigami.ColorUtils.linearInterpolation(Kirigami.Theme.backgroundColor, Kirigami.Theme.textColor, Kirigami.Theme.frameContrast)
        }
    }
    contentItem: ColumnLayout {
        spacing: Kirigami.Units.mediumSpacing

        RowLayout {
            spacing: Kirigami.Units.largeSpacing

            Kirigami.Heading {
                objectName: "deviceName"
                Layout.fillWidth: true
                level: 3
                text: card.name
                textFormat: Text.PlainText
                wrapMode: Text.Wrap
            }
            QQC2.Label {
                objectName: "deviceState"
                Layout.alignment: Qt.AlignTop
                visible: text.length > 0
                text: card.standing
                font.bold: card.good
                color: card.good ? Kirigami.Theme.positiveTextColor : Kirigami.Theme.textColor
                opacity: card.good ? 1 : 0.7
            }
        }
        QQC2.Label {
            objectName: "deviceReason"
            Layout.fillWidth: true
            visible: text.length > 0
            text: card.reason
            textFormat: Text.PlainText
            wrapMode: Text.Wrap
            color: Kirigami.Theme.neutralTextColor
        }
        Rectangle { // its memory: what is in use
            objectName: "deviceMemory"
            visible: card.usedShare >= 0
            Layout.fillWidth: true
            implicitHeight: Math.round(Kirigami.Units.gridUnit * 0.5)
            radius: height / 2
            color: Kirigami.ColorUtils.tintWithAlpha(Kirigami.Theme.backgroundColor, Kirigami.Theme.textColor, 0.1)
            Accessible.ignored: true // the facts say it

            Rectangle {
                anchors { left: parent.left; top: parent.top; bottom: parent.bottom }
                width: Math.max(height, Math.round(parent.width * card.usedShare))
                radius: parent.radius
                color: Kirigami.Theme.highlightColor
            }
        }
        FactGrid {
            Layout.fillWidth: true
            facts: card.facts
        }
        FactGrid {
            Layout.fillWidth: true
            visible: card.unfolded
            facts: card.unfolded ? card.details : []
        }
        QQC2.Button {
            objectName: "deviceDetails"
            visible: card.details.length > 0
            Layout.leftMargin: -Kirigami.Units.smallSpacing
            flat: true
            text: card.unfolded ? qsTr("Hide the limits") : qsTr("Show the limits")
            icon.name: card.unfolded ? "arrow-down-symbolic" : card.LayoutMirroring.enabled ? "arrow-left-symbolic" : "arrow-right-symbolic"
            Accessible.name: text
            Accessible.description: card.name
            onClicked: card.unfolded = !card.unfolded
            Keys.onReturnPressed: click()
            Keys.onEnterPressed: click()
        }
    }
}
