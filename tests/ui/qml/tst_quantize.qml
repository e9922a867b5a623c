// The Quantize place in the real window: what is dropped, chosen, started, reported. Files called tiny… are worked on by the real core.
import QtQuick
import QtQuick.Controls as QQC2
import QtTest
import Corral.App

WindowTest {
    id: test

    name: "Quantize"

    function init() {
        failOnWarning(/Corral\/Ui/); // a warning with a file of ours in it
    }
    function quantize() { return properties().quantize; }
    function targets() { return quantize().targets; }
    function show(options) {
        bench.setJobSpeed(0);
        open(Object.assign({ model: "" }, options));
        window.page = "quantize";
        tryVerify(() => one("quantizePage").visible);
    }
    function ready() {
        tryCompare(quantize(), "state", QuantizeController.Ready);
        tryVerify(() => targets().count > 0);
    }
    function select(target) {
        const row = one("target:" + target);
        one("quantizeFlick").contentY = Math.max(0, row.mapToItem(one("quantizePage"), 0, 0).y + one("quantizeFlick").contentY - 200);
        wait(0);
        press(row);
        verify(row.selected);
    }
    function untilDone(count) {
        tryCompare(quantize().jobs, "count", count);
        tryVerify(() => !quantize().jobs.running, 20000);
    }

    // --- drops

    function test_aModelDroppedAtTheRightIsWorkedOn() {
        bench.setJobSpeed(0);
        open({ model: "" });
        const model = bench.tinyModel();
        bench.drop(window, [model], 0.5);
        tryVerify(() => one("quantizePage").visible);
        ready();
        compare(one("quantizeName").text, "tiny");
        verify(one("quantizeFacts").text.includes("llama"));
        verify(one("target:Q8_0").visible);
        verify(properties().chat.modelUrl.toString() === "", "it was not loaded");
    }
    function test_whatIsHeldOverTheWindowIsNamed() {
        open({ model: "" });
        compare(window.choicesFor([bench.model("large")]).map(choice => choice.title).join(), "Chat,Quantize,Memory");
        compare(window.choicesFor([bench.checkpoint()]).map(choice => choice.title).join(), "Convert");
        compare(window.choicesFor(["file:///tmp/picture.png"]).length, 0);
        window.page = "quantize";
        compare(window.choicesFor([bench.model("large")]).map(choice => choice.title).join(), "Quantize");
    }
    function test_onItsOwnPageADropAnywhereOpens() {
        show();
        bench.drop(window, [bench.model("large")], 0.2);
        ready();
        compare(one("quantizeName").text, "large");
    }
    function test_aFolderIsConverted() {
        bench.setJobSpeed(0);
        open({ model: "" });
        bench.drop(window, [bench.checkpoint()]);
        tryVerify(() => one("quantizePage").visible);
        ready();
        compare(one("taskQuantize").text, "Convert");
        compare(one("startButton").text, "Convert");
        compare(all("taskSplit").length, 0);
    }
    function test_severalModelsFollowOneAnother() {
        show();
        bench.drop(window, [bench.model("small"), bench.model("large"), "file:///tmp/picture.png"]);
        ready();
        compare(one("quantizeName").text, "small");
        verify(one("quantizeFollowing").text.includes("large.gguf"));
        press(one("startButton"));
        tryVerify(() => one("quantizeName").text === "large");
        compare(all("quantizeFollowing").length, 0);
        untilDone(1);
    }
    function test_whatCannotBeReadIsToldOnThePage() {
        show();
        bench.drop(window, [bench.model("mamba")]);
        tryCompare(quantize(), "state", QuantizeController.Failed);
        verify(one("openFailure").text.includes("mamba.gguf"));
        verify(one("quantizeOpenFile").visible, "another one can be taken");
        const dialog = findChild(one("quantizePage"), "quantizeFileDialog");
        press(all("noticeButton", one("openFailure"))[0]);
        tryCompare(dialog, "visible", true);
        dialog.close();
    }

    // --- the page

    function test_fromTheOwnModelsToAFile() {
        const made = () => bench.file("tiny-Q8_0.gguf");
        show();
        const model = bench.tinyModel();
        tryVerify(() => all("ownModel").some(item => item.fileName === "tiny-F32.gguf"));
        press(all("ownModel").find(item => item.fileName === "tiny-F32.gguf"));
        ready();
        select("Q8_0");
        compare(one("outputName").text, "tiny-Q8_0.gguf");
        verify(one("startSummary").text.startsWith("Q8_0"));
        press(one("startButton"));
        untilDone(1);
        verify(bench.exists(made()));
        verify(one("jobDetail").text.includes("→"), one("jobDetail").text);
        verify(one("startNote").text.length > 0, "the name is taken now");
        press(one("reportOfJob"));
        tryVerify(() => one("reportWords").text.includes("Q8_0"));
        verify(one("heatField").visible);
        quantize().report.setText(bench.shortText());
        press(one("measureButton"));
        untilDone(2);
        tryVerify(() => one("lossPoint").visible);
        verify(one("reportWords").text.includes("size"));
        keyClick(Qt.Key_Escape);
        tryVerify(() => all("reportWords").length === 0);
        tryVerify(() => one("target:Q8_0").measured);
    }
    function test_aDoneModelIsChattedWith() {
        show();
        quantize().open([bench.model("large")]);
        ready();
        press(one("startButton"));
        untilDone(1);
        const opened = createTemporaryObject(spy, test, { target: quantize(), signalName: "chatWanted" });
        press(one("chatWithJob"));
        compare(opened.count, 1);
        verify(opened.signalArguments[0][0].toString().endsWith("large-Q4_K_M.gguf"));
    }
    property Component spy: Component { SignalSpy {} }

    function test_byKeyboardAlone() {
        show();
        quantize().open([bench.model("large")]);
        ready();
        window.page = "chat";
        keyClick("3", Qt.ControlModifier);
        const table = one("targetTable");
        tryVerify(() => table.activeFocus);
        const first = targets().selected;
        keyClick(Qt.Key_Down);
        compare(targets().selected, first + 1);
        keyClick(Qt.Key_Up);
        keyClick(Qt.Key_Up);
        compare(targets().selected, first - 1);
        keyClick(Qt.Key_End);
        compare(targets().selected, targets().count - 1);
        const flick = one("quantizeFlick");
        tryVerify(() => flick.contentY > 0, 2000, "it scrolls along");
        keyClick(Qt.Key_Home);
        compare(targets().selected, 0);
        select("Q6_K");
        table.forceActiveFocus();
        keyClick(Qt.Key_Return); // starts
        untilDone(1);
    }
    function test_pauseAndCancel() {
        show();
        bench.setJobSpeed(20e6);
        quantize().open([bench.model("large")]);
        ready();
        press(one("startButton"));
        tryVerify(() => one("jobProgress").value > 0);
        press(one("pauseJob"));
        tryVerify(() => one("jobDetail").text.startsWith("Paused"));
        press(one("pauseJob"));
        tryVerify(() => !one("jobDetail").text.startsWith("Paused"));
        press(one("cancelJob"));
        tryVerify(() => !quantize().jobs.running);
        verify(one("jobDetail").text.includes("Nothing was left behind"));
        press(one("removeJob"));
        tryVerify(() => all("jobCard").length === 0);
    }
    function test_theStripIsThereOnOtherPagesOnly() {
        show();
        bench.setJobSpeed(20e6);
        quantize().open([bench.model("large")]);
        ready();
        press(one("startButton"));
        tryVerify(() => quantize().jobs.running);
        compare(all("jobStrip").length, 0);
        keyClick("1", Qt.ControlModifier);
        const strip = one("jobStrip");
        verify(strip.Accessible.name.includes("large"));
        press(strip);
        tryVerify(() => one("quantizePage").visible);
        tryVerify(() => quantize().jobs.running, 1000, "leaving the page does not end the job");
        keyClick("1", Qt.ControlModifier);
        press(one("cancelStrip"));
        tryVerify(() => all("jobStrip").length === 0);
    }
    function test_aFailureHasAButtonThatHelps() {
        show();
        quantize().open([bench.model("large")]);
        ready();
        quantize().outputName = "full.gguf";
        press(one("startButton"));
        untilDone(1);
        verify(one("jobDetail").text.includes("no space left"), one("jobDetail").text);
        press(one("helpJob"));
        untilDone(1);
        verify(one("jobCard").failed);
    }
    function test_theAlreadyQuantizedAsksOnce() {
        show();
        quantize().open([bench.file("large-Q4_0.gguf")]);
        ready();
        verify(one("quantizedAlready").visible);
        verify(!one("startButton").enabled);
        press(all("noticeButton", one("quantizedAlready"))[0]);
        tryVerify(() => one("startButton").enabled);
        compare(all("quantizedAlready").length, 0);
    }
    function test_mergeSplitAndContents() {
        show();
        quantize().open([bench.file("large-00002-of-00003.gguf")]);
        ready();
        press(one("taskMerge"));
        compare(one("startButton").text, "Merge");
        compare(one("outputName").text, "large.gguf");
        press(one("taskSplit"));
        compare(one("startButton").text, "Split");
        press(one("splitByTensors"));
        verify(one("splitTensors").enabled);
        press(one("taskContents"));
        compare(all("startBar").length, 0);
        tryVerify(() => one("tensorList").count > 100);
        press(one("measureContents"));
        tryVerify(() => quantize().contents.state === TensorListModel.Read);
        verify(one("contentsSummary").text.includes("density"));
    }
    function test_advancedFolds() {
        show();
        quantize().open([bench.model("large")]);
        ready();
        compare(all("pure").length, 0);
        one("quantizeFlick").contentY = one("quantizeFlick").contentHeight;
        one("advancedFold").clicked();
        tryVerify(() => one("pure").visible);
        one("pure").toggle();
        one("pure").toggled();
        tryVerify(() => quantize().options.pure);
        verify(one("advancedFold").text.includes("1"));
        one("tensorTypes").edited("nonsense");
        tryVerify(() => !one("startButton").enabled);
        verify(one("startNote").text.includes("nonsense"));
        one("resetOptions").clicked();
        tryVerify(() => one("startButton").enabled);
    }
    function test_narrowAndWide() {
        show();
        quantize().open([bench.model("large")]);
        ready();
        press(one("startButton"));
        untilDone(1);
        for (const width of [400, 800, 1280]) {
            window.width = width;
            wait(50);
            compare(all("jobCard").length, 1, "at " + width);
            verify(one("startButton").mapToItem(one("quantizePage"), one("startButton").width, 0).x <= one("quantizePage").width, "at " + width);
            verify(one("targetTable").width <= one("quantizePage").width, "at " + width);
        }
    }
    function test_everythingPressableHasAName() {
        show();
        quantize().open([bench.model("large")]);
        ready();
        press(one("startButton"));
        untilDone(1);
        one("advancedFold").clicked();
        tryVerify(() => one("pure").visible);
        const nameless = [];
        walk(one("quantizePage"), item => {
            const pressable = item instanceof QQC2.AbstractButton || item instanceof QQC2.TextField || item instanceof QQC2.ComboBox;
            if (pressable && item.visible && (!item.Accessible.name || item.objectName.length === 0)) nameless.push(item.objectName || item.text || String(item));
        });
        compare(nameless.join(", "), "");
    }
}
