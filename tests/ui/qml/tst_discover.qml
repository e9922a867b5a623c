// The Discover tab on the scripted hub, in a window of its own.
import QtQuick
import QtQuick.Controls as QQC2
import QtTest
import Corral.App
import Corral.Ui.Discovering

WindowTest {
    id: test

    name: "Discover"
    property DiscoverView view: null
    property Component tab: Component { DiscoverView {} }

    function init() {
        failOnWarning(/Corral\/Ui\/Discover/);
    }
    function show(options) {
        open(Object.assign({ model: "" }, options));
        view = tab.createObject(window.contentItem.parent, { discover: properties().discover, width: window.width, height: window.height, z: 2000 });
        verify(view);
        tryCompare(properties().discover, "state", DiscoverController.Found);
    }
    function cleanupTab() {
        view.destroy();
        wait(0);
        view = null;
    }
    function discover() { return properties().discover; }

    function test_fromAWordToADownload() {
        show();
        verify(one("chooseRepository"));
        view.takeFocus();
        for (const c of "qwen") keyClick(c);
        keyClick(Qt.Key_Return);
        tryVerify(() => discover().hits.count === 1);
        press(one("hit:Qwen/Qwen3-4B-GGUF"));
        tryCompare(discover(), "header", DiscoverController.Known);
        compare(one("repositoryTitle").text, "Qwen3-4B-GGUF");
        verify(one("advice").text.includes("Q4_K_M"));
        const button = all("downloadFile", one("file:Q4_K_M"))[0];
        verify(button.enabled);
        wait(100); // the files have their places below the advice
        press(button);
        tryVerify(() => !button.enabled, 1000, "it is among the downloads");
        cleanupTab();
    }
    function test_whereThereIsNoRoomTheRepositoryStandsOverTheResults() {
        show({ width: 480 });
        verify(!view.beside);
        discover().open("Qwen/Qwen3-4B-GGUF");
        tryVerify(() => all("repositoryView").length === 1);
        compare(all("discoverResults").length, 0);
        waitForRendering(view);
        wait(50); // laid out
        press(one("closeRepository"));
        tryVerify(() => all("discoverResults").length === 1);
        cleanupTab();
    }
    function test_failuresSayWhatToDo() {
        show();
        discover().search = "offline";
        discover().searchNow();
        tryVerify(() => all("discoverFailure").length === 1);
        discover().search = "zzzz";
        press(all("noticeButton", one("discoverFailure"))[0]);
        tryVerify(() => all("nothingFound").length === 1);
        discover().open("no/body");
        tryVerify(() => all("repositoryFailure").length === 1);
        discover().open("google/gemma-3-12b-it-qat-q4_0-gguf");
        tryVerify(() => all("gatedNotice").length === 1);
        verify(one("tokenField"));
        cleanupTab();
    }
}
