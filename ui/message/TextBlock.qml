// A paragraph, list, heading or quotation.
pragma ComponentBehavior: Bound

import QtQuick

MessageBlock {
    id: block

    required property string text
    required property string html
    required property bool rtl

    objectName: "textBlock"
    contentItem: BlockText {
        rich: true
        html: block.html
        rtl: block.rtl
        Accessible.name: block.text
    }
}
