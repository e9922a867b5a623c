// What every test of the window needs: a bench, a window on it, and ways to find and press things.
import QtQuick
import QtQuick.Controls as QQC2
import QtTest
import Corral.App
import Corral.Test
import Corral.Ui

TestCase {
    id: test

    property var window: null
    property Bench bench: Bench {}
    property Component main: Component { Main {} }

    function open(options) {
        bench.start(options?.speed ?? 0, options?.promptSpeed ?? 0, options?.loadSeconds ?? 0);
        window = main.createObject(null, bench.properties());
        verify(window);
        window.width = options?.width ?? 1280;
        window.height = 800;
        window.show();
        window.requestActivate();
        tryCompare(window, "active", true);
        if (options?.model !== "") load(options?.model ?? "small");
    }
    function load(name) {
        properties().chat.loadModel(bench.model(name));
        if (name !== "mamba") tryCompare(properties().chat, "state", ChatController.Ready);
    }
    function properties() { return bench.properties(); }
    function cleanup() {
        if (window) {
            window.close();
            window.destroy();
            wait(0);
        }
        window = null;
    }
    // findChild does not see what views and repeaters make: walk the items.
    function walk(item, visit) {
        if (!item) return;
        visit(item);
        for (let i = 0; i < item.children.length; ++i) walk(item.children[i], visit);
    }
    function all(name, root) {
        const found = [];
        walk(root ?? window.contentItem.parent ?? window.contentItem, item => { if (item.objectName === name && item.visible) found.push(item); });
        if (!root) walk(window.QQC2.Overlay.overlay, item => { if (item.objectName === name && item.visible && !found.includes(item)) found.push(item); });
        return found;
    }
    function one(name) {
        tryVerify(() => all(name).length > 0, 5000, "no " + name);
        return all(name)[0];
    }
    function last(name) {
        one(name);
        return all(name)[all(name).length - 1];
    }
    function input() { return one("composerInput"); }
    function type(text) {
        input().forceActiveFocus();
        for (const c of text) keyClick(c);
    }
    function ask(text) {
        type(text);
        keyClick(Qt.Key_Return);
        tryCompare(properties().chat, "state", ChatController.Ready, 20000);
        tryVerify(() => all("footerBlock").length > 0);
    }
    function press(item) {
        mouseClick(item, item.width / 2, item.height / 2);
    }
}
