// ‹ 2/3 ›: the other versions of a message.
import QtQuick
import QtQuick.Controls as QQC2
import org.kde.kirigami as Kirigami
import Corral.Ui.Controls

Row {
    id: switcher

    required property int branchIndex // 1-based
    required property int branchCount
    property bool mirrored: LayoutMirroring.enabled
    readonly property bool focusInside: previous.activeFocus || next.activeFocus

    signal moved(int delta)

    visible: branchCount > 1

    IconButton {
        small: true
        id: previous
        objectName: "previousBranch"
        text: qsTr("Previous version")
        icon.name: switcher.mirrored ? "go-next-symbolic" : "go-previous-symbolic"
        enabled: switcher.branchIndex > 1
        onClicked: switcher.moved(-1)
    }
    QQC2.Label {
        objectName: "branchLabel"
        anchors.verticalCenter: parent.verticalCenter
        text: qsTr("%1/%2", "version 2 of 3").arg(switcher.branchIndex).arg(switcher.branchCount)
        font: Kirigami.Theme.smallFont
        Accessible.name: qsTr("Version %1 of %2").arg(switcher.branchIndex).arg(switcher.branchCount)
    }
    IconButton {
        small: true
        id: next
        objectName: "nextBranch"
        text: qsTr("Next version")
        icon.name: switcher.mirrored ? "go-previous-symbolic" : "go-next-symbolic"
        enabled: switcher.branchIndex < switcher.branchCount
        onClicked: switcher.moved(+1)
    }
}
