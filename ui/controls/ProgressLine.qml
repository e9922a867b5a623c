// A thin line of progress. Takes no room of its own in what it lies on.
import QtQuick
import org.kde.kirigami as Kirigami

Item {
    id: line

    required property real value // 0..1

    implicitHeight: Math.max(2, Math.round(Kirigami.Units.smallSpacing / 2))
    Accessible.role: Accessible.ProgressBar
    Accessible.name: qsTr("%1 % done").arg(Math.round(value * 100))

    Rectangle {
        anchors.fill: parent
        radius: height / 2
        color: Kirigami.Theme.highlightColor
        opacity: 0.2
    }
    Rectangle {
        width: Math.max(height, parent.width * Math.min(1, Math.max(0, line.value)))
        height: parent.height
        radius: height / 2
        color: Kirigami.Theme.highlightColor
    }
}
