// Graphics cards in the real window: their page, the slider of layers, and what the chat says of them.
import QtQuick
import QtQuick.Controls as QQC2
import QtTest
import Corral.App

WindowTest {
    id: test

    name: "Devices"

    function init() {
        failOnWarning(/Corral\/Ui/); // a warning with a file of ours in it
    }
    function devices() { return properties().devices; }
    function settings() { return properties().settings; }
    function onCards(machine, options) {
        open(Object.assign({ model: "" }, options));
        bench.setCards(machine);
        load("large");
    }
    function openSheet() {
        keyClick(",", Qt.ControlModifier);
        tryVerify(() => all("settingsList").length === 1);
        one("settingsList").positionViewAtIndex(settings().list.rowCount() - 1, ListView.End);
        one("settingsList").positionViewAtIndex(6, ListView.Beginning);
        tryVerify(() => all("setting:ngl").length === 1);
    }

    function test_thePageListsThem() {
        onCards("laptop");
        compare(devices().state, DeviceListModel.Unknown, "nobody looked yet");
        window.page = "settings";
        tryVerify(() => one("settingsPage").visible);
        compare(devices().state, DeviceListModel.Unknown);
        const button = one("showDevices");
        button.clicked();
        tryVerify(() => one("devicesPage").visible);
        tryVerify(() => all("deviceCard").length === 3);
        compare(all("deviceName", all("deviceCard")[0])[0].text, "NVIDIA GeForce RTX 4070 Laptop GPU");
        compare(all("deviceState", all("deviceCard")[0])[0].text, "Used");
        verify(all("deviceReason", all("deviceCard")[2])[0].text.includes("stands in for a graphics card"));
        verify(one("processorCard").visible);
        press(one("copyDevices"));
        verify(bench.clipboard().includes("NVIDIA GeForce RTX 4070"));
        press(all("deviceDetails", all("deviceCard")[0])[0]);
        tryVerify(() => all("deviceCard")[0].unfolded);
        verify(one("place5").checked, "it belongs to the settings");
        press(one("backToSettings"));
        tryVerify(() => all("devicesPage").length === 0 && one("settingsPage").visible);
    }
    function test_noVulkan() {
        onCards("none");
        window.page = "devices";
        tryVerify(() => one("noDevices").visible);
        verify(one("noDevices").text.includes("mesa-vulkan-drivers"));
        verify(one("noDevicesDetail").text.includes("libvulkan"));
        bench.setCards("laptop"); // it was installed
        press(one("lookAgain"));
        tryVerify(() => all("deviceCard").length === 3);
        compare(all("noDevices").length, 0);
        window.width = 400;
        tryVerify(() => all("deviceCard").length === 3 && all("deviceCard")[0].width <= 400);
    }
    function test_theSliderOfLayers() {
        onCards("laptop");
        compare(devices().state, DeviceListModel.Unknown, "Vulkan is not opened before somebody looks");
        openSheet();
        tryVerify(() => all("layersSlider").length === 1);
        tryVerify(() => properties().offload.mostLayers > 0);
        const most = properties().offload.mostLayers;
        verify(one("layersAuto").checked);
        compare(properties().offload.layers, most);
        verify(one("cardBar").visible);
        const slider = one("layersSlider");
        slider.forceActiveFocus();
        for (let i = 0; i < 5; ++i) keyClick(Qt.Key_Left);
        verify(!one("layersAuto").checked);
        const chosen = Number(settings().value("ngl"));
        verify(chosen > 0 && chosen < most, "it is " + settings().value("ngl"));
        compare(properties().offload.layers, chosen);
        verify(one("layersSummary").text.includes(chosen));
        tryVerify(() => one("reloadNotice").visible);
        verify(one("commandLine").text.includes("-ngl " + chosen));
        press(all("noticeButton", one("reloadNotice"))[0]);
        tryVerify(() => properties().chat.modelDevice.includes(", " + chosen + " of "));
        verify(!settings().needsReload);
        const field = one("layersSliderValue");
        field.forceActiveFocus();
        field.selectAll();
        for (const c of "999") keyClick(c);
        keyClick(Qt.Key_Return);
        compare(settings().value("ngl"), "all");
        press(one("layersAuto"));
        compare(settings().value("ngl"), "auto");
    }
    function test_noCardNoSlider() {
        onCards("software");
        openSheet();
        tryVerify(() => all("layersSummary").length === 1 && one("layersSummary").text.includes("No graphics card"));
        compare(all("layersSlider").length, 0);
        one("layersField");
        const why = all("showDevices", one("layersField"))[0];
        why.clicked();
        tryVerify(() => one("devicesPage").visible);
        const sheet = findChild(window, "settingsSheet");
        tryVerify(() => !sheet.visible, 3000);
    }
    function test_theChatSaysWhereAndHowFast() {
        onCards("laptop", { speed: 200 });
        verify(one("modelFacts").text.includes("NVIDIA GeForce RTX 4070 Laptop GPU, 31 of 31 layers"));
        ask("France");
        tryVerify(() => one("speed").text.includes("tokens/s"));
        compare(all("placementNote").length, 0);
    }
    function test_fewerLayersThanWished() {
        open({ model: "" });
        bench.setCards("small");
        settings().set("ngl", "all");
        load("large");
        tryVerify(() => one("placementNote").visible);
        press(all("closeNotice", one("placementNote"))[0]);
        tryVerify(() => all("placementNote").length === 0);
    }
    function test_aLostCardIsLeftForTheProcessor() {
        onCards("laptop");
        type("the card is lost");
        keyClick(Qt.Key_Return);
        tryCompare(properties().chat, "state", ChatController.Failed);
        tryVerify(() => all("errorBlock").length === 1);
        const button = all("noticeButton", one("errorBlock"))[0];
        compare(button.text, "Continue on the CPU");
        press(button);
        tryVerify(() => properties().chat.modelDevice.startsWith("CPU"));
        tryVerify(() => all("userBlock").length === 1, 5000, "the question is still there");
    }
    function test_theServerSaysWhatItNeeds() {
        onCards("laptop");
        properties().serving.modelUrl = bench.model("large");
        window.page = "server";
        tryVerify(() => all("serverMemoryTotal").length === 1);
        tryVerify(() => all("layersSlider").length === 1);
        const before = one("serverMemoryTotal").text;
        properties().serving.slotCount = 8;
        verify(one("serverMemoryTotal").text !== before);
        const onCard = properties().servingOffload.cardBars[0].totalText;
        one("layersSlider").forceActiveFocus();
        keyClick(Qt.Key_Left);
        verify(properties().serving.gpuLayers !== "auto");
        verify(properties().servingOffload.cardBars[0].totalText !== onCard);
        verify(properties().serving.commandLine.includes("-ngl " + properties().serving.gpuLayers));
    }
}
