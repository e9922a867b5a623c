// The Memory place in the real window.
import QtQuick
import QtQuick.Controls as QQC2
import QtTest
import Corral.App

WindowTest {
    id: test

    name: "Memory"

    function init() {
        failOnWarning(/Corral\/Ui/); // a warning with a file of ours in it
    }
    function estimate() { return properties().estimate; }
    function show(options) {
        open(Object.assign({ model: "" }, options));
        window.page = "memory";
        tryVerify(() => one("memoryPage").visible);
    }
    function read(url) {
        estimate().openFile(url);
        tryCompare(estimate(), "state", EstimateController.Ready);
        tryVerify(() => estimate().table.count > 20);
    }

    function test_theRulesStandThereAtOnce() {
        show();
        compare(one("ruleText").text, "14.0 GB");
        verify(one("ruleOnly").visible);
        press(one("taskTraining"));
        compare(one("ruleText").text, "56.0 GB");
        compare(one("totalText").text, "112.0 GB");
        wait(0); // the page has its new height
        press(one("taskDeployment"));
        compare(one("ruleText").text, "18.2 GB");
        const count = one("parameterCount");
        count.forceActiveFocus();
        count.selectAll();
        for (const c of "70B") keyClick(c);
        compare(one("ruleText").text, "182.0 GB");
        verify(one("excess").visible, "this machine is too small");
        verify(one("barVerdict").text.includes("too much"));
    }
    function test_theModelThatIsTalkedToComesFirst() {
        open({ model: "large" });
        window.page = "memory";
        tryVerify(() => estimate().hasFile);
        compare(estimate().name, "large");
        tryVerify(() => one("fitTable").visible);
    }
    function test_aDroppedModelIsWeighed() {
        open({ model: "" });
        bench.drop(window, [bench.tinyModel()], 0.9);
        tryVerify(() => one("memoryPage").visible);
        tryCompare(estimate(), "state", EstimateController.Ready);
        compare(estimate().name, "tiny");
        compare(properties().chat.modelUrl.toString(), "", "it was not loaded");
    }
    function test_slidersMoveTheBar() {
        show();
        read(bench.model("large"));
        const before = one("totalText").text, context = estimate().context;
        const slider = one("contextSlider");
        slider.forceActiveFocus();
        for (let i = 0; i < 8; ++i) keyClick(Qt.Key_Right);
        verify(estimate().context > context);
        verify(one("totalText").text !== before);
        const field = one("contextSliderValue");
        field.forceActiveFocus();
        field.selectAll();
        for (const c of "1024") keyClick(c);
        keyClick(Qt.Key_Tab);
        compare(estimate().context, 1024);
        verify(Math.abs(slider.value - estimate().contextPosition) < 0.01, "the slider follows");
    }
    function test_aSliderIsQuick() {
        show();
        read(bench.model("large"));
        one("fitTable");
        let best = 1000;
        for (let i = 1; i <= 10; ++i) {
            const start = Date.now();
            estimate().contextPosition = i / 10;
            best = Math.min(best, Date.now() - start);
            wait(20);
        }
        verify(best < 16, best + " ms for bindings and layouts");
    }
    function test_aSegmentOpensItsFormula() {
        show();
        read(bench.model("large"));
        press(one("legend:" + EstimateBar.Cache));
        tryVerify(() => all("part").length === 1);
        verify(all("formula")[0].text.includes("×"));
        press(one("legend:" + EstimateBar.Weights));
        tryVerify(() => all("part").length > 3);
        keyClick(Qt.Key_Escape);
        tryVerify(() => all("part").length === 0);
    }
    function test_aRowOfTheTableIsTried() {
        show();
        read(bench.model("large"));
        const before = one("totalText").text;
        const row = one("fit:Q4_K_M");
        one("memoryFlick").contentY = Math.max(0, row.mapToItem(one("memoryPage"), 0, 0).y + one("memoryFlick").contentY - 200);
        wait(0);
        press(row);
        tryVerify(() => row.current);
        verify(one("totalText").text !== before);
        one("fitTable").forceActiveFocus();
        keyClick(Qt.Key_Down);
        tryVerify(() => !row.current);
    }
    function test_fromAHub() {
        show();
        press(one("sourceHub"));
        const field = one("hubName");
        verify(field.activeFocus);
        for (const c of "hf:someone/Qwen-GGUF:F16") keyClick(c);
        keyClick(Qt.Key_Return);
        tryVerify(() => estimate().hasFile);
        verify(one("memoryFacts").text.includes("hf:someone"));
        field.clear();
        field.forceActiveFocus();
        for (const c of "hf:some/gated") keyClick(c);
        press(one("readHub"));
        tryVerify(() => one("memoryFailure").visible);
        verify(one("memoryFailure").text.includes("token"));
        press(one("sourceLibrary"));
        tryVerify(() => one("memoryEmpty").visible);
    }
    function test_itIsCopied() {
        show();
        read(bench.model("large"));
        press(one("copyEstimate"));
        verify(bench.clipboard().includes("Main memory"));
    }
    function test_aCardHasABarOfItsOwn() {
        show();
        read(bench.model("large"));
        compare(all("memoryBar").length, 1);
        estimate().card = 3;
        tryVerify(() => all("memoryBar").length === 2);
        verify(one("gpuLayersSlider").visible);
        compare(one("gpuLayersAuto").checked, true);
    }
    function test_narrow() {
        show({ width: 400 });
        read(bench.model("large"));
        const page = one("memoryPage");
        for (const bar of all("memoryBar")) verify(bar.width <= page.width);
        press(one("taskTraining"));
        verify(one("trainMethod").visible);
    }
}
