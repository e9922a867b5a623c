// The Downloads tab in the real window, on played transfers.
import QtQuick
import QtTest
import Corral.App

WindowTest {
    id: test

    name: "Downloads"

    function init() {
        failOnWarning(/Corral\/Ui/); // a warning with a file of ours in it
        bench.setDownloadSpeed(2e6);
    }
    function downloads() { return properties().downloads; }

    function test_aDroppedAddressIsFetched() {
        open({ model: "" });
        bench.drop(window, ["https://example.org/files/model.bin"]);
        tryCompare(downloads(), "count", 1);
        tryVerify(() => one("downloadsView").visible);
        tryVerify(() => all("downloadCard").length === 1 && one("downloadTitle").text === "model.bin");
    }
    function test_pausedGoneOnCancelled() {
        open({ model: "" });
        window.page = "downloads";
        verify(one("downloadsView").visible);
        const field = one("downloadAddress");
        field.text = "not a model";
        verify(!one("downloadAdd").enabled);
        field.text = "hf:Qwen/Qwen3-4B-GGUF:Q4_K_M";
        verify(one("downloadAdd").enabled);
        press(one("downloadAdd"));
        compare(field.text, "");
        tryVerify(() => downloads().running && one("downloadProgress").value > 0);
        compare(all("downloadStrip").length, 0, "its page is in front");
        window.page = "chat";
        tryVerify(() => all("downloadStrip").length === 1);
        press(one("downloadStrip"));
        tryVerify(() => one("downloadsView").visible);
        press(one("pauseDownload"));
        tryVerify(() => !downloads().running && one("downloadDetail").text.startsWith("Paused at"));
        press(one("pauseDownload"));
        tryVerify(() => downloads().running);
        press(one("cancelDownload"));
        tryCompare(downloads(), "count", 0);
    }
}
