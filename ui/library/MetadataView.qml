// All keys of a model's header. A click copies the whole value.
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls as QQC2
import QtQuick.Layouts
import org.kde.kirigami as Kirigami
import Corral.App
import Corral.Ui.Controls

ColumnLayout {
    id: view

    required property MetadataListModel metadata
    readonly property bool compact: width < Kirigami.Units.gridUnit * 30

    spacing: Kirigami.Units.smallSpacing

    Kirigami.SearchField {
        objectName: "metadataSearch"
        Layout.fillWidth: true
        placeholderText: qsTr("Search keys and values")
        Accessible.name: placeholderText
        text: view.metadata.search
        onTextChanged: view.metadata.search = text
    }
    QQC2.ScrollView {
        Layout.fillWidth: true
        Layout.fillHeight: true
        QQC2.ScrollBar.horizontal.policy: QQC2.ScrollBar.AlwaysOff

        ListView {
            id: list
            objectName: "metadataList"
            model: view.metadata
            clip: true
            reuseItems: true
            cacheBuffer: 320
            activeFocusOnTab: true
            keyNavigationEnabled: true
            Accessible.role: Accessible.Table
            Accessible.name: qsTr("Metadata")
            delegate: QQC2.Control {
                id: entry
                required property int index
                required property string key
                required property string type
                required property string value
                required property string full

                width: (ListView.view?.width ?? 0) - Kirigami.Units.largeSpacing
                padding: Kirigami.Units.smallSpacing
                hoverEnabled: true
                Accessible.role: Accessible.Row
                Accessible.name: key + ": " + value
                QQC2.ToolTip.visible: hovered && full.length > value.length
                QQC2.ToolTip.text: full.slice(0, 400)
                QQC2.ToolTip.delay: Kirigami.Units.toolTipDelay
                background: Rectangle {
                    radius: Kirigami.Units.cornerRadius
                    color: entry.hovered || (entry.ListView.isCurrentItem && list.activeFocus) ? Kirigami.ColorUtils.tintWithAlpha(Kirigami.Theme.backgroundColor, Kirigami.Theme.textColor, 0.06)
                        : entry.index % 2 ? "transparent" : Kirigami.ColorUtils.tintWithAlpha(Kirigami.Theme.backgroundColor, Kirigami.Theme.textColor, 0.03)
                }
                contentItem: GridLayout {
                    columns: view.compact ? 2 : 3
                    columnSpacing: Kirigami.Units.largeSpacing
                    rowSpacing: 0

                    QQC2.Label {
                        Layout.preferredWidth: Kirigami.Units.gridUnit * 13
                        Layout.fillWidth: view.compact
                        text: entry.key
                        elide: Text.ElideMiddle
                        font: Kirigami.Theme.smallFont
                        opacity: 0.8
                    }
                    QQC2.Label {
                        Layout.fillWidth: true
                        Layout.row: view.compact ? 1 : 0
                        Layout.column: view.compact ? 0 : 1
                        text: entry.value
                        textFormat: Text.PlainText
                        elide: Text.ElideRight
                        maximumLineCount: 1
                    }
                    CopyButton {
                        Layout.row: 0
                        Layout.column: view.compact ? 1 : 2
                        Layout.rowSpan: view.compact ? 2 : 1
                        small: true
                        label: qsTr("Copy the value (%1)").arg(entry.type)
                        opacity: entry.hovered || visualFocus || done ? 1 : 0.4
                        onWanted: Clipboard.copy(view.metadata.wholeValue(entry.index))
                    }
                }
            }
        }
    }
}
