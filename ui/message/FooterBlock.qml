// The end of an answer: its actions, and under the newest one its figures in small dim type. There from the answer's first moment, so
// that nothing jumps when it ends.
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls as QQC2
import QtQuick.Layouts
import org.kde.kirigami as Kirigami
import Corral.Ui.Controls

MessageBlock {
    id: block

    required property bool open
    required property bool newest
    required property int branchIndex
    required property int branchCount
    required property int tokens
    required property real tokensPerSecond
    required property real firstTokenSeconds
    required property int cachedTokens
    required property string modelName
    required property string note
    required property bool canRegenerate

    signal copyWanted()
    signal regenerate()
    signal branchMoved(int delta)

    function number(value: real, decimals: int): string {
        return Number(value).toLocaleString(Qt.locale(), "f", decimals);
    }
    readonly property string figures: {
        const parts = [];
        if (note.length > 0) parts.push(note);
        if (newest && tokensPerSecond > 0) parts.push(qsTr("%1 tokens/s").arg(number(tokensPerSecond, 1)));
        if (newest && tokens > 0) parts.push(qsTr("%1 tokens").arg(number(tokens, 0)));
        if (newest && firstTokenSeconds > 0) parts.push(qsTr("%1 s to the first").arg(number(firstTokenSeconds, 2)));
        if (newest && cachedTokens > 0) parts.push(qsTr("cached %1").arg(number(cachedTokens, 0)));
        return parts.join(" · ");
    }
    readonly property bool shown: !open && (active || newest || focusInside)
    readonly property bool focusInside: copyButton.activeFocus || againButton.activeFocus || branches.focusInside

    objectName: "footerBlock"
    topPadding: 0
    bottomPadding: Kirigami.Units.largeSpacing
    readonly property bool stacked: availableWidth < Kirigami.Units.gridUnit * 30 // the figures above the actions
    contentItem: GridLayout {
        columns: block.stacked ? 1 : 2
        rowSpacing: 0
        columnSpacing: Kirigami.Units.largeSpacing

        RowLayout {
            Layout.row: block.stacked ? 1 : 0
            Layout.column: 0
            Layout.leftMargin: -Kirigami.Units.smallSpacing
            spacing: 0
            opacity: block.shown ? 1 : 0
            enabled: !block.open

            CopyButton {
                small: true
                id: copyButton
                objectName: "copyAnswer"
                label: qsTr("Copy answer")
                onWanted: block.copyWanted()
            }
            IconButton {
                small: true
                id: againButton
                objectName: "regenerate"
                text: qsTr("Answer again")
                icon.name: "view-refresh-symbolic"
                enabled: block.canRegenerate
                onClicked: block.regenerate()
            }
            BranchSwitcher {
                id: branches
                branchIndex: block.branchIndex
                branchCount: block.branchCount
                onMoved: delta => block.branchMoved(delta)
            }
        }
        QQC2.Label {
            objectName: "figures"
            Layout.row: 0
            Layout.column: block.stacked ? 0 : 1
            Layout.fillWidth: true
            horizontalAlignment: block.stacked ? Text.AlignLeft : Text.AlignRight
            text: block.figures
            visible: text.length > 0
            font: Kirigami.Theme.smallFont
            opacity: 0.7
            elide: Text.ElideRight
            Accessible.name: text

            HoverHandler { id: hover }
            QQC2.ToolTip.visible: hover.hovered && block.modelName.length > 0
            QQC2.ToolTip.text: qsTr("Answered by %1").arg(block.modelName)
            QQC2.ToolTip.delay: Kirigami.Units.toolTipDelay
        }
    }
}
