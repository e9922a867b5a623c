// The library in the real window: what is listed, selected, renamed, deleted and taken back.
import QtQuick
import QtTest
import Corral.App

WindowTest {
    id: test

    name: "Library"

    function init() {
        failOnWarning(/Corral\/Ui/); // a warning with a file of ours in it
    }
    function library() { return properties().library; }
    function show(options) {
        open(Object.assign({ model: "" }, options));
        window.page = "library";
        tryVerify(() => one("modelsPage").visible);
        tryVerify(() => library().listed && !library().reading);
        tryVerify(() => library().count >= 3);
    }
    function pathOf(name) { return bench.model(name).toString().replace("file://", ""); }

    function choose(name) {
        library().select(pathOf(name));
        tryCompare(properties().details, "path", pathOf(name));
        tryVerify(() => properties().details.state !== ModelDetails.Reading);
        waitForRendering(window.contentItem);
    }

    function test_theFirstOneIsSelectedWhereThereIsRoom() {
        show();
        tryVerify(() => library().selected.length > 0);
        tryVerify(() => one("detailsTitle").text.length > 0);
        verify(one("diskText").text.length > 0);
        verify(all("closeDetails").length === 0);
    }
    function test_aNarrowWindowShowsOneAtATime() {
        show({ width: 400 });
        compare(all("detailsView").length, 0);
        press(one("libraryModel:small.gguf"));
        tryVerify(() => all("detailsView").length === 1);
        compare(library().selected, pathOf("small"));
        press(one("closeDetails"));
        tryVerify(() => all("detailsView").length === 0);
    }
    function test_searchingFindsAndFindsNothing() {
        show();
        one("librarySearch").text = "large";
        tryCompare(library(), "count", 1);
        one("librarySearch").text = "zzzz";
        tryVerify(() => one("libraryNothingFound").visible);
        one("librarySearch").text = "";
        tryVerify(() => library().count >= 3);
    }
    function test_renamedInPlace() {
        show();
        choose("large");
        press(one("renameModel"));
        const field = one("renameField");
        compare(field.text, "large");
        field.text = "larger";
        field.accepted();
        tryVerify(() => library().rowOf(pathOf("larger")) >= 0);
        tryCompare(library(), "selected", pathOf("larger"));
    }
    function test_anImpossibleNameIsExplained() {
        show();
        library().select(pathOf("large"));
        library().rename(pathOf("large"), "a/b");
        tryVerify(() => one("libraryFailure").text.length > 0);
        verify(library().rowOf(pathOf("large")) >= 0);
    }
    function test_theModelsTabsAreVisitedByName() {
        show();
        window.page = "discover";
        tryVerify(() => one("discoverView").visible);
        window.page = "downloads";
        tryVerify(() => one("downloadsView").visible);
        press(one("libraryTab"));
        tryVerify(() => one("libraryList").visible);
    }
    function test_chattingWithTheSelectedOne() {
        show();
        choose("small");
        press(one("chatWithModel"));
        tryCompare(properties().chat, "state", ChatController.Ready);
        tryVerify(() => one("composerInput").visible);
    }
}
