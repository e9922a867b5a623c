// One row of the message list: centres its content in the column of text and tells the view which message the pointer is over.
import QtQuick
import QtQuick.Controls as QQC2
import org.kde.kirigami as Kirigami

QQC2.Control {
    id: block

    required property int index
    required property int messageId
    required property bool firstOfMessage
    required property MessageStage stage

    readonly property bool active: stage.hoveredMessage === messageId || Kirigami.Settings.tabletMode

    width: ListView.view?.width ?? implicitWidth
    leftPadding: Math.max(0, Math.round((width - stage.columnWidth) / 2))
    rightPadding: leftPadding
    topPadding: firstOfMessage ? Kirigami.Units.largeSpacing : Kirigami.Units.smallSpacing
    bottomPadding: Kirigami.Units.smallSpacing
    hoverEnabled: false // the handler below sees the pointer over the children as well

    HoverHandler {
        onHoveredChanged: if (hovered) block.stage.hoveredMessage = block.messageId
    }
}
