// The Server place in the real window: a real server on a small model, asked over HTTP.
import QtQuick
import QtQuick.Controls as QQC2
import QtTest
import Corral.App

WindowTest {
    id: test

    name: "Server"

    function init() {
        failOnWarning(/Corral\/Ui/); // a warning with a file of ours in it
    }
    function serving() { return properties().serving; }
    function show(options) {
        open(Object.assign({ model: "" }, options));
        window.page = "server";
        tryVerify(() => one("serverPage").visible);
        serving().modelUrl = bench.tinyModel();
        serving().port = bench.freePort();
        serving().threads = 1;
    }
    function start() {
        press(one("serverButton"));
        tryCompare(serving(), "state", ServeController.Running, 20000);
    }
    // The answer to a request: its status, as soon as it is there.
    function ask(path, body) {
        const request = new XMLHttpRequest();
        request.open(body ? "POST" : "GET", serving().address + path);
        request.send(body);
        tryVerify(() => request.readyState === XMLHttpRequest.DONE, 20000);
        return request.status;
    }
    function longChat() {
        const request = new XMLHttpRequest();
        request.open("POST", serving().address + "/v1/chat/completions");
        request.send(JSON.stringify({ messages: [{ role: "user", content: "Hello" }], stream: true, ignore_eos: true, max_tokens: 60000 }));
        return request;
    }

    function test_startAskStop() {
        show();
        compare(one("serverButton").Accessible.name, "Start the server");
        compare(all("serverLive").length, 0);
        start();
        compare(one("serverAddress").text, "http://127.0.0.1:" + serving().port);
        press(one("copyAddress"));
        compare(bench.clipboard(), one("serverAddress").text);
        verify(one("noRequests").visible);
        compare(all("slotBar").length, 4);
        compare(ask("/v1/models"), 200);
        compare(ask("/v1/chat/completions", JSON.stringify({ messages: [{ role: "user", content: "Hello" }], max_tokens: 4 })), 200);
        tryCompare(one("serverServed"), "text", "2");
        tryVerify(() => all("logLine").some(line => line.text.startsWith("POST /v1/chat/completions: 200")));
        verify(!one("serverPort").enabled, "it is only read while the server is on");
        press(one("serverButton"));
        tryCompare(serving(), "state", ServeController.Stopped, 20000);
        tryVerify(() => all("serverLive").length === 0);
        compare(ask("/v1/models"), 0);
    }
    function test_requestsAreSeen() {
        show();
        serving().context = 7;
        serving().slotCount = 1;
        start();
        const first = longChat(), second = longChat();
        tryVerify(() => all("serverRequest").length === 2, 20000);
        tryVerify(() => all("requestDetail").some(label => label.text.includes("tokens/s")), 20000);
        tryVerify(() => all("requestDetail").some(label => label.text === "Waiting for a slot"));
        compare(one("serverSlotsInUse").text, "1 of 1");
        press(one("serverButton"));
        tryCompare(serving(), "state", ServeController.Stopped, 20000);
        tryVerify(() => all("serverRequest").length === 0);
        tryVerify(() => first.readyState === XMLHttpRequest.DONE && second.readyState === XMLHttpRequest.DONE);
    }
    function test_aTakenPortIsSaidBesideItsField() {
        show();
        serving().port = bench.takePort();
        press(one("serverButton"));
        tryCompare(serving(), "state", ServeController.Failed);
        tryVerify(() => one("fieldProblem").text.includes("taken by another program"));
        tryVerify(() => one("serverPort").activeFocus);
        press(one("takeFreePort"));
        tryCompare(serving(), "state", ServeController.Running, 20000);
        compare(all("fieldProblem").length, 0);
    }
    function test_aDamagedModelIsSaidBesideItsField() {
        show();
        serving().modelUrl = bench.model("small"); // nothing but zeros
        press(one("serverButton"));
        tryCompare(serving(), "state", ServeController.Failed);
        tryVerify(() => one("fieldProblem").text.includes("damaged"));
        window.page = "chat";
        window.page = "server";
        verify(one("fieldProblem").visible);
        serving().modelUrl = bench.tinyModel();
        tryVerify(() => all("fieldProblem").length === 0);
    }
    function test_othersMayComeInWithAKey() {
        show();
        compare(all("reachCaution").length, 0);
        serving().everywhere = true;
        tryVerify(() => one("reachCaution").visible);
        const before = one("clientProgram").text;
        verify(!before.includes("Bearer"));
        waitForRendering(window.contentItem); // the notice has its place
        press(all("noticeButton", one("reachCaution"))[0]);
        tryVerify(() => serving().key.startsWith("sk-"));
        compare(one("serverKey").text, serving().key, "a new key is shown");
        verify(one("clientProgram").text.includes(serving().key));
        waitForRendering(window.contentItem);
        press(one("showKey"));
        verify(!one("clientProgram").text.includes(serving().key));
        waitForRendering(window.contentItem);
        press(all("copyCode", one("clientProgram"))[0]);
        verify(bench.clipboard().includes(serving().key), "what is copied works");
        verify(one("serverCommand").text.includes("--api-key-file"));
        verify(one("serverCommand").text.includes("--host 0.0.0.0"));
        const field = one("serverKey");
        field.forceActiveFocus();
        field.clear();
        keyClick(Qt.Key_Tab);
        tryCompare(serving(), "key", "");
    }
    function test_programsInThreeLanguages() {
        show();
        verify(one("clientProgram").text.startsWith("curl "));
        press(one("snippetPython"));
        verify(one("clientProgram").text.includes("from openai import OpenAI"));
        press(one("snippetJavaScript"));
        verify(one("clientProgram").text.includes("import OpenAI"));
        press(all("copyCode", one("serverCommand"))[0]);
        verify(bench.clipboard().startsWith("corral server -m "));
    }
    function test_choicesByKeyboard() {
        show();
        const field = one("serverSlots");
        field.forceActiveFocus();
        field.selectAll();
        keyClick("2");
        keyClick(Qt.Key_Tab);
        compare(serving().slotCount, 2);
        compare(all("serverThreads").length, 0);
        one("moreServerChoices").forceActiveFocus();
        keyClick(Qt.Key_Space);
        tryVerify(() => all("serverThreads").length === 1);
        keyClick("5", Qt.ControlModifier);
        verify(one("serverButton").activeFocus);
        keyClick(Qt.Key_Return);
        tryCompare(serving(), "state", ServeController.Running, 20000);
        compare(all("slotBar").length, 2);
    }
    function test_closingAsksWhatBecomesOfTheServer() {
        show();
        start();
        window.close();
        tryVerify(() => all("closingQuit").length === 1);
        verify(window.visible);
        compare(all("closingRemember").length, 0, "there is no tray here");
        press(one("closingCancel"));
        tryVerify(() => all("closingQuit").length === 0);
        compare(serving().state, ServeController.Running);

        window.canHide = true;
        window.close();
        tryVerify(() => all("closingRemember").length === 1);
        press(one("closingRemember"));
        press(one("closingHide"));
        tryVerify(() => !window.visible);
        compare(serving().state, ServeController.Running);
        compare(ask("/health"), 200);
        window.show();
        tryVerify(() => window.visible);

        compare(serving().closing, ServeController.KeepRunning, "it is remembered");
        window.close();
        tryVerify(() => !window.visible, 5000, "and not asked again");
        window.show();
        window.canHide = false; // the tray is gone
        window.close();
        tryVerify(() => all("closingQuit").length === 1);
        press(one("closingQuit"));
        tryVerify(() => !window.visible);
    }
    function test_quittingIsNotClosing() {
        show();
        start();
        window.canHide = true;
        serving().closing = ServeController.KeepRunning;
        let closed = 0;
        window.closing.connect(close => { if (close.accepted) ++closed; });
        keyClick("q", Qt.ControlModifier);
        tryVerify(() => !window.visible);
        compare(closed, 1, "not only hidden");
    }
    function test_closingWithoutAServerIsPlain() {
        show();
        window.close();
        tryVerify(() => !window.visible);
    }
    function test_settingsSayWhatClosingDoes() {
        show();
        window.page = "settings";
        tryVerify(() => all("closingChoice").length === 1);
        compare(one("closingChoice").currentIndex, 0);
        serving().closing = ServeController.StopAndQuit;
        tryCompare(one("closingChoice"), "currentIndex", 2);
    }
    function test_narrow() {
        show({ width: 400 });
        tryVerify(() => one("serverForm").visible);
        start();
        tryVerify(() => all("serverForm").length === 0, 5000, "it is folded while the server is on");
        press(one("serverFormFold"));
        tryVerify(() => one("serverForm").visible);
        const page = one("serverPage");
        for (const name of ["serverState", "serverForm", "clientProgram", "serverLog"]) verify(one(name).width <= page.width, name);
    }
    function test_everyButtonHasAName() {
        show();
        start();
        one("moreServerChoices").click();
        const nameless = [];
        walk(window.contentItem, item => {
            if (item instanceof QQC2.AbstractButton && item.visible && (!item.Accessible.name || !item.objectName)) nameless.push(item.objectName + "/" + item.text);
        });
        compare(nameless.join(", "), "");
    }
}
