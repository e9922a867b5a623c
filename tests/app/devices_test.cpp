// Graphics cards: the list, what is said of them, and the plan of layers.
#include "app/devices/device_words.h"
#include "app/devices/offload_words.h"
#include "app/estimating/scripted_reader.h"
#include "app/quantizing/scripted_workshop.h"
#include "tests/app/fixture.h"
#include "tests/support/cards.h"
#include "tests/support/tiny_model.h"

#include <gmock/gmock.h>

#include <QRegularExpression>
#include <QScopeGuard>

#include <algorithm>
#include <mutex>
#include <thread>

using namespace corral;
using namespace corral::app;
using namespace corral::test;

namespace {

using vulkan::DeviceInfo;
using testing::HasSubstr;

class Cards : public ::testing::Test {
protected:
    bool look(ScriptedDevices::Machine machine)
    {
        m_cards.set(machine);
        m_list.look();
        return spinUntil([this] { return !m_list.looking(); });
    }
    QVariant cell(int row, DeviceListModel::Role role) { return m_list.data(m_list.index(row), role); }

    ScriptedDevices m_cards;
    DeviceListModel m_list{m_cards.probe(), [] { return MemoryStatus{.total = 16'600'000'000, .available = 11'900'000'000, .resident = 0}; }};
    const QAbstractItemModelTester m_tester{&m_list, QAbstractItemModelTester::FailureReportingMode::Fatal};
};

TEST_F(Cards, AreListedWithReasons)
{
    EXPECT_EQ(m_list.state(), DeviceListModel::Unknown);
    ASSERT_TRUE(look(ScriptedDevices::Laptop));
    EXPECT_EQ(m_list.state(), DeviceListModel::Known);
    ASSERT_EQ(m_list.count(), 3);
    EXPECT_EQ(m_list.usableCount(), 2);
    EXPECT_EQ(m_list.reason(), QString());
    EXPECT_TRUE(cell(0, DeviceListModel::ChosenRole).toBool());
    EXPECT_FALSE(cell(1, DeviceListModel::ChosenRole).toBool());
    EXPECT_EQ(cell(1, DeviceListModel::ReasonRole).toString(), QString());
    EXPECT_EQ(cell(2, DeviceListModel::ReasonRole).toString(), QStringLiteral("Not used: a program that stands in for a graphics card: the processor itself is faster."));
    EXPECT_NEAR(cell(0, DeviceListModel::UsedShareRole).toDouble(), 0.08, 0.01);
    const QString report = m_list.report();
    for (const char* part : {"NVIDIA GeForce RTX 4070 Laptop GPU", "8.6 GB, of which 7.9 GB are free", "matrix units", "radv Mesa 25.0.7-2", "shared with the processor", "Not used: a program",
                             "5f1c6e2a90b84d7fa3c2e1d407b65a11", "16.6 GB, of which 11.9 GB are free"})
        EXPECT_THAT(report.toStdString(), HasSubstr(part));
}

TEST_F(Cards, ThereMayBeNone)
{
    ASSERT_TRUE(look(ScriptedDevices::NoVulkan));
    EXPECT_EQ(m_list.state(), DeviceListModel::NoVulkan);
    EXPECT_FALSE(m_list.reason().isEmpty());
    EXPECT_THAT(m_list.reasonDetail().toStdString(), HasSubstr("libvulkan.so.1"));
    EXPECT_THAT(m_list.report().toStdString(), HasSubstr("libvulkan.so.1"));
    EXPECT_EQ(m_list.best(), nullptr);
    ASSERT_TRUE(look(ScriptedDevices::Broken));
    EXPECT_EQ(m_list.state(), DeviceListModel::Failed);
    ASSERT_TRUE(look(ScriptedDevices::Software));
    EXPECT_EQ(m_list.state(), DeviceListModel::Known);
    EXPECT_EQ(m_list.best(), nullptr);
}

// The window does not wait for Vulkan, and does not open it of itself.
TEST(DeviceList, IsLookedForOnAnotherThreadAndOnlyWhenAsked)
{
    std::mutex gate;
    std::atomic<int> looks = 0;
    std::atomic<bool> onGuiThread = false;
    const auto gui = std::this_thread::get_id();
    DeviceListModel list(
        [&]() -> Result<std::vector<DeviceInfo>> {
            ++looks;
            onGuiThread = std::this_thread::get_id() == gui;
            const std::lock_guard wait(gate);
            return std::vector<DeviceInfo>{};
        },
        memoryStatus);
    EXPECT_FALSE(spinUntil([&] { return looks > 0; }, 50));
    gate.lock();
    list.look();
    list.look(); // in vain
    EXPECT_EQ(list.state(), DeviceListModel::Looking);
    EXPECT_TRUE(spinUntil([&] { return looks == 1; }));
    gate.unlock();
    EXPECT_TRUE(spinUntil([&] { return !list.looking(); }));
    EXPECT_EQ(list.state(), DeviceListModel::Known);
    EXPECT_FALSE(list.reason().isEmpty()) << "there are none";
    EXPECT_EQ(looks, 1);
    EXPECT_FALSE(onGuiThread);
}

// What core/backend/vulkan says of a card that is not used has its words here: its sentences are read from its source.
TEST(DeviceWords, EveryReasonHasItsSentence)
{
    const QString source = QString::fromStdString(readText(sourcePath("core/backend/vulkan/devices.cpp")));
    const QString why = source.section(QStringLiteral("std::string whyNot("), 1).section(QStringLiteral("\n}"), 0, 0) + source.section(QStringLiteral("void refuseDoubles("), 1).section(QStringLiteral("\n}"), 0, 0);
    static const QRegularExpression sentence(QStringLiteral(R"re((?:return|unusable =) "([^"]+)"( \+ [a-z>.-]+(?: \+ "([^"]+)")?)?)re"));
    int found = 0;
    for (auto it = sentence.globalMatch(why); it.hasNext(); ++found) {
        const auto match = it.next();
        const QString text = match.captured(1) + (match.captured(2).isEmpty() ? QString() : QStringLiteral("1.1.0")) + match.captured(3);
        EXPECT_TRUE(hasWordsForReason(text.toStdString())) << text.toStdString();
    }
    EXPECT_GE(found, 6);
    EXPECT_FALSE(hasWordsForReason("it is blue"));
    EXPECT_EQ(whyUnusedText({.unusable = "its driver speaks Vulkan 1.1.121; 1.2 is needed"}), QStringLiteral("Not used: its driver speaks Vulkan 1.1.121; 1.2 is needed."));
    EXPECT_EQ(whyUnusedText({.unusable = "it is blue"}), QStringLiteral("Not used: it is blue.")) << "in the engine's words";
}

TEST(OffloadWords, SayWhereLayersAre)
{
    generate::Placement placement{.layers = 20, .modelLayers = 31};
    EXPECT_EQ(whereText(placement), QString()) << "no card has any";
    placement.devices = {{.name = "AMD Radeon 780M (RADV PHOENIX)", .layers = 20}};
    EXPECT_EQ(whereText(placement), QStringLiteral("AMD Radeon 780M, 20 of 31 layers"));
    EXPECT_EQ(shortfallText(placement), QString());
    placement.note = "only 1.7 GB are free";
    EXPECT_EQ(shortfallText(placement), QStringLiteral("20 of 31 layers are on the graphics card; the processor computes the others."));
    placement = {.note = "no shader"};
    EXPECT_THAT(shortfallText(placement).toStdString(), HasSubstr("not used"));
    for (const char* text : {"auto", "all", "0", "12"}) EXPECT_EQ(textOfLayers(*layersOf(QString::fromLatin1(text))), QString::fromLatin1(text));
    EXPECT_EQ(layersOf(QStringLiteral("-3")), std::nullopt);
    EXPECT_EQ(layersOf(QStringLiteral("1.5")), std::nullopt);
    EXPECT_EQ(layersOf(QString()), std::nullopt);
}

class Plan : public Cards {
protected:
    bool ask(int layers, int sequences = 1, int context = 4096)
    {
        m_ask.model = QStringLiteral("Qwen2.5-1.5B-Instruct-Q4_K_M.gguf");
        m_ask.options.contextLength = context;
        m_ask.options.offload.layers = layers;
        m_ask.sequences = sequences;
        m_plan.ask(m_ask);
        return spinUntil([this] { return !m_plan.watched() || (m_plan.hasHostBar() && !m_list.looking()); });
    }
    bool watch(ScriptedDevices::Machine machine)
    {
        m_cards.set(machine);
        m_plan.setWatched(true);
        return spinUntil([this] { return !m_list.looking() && m_plan.hasHostBar(); });
    }

    OffloadAsk m_ask;
    OffloadPlan m_plan{m_list, scriptedReader(scriptedWorkshop({.bytesPerSecond = 0, .openSeconds = 0}))};
};

TEST_F(Plan, NothingIsLookedForBeforeSomebodyLooks)
{
    ASSERT_TRUE(ask(generate::Offload::kAuto));
    EXPECT_EQ(m_list.state(), DeviceListModel::Unknown);
    EXPECT_EQ(m_plan.card(), OffloadPlan::NotLooked);
    EXPECT_EQ(m_plan.mostLayers(), 0);
    EXPECT_FALSE(m_plan.hasHostBar());
    ASSERT_TRUE(watch(ScriptedDevices::Laptop));
    EXPECT_EQ(m_plan.card(), OffloadPlan::HasCard);
    EXPECT_EQ(m_plan.cardBars().size(), 1);
}

TEST_F(Plan, ThePartOfAProcessorGetsLayersByHandOnly)
{
    ASSERT_TRUE(ask(generate::Offload::kAuto));
    ASSERT_TRUE(watch(ScriptedDevices::Integrated));
    EXPECT_EQ(m_plan.layers(), 0);
    EXPECT_THAT(m_plan.summary().toStdString(), HasSubstr("shares the processor's memory"));
    ASSERT_TRUE(ask(10));
    EXPECT_EQ(m_plan.layers(), 10);
    EXPECT_THAT(m_plan.summary().toStdString(), HasSubstr("computes the last 10 of"));
}

TEST_F(Plan, TheSliderMovesMemoryFromOneToTheOther)
{
    ASSERT_TRUE(ask(0));
    ASSERT_TRUE(watch(ScriptedDevices::Laptop));
    const int most = m_plan.mostLayers();
    EXPECT_GT(most, 20);
    EXPECT_EQ(m_plan.layers(), 0);
    EXPECT_EQ(m_plan.cardBars().front()->total(), 0u);
    const auto host = m_plan.hostBar()->total();
    ASSERT_TRUE(ask(10));
    EXPECT_EQ(m_plan.layers(), 10);
    const auto ten = m_plan.cardBars().front()->total();
    EXPECT_GT(ten, 0u);
    EXPECT_LT(m_plan.hostBar()->total(), host);
    EXPECT_THAT(m_plan.summary().toStdString(), HasSubstr("NVIDIA GeForce RTX 4070 Laptop GPU computes the last 10 of"));
    ASSERT_TRUE(ask(generate::Offload::kAll));
    EXPECT_EQ(m_plan.layers(), most);
    EXPECT_GT(m_plan.cardBars().front()->total(), ten);
    EXPECT_FALSE(m_plan.automatic());
    EXPECT_EQ(m_plan.wishFor(10), QStringLiteral("10"));
    EXPECT_EQ(m_plan.wishFor(most), QStringLiteral("all"));
    EXPECT_EQ(m_plan.wishFor(-1), QStringLiteral("0"));
    ASSERT_TRUE(ask(generate::Offload::kAuto));
    EXPECT_TRUE(m_plan.automatic());
    EXPECT_EQ(m_plan.layers(), most) << "there is room for all";
    EXPECT_EQ(m_plan.caution(), QString());
}

TEST_F(Plan, ASmallCardTakesFewerAndSaysSo)
{
    ASSERT_TRUE(ask(generate::Offload::kAuto, 1, 32'768));
    ASSERT_TRUE(watch(ScriptedDevices::SmallCard));
    EXPECT_GT(m_plan.layers(), 0);
    EXPECT_LT(m_plan.layers(), m_plan.mostLayers());
    EXPECT_EQ(m_plan.caution(), QString());
    EXPECT_FALSE(m_plan.cardBars().front()->over());
    ASSERT_TRUE(ask(generate::Offload::kAll, 1, 32'768));
    EXPECT_TRUE(m_plan.cardBars().front()->over());
    EXPECT_THAT(m_plan.caution().toStdString(), HasSubstr("more than NVIDIA GeForce GTX 1050 has free"));
}

// Several cards that are named share the layers as a session would share them.
TEST_F(Plan, SeveralCardsHaveABarEach)
{
    m_cards.set(ScriptedDevices::TwoCards);
    m_list.look();
    ASSERT_TRUE(spinUntil([this] { return !m_list.looking() && m_list.count() == 2; }));
    for (const auto& device : m_list.devices()) m_ask.options.offload.devices.push_back(device.id);
    ASSERT_TRUE(ask(generate::Offload::kAll, 1, 32'768));
    ASSERT_TRUE(watch(ScriptedDevices::TwoCards));
    ASSERT_TRUE(spinUntil([this] { return m_plan.cardBars().size() == 2; }));
    EXPECT_EQ(m_plan.layers(), m_plan.mostLayers());
    for (const EstimateBar* bar : m_plan.cardBars()) EXPECT_GT(bar->total(), 0u);
    EXPECT_GT(m_plan.cardBars().front()->total(), m_plan.cardBars().back()->total()) << "the one with more memory takes more";
    EXPECT_THAT(m_plan.summary().toStdString(), testing::AllOf(HasSubstr("RTX 4070"), HasSubstr("GTX 1050"), HasSubstr("all layers")));
    m_ask.options.offload.devices.pop_back();
    ASSERT_TRUE(ask(generate::Offload::kAll, 1, 32'768));
    EXPECT_EQ(m_plan.cardBars().size(), 1);
    m_ask.options.offload.devices.clear();
    ASSERT_TRUE(ask(generate::Offload::kAuto, 1, 32'768));
    EXPECT_EQ(m_plan.cardBars().size(), 1) << "nobody named the other one";
}

// Where a card gives less in one piece than the output has.
TEST_F(Plan, WhatIsTooLargeInOnePieceIsSaid)
{
    ASSERT_TRUE(ask(generate::Offload::kAll));
    ASSERT_TRUE(watch(ScriptedDevices::Laptop));
    const int most = m_plan.mostLayers();
    m_ask.options.offload.testing.largest = 150'000'000; // 151,936 tokens of 1536 values in Q6_K have 191 MB
    ASSERT_TRUE(ask(generate::Offload::kAll));
    EXPECT_EQ(m_plan.layers(), most - 1);
    EXPECT_THAT(m_plan.caution().toStdString(), HasSubstr("larger than what it takes in one piece"));
    ASSERT_TRUE(ask(generate::Offload::kAuto));
    EXPECT_EQ(m_plan.layers(), most - 1);
    EXPECT_EQ(m_plan.caution(), QString());
    m_ask.options.offload.testing.largest = 1'000; // no layer
    ASSERT_TRUE(ask(generate::Offload::kAuto));
    EXPECT_EQ(m_plan.layers(), 0);
    EXPECT_EQ(m_plan.summary(), QStringLiteral("The processor computes all layers.")) << "there is room";
    EXPECT_THAT(m_plan.caution().toStdString(), HasSubstr("larger than what it takes in one piece"));
}

// What the model that is loaded now takes of the card would be free again.
TEST_F(Plan, TheLoadedModelMakesRoomForItself)
{
    ASSERT_TRUE(ask(generate::Offload::kAuto, 1, 32'768));
    ASSERT_TRUE(watch(ScriptedDevices::SmallCard));
    const int before = m_plan.layers();
    m_ask.present.devices = {{.id = m_list.devices().front().id, .weightBytes = 300'000'000}};
    m_ask.present.layers = 5;
    ASSERT_TRUE(ask(generate::Offload::kAuto, 1, 32'768));
    EXPECT_GT(m_plan.layers(), before);
}

TEST_F(Plan, AServersSlotsCount)
{
    ASSERT_TRUE(ask(0, 1, 8192));
    ASSERT_TRUE(watch(ScriptedDevices::NoVulkan));
    EXPECT_EQ(m_plan.card(), OffloadPlan::NoCard);
    EXPECT_TRUE(m_plan.cardBars().isEmpty());
    const auto cache = [this] {
        for (const QuantityRow& row : m_plan.hostBar()->content().segments)
            if (row.kind == EstimateBar::Cache) return row.bytes;
        return std::uint64_t(0);
    };
    const auto one = cache();
    ASSERT_GT(one, 0u);
    ASSERT_TRUE(ask(0, 4, 8192));
    EXPECT_EQ(cache(), 4 * one);
    EXPECT_EQ(m_plan.caution(), QString());
    ASSERT_TRUE(ask(0, 64, 65'536));
    EXPECT_THAT(m_plan.caution().toStdString(), HasSubstr("more main memory than there is"));
}

TEST(OffloadInTheChat, TheStatusSaysWhereItRuns)
{
    TestApplication app;
    app.cards.set(ScriptedDevices::Laptop);
    ASSERT_TRUE(app.load());
    EXPECT_EQ(app->chat().modelDevice(), QStringLiteral("NVIDIA GeForce RTX 4070 Laptop GPU, 31 of 31 layers"));
    EXPECT_EQ(app->chat().placementNote(), QString());
    app->settings().set(QStringLiteral("ngl"), QStringLiteral("12"));
    EXPECT_TRUE(app->settings().needsReload());
    app->settings().reloadModel();
    ASSERT_TRUE(app.waitForAnswer());
    EXPECT_EQ(app->chat().modelDevice(), QStringLiteral("NVIDIA GeForce RTX 4070 Laptop GPU, 12 of 31 layers"));
    EXPECT_FALSE(app->settings().needsReload());
    app->settings().set(QStringLiteral("ngl"), QStringLiteral("0"));
    app->settings().reloadModel();
    ASSERT_TRUE(app.waitForAnswer());
    EXPECT_EQ(app->chat().modelDevice(), QStringLiteral("CPU, 2 thread(s)"));
}

TEST(OffloadInTheChat, FewerLayersThanWishedForAreSaidCalmly)
{
    TestApplication app;
    app.cards.set(ScriptedDevices::SmallCard);
    app->settings().set(QStringLiteral("ngl"), QStringLiteral("all"));
    ASSERT_TRUE(app.load());
    EXPECT_EQ(app->chat().state(), ChatController::Ready);
    EXPECT_EQ(app->chat().placementNote(), QStringLiteral("10 of 31 layers are on the graphics card; the processor computes the others."));
    EXPECT_THAT(app->chat().placementDetail().toStdString(), HasSubstr("1.7 GB"));
    app->chat().dismissPlacementNote();
    EXPECT_EQ(app->chat().placementNote(), QString());
    ASSERT_TRUE(app.load());
    EXPECT_FALSE(app->chat().placementNote().isEmpty()) << "and again with the next load";
}

// The driver is reset in the middle of an answer: the conversation stays, and the processor answers.
TEST(OffloadInTheChat, ALostCardIsLeftForTheProcessor)
{
    auto loads = std::make_shared<std::vector<int>>();
    Script script = Script::instant();
    ScriptedDevices cards(ScriptedDevices::Laptop);
    script.placement = [loads, cards](const generate::Offload& wish, int layers) {
        loads->push_back(wish.layers);
        return cards.place(wish, layers);
    };
    script.answers = [loads](const engine::ChatRequest&) {
        if (loads->back() == 0) return ScriptedAnswer{.text = "Paris it is.", .error = {}};
        return ScriptedAnswer{.text = "Par", .error = Error{ErrorCode::Device, "the graphics card stopped answering (VkResult -4)"}};
    };
    TestApplication app(script);
    ASSERT_TRUE(app.load());
    ASSERT_TRUE(app.ask(QStringLiteral("What is the capital of France?")));
    ChatController& chat = app->chat();
    ASSERT_EQ(chat.state(), ChatController::Failed);
    EXPECT_FALSE(chat.loadFailed());
    EXPECT_THAT(chat.errorText().toStdString(), testing::AllOf(HasSubstr("graphics card failed"), HasSubstr("conversation is kept")));
    EXPECT_THAT(chat.errorDetail().toStdString(), HasSubstr("VkResult"));
    EXPECT_EQ(chat.errorHelp(), QStringLiteral("Continue on the CPU"));
    const int conversation = chat.conversationId();
    chat.help();
    ASSERT_TRUE(spinUntil([&] { return chat.state() == ChatController::Ready && chat.tokensPerSecond() > 0; }));
    EXPECT_EQ(*loads, (std::vector<int>{generate::Offload::kAuto, 0}));
    EXPECT_EQ(chat.conversationId(), conversation);
    EXPECT_THAT(chat.conversationText().toStdString(), testing::AllOf(HasSubstr("capital of France"), HasSubstr("Paris it is.")));
    EXPECT_EQ(chat.modelDevice(), QStringLiteral("CPU, 2 thread(s)"));
    EXPECT_EQ(app->settings().value(QStringLiteral("ngl")).toString(), QStringLiteral("auto")) << "the settings stay as they were";
    EXPECT_TRUE(app->settings().needsReload()) << "and offer the card again";
}

// Nobody pressed the button: the next question brings the model back, here on the processor.
TEST(OffloadInTheChat, TheNextQuestionBringsTheModelBack)
{
    auto placed = std::make_shared<int>(0), asked = std::make_shared<int>(0);
    Script script = Script::instant();
    ScriptedDevices cards(ScriptedDevices::Laptop);
    script.placement = [placed, cards](const generate::Offload& wish, int layers) {
        if (++*placed == 1) return cards.place(wish, layers);
        return generate::Placement{.devices = {}, .layers = 0, .modelLayers = layers, .note = "the card does not answer"};
    };
    script.answers = [asked](const engine::ChatRequest&) {
        if (++*asked == 1) return ScriptedAnswer{.text = "Par", .error = Error{ErrorCode::Device, "the graphics card stopped answering (VkResult -4)"}};
        return ScriptedAnswer{.text = "Paris it is.", .error = {}};
    };
    TestApplication app(script);
    ASSERT_TRUE(app.load());
    ChatController& chat = app->chat();
    EXPECT_THAT(chat.modelDevice().toStdString(), HasSubstr("RTX 4070"));
    ASSERT_TRUE(app.ask(QStringLiteral("What is the capital of France?")));
    ASSERT_EQ(chat.state(), ChatController::Failed);
    ASSERT_TRUE(app.ask(QStringLiteral("And now?")));
    EXPECT_EQ(chat.state(), ChatController::Ready);
    EXPECT_THAT(chat.conversationText().toStdString(), testing::AllOf(HasSubstr("capital of France"), HasSubstr("Paris it is.")));
    EXPECT_EQ(chat.modelDevice(), QStringLiteral("CPU, 2 thread(s)"));
    EXPECT_THAT(chat.placementDetail().toStdString(), HasSubstr("does not answer"));
}

// The real engine on the software device of this machine, where there is one: the same way from the setting to the status.
TEST(OffloadInTheChat, OnARealDevice)
{
    const auto devices = vulkan::devices();
    CORRAL_NEEDS_CARD(devices && std::ranges::contains(*devices, vulkan::DeviceType::Software, &DeviceInfo::type), "there is no software device");
    qputenv("CORRAL_VULKAN_SOFTWARE", "1");
    const auto forget = qScopeGuard([] { qunsetenv("CORRAL_VULKAN_SOFTWARE"); });
    TempDir folder;
    TinyModel{}.write(folder / "tiny.gguf");
    const auto path = [&](const char* name) { return QString::fromStdString((folder / name).string()); };
    Application::Options options;
    options.engine = [](EngineHost::EventSink sink) { return engine::makeEngine(std::move(sink)); };
    options.inspect = engine::inspect;
    options.storeFile = path("conversations.sqlite");
    options.settingsFile = path("settings.json");
    options.tokensFile = path("tokens.json");
    options.starter.folder = path("models");
    auto made = Application::make(options);
    ASSERT_TRUE(made);
    ChatController& chat = (*made)->chat();
    ChatSettings& settings = (*made)->settings();
    const auto loaded = [&] { return spinUntil([&] { return chat.state() == ChatController::Ready || chat.state() == ChatController::Failed; }, 120'000); };
    settings.set(QStringLiteral("ngl"), QStringLiteral("all"));
    settings.set(QStringLiteral("ctx"), 1024);
    settings.set(QStringLiteral("n_predict"), 4);
    chat.loadModel(QUrl::fromLocalFile(path("tiny.gguf")));
    ASSERT_TRUE(loaded());
    ASSERT_EQ(chat.state(), ChatController::Ready) << chat.errorDetail().toStdString();
    ASSERT_EQ(chat.placement().devices.size(), 1u) << chat.placementDetail().toStdString();
    const int most = chat.placement().modelLayers;
    EXPECT_EQ(chat.placement().layers, most);
    EXPECT_EQ(chat.placement().places, std::vector<int>(std::size_t(most), 0));
    EXPECT_TRUE(chat.modelDevice().endsWith(QStringLiteral(", %1 of %1 layers").arg(most))) << chat.modelDevice().toStdString();
    chat.send(QStringLiteral("Hello"));
    ASSERT_TRUE(loaded());
    EXPECT_EQ(chat.state(), ChatController::Ready) << chat.errorDetail().toStdString();
    EXPECT_GT(chat.tokensPerSecond(), 0);
    OffloadPlan& plan = (*made)->offload();
    plan.setWatched(true);
    ASSERT_TRUE(spinUntil([&] { return !plan.cardBars().isEmpty(); }));
    EXPECT_EQ(plan.layers(), most);
    EXPECT_EQ(plan.mostLayers(), most);
    settings.set(QStringLiteral("ngl"), QStringLiteral("1"));
    settings.reloadModel();
    ASSERT_TRUE(loaded());
    EXPECT_EQ(chat.placement().layers, 1);
    EXPECT_THAT(chat.placement().places, testing::AllOf(testing::SizeIs(most), testing::Contains(0).Times(1)));
    EXPECT_EQ(chat.placement().places.back(), 0);
    EXPECT_EQ(plan.layers(), 1);
}

} // namespace
