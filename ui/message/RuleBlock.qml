// A horizontal rule.
import QtQuick
import org.kde.kirigami as Kirigami

MessageBlock {
    objectName: "ruleBlock"
    topPadding: Kirigami.Units.largeSpacing
    bottomPadding: Kirigami.Units.largeSpacing
    contentItem: Kirigami.Separator {
        implicitHeight: 1
    }
}
