// The real window on the scripted engine: what a person does with keyboard and mouse, and what they then see.
import QtQuick
import QtQuick.Controls as QQC2
import QtTest
import Corral.App
import Corral.Test
import Corral.Ui

WindowTest {
    name: "Window"

    // --- chat

    function test_enterSendsAndTheAnswerStandsThere() {
        open();
        compare(one("sendButton").enabled, false);
        type("What is the capital of France?");
        compare(one("sendButton").enabled, true);
        keyClick(Qt.Key_Return);
        tryCompare(properties().chat, "state", ChatController.Ready, 20000);
        compare(input().text, "");
        compare(one("userText").text, "What is the capital of France?");
        tryVerify(() => all("textBlock").length > 0);
        tryVerify(() => one("figures").text.includes("tokens/s"));
        verify(properties().chat.title.length > 0);
        compare(properties().conversations.count, 1);
    }
    function test_shiftEnterBreaksTheLineAndBlanksAreNotSent() {
        open();
        type("a");
        keyClick(Qt.Key_Return, Qt.ShiftModifier);
        type("b");
        compare(input().text, "a\nb");
        compare(properties().chat.messages.count, 0);
        input().text = "  \n ";
        keyClick(Qt.Key_Return);
        compare(properties().chat.messages.count, 0);
        compare(one("sendButton").enabled, false);
    }
    function test_composerGrowsToEightLines() {
        open();
        const composer = one("composer");
        const single = composer.height;
        input().text = "1\n2\n3";
        tryVerify(() => composer.height > single);
        input().text = Array(8).fill("x").join("\n");
        wait(50);
        const eight = composer.height;
        input().text = Array(30).fill("x").join("\n");
        wait(50);
        compare(composer.height, eight);
    }
    function test_escapeStopsAndKeepsWhatIsThere() {
        open({ speed: 80 });
        type("Write 20000 tokens");
        keyClick(Qt.Key_Return);
        tryCompare(properties().chat, "state", ChatController.Answering, 5000);
        tryVerify(() => all("textBlock").length > 0);
        compare(one("sendButton").Accessible.name, "Stop");
        keyClick(Qt.Key_Escape);
        tryCompare(properties().chat, "state", ChatController.Ready);
        tryVerify(() => all("textBlock").length > 0);
        tryVerify(() => last("figures").text.includes("Stopped"));
        compare(one("sendButton").Accessible.name, "Send");
    }
    function test_promptProgressIsAThinLine() {
        open({ promptSpeed: 200 });
        input().text = "hello ".repeat(300);
        keyClick(Qt.Key_Return);
        tryCompare(properties().chat, "state", ChatController.Prompt);
        tryVerify(() => all("promptProgress").length === 1 && all("promptProgress")[0].value > 0);
        tryCompare(properties().chat, "state", ChatController.Ready, 20000);
        compare(all("promptProgress").length, 0);
    }
    function test_anotherAnswerIsABranch() {
        open();
        ask("hello");
        compare(all("branchLabel").length, 0);
        press(last("regenerate"));
        tryCompare(properties().chat, "state", ChatController.Ready, 20000);
        tryVerify(() => all("branchLabel").length === 1 && one("branchLabel").text === "2/2");
        compare(one("nextBranch").enabled, false);
        press(one("previousBranch"));
        tryVerify(() => one("branchLabel").text === "1/2");
        compare(one("previousBranch").enabled, false);
    }
    function test_editingMakesABranch() {
        open();
        ask("hello");
        press(one("editMessage"));
        const editor = one("messageEditor");
        tryVerify(() => editor.activeFocus);
        compare(editor.text, "hello");
        keyClick(Qt.Key_Escape); // leaves it as it was
        tryVerify(() => all("messageEditor").length === 0);
        compare(one("userText").text, "hello");
        press(one("editMessage"));
        one("messageEditor").text = "goodbye";
        keyClick(Qt.Key_Return);
        tryCompare(properties().chat, "state", ChatController.Ready, 20000);
        tryVerify(() => one("userText").text === "goodbye");
        compare(one("branchLabel").text, "2/2");
        press(one("previousBranch"));
        tryVerify(() => one("userText").text === "hello");
    }
    function test_copying() {
        open();
        ask("show me code");
        press(last("copyAnswer"));
        const answer = bench.clipboard();
        verify(answer.includes("```"), answer);
        press(one("copyCode"));
        verify(!bench.clipboard().includes("```"));
        verify(answer.includes(bench.clipboard().trim()));
        press(one("copyMessage"));
        compare(bench.clipboard(), "show me code");
    }
    function test_codeIsShownWithItsLanguage() {
        open();
        ask("show me code");
        verify(one("codeLanguage").text.length > 0);
        tryVerify(() => one("codeText").getText(0, 1000).length > 20);
    }
    function test_thinkingFolds() {
        open();
        ask("think about it");
        properties().chat; // rows above may be out of sight: go up
        one("messages").positionViewAtBeginning();
        const fold = one("foldThinking");
        const block = one("thinkingBlock");
        const folded = block.height;
        press(fold);
        tryVerify(() => one("thinkingBlock").height > folded);
        press(one("foldThinking"));
        tryVerify(() => one("thinkingBlock").height === folded);
    }
    function test_tableIsLaidOut() {
        open();
        ask("make a table");
        tryVerify(() => all("tableBlock").length > 0);
        verify(all("tableBlock")[0].height > 50);
    }
    function test_failureIsToldWithAButton() {
        open();
        type("break");
        keyClick(Qt.Key_Return);
        tryVerify(() => all("errorBlock").length === 1, 10000);
        verify(one("errorBlock").text.length > 0);
        verify(one("noticeButton").visible);
    }
    function test_followsTheStreamOnlyAtTheEnd() {
        open({ speed: 400 });
        type("Write 20000 tokens");
        keyClick(Qt.Key_Return);
        const list = one("messages");
        tryVerify(() => list.contentHeight > 3 * list.height, 20000);
        tryVerify(() => list.contentHeight + list.originY - list.contentY - list.height < 200, 5000, "does not follow");
        compare(all("backToEnd").length, 0);
        list.forceActiveFocus();
        keyClick(Qt.Key_PageUp);
        keyClick(Qt.Key_PageUp);
        const stood = list.contentY - list.originY;
        tryVerify(() => all("backToEnd").length === 1);
        wait(600);
        verify(Math.abs(list.contentY - list.originY - stood) < 2, "the view moved by itself");
        press(one("backToEnd"));
        tryVerify(() => all("backToEnd").length === 0);
        tryVerify(() => list.contentHeight + list.originY - list.contentY - list.height < 40);
        for (let notch = 0; notch < 5; ++notch) mouseWheel(list, list.width / 2, list.height / 2, 0, 120);
        tryVerify(() => all("backToEnd").length === 1, 5000, "the wheel does not leave the end");
        press(one("backToEnd"));
        tryVerify(() => all("backToEnd").length === 0);
        keyClick(Qt.Key_Escape);
        tryCompare(properties().chat, "state", ChatController.Ready);
    }
    function test_resizingDoesNotLeaveTheEnd() {
        open({ speed: 400 });
        type("Write 20000 tokens");
        keyClick(Qt.Key_Return);
        const list = one("messages");
        tryVerify(() => list.contentHeight > 3 * list.height, 20000);
        for (const width of [800, 400, 1280, 400]) {
            window.width = width;
            wait(400);
            tryVerify(() => all("backToEnd").length === 0, 5000, "at width " + width); // lost following would leave it for good
        }
        tryVerify(() => list.contentHeight + list.originY - list.contentY - list.height < 40);
        keyClick(Qt.Key_Escape);
        tryCompare(properties().chat, "state", ChatController.Ready);
    }
    function test_contextRing() {
        open();
        ask("hello");
        tryVerify(() => one("contextRing").used > 0);
        verify(one("contextRing").Accessible.name.includes(Number(65536).toLocaleString(Qt.locale(), "f", 0)));
    }

    // --- models

    function test_statesOfThePage() {
        open({ model: "", loadSeconds: 0.5 });
        compare(one("emptyHeading").text, "Add a model to begin");
        verify(one("emptyOpenFile").enabled);
        properties().chat.loadModel(bench.model("small"));
        tryVerify(() => one("emptyHeading").text.startsWith("Loading"));
        verify(one("emptyLoadProgress").visible);
        type("waiting"); // a message may be written meanwhile
        tryCompare(properties().chat, "state", ChatController.Ready);
        compare(one("emptyHeading").text, "What would you like to ask?");
        properties().chat.loadModel(bench.model("mamba"));
        tryCompare(properties().chat, "state", ChatController.Failed);
        verify(one("emptyFailure").text.length > 0);
        compare(input().text, "waiting");
    }
    function test_dropOfAModelLoadsIt() {
        open({ model: "" });
        bench.drop(window, [bench.model("large")], 0.25); // on the left: chat
        tryCompare(properties().chat, "state", ChatController.Ready);
        compare(properties().chat.modelUrl, bench.model("large"));
    }
    function test_dropOfSomethingElseSaysSo() {
        open();
        const before = properties().chat.modelUrl;
        bench.drop(window, ["file:///tmp/picture.png"]);
        wait(100);
        compare(properties().chat.modelUrl, before);
    }
    function test_pickerByKeyboard() {
        open();
        keyClick("m", Qt.ControlModifier);
        const search = one("modelSearch");
        tryVerify(() => search.activeFocus);
        tryVerify(() => all("model").length >= 3);
        for (const c of "large") keyClick(c);
        tryCompare(one("modelList"), "count", 1);
        keyClick(Qt.Key_Return);
        tryVerify(() => properties().chat.modelUrl.toString() === bench.model("large").toString());
        tryVerify(() => all("modelSearch").length === 0);
    }

    // --- conversations

    function test_newOpenRenameDeleteUndo() {
        open();
        ask("first");
        keyClick("n", Qt.ControlModifier);
        compare(properties().chat.messages.count, 0);
        verify(input().activeFocus);
        ask("second");
        tryVerify(() => all("conversation").length === 2);
        const second = properties().chat.conversationId;
        press(all("conversation").find(item => item.conversationId !== second));
        tryVerify(() => properties().chat.conversationId !== second);
        const first = properties().chat.conversationId;
        const list = one("conversationList");
        list.forceActiveFocus();
        list.currentIndex = properties().conversations.rowOf(first);
        keyClick(Qt.Key_F2);
        const field = one("renameField");
        tryVerify(() => field.activeFocus);
        field.text = "Renamed";
        keyClick(Qt.Key_Return);
        tryVerify(() => all("conversation").some(item => item.title === "Renamed"));
        list.currentIndex = properties().conversations.rowOf(first);
        keyClick(Qt.Key_Delete);
        tryCompare(properties().conversations, "count", 1);
        properties().conversations.undoRemove();
        tryCompare(properties().conversations, "count", 2);
    }
    function test_searchFromAnywhere() {
        open();
        bench.conversation("whales", 4);
        bench.conversation("lighthouses", 4);
        tryCompare(one("conversationList"), "count", 2);
        keyClick("k", Qt.ControlModifier);
        tryVerify(() => one("conversationSearch").activeFocus);
        for (const c of "whale") keyClick(c);
        tryCompare(one("conversationList"), "count", 1);
        keyClick(Qt.Key_Escape);
        tryCompare(one("conversationList"), "count", 2);
        for (const c of "zzz") { one("conversationSearch").forceActiveFocus(); keyClick(c); }
        tryVerify(() => one("noConversations").visible);
    }
    function test_draftsBelongToTheirConversation() {
        open();
        ask("first");
        const first = properties().chat.conversationId;
        type("half a thought");
        keyClick("n", Qt.ControlModifier);
        tryCompare(input(), "text", "");
        properties().chat.open(first);
        tryCompare(input(), "text", "half a thought");
    }

    // --- frame

    function test_railBecomesABar() {
        open();
        verify(one("rail").visible);
        compare(all("bottomBar").length, 0);
        verify(one("conversationList").visible);
        window.width = 400;
        tryVerify(() => all("rail").length === 0);
        verify(one("bottomBar").visible);
        verify(one("composerInput").visible);
        window.width = 1280;
        tryVerify(() => all("rail").length === 1 && all("bottomBar").length === 0);
    }
    function test_places() {
        open();
        const pages = ["modelsPage", "quantizePage", "memoryPage", "serverPage", "settingsPage"];
        for (let i = 0; i < pages.length; ++i) {
            press(one("place" + (i + 1)));
            tryVerify(() => all(pages[i]).length === 1, 5000, pages[i]);
        }
        keyClick("1", Qt.ControlModifier);
        tryVerify(() => all("chatPage").length === 1);
        verify(one("place0").checked);
    }
    function test_sheet() {
        open();
        keyClick(",", Qt.ControlModifier);
        tryVerify(() => all("setting:temp").length === 1);
        const temperature = all("control", one("setting:temp"))[0];
        temperature.forceActiveFocus();
        temperature.text = Number(0.35).toLocaleString(Qt.locale(), "f", 2);
        keyClick(Qt.Key_Return);
        tryVerify(() => properties().settings.value("temp") === 0.35, 2000, "it is " + properties().settings.value("temp") + ", " + temperature.text);
        tryVerify(() => one("commandLine").text.includes("--temp 0.35"));
        press(one("copyCommandLine"));
        compare(bench.clipboard(), one("commandLine").text);
        press(one("resetSettings"));
        tryVerify(() => properties().settings.value("temp") !== 0.35);
        keyClick(Qt.Key_Escape);
        const sheet = findChild(window, "settingsSheet");
        tryVerify(() => !sheet.visible, 3000);
    }
    function test_fileDialog() {
        open();
        const dialog = findChild(window, "fileDialog");
        verify(dialog);
        keyClick("o", Qt.ControlModifier);
        tryCompare(dialog, "visible", true);
        dialog.close();
        tryCompare(dialog, "visible", false);
    }
    // Whoever cannot see the window hears a name for everything that can be pressed.
    function test_everyButtonHasANameAndAnObjectName() {
        open();
        ask("show me code");
        keyClick(",", Qt.ControlModifier);
        tryVerify(() => all("setting:temp").length === 1);
        const nameless = [];
        walk(window.contentItem, item => {
            if (item instanceof QQC2.AbstractButton && item.visible && item.objectName.length > 0 && !item.Accessible.name) nameless.push(item.objectName);
        });
        compare(nameless.join(", "), "");
    }
}
