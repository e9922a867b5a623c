// The conversation as rows. Follows the stream only while it stands at the end.
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls as QQC2
import Qt.labs.qmlmodels
import org.kde.kirigami as Kirigami
import Corral.App
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
        rows.contentY = Math.max(rows.originY, Math.min(last, rows.contentY + direction * rows.height * 0.9));
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

        property real lastY: 0
        property bool placing: false

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

        // Going up leaves the end, coming back to it follows again; what the view does itself when rows grow is neither.
        onContentYChanged: {
            if (!placing && contentY < lastY - 1 && !view.atEnd) view.follow = false;
            else if (view.atEnd) view.follow = true;
            lastY = contentY;
        }
        function keepEnd(): void {
            if (!view.follow) return;
            placing = true;
            positionViewAtEnd();
            placing = false;
        }
        onContentHeightChanged: if (view.follow) Qt.callLater(keepEnd)
        onHeightChanged: if (view.follow) Qt.callLater(keepEnd)
        onModelChanged: view.goToEnd()

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
            contentY = Math.max(top, Math.min(last, y));
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
                    messageText: () => view.chat.messageText(foot.messageId)
                    onRegenerate: view.chat.regenerate(foot.messageId)
                    onBranchMoved: delta => view.chat.selectBranch(foot.messageId, delta)
                }
            }
        }
    }
}
