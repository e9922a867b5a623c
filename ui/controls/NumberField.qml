// A number written and read in the locale's way; Up and Down step it.
import QtQuick
import QtQuick.Controls as QQC2

QQC2.TextField {
    id: field

    required property real value
    required property real minimum
    required property real maximum
    required property real step
    property bool whole: false

    signal moved(real value)

    function shown(number: real): string {
        return String(Number(number.toPrecision(10))).replace(".", Qt.locale().decimalPoint);
    }
    function commit(number: real): void {
        const next = Math.min(maximum, Math.max(minimum, whole ? Math.round(number) : Number(number.toPrecision(10))));
        if (next !== value) moved(next);
        text = Qt.binding(() => shown(value));
    }

    text: shown(value)
    horizontalAlignment: TextInput.AlignRight
    inputMethodHints: whole ? Qt.ImhDigitsOnly : Qt.ImhFormattedNumbersOnly
    Accessible.role: Accessible.SpinBox
    onEditingFinished: {
        const number = Number(text.trim().replace(Qt.locale().decimalPoint, "."));
        commit(text.trim().length === 0 || Number.isNaN(number) ? value : number);
    }
    Keys.onUpPressed: commit(value + step)
    Keys.onDownPressed: commit(value - step)
}
