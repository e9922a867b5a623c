// The Memory place without pixels: what is estimated, what choices change, how quickly, and in which words.
#include "app/estimating/estimate_controller.h"
#include "app/estimating/hub_models.h"
#include "app/estimating/planned_header.h"
#include "app/estimating/quantity_words.h"
#include "app/estimating/scripted_reader.h"
#include "app/quantizing/scripted_workshop.h"
#include "core/memory/deployment.h"
#include "tests/app/fixture.h"
#include "tests/support/hub_server.h"
#include "tests/support/tiny_model.h"

#include <QSignalSpy>

#include <fstream>

using namespace corral;
using namespace corral::app;
using namespace corral::test;

namespace {

constexpr std::uint64_t kGB = 1'000'000'000;

class Estimating : public ::testing::Test {
protected:
    Estimating() { TinyModel{}.write(m_model); }

    EstimateReader reader()
    {
        EstimateReader reader;
        reader.open = [](const std::filesystem::path& path) { return gguf::File::open(path); };
        reader.readRemote = [this](const QString& source) { return QtFuture::makeReadyValueFuture(remote(source)); };
        reader.machine = [this] { return m_machine; };
        return reader;
    }
    Result<RemoteModel> remote(const QString& source) const
    {
        if (source != QLatin1String("hf:someone/tiny")) return fail(ErrorCode::NotFound, "nobody has it");
        return RemoteModel{QStringLiteral("tiny"), source, *gguf::File::open(m_model)};
    }
    QUrl url() const { return QUrl::fromLocalFile(QString::fromStdString(m_model.string())); }
    bool open(EstimateController& estimate)
    {
        estimate.openFile(url());
        return spinUntil([&] { return estimate.state() == EstimateController::Ready && estimate.table()->count() > 0; });
    }
    // A model as large as people use, without weights.
    static std::unique_ptr<EstimateController> large()
    {
        auto estimate = std::make_unique<EstimateController>(scriptedReader(scriptedWorkshop({.bytesPerSecond = 0, .openSeconds = 0})));
        estimate->openFile(QUrl::fromLocalFile(QStringLiteral("/models/Qwen2.5-1.5B-F16.gguf")));
        EXPECT_TRUE(spinUntil([&] { return estimate->state() == EstimateController::Ready && estimate->table()->count() > 0; }));
        return estimate;
    }
    static std::uint64_t bytes(EstimateController& estimate, EstimateBar::Kind kind, int bar = 0)
    {
        for (const QuantityRow& row : estimate.bars()[bar]->segments()->rows())
            if (row.kind == kind) return row.bytes;
        return 0;
    }

    TempDir m_folder;
    const std::filesystem::path m_model = m_folder / "tiny-F32.gguf";
    MemoryStatus m_machine{.total = 16 * kGB, .available = 10 * kGB, .resident = 100'000'000};
};

} // namespace

TEST_F(Estimating, BeginsWithTheRulesForSevenBillion)
{
    EstimateController estimate(reader());
    EXPECT_EQ(estimate.state(), EstimateController::Ready);
    EXPECT_FALSE(estimate.hasFile());
    EXPECT_EQ(estimate.ruleText(), QStringLiteral("14.0 GB"));
    EXPECT_EQ(estimate.ruleDetail(), QStringLiteral("13.0 GiB"));
    EXPECT_TRUE(estimate.totalText().isEmpty()) << "nothing but the rule is known";
    EXPECT_EQ(bytes(estimate, EstimateBar::Weights), 14 * kGB);
    EXPECT_FALSE(estimate.fits()) << "10 GB are free";
    estimate.setTask(EstimateController::Training);
    EXPECT_EQ(estimate.ruleText(), QStringLiteral("56.0 GB"));
    EXPECT_EQ(estimate.totalText(), QStringLiteral("112.0 GB")) << "mixed precision";
    EXPECT_EQ(bytes(estimate, EstimateBar::Optimizer), 84 * kGB);
    estimate.setTask(EstimateController::Deployment);
    EXPECT_EQ(estimate.ruleText(), QStringLiteral("18.2 GB"));
    EXPECT_EQ(bytes(estimate, EstimateBar::Overhead), 4'200'000'000u);
    estimate.setTask(EstimateController::Inference);
    estimate.setParametersText(QStringLiteral("1.5B"));
    EXPECT_EQ(estimate.ruleText(), QStringLiteral("3.0 GB"));
    EXPECT_TRUE(estimate.fits());
    estimate.setParametersText(QStringLiteral("many"));
    EXPECT_FALSE(estimate.parametersProblem().isEmpty());
    EXPECT_EQ(estimate.ruleText(), QStringLiteral("3.0 GB")) << "the last that made sense";
    estimate.setType(int(estimate.types().indexOf(QStringLiteral("Q8_0"))));
    EXPECT_EQ(bytes(estimate, EstimateBar::Weights), 1'593'750'000u);
    EXPECT_EQ(estimate.table()->rows()[estimate.table()->current()].id, QStringLiteral("Q8_0"));
}

TEST_F(Estimating, AFileIsAccountedForExactly)
{
    EstimateController estimate(reader());
    QAbstractItemModelTester table(estimate.table(), QAbstractItemModelTester::FailureReportingMode::Fatal);
    ASSERT_TRUE(open(estimate));
    EXPECT_EQ(estimate.source(), EstimateController::Library);
    EXPECT_EQ(estimate.name(), QStringLiteral("tiny"));
    EXPECT_TRUE(estimate.caution().isEmpty());
    ASSERT_EQ(estimate.bars().size(), 1);
    QAbstractItemModelTester segments(estimate.bars().front()->segments(), QAbstractItemModelTester::FailureReportingMode::Fatal);
    memory::ModelMemory memory(*gguf::File::open(m_model));
    for (const int context : {64, 128}) {
        estimate.setContext(context);
        memory::Situation s;
        s.context = context;
        const auto account = memory.account(s);
        ASSERT_TRUE(account);
        EXPECT_EQ(bytes(estimate, EstimateBar::Weights), account->bytes(memory::Group::Weights));
        EXPECT_EQ(bytes(estimate, EstimateBar::Cache), account->bytes(memory::Group::Cache));
        EXPECT_EQ(estimate.bars().front()->total(), account->total());
    }
    EXPECT_EQ(bytes(estimate, EstimateBar::InUse), 6 * kGB);
    EXPECT_TRUE(estimate.fits());
    EXPECT_EQ(estimate.fittingContext(), estimate.mostContext());
    const std::uint64_t f16 = bytes(estimate, EstimateBar::Cache);
    estimate.setCacheType(0);
    EXPECT_EQ(bytes(estimate, EstimateBar::Cache), 2 * f16);
    estimate.setCacheType(2);
    EXPECT_FALSE(estimate.problem().isEmpty()) << "heads of 8 values have no cache in blocks of 32";
    EXPECT_TRUE(estimate.bars().isEmpty());
    estimate.setCacheType(1);
    EXPECT_TRUE(estimate.problem().isEmpty());
    estimate.setTask(EstimateController::Deployment);
    estimate.setUsers(10);
    EXPECT_EQ(bytes(estimate, EstimateBar::Cache), 10 * f16);
}

TEST_F(Estimating, WhatIsTooMuchIsSaidInBytes)
{
    const auto estimate = large();
    EXPECT_TRUE(estimate->fits());
    estimate->setContext(estimate->mostContext());
    EXPECT_TRUE(estimate->fits()) << estimate->verdict().toStdString();
    estimate->setTask(EstimateController::Deployment);
    estimate->setUsers(64);
    EXPECT_FALSE(estimate->fits());
    const EstimateBar& bar = *estimate->bars().front();
    EXPECT_TRUE(bar.over());
    EXPECT_LT(bar.limit(), 1);
    EXPECT_EQ(bar.excess(), bar.total() + 4'700'000'000u - 16'600'000'000u);
    const int fitting = estimate->fittingContext();
    EXPECT_GT(fitting, 0);
    estimate->setContext(fitting);
    EXPECT_TRUE(estimate->fits()) << fitting;
    estimate->setContext(fitting + 256);
    EXPECT_FALSE(estimate->fits()) << "it was the largest";
}

TEST_F(Estimating, ACardTakesTheLastLayers)
{
    const auto estimate = large();
    const std::uint64_t weights = bytes(*estimate, EstimateBar::Weights);
    estimate->setCard(3); // 8 GiB
    ASSERT_EQ(estimate->bars().size(), 2);
    EXPECT_EQ(estimate->gpuLayers(), estimate->mostGpuLayers()) << "all fit";
    estimate->setGpuLayers(10);
    EXPECT_FALSE(estimate->gpuLayersAuto());
    EXPECT_EQ(estimate->gpuLayers(), 10);
    EXPECT_GT(bytes(*estimate, EstimateBar::Weights, 0), bytes(*estimate, EstimateBar::Weights, 1));
    estimate->setGpuLayers(0);
    EXPECT_EQ(bytes(*estimate, EstimateBar::Weights, 0), weights);
    estimate->setCard(0);
    EXPECT_EQ(estimate->bars().size(), 1);
}

TEST_F(Estimating, TheTableIsWhatTheBarsBecome)
{
    const auto estimate = large();
    EXPECT_EQ(estimate->table()->current(), 0) << "the file as it is";
    const auto& rows = estimate->table()->rows();
    EXPECT_EQ(rows.front().need, estimate->bars().front()->total());
    int row = 0;
    while (rows[row].id != QLatin1String("Q4_K_M")) ++row;
    const std::uint64_t promised = rows[row].need;
    estimate->choose(row);
    ASSERT_TRUE(spinUntil([&] { return estimate->table()->current() == row; }));
    EXPECT_NEAR(double(estimate->bars().front()->total()), double(promised), 0.01 * double(promised)) << "other types, other buffers, but not by much";
    EXPECT_EQ(bytes(*estimate, EstimateBar::Weights), estimate->table()->rows()[row].weights);
    EXPECT_EQ(estimate->ruleText(), QLocale().formattedDataSize(qint64(estimate->table()->rows()[row].weights), 1, QLocale::DataSizeSIFormat));
    estimate->choose(0);
    EXPECT_EQ(estimate->table()->current(), 0);
    estimate->setTask(EstimateController::Training);
    EXPECT_EQ(estimate->table()->count(), 10);
    estimate->choose(9);
    EXPECT_EQ(estimate->method(), 2);
    EXPECT_EQ(estimate->table()->rows()[9].need, estimate->bars().front()->total());
}

TEST_F(Estimating, SegmentsOpen)
{
    EstimateController estimate(reader());
    ASSERT_TRUE(open(estimate));
    QAbstractItemModelTester parts(estimate.parts(), QAbstractItemModelTester::FailureReportingMode::Fatal);
    estimate.open(0, EstimateBar::Cache);
    ASSERT_EQ(estimate.parts()->count(), 1);
    const QString before = estimate.parts()->rows().front().formula;
    EXPECT_TRUE(before.contains(QStringLiteral("×"))) << before.toStdString();
    estimate.setContext(64);
    EXPECT_NE(estimate.parts()->rows().front().formula, before) << "it follows the sliders";
    std::uint64_t sum = 0;
    estimate.open(0, EstimateBar::Weights);
    for (const QuantityRow& row : estimate.parts()->rows()) sum += row.bytes;
    EXPECT_EQ(sum, bytes(estimate, EstimateBar::Weights));
    estimate.open(0, EstimateBar::Weights);
    EXPECT_EQ(estimate.openKind(), -1) << "once more closes it";
}

TEST_F(Estimating, FromAHub)
{
    EstimateController estimate(reader());
    estimate.openRemote(QStringLiteral("hf:someone/tiny"));
    EXPECT_EQ(estimate.source(), EstimateController::Hub);
    ASSERT_TRUE(spinUntil([&] { return estimate.state() == EstimateController::Ready; }));
    EXPECT_TRUE(estimate.facts().contains(QStringLiteral("hf:someone/tiny")));
    EXPECT_TRUE(estimate.hasFile());
    estimate.openRemote(QStringLiteral("hf:no/body"));
    ASSERT_TRUE(spinUntil([&] { return estimate.state() == EstimateController::Failed; }));
    EXPECT_EQ(estimate.errorText(), QStringLiteral("nobody has it"));
    estimate.setSource(EstimateController::Parameters);
    EXPECT_EQ(estimate.state(), EstimateController::Ready);
    EXPECT_FALSE(estimate.asText().isEmpty());
}

TEST_F(Estimating, TheHeaderComesFromAHubByItself)
{
    const QByteArray bytes = QByteArray::fromStdString([&] {
        std::ifstream in(m_model, std::ios::binary);
        return std::string(std::istreambuf_iterator<char>(in), {});
    }());
    HubServer server;
    server.add({.name = QStringLiteral("someone/tiny-GGUF"), .files = {{.path = QStringLiteral("tiny-F32.gguf"), .content = bytes + QByteArray(8 << 20, 0)}}});
    QNetworkAccessManager network;
    hub::HubSettings settings;
    settings.huggingFace = settings.modelScope = {server.url()};
    hub::HubClient client(network, settings, nullptr);
    const auto read = [&](const char* source) {
        const auto future = readHubModel(client, network, QString::fromLatin1(source));
        EXPECT_TRUE(spinUntil([&] { return future.isFinished(); }));
        return future.result();
    };
    const auto model = read("hf:someone/tiny-GGUF");
    ASSERT_TRUE(model) << model.error().message;
    EXPECT_EQ(model->name, QStringLiteral("tiny-F32"));
    EXPECT_EQ(model->place, QStringLiteral("hf:someone/tiny-GGUF"));
    EXPECT_LT(server.bytesSent(), 4 << 20) << "only its beginning was read";
    memory::ModelMemory remote(model->file), local(*gguf::File::open(m_model));
    const auto a = remote.account({.context = 128}), b = local.account({.context = 128});
    ASSERT_TRUE(a && b);
    EXPECT_EQ(a->total(), b->total());
    EXPECT_FALSE(read("hf:someone/else"));
    EXPECT_FALSE(read("hf:someone/tiny-GGUF:Q9_9")) << "no such quantization";
    EXPECT_FALSE(read("nonsense"));
}

TEST_F(Estimating, WhatIsNoModelFails)
{
    EstimateController estimate(reader());
    estimate.openFile(QUrl::fromLocalFile(QString::fromStdString((m_folder / "none.gguf").string())));
    ASSERT_TRUE(spinUntil([&] { return estimate.state() == EstimateController::Failed; }));
    EXPECT_FALSE(estimate.errorText().isEmpty());
    EXPECT_TRUE(estimate.bars().isEmpty());
    ASSERT_TRUE(open(estimate)) << "another one can be taken";
}

TEST_F(Estimating, AsText)
{
    const auto estimate = large();
    const QString text = estimate->asText();
    for (const char* part : {"Qwen2.5-1.5B-F16", "Rule of thumb", "Main memory", "Attention", "GiB", "Fits", "Q4_K_M"})
        EXPECT_TRUE(text.contains(QLatin1String(part))) << part << '\n' << text.toStdString();
}

TEST_F(Estimating, EverySentenceHasWords)
{
    const auto estimate = large();
    const auto check = [](const memory::Quantity& quantity) {
        EXPECT_TRUE(hasWordsFor(quantity.formula)) << quantity.formula.pattern;
        for (const auto& assumption : quantity.assumptions) EXPECT_TRUE(hasWordsFor(assumption)) << assumption.pattern;
        EXPECT_TRUE(quantity.id.starts_with("deployment.") || hasNameFor(quantity)) << quantity.id;
    };
    const auto workshop = scriptedWorkshop({.bytesPerSecond = 0, .openSeconds = 0});
    const auto file = scriptedReader(workshop).open("/models/large-F16.gguf");
    ASSERT_TRUE(file);
    memory::ModelMemory memory(*file);
    EXPECT_EQ(memory.whyEstimated(), "");
    for (const int users : {1, 5}) {
        for (const int threads : {1, 4}) {
            memory::Situation s;
            s.users = users;
            s.threads = threads;
            s.gpus.push_back({.name = "GPU", .capacity = 8 * kGB, .free = 8 * kGB});
            const auto account = memory.account(s);
            ASSERT_TRUE(account);
            check(account->weights());
            for (const auto& device : account->devices)
                for (const auto& part : device.parts) check(part);
            for (const auto& part : memory::deploymentMemory(*account, 3).parts()) check(part);
        }
    }
    for (const auto& rules : {memory::rulesOfThumb(7 * kGB, 2), memory::rulesOfThumb(kGB)}) {
        for (const auto& rule : {rules.inference, rules.training, rules.deployment}) check(rule);
    }
    for (int method = 0; method < 3; ++method)
        for (int recipe = 0; recipe < 6; ++recipe)
            for (int recompute = 0; recompute < 3; ++recompute)
                for (const bool flash : {false, true})
                    for (const auto& shape : {memory.shape(), memory::shapeOfParameters(kGB)}) {
                        const auto m = memory::trainingMemory(shape, {.method = memory::TrainingMethod(method), .recipe = memory::Recipe(recipe),
                                                                      .recompute = memory::Recompute(recompute), .flashAttention = flash});
                        for (const auto& part : {m.weights, m.adapters, m.gradients, m.optimizer, m.activations, m.logits}) check(part);
                    }
    EXPECT_EQ(textOf(memory::say("{} users × {} bytes of logits and candidates", 2, 1200000)), QStringLiteral("2 users × 1,200,000 bytes of logits and candidates"));
}

TEST_F(Estimating, EverySliderIsQuick)
{
    const auto estimate = large();
    int rows = 0; // what a view asks for
    const auto redraw = [&] {
        for (int row = 0; row < estimate->table()->count(); ++row) {
            for (const int role : estimate->table()->roleNames().keys()) rows += estimate->table()->data(estimate->table()->index(row), role).isValid();
        }
    };
    QElapsedTimer clock;
    const auto best = [&](auto&& change) {
        qint64 least = 1'000'000'000;
        for (int i = 1; i <= 12; ++i) {
            clock.start();
            change(i);
            redraw();
            least = std::min(least, clock.nsecsElapsed());
        }
        return double(least) * 1e-6;
    };
    const std::pair<const char*, double> times[] = {
        {"context", best([&](int i) { estimate->setContextPosition(i / 12.0); })},
        {"batch", best([&](int i) { estimate->setBatchPosition(i / 12.0); })},
        {"cache", best([&](int i) { estimate->setCacheType(1 + i % 2); })},
        {"card", best([&](int i) { estimate->setCard(1 + i % 8); })},
        {"layers", best([&](int i) { estimate->setGpuLayers(i); })},
        {"users", (estimate->setTask(EstimateController::Deployment), best([&](int i) { estimate->setUsersPosition(i / 12.0); }))},
        {"sequence", (estimate->setTask(EstimateController::Training), best([&](int i) { estimate->setSequencePosition(i / 12.0); }))},
        {"rank", (estimate->setMethod(1), best([&](int i) { estimate->setRankPosition(i / 12.0); }))},
    };
    for (const auto& [name, ms] : times) {
        RecordProperty(name, QString::number(ms).toStdString());
        std::printf("  %s: %.2f ms\n", name, ms);
#ifdef NDEBUG
        EXPECT_LT(ms, 16) << name;
#endif
    }
    EXPECT_GT(rows, 0);
}

TEST(EstimateChoices, ScalesGoThereAndBack)
{
    const LogScale context{.low = 256, .high = 131'072, .step = 256};
    EXPECT_EQ(context.valueAt(0), 256);
    EXPECT_EQ(context.valueAt(1), 131'072);
    int last = 0;
    for (double position = 0; position <= 1; position += 1.0 / 64) {
        const int value = context.valueAt(position);
        EXPECT_GE(value, last);
        EXPECT_EQ(value % 256, 0);
        EXPECT_EQ(context.valueAt(context.positionOf(value)), value) << value;
        last = value;
    }
    EXPECT_EQ((LogScale{.low = 100, .high = 100}).valueAt(0.5), 100);
}

TEST(LoadedMemory, BesideTheEstimate)
{
    TestApplication corral;
    const QString folder = corral.path("models");
    QDir().mkpath(folder);
    TinyModel{}.write((folder + QStringLiteral("/tiny.gguf")).toStdString());
    auto& loaded = *qvariant_cast<LoadedMemory*>(corral->initialProperties().value(QStringLiteral("loadedMemory")));
    EXPECT_FALSE(loaded.known());
    ASSERT_TRUE(corral.load());
    ASSERT_TRUE(spinUntil([&] { return loaded.estimatedBytes() > 0; }));
    memory::ModelMemory memory(*gguf::File::open((folder + QStringLiteral("/tiny.gguf")).toStdString()));
    memory::Situation s;
    s.context = corral->chat().contextLength();
    const auto account = memory.account(s);
    ASSERT_TRUE(account);
    EXPECT_EQ(loaded.estimatedBytes(), account->total() - memory::kProgramBytes);
    EXPECT_LE(loaded.estimatedNowBytes(), loaded.estimatedBytes());
    corral->chat().unloadModel();
    EXPECT_TRUE(spinUntil([&] { return !loaded.known(); }));
}

// A tiny model of which a script says where it lies.
class LoadedOnCards : public ::testing::Test {
protected:
    std::uint64_t hostBytes(memory::Situation s, int context)
    {
        s.context = context;
        const auto account = m_memory.account(s);
        EXPECT_TRUE(account);
        return account ? account->devices.front().total() - memory::kProgramBytes : 0;
    }
    generate::Placement onCard(int layers, const std::vector<int>& places) const
    {
        return {.devices = {{.id = "a", .name = "A card", .layers = layers}}, .layers = layers, .modelLayers = m_layers, .note = {}, .places = places};
    }
    static memory::Situation withCard(const std::vector<int>& places)
    {
        constexpr std::uint64_t kEnough = std::uint64_t(1) << 50;
        return {.gpus = {{.name = "A card", .capacity = kEnough, .free = kEnough}}, .places = places};
    }
    LoadedMemory& load(TestApplication& corral) const
    {
        QDir().mkpath(corral.path("models"));
        TinyModel{}.write((corral.path("models") + QStringLiteral("/tiny.gguf")).toStdString());
        EXPECT_TRUE(corral.load());
        return *qvariant_cast<LoadedMemory*>(corral->initialProperties().value(QStringLiteral("loadedMemory")));
    }

    TempDir m_folder;
    memory::ModelMemory m_memory = [this] {
        TinyModel{}.write(m_folder / "tiny.gguf");
        return memory::ModelMemory(*gguf::File::open(m_folder / "tiny.gguf"));
    }();
    const int m_layers = m_memory.placeableLayers();
};

TEST_F(LoadedOnCards, TheOutputMayStayBehind)
{
    std::vector<int> places(std::size_t(m_layers), 0);
    places.back() = -1;
    Script script = Script::instant();
    script.placement = [placement = onCard(m_layers - 1, places)](const generate::Offload&, int) { return placement; };
    TestApplication corral(script);
    const LoadedMemory& loaded = load(corral);
    ASSERT_TRUE(spinUntil([&] { return loaded.estimatedBytes() > 0; }));
    EXPECT_EQ(loaded.estimatedBytes(), hostBytes(withCard(places), corral->chat().contextLength()));
    std::ranges::rotate(places, places.end() - 1);
    EXPECT_NE(loaded.estimatedBytes(), hostBytes(withCard(places), corral->chat().contextLength())) << "it is not the first layer that stays";
}

// A card is lost, and the next question brings the model back on the processor, while the chat is already at work.
TEST_F(LoadedOnCards, WhatComesBackElsewhereIsEstimatedAnew)
{
    const std::vector<int> places(std::size_t(m_layers), 0);
    auto placed = std::make_shared<int>(0), asked = std::make_shared<int>(0);
    Script script = Script::instant();
    script.placement = [placed, first = onCard(m_layers, places)](const generate::Offload&, int) {
        return ++*placed == 1 ? first : generate::Placement{.modelLayers = first.modelLayers, .note = "the card does not answer"};
    };
    script.answers = [asked](const engine::ChatRequest&) {
        if (++*asked == 1) return ScriptedAnswer{.text = "Par", .error = Error{ErrorCode::Device, "the graphics card stopped answering (VkResult -4)"}};
        return ScriptedAnswer{.text = "Paris it is.", .error = {}};
    };
    TestApplication corral(script);
    const LoadedMemory& loaded = load(corral);
    const int context = corral->chat().contextLength();
    const std::uint64_t onProcessor = hostBytes({}, context);
    ASSERT_TRUE(spinUntil([&] { return loaded.estimatedBytes() > 0; }));
    EXPECT_EQ(loaded.estimatedBytes(), hostBytes(withCard(places), context));
    EXPECT_LT(loaded.estimatedBytes(), onProcessor);
    ASSERT_TRUE(corral.ask(QStringLiteral("What is the capital of France?")));
    ASSERT_EQ(corral->chat().state(), ChatController::Failed);
    ASSERT_TRUE(corral.ask(QStringLiteral("And now?")));
    ASSERT_EQ(corral->chat().state(), ChatController::Ready);
    EXPECT_TRUE(spinUntil([&] { return loaded.estimatedBytes() == onProcessor; })) << loaded.estimatedBytes() << " instead of " << onProcessor;
}
