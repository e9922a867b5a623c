// A block of code in an answer.
import QtQuick

MessageBlock {
    id: block

    required property string text
    required property string language

    objectName: "codeBlock"
    contentItem: CodeBox {
        text: block.text
        language: block.language
    }
}
