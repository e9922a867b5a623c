// What the rows of one message list share: the column's width, and the state that outlives a recycled row.
import QtQuick

QtObject {
    id: stage

    required property real columnWidth
    property int hoveredMessage: 0 // messageId the pointer is over
    property int editedMessage: 0  // messageId of the user's message being edited
    property string edit: ""       // its text so far
    property var unfolded: ({})    // messageId → true: its thinking is shown

    function toggleThinking(messageId: int): void {
        const next = Object.assign({}, unfolded);
        next[messageId] = !next[messageId];
        unfolded = next;
    }
    function startEdit(messageId: int, text: string): void {
        edit = text;
        editedMessage = messageId;
    }
    function endEdit(): void {
        editedMessage = 0;
        edit = "";
    }
    function reset(): void {
        endEdit();
        hoveredMessage = 0;
        unfolded = {};
    }
}
