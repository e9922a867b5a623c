// A ring that fills with the context.
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls as QQC2
import QtQuick.Shapes
import org.kde.kirigami as Kirigami

Item {
    id: ring

    required property int used  // tokens
    required property int total // tokens; 0: no model
    readonly property real share: total > 0 ? Math.min(1, used / total) : 0
    readonly property color fill: share > 0.95 ? Kirigami.Theme.negativeTextColor
        : share > 0.8 ? Kirigami.Theme.neutralTextColor : Kirigami.Theme.highlightColor
    readonly property string description: qsTr("Context: %1 of %2 tokens").arg(Number(used).toLocaleString(Qt.locale(), "f", 0))
        .arg(Number(total).toLocaleString(Qt.locale(), "f", 0))

    implicitWidth: Kirigami.Units.iconSizes.medium
    implicitHeight: Kirigami.Units.iconSizes.medium
    visible: total > 0
    activeFocusOnTab: true

    Accessible.role: Accessible.ProgressBar
    Accessible.name: description
    QQC2.ToolTip.visible: hover.hovered || activeFocus
    QQC2.ToolTip.text: description
    QQC2.ToolTip.delay: Kirigami.Units.toolTipDelay

    HoverHandler { id: hover }

    Shape {
        anchors.centerIn: parent
        width: Math.round(Kirigami.Units.gridUnit * 1.1)
        height: width
        preferredRendererType: Shape.CurveRenderer

        ShapePath {
            strokeWidth: 3
            strokeColor: Kirigami.ColorUtils.linearInterpolation(Kirigami.Theme.backgroundColor, Kirigami.Theme.textColor, 0.2)
            fillColor: "transparent"
            PathAngleArc {
                centerX: Kirigami.Units.gridUnit * 0.55; centerY: centerX
                radiusX: Kirigami.Units.gridUnit * 0.55 - 2; radiusY: radiusX
                startAngle: 0; sweepAngle: 360
            }
        }
        ShapePath {
            strokeWidth: 3
            strokeColor: ring.fill
            fillColor: "transparent"
            capStyle: ShapePath.RoundCap
            PathAngleArc {
                centerX: Kirigami.Units.gridUnit * 0.55; centerY: centerX
                radiusX: Kirigami.Units.gridUnit * 0.55 - 2; radiusY: radiusX
                startAngle: -90; sweepAngle: 360 * ring.share
            }
        }
    }
    Rectangle { // focus by keyboard
        anchors.fill: parent
        visible: ring.activeFocus
        color: "transparent"
        radius: Kirigami.Units.cornerRadius
        border { width: 1; color: Kirigami.Theme.focusColor }
    }
}
