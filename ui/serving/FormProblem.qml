// What is wrong with a field.
import QtQuick
import QtQuick.Controls as QQC2
import QtQuick.Layouts
import org.kde.kirigami as Kirigami

RowLayout {
    id: problem

    required property string text

    spacing: Kirigami.Units.smallSpacing

    Kirigami.Icon {
        Layout.alignment: Qt.AlignTop
        implicitWidth: Kirigami.Units.iconSizes.small
        implicitHeight: implicitWidth
        source: "dialog-error-symbolic"
        color: Kirigami.Theme.negativeTextColor
    }
    QQC2.Label {
        objectName: "fieldProblem"
        Layout.fillWidth: true
        text: problem.text
        textFormat: Text.PlainText
        wrapMode: Text.Wrap
        color: Kirigami.Theme.negativeTextColor
        Accessible.role: Accessible.AlertMessage
        Accessible.name: text
    }
}
