// A table as one rich text: a grid of items would be made anew for every streamed token. Wider than the column it scrolls.
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls as QQC2
import org.kde.kirigami as Kirigami

MessageBlock {
    id: block

    required property var rows       // list of lists of inline HTML; rows[0] is the head
    required property var alignments // Qt.Align… a column
    required property bool rtl

    readonly property color line: Kirigami.ColorUtils.tintWithAlpha(Kirigami.Theme.backgroundColor, Kirigami.Theme.textColor, 0.25)
    readonly property real leastWidth: (rows[0]?.length ?? 1) * Kirigami.Units.gridUnit * 5

    function cell(html: string, column: int, header: bool): string {
        const align = alignments[column] & Qt.AlignRight ? "right" : alignments[column] & Qt.AlignHCenter ? "center" : rtl ? "right" : "left";
        return header ? "<th align='" + align + "'>" + html + "</th>" : "<td align='" + align + "'>" + html + "</td>";
    }
    function layOut(): string {
        const pad = Kirigami.Units.smallSpacing + 2;
        return "<table cellspacing='0' cellpadding='" + pad + "' border='1' style='border-collapse:collapse;border-style:solid;border-color:" + line + "'"
            + (rtl ? " dir='rtl'" : "") + ">"
            + rows.map((row, i) => "<tr>" + row.map((html, j) => cell(html, j, i === 0)).join("") + "</tr>").join("") + "</table>";
    }

    objectName: "tableBlock"
    contentItem: Flickable {
        id: flick
        implicitHeight: grid.contentHeight + (bar.visible ? bar.height : 0)
        contentWidth: grid.width
        contentHeight: height
        clip: true
        interactive: false
        boundsBehavior: Flickable.StopAtBounds

        QQC2.ScrollBar.horizontal: QQC2.ScrollBar {
            id: bar
            policy: flick.contentWidth > flick.width + 1 ? QQC2.ScrollBar.AlwaysOn : QQC2.ScrollBar.AlwaysOff
        }
        WheelHandler {
            orientation: Qt.Horizontal
            enabled: bar.visible
            onWheel: event => flick.contentX = Math.max(0, Math.min(flick.contentWidth - flick.width,
                flick.contentX - (event.pixelDelta.x || event.angleDelta.x / 2)))
        }
        BlockText {
            id: grid
            width: Math.max(flick.width, block.leastWidth)
            rich: true
            html: block.layOut()
            rtl: block.rtl
            Accessible.name: qsTr("Table, rows: %1").arg(Math.max(0, block.rows.length - 1))
        }
    }
}
