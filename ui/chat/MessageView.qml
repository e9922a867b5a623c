// The conversation as rows. Follows the stream only while it stands at the end.
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls as QQC2
import Qt.labs.qmlmodels
import org.kde.kirigami as Kirigami
import Corral.App
import Corral.Ui.Controls
import Corral.Ui.Message

QQC2.ScrollView {
    id: view

    required property ChatController chat
    readonly property ListView list: rows
    readonly property bool atEnd: rows.contentHeight + rows.originY - rows.contentY - rows.height < Kirigami.Units.gridUnit * 1.5
    property bool follow: true

    function goToEnd(): void {
        follow = true;
        rows.positionViewAtEnd();
    }
    function scrollPage(direction: int): void {
        const last = rows.originY + rows.contentHeight - rows.height;
        rows.moveTo(Math.max(rows.originY, Math.min(last, rows.contentY + direction * rows.height * 0.9)));
    }

    QQC2.ScrollBar.horizontal.policy: QQC2.ScrollBar.AlwaysOff

    MessageStage {
        id: shared
        columnWidth: Math.min(rows.width - 2 * Kirigami.Units.largeSpacing, Kirigami.Units.gridUnit * 42)
    }
    Connections {
        target: view.chat
        function onSent() { view.goToEnd(); }
        function onConversationChanged() {
            shared.reset();
            view.goToEnd();
        }
    }

    contentItem: ListView {
        id: rows

        // Somebody is moving the view. Rows that grow, a new width and older rows that come in above move it as well, for as long as they like.
        readonly property bool byHand: keyed || dragging || flicking || wheeled.running || (view.QQC2.ScrollBar.vertical?.pressed ?? false)
        property bool keyed: false
        property real lastY: 0

        objectName: "messages"
        model: view.chat.messages
        reuseItems: true
        cacheBuffer: 320
        topMargin: Kirigami.Units.largeSpacing
        bottomMargin: Kirigami.Units.largeSpacing
        clip: true
        activeFocusOnTab: true
        keyNavigationEnabled: false
        Accessible.role: Accessible.List
        Accessible.name: qsTr("Messages")

        // Going up by hand leaves the end, coming back to it follows again.
        onContentYChanged: {
            const near = originY + contentHeight - contentY - height < Kirigami.Units.gridUnit * 1.5;
            if (near) view.follow = true;
            else if (byHand && contentY < lastY - 1) view.follow = false;
            lastY = contentY;
        }
        function moveTo(y: real): void {
            keyed = true;
            contentY = y;
            keyed = false;
        }
        function keepEnd(): void {
            if (view.follow) positionViewAtEnd();
        }
        onContentHeightChanged: if (view.follow) Qt.callLater(keepEnd)
        // A new size lays the rows out anew, piece by piece: the end is looked for again when that is over.
        function settle(): void {
            if (!view.follow) return;
            settling.restart();
            Qt.callLater(keepEnd);
        }
        onWidthChanged: settle()
        onHeightChanged: settle()

        Timer {
            id: settling
            interval: 300
            onTriggered: rows.keepEnd()
        }
        Timer { // as long as a notch of the wheel moves the view
            id: wheeled
            interval: 500
        }
        WheelHandler {
            acceptedDevices: PointerDevice.AllDevices
            blocking: false
            onWheel: wheeled.restart()
        }
        onModelChanged: view.goToEnd()

        HoverHandler {
            onHoveredChanged: if (!hovered) shared.hoveredMessage = 0
        }
        Keys.onPressed: event => {
            const line = Kirigami.Units.gridUnit * 3;
            const last = originY + contentHeight - height + bottomMargin;
            const top = originY - topMargin;
            let y = contentY;
            switch (event.key) {
            case Qt.Key_Up: y -= line; break;
            case Qt.Key_Down: y += line; break;
            case Qt.Key_PageUp: y -= height * 0.9; break;
            case Qt.Key_PageDown: case Qt.Key_Space: y += height * 0.9; break;
            case Qt.Key_Home: positionViewAtBeginning(); event.accepted = true; view.follow = false; return;
            case Qt.Key_End: view.goToEnd(); event.accepted = true; return;
            default: return;
            }
            moveTo(Math.max(top, Math.min(last, y)));
            event.accepted = true;
        }

        delegate: DelegateChooser {
            role: "kind"

            DelegateChoice {
                roleValue: "user"
                UserBlock {
                    id: user
                    stage: shared
                    canEdit: view.chat.canSend
                    onEdited: text => view.chat.edit(user.messageId, text)
                    onBranchMoved: delta => view.chat.selectBranch(user.messageId, delta)
                }
            }
            DelegateChoice {
                roleValue: "text"
                TextBlock { stage: shared }
            }
            DelegateChoice {
                roleValue: "code"
                CodeBlock { stage: shared }
            }
            DelegateChoice {
                roleValue: "table"
                TableBlock { stage: shared }
            }
            DelegateChoice {
                roleValue: "thinking"
                ThinkingBlock { stage: shared }
            }
            DelegateChoice {
                roleValue: "rule"
                RuleBlock { stage: shared }
            }
            DelegateChoice {
                roleValue: "math"
                MathBlock { stage: shared }
            }
            DelegateChoice {
                roleValue: "error"
                ErrorBlock {
                    stage: shared
                    onHelp: view.chat.help()
                }
            }
            DelegateChoice {
                roleValue: "footer"
                FooterBlock {
                    id: foot
                    stage: shared
                    canRegenerate: view.chat.canSend
                    onCopyWanted: Clipboard.copy(view.chat.messageText(foot.messageId))
                    onRegenerate: view.chat.regenerate(foot.messageId)
                    onBranchMoved: delta => view.chat.selectBranch(foot.messageId, delta)
                }
            }
        }
    }
}
