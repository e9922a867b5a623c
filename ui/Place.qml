// A place of the window: an entry of the rail (or, narrow, of the bar at the bottom) and the pages it shows. Pages are made at the first
// visit and kept.
import QtQuick
import org.kde.kirigami as Kirigami

Kirigami.Action {
    id: place

    required property list<Component> pages
    property int firstPage: pages.length - 1 // the one shown where there is room for one only
    property var made: []

    checkable: true

    // The pages as items, owned by `owner`.
    function items(owner: Item): var {
        if (made.length === 0) {
            const all = [];
            for (let i = 0; i < pages.length; ++i) all.push(pages[i].createObject(owner));
            made = all;
        }
        return made;
    }
}
