// The Server place on a small model of its own: real requests over real sockets.
#include "app/cli/server_options.h"
#include "app/serving/serve_controller.h"
#include "app/settings/settings_file.h"
#include "tests/app/fixture.h"
#include "tests/support/cards.h"
#include "tests/support/tiny_model.h"

#include <gmock/gmock.h>

#include <QFile>
#include <QFileInfo>
#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QTcpServer>

#include <atomic>
#include <list>
#include <optional>
#include <vector>

using namespace corral;
using namespace corral::app;
using namespace corral::test;

namespace {

int freePort()
{
    QTcpServer probe;
    probe.listen(QHostAddress::LocalHost);
    return probe.serverPort();
}

struct Reply {
    int status = 0;
    QByteArray body;
};

class Serving : public ::testing::Test {
protected:
    Serving()
    {
        TinyModel{}.write(m_folder / "tiny.gguf");
        m_serving = make();
        m_serving->setModelUrl(url("tiny.gguf"));
        m_serving->setPort(freePort());
        m_serving->setSlotCount(2);
        m_serving->setThreads(1);
    }
    std::unique_ptr<ServeController> make()
    {
        SettingsFile& settings = m_settings.emplace_back(path("settings.json"));
        return std::make_unique<ServeController>(settings, StarterManifest(), [](const QString& model) { return ServeController::ModelFacts{QFileInfo(model).completeBaseName(), {}}; });
    }
    QString path(const char* name) const { return QString::fromStdString((m_folder / name).string()); }
    QUrl url(const char* name) const { return QUrl::fromLocalFile(path(name)); }
    bool reaches(ServeController::State state)
    {
        return spinUntil([&] { return m_serving->state() == state; }, 30'000);
    }
    bool startIt()
    {
        m_serving->start();
        return reaches(ServeController::Running);
    }

    QNetworkReply* send(const char* path, const QByteArray& body = {}, const QString& key = {})
    {
        QNetworkRequest request(QUrl(m_serving->address() + QLatin1String(path)));
        request.setHeader(QNetworkRequest::ContentTypeHeader, "application/json");
        if (!key.isEmpty()) request.setRawHeader("Authorization", "Bearer " + key.toLatin1());
        return body.isEmpty() ? m_network.get(request) : m_network.post(request, body);
    }
    Reply ask(const char* path, const QByteArray& body = {}, const QString& key = {})
    {
        const std::unique_ptr<QNetworkReply> reply(send(path, body, key));
        EXPECT_TRUE(spinUntil([&] { return reply->isFinished(); }, 30'000));
        return {reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt(), reply->readAll()};
    }
    // A chat that does not end by itself within any test.
    QNetworkReply* longChat() { return send("/v1/chat/completions", R"({"messages":[{"role":"user","content":"Hello"}],"stream":true,"ignore_eos":true,"max_tokens":60000})"); }
    QString logged() { return m_serving->log()->asText(); }

    TempDir m_folder;
    QNetworkAccessManager m_network;
    std::list<SettingsFile> m_settings; // of each that was made
    std::unique_ptr<ServeController> m_serving;
};

TEST_F(Serving, StartsAnswersCountsAndStops)
{
    ASSERT_TRUE(startIt()) << m_serving->problem().toStdString();
    EXPECT_EQ(m_serving->address(), QStringLiteral("http://127.0.0.1:%1").arg(m_serving->port()));
    EXPECT_EQ(m_serving->servedModel(), QStringLiteral("tiny"));
    EXPECT_EQ(m_serving->slotList()->count(), 2);
    EXPECT_EQ(ask("/v1/models").status, 200);
    const Reply answer = ask("/v1/chat/completions", R"({"messages":[{"role":"user","content":"Hello"}],"max_tokens":4})");
    EXPECT_EQ(answer.status, 200) << answer.body.toStdString();
    EXPECT_TRUE(answer.body.contains("\"completion_tokens\":"));
    EXPECT_EQ(ask("/nothing").status, 404);
    ASSERT_TRUE(spinUntil([&] { return m_serving->servedCount() == 3; }));
    EXPECT_EQ(m_serving->refusedCount(), 1);
    EXPECT_THAT(logged().toStdString(), testing::AllOf(testing::HasSubstr("GET /v1/models: 200"), testing::HasSubstr("POST /v1/chat/completions: 200"), testing::HasSubstr("GET /nothing: 404")));

    m_serving->stop();
    EXPECT_EQ(m_serving->state(), ServeController::Stopping);
    ASSERT_TRUE(reaches(ServeController::Stopped));
    EXPECT_EQ(ask("/v1/models").status, 0) << "nobody listens any more";
    QTcpServer other;
    EXPECT_TRUE(other.listen(QHostAddress::LocalHost, quint16(m_serving->port())));
    other.close();
    ASSERT_TRUE(startIt()) << "and once more";
    EXPECT_EQ(m_serving->servedCount(), 0);
}

// What the page says while the model is on its way back.
TEST_F(Serving, ALostCardIsSaidAndComesBack)
{
    using engine::Recovery;
    ASSERT_TRUE(startIt());
    auto* const host = m_serving->findChild<ServerHost*>();
    ASSERT_NE(host, nullptr);
    emit host->recovery({.stage = Recovery::Lost, .error = {ErrorCode::Device, "the card stopped answering"}}, {});
    EXPECT_EQ(m_serving->state(), ServeController::Running);
    EXPECT_TRUE(m_serving->recovering());
    EXPECT_EQ(m_serving->stateText(), QStringLiteral("Loading tiny again"));
    EXPECT_THAT(m_serving->facts().toStdString(), testing::HasSubstr("The graphics card was lost"));
    EXPECT_THAT(logged().toStdString(), testing::HasSubstr("the card stopped answering. Loading tiny.gguf again"));
    emit host->recovery({.stage = Recovery::Copying, .progress = 0.5}, {});
    EXPECT_EQ(m_serving->loadProgress(), 0.5);
    emit host->recovery({.stage = Recovery::Failed, .error = {ErrorCode::OutOfMemory, "not enough memory"}}, {});
    EXPECT_TRUE(m_serving->recovering());
    EXPECT_THAT(logged().toStdString(), testing::HasSubstr("will be tried once more: not enough memory"));
    emit host->recovery({.stage = Recovery::Recovered}, {.devices = {}, .layers = 0, .modelLayers = 3, .note = "it does not answer"});
    EXPECT_FALSE(m_serving->recovering());
    EXPECT_EQ(m_serving->stateText(), QStringLiteral("Serving tiny"));
    EXPECT_THAT(m_serving->placementNote().toStdString(), testing::HasSubstr("not used"));
    EXPECT_THAT(logged().toStdString(), testing::HasSubstr("it does not answer"));
    emit host->recovery({.stage = Recovery::Lost}, {});
    m_serving->stop();
    EXPECT_FALSE(m_serving->recovering());
    ASSERT_TRUE(reaches(ServeController::Stopped));
}

// Mesa's software device, which stops answering: requests are refused with words, then answered again.
TEST_F(Serving, ALostCardUnderTheServer)
{
    std::atomic<bool> answers = true;
    server::ServerOptions options;
    options.model = (m_folder / "tiny.gguf").string();
    options.port = quint16(m_serving->port());
    options.slotCount = 1;
    options.session.contextLength = 256;
    options.session.threads = 1;
    options.session.offload = {.layers = generate::Offload::kAll, .software = true, .testing = {.answers = [&] { return answers.load(); }}};
    ServerHost host;
    std::optional<ServerHost::Loaded> loaded;
    std::vector<engine::Recovery::Stage> told;
    QObject::connect(&host, &ServerHost::loaded, &host, [&](const ServerHost::Loaded& what) { loaded = what; });
    QObject::connect(&host, &ServerHost::recovery, &host, [&](const engine::Recovery& what, const generate::Placement&) {
        if (what.stage != engine::Recovery::Copying) told.push_back(what.stage);
    });
    host.start(options);
    ASSERT_TRUE(spinUntil([&] { return loaded.has_value(); }, 60'000));
    CORRAL_NEEDS_CARD(loaded->placement.layers > 0, loaded->placement.note);
    const QByteArray chat = R"({"messages":[{"role":"user","content":"Hello"}],"max_tokens":4})";
    EXPECT_EQ(ask("/v1/chat/completions", chat).status, 200);
    answers = false;
    const Reply lost = ask("/v1/chat/completions", chat);
    EXPECT_EQ(lost.status, 503);
    EXPECT_TRUE(lost.body.contains("The graphics card was lost")) << lost.body.toStdString();
    ASSERT_TRUE(spinUntil([&] { return told.size() == 2; }, 60'000));
    EXPECT_THAT(told, testing::ElementsAre(engine::Recovery::Lost, engine::Recovery::Recovered));
    EXPECT_EQ(ask("/health").status, 200);
    EXPECT_EQ(ask("/v1/chat/completions", chat).status, 200);
}

TEST_F(Serving, ShowsWhatIsBeingAnswered)
{
    const QAbstractItemModelTester tester(m_serving->requests(), QAbstractItemModelTester::FailureReportingMode::Fatal);
    m_serving->setContext(int(m_serving->contexts().size()) - 3); // 65,536 tokens
    ASSERT_TRUE(startIt());
    EXPECT_EQ(m_serving->requests()->count(), 0);
    m_serving->setWatched(true);
    QList<QNetworkReply*> chats{longChat(), longChat(), longChat()};
    RequestListModel& list = *m_serving->requests();
    const auto cell = [&](int row, RequestListModel::Role role) { return list.data(list.index(row), role); };
    const auto inStage = [&](RequestListModel::Stage stage) {
        int found = 0;
        for (int row = 0; row < list.count(); ++row) found += cell(row, RequestListModel::StageRole).toInt() == stage;
        return found;
    };
    ASSERT_TRUE(spinUntil([&] { return inStage(RequestListModel::Writing) == 2 && inStage(RequestListModel::Waiting) == 1 && m_serving->rate() > 0; }, 30'000));
    EXPECT_EQ(cell(0, RequestListModel::EndpointRole).toString(), QStringLiteral("/v1/chat/completions"));
    EXPECT_EQ(cell(0, RequestListModel::PeerRole).toString(), QStringLiteral("127.0.0.1"));
    EXPECT_EQ(m_serving->busySlots(), 2);
    EXPECT_EQ(m_serving->waiting(), 1);
    EXPECT_EQ(m_serving->slotsText(), QStringLiteral("2 of 2"));
    const auto written = [&] {
        int most = 0;
        for (int row = 0; row < list.count(); ++row) most = std::max(most, cell(row, RequestListModel::TokensRole).toInt());
        return most;
    };
    const int before = written();
    EXPECT_TRUE(spinUntil([&] { return written() > before; }));

    for (QNetworkReply* chat : chats) { // the clients go: their slots are free again
        chat->abort();
        chat->deleteLater();
    }
    EXPECT_TRUE(spinUntil([&] { return m_serving->busySlots() == 0 && list.count() == 0; }));
    EXPECT_TRUE(spinUntil([&] { return logged().contains(QStringLiteral("client disconnected")); }));
    m_serving->setWatched(false);
}

// Clients come and go by the dozen while somebody looks: in the end there is nobody, and every one has its line.
TEST_F(Serving, ManyComeAndGo)
{
    const QAbstractItemModelTester requests(m_serving->requests(), QAbstractItemModelTester::FailureReportingMode::Fatal);
    const QAbstractItemModelTester lines(m_serving->log(), QAbstractItemModelTester::FailureReportingMode::Fatal);
    const QAbstractItemModelTester bars(m_serving->slotList(), QAbstractItemModelTester::FailureReportingMode::Fatal);
    ASSERT_TRUE(startIt());
    m_serving->setWatched(true);
    constexpr int kRequests = 150, kAtATime = 16;
    QList<QNetworkReply*> open;
    int sent = 0, most = 0;
    ASSERT_TRUE(spinUntil([&] {
        for (qsizetype i = open.size() - 1; i >= 0; --i) {
            if (open[i]->bytesAvailable() > 0 && i % 2 == 0) open[i]->abort(); // in the middle
            if (open[i]->isFinished()) open.takeAt(i)->deleteLater();
        }
        while (sent < kRequests && open.size() < kAtATime) {
            QNetworkReply* reply = send("/v1/chat/completions", R"({"messages":[{"role":"user","content":"Hello"}],"stream":true,"ignore_eos":true,"max_tokens":150})");
            ++sent;
            open.append(reply);
        }
        m_serving->setWatched(false);
        m_serving->setWatched(true); // looks at once, so at every turn
        most = std::max(most, m_serving->requests()->count());
        return sent == kRequests && open.isEmpty();
    }, 120'000));
    EXPECT_GT(most, 0);
    EXPECT_TRUE(spinUntil([&] { return m_serving->requests()->count() == 0 && m_serving->busySlots() == 0 && m_serving->waiting() == 0; }));
    EXPECT_TRUE(spinUntil([&] { return logged().count(QStringLiteral("POST /v1/chat/completions")) == kRequests; })) << logged().toStdString();
    EXPECT_EQ(ask("/health").status, 200);
}

TEST_F(Serving, NobodyLooksNobodyAsks)
{
    ASSERT_TRUE(startIt());
    int seen = 0;
    QObject::connect(m_serving.get(), &ServeController::seen, m_serving.get(), [&] { ++seen; });
    EXPECT_FALSE(spinUntil([&] { return seen > 0; }, 1200));
    m_serving->setWatched(true);
    EXPECT_TRUE(spinUntil([&] { return seen > 1; }));
}

TEST_F(Serving, StopsInTheMiddleOfAnswers)
{
    m_serving->setContext(7);
    ASSERT_TRUE(startIt());
    const std::unique_ptr<QNetworkReply> chat(longChat());
    ASSERT_TRUE(spinUntil([&] { return chat->bytesAvailable() > 0; }));
    m_serving->stop();
    EXPECT_TRUE(reaches(ServeController::Stopped));
    EXPECT_TRUE(spinUntil([&] { return chat->isFinished(); }));

    ASSERT_TRUE(startIt());
    const std::unique_ptr<QNetworkReply> another(longChat());
    ASSERT_TRUE(spinUntil([&] { return another->bytesAvailable() > 0; }));
    QElapsedTimer clock;
    clock.start();
    m_serving.reset(); // the program ends
    EXPECT_LT(clock.elapsed(), 5000);
}

TEST_F(Serving, LoadingIsCancelled)
{
    for (int i = 0; i < 20; ++i) {
        m_serving->start();
        EXPECT_EQ(m_serving->state(), ServeController::Loading);
        m_serving->stop();
        ASSERT_TRUE(reaches(ServeController::Stopped));
        EXPECT_EQ(m_serving->problem(), QString());
    }
    ASSERT_TRUE(startIt());
}

TEST_F(Serving, APortOfAnotherProgram)
{
    QTcpServer other;
    ASSERT_TRUE(other.listen(QHostAddress::LocalHost));
    m_serving->setPort(other.serverPort());
    m_serving->start();
    ASSERT_TRUE(reaches(ServeController::Failed));
    EXPECT_EQ(m_serving->problemField(), ServeController::PortField);
    EXPECT_EQ(m_serving->problem(), QStringLiteral("Port %1 is taken by another program.").arg(other.serverPort()));
    ASSERT_GT(m_serving->freePort(), 0);
    EXPECT_NE(m_serving->freePort(), other.serverPort());
    const int offered = m_serving->freePort();
    m_serving->takeFreePort();
    ASSERT_TRUE(reaches(ServeController::Running));
    EXPECT_EQ(m_serving->port(), offered);
    EXPECT_EQ(ask("/health").status, 200);
}

TEST_F(Serving, ModelsThatCannotBeServed)
{
    QFile damaged(path("damaged.gguf"));
    ASSERT_TRUE(damaged.open(QIODevice::WriteOnly));
    damaged.write("this is no model");
    damaged.close();
    const auto refusedFor = [&](const char* name) {
        m_serving->setModelUrl(*name ? url(name) : QUrl());
        EXPECT_EQ(m_serving->problem(), QString()) << "another choice, another try";
        m_serving->start();
        EXPECT_TRUE(reaches(ServeController::Failed));
        EXPECT_EQ(m_serving->problemField(), ServeController::ModelField);
        return m_serving->problem();
    };
    EXPECT_EQ(refusedFor("damaged.gguf"), QStringLiteral("“damaged.gguf” is damaged or is not a model in GGUF format."));
    EXPECT_EQ(refusedFor("gone.gguf"), QStringLiteral("“gone.gguf” was not found."));
    EXPECT_EQ(refusedFor(""), QStringLiteral("Choose the model to serve."));
    m_serving->setModelUrl(url("tiny.gguf"));
    EXPECT_EQ(m_serving->state(), ServeController::Stopped);
    EXPECT_TRUE(startIt());
}

TEST_F(Serving, AsksForTheKey)
{
    m_serving->generateKey();
    const QString key = m_serving->key();
    EXPECT_TRUE(key.startsWith(QStringLiteral("sk-")) && key.size() == 35) << key.toStdString();
    ASSERT_TRUE(startIt());
    EXPECT_EQ(ask("/v1/models").status, 401);
    EXPECT_EQ(ask("/v1/models", {}, QStringLiteral("wrong")).status, 401);
    EXPECT_EQ(ask("/v1/models", {}, key).status, 200);
    EXPECT_TRUE(spinUntil([&] { return m_serving->servedCount() == 3 && m_serving->refusedCount() == 2; }));
}

TEST_F(Serving, KeysAreKeptByThemselves)
{
    m_serving->setKey(QStringLiteral("two words"));
    EXPECT_EQ(m_serving->problemField(), ServeController::KeyField);
    EXPECT_EQ(m_serving->key(), QString());
    m_serving->setKey(QStringLiteral("  secret-1 "));
    EXPECT_EQ(m_serving->key(), QStringLiteral("secret-1"));
    EXPECT_EQ(m_serving->problem(), QString());
    EXPECT_EQ(QFile::permissions(path("server.key")) & (QFile::ReadGroup | QFile::WriteGroup | QFile::ReadOther | QFile::WriteOther), QFile::Permissions());
    EXPECT_FALSE(readText(m_folder / "settings.json").contains("secret-1"));
    EXPECT_EQ(make()->key(), QStringLiteral("secret-1"));
    m_serving->setKeyShown(false);
    EXPECT_FALSE(m_serving->curl().contains(QStringLiteral("secret-1")));
    EXPECT_TRUE(m_serving->snippet(ServeController::Curl).contains(QStringLiteral("Bearer secret-1")));
    EXPECT_TRUE(m_serving->snippet(ServeController::Python).contains(QStringLiteral("api_key=\"secret-1\"")));
    m_serving->setKeyShown(true);
    EXPECT_TRUE(m_serving->javaScript().contains(QStringLiteral("apiKey: \"secret-1\"")));
    m_serving->setKey(QString());
    EXPECT_FALSE(QFile::exists(path("server.key")));
}

TEST_F(Serving, ChoicesAreRemembered)
{
    m_serving->setEverywhere(true);
    m_serving->setPort(70'000);
    m_serving->setSlotCount(3);
    m_serving->setContext(3);
    m_serving->setName(QStringLiteral(" my model "));
    m_serving->setMetrics(true);
    m_serving->setGpuLayers(QStringLiteral("20"));
    m_serving->setGpuLayers(QStringLiteral("some")); // is none
    m_serving->setPages(QStringLiteral("http://a.example, http://b.example"));
    m_serving->setClosing(ServeController::KeepRunning);
    const auto again = make();
    EXPECT_EQ(again->modelUrl(), url("tiny.gguf"));
    EXPECT_TRUE(again->everywhere());
    EXPECT_EQ(again->port(), 65'535);
    EXPECT_EQ(again->slotCount(), 3);
    EXPECT_EQ(again->context(), 3);
    EXPECT_EQ(again->name(), QStringLiteral("my model"));
    EXPECT_TRUE(again->metrics());
    EXPECT_EQ(again->gpuLayers(), QStringLiteral("20"));
    EXPECT_FALSE(again->embeddings());
    EXPECT_EQ(again->closing(), ServeController::KeepRunning);
    EXPECT_TRUE(again->caution().contains(QStringLiteral("key")));
}

// The command line that is shown is what the command line's own reader makes the same server of.
TEST(ServeChoices, TheCommandSaysTheSame)
{
    StarterManifest starter;
    starter.file = QStringLiteral("small.gguf");
    starter.settings = {{QStringLiteral("temp"), 0.2}, {QStringLiteral("top_k"), 1}};
    TempDir folder;
    const QString keys = QString::fromStdString((folder / "server.key").string());
    KeyFile file(keys);
    ASSERT_TRUE(file.set(QStringLiteral("sk-abc")));
    ServeChoices plain;
    plain.model = QStringLiteral("/models/other.gguf");
    ServeChoices full{.model = QStringLiteral("/models/small.gguf"), .everywhere = true, .port = 8088, .slotCount = 3, .context = 4096, .threads = 2,
                      .name = QStringLiteral("mine"), .gpuLayers = QStringLiteral("all"), .embeddings = true, .metrics = true, .pages = QStringLiteral("http://a.example http://b.example")};
    for (const ServeChoices& choices : {plain, full}) {
        const bool withKey = choices.everywhere;
        const QString line = choices.commandLine(starter, withKey ? keys : QString());
        std::vector<std::string> words;
        for (const QString& word : line.split(u' ').mid(2)) words.push_back(word.toStdString());
        const auto parsed = cli::parseServerOptions(words, [](const std::string&) -> const char* { return nullptr; });
        ASSERT_TRUE(parsed) << line.toStdString();
        const server::ServerOptions told = choices.options(starter, withKey ? QStringLiteral("sk-abc") : QString());
        EXPECT_EQ(parsed->model, told.model);
        EXPECT_EQ(parsed->host, told.host);
        EXPECT_EQ(parsed->port, told.port);
        EXPECT_EQ(parsed->slotCount, told.slotCount);
        EXPECT_EQ(parsed->session.contextLength, told.session.contextLength);
        EXPECT_EQ(parsed->session.threads, told.session.threads);
        EXPECT_EQ(parsed->session.offload.layers, told.session.offload.layers);
        EXPECT_EQ(parsed->aliases, told.aliases);
        EXPECT_EQ(parsed->embeddings, told.embeddings);
        EXPECT_EQ(parsed->metrics, told.metrics);
        EXPECT_EQ(parsed->corsOrigins, told.corsOrigins);
        EXPECT_EQ(parsed->apiKeys, told.apiKeys);
        EXPECT_EQ(parsed->unifiedCache, told.unifiedCache);
        EXPECT_FLOAT_EQ(parsed->sampling.temp, told.sampling.temp);
        EXPECT_EQ(parsed->sampling.topK, told.sampling.topK);
    }
}

TEST(LogLines, OldOnesAreForgotten)
{
    LogListModel log;
    const QAbstractItemModelTester tester(&log, QAbstractItemModelTester::FailureReportingMode::Fatal);
    const auto lines = [](int from, int count) {
        QList<LogListModel::Line> made;
        for (int i = from; i < from + count; ++i) made.append({QDateTime::currentDateTime(), LogListModel::Information, QString::number(i)});
        return made;
    };
    log.add(lines(0, 900));
    log.add(lines(900, 300));
    EXPECT_EQ(log.count(), LogListModel::kMostLines);
    EXPECT_EQ(log.data(log.index(0), LogListModel::TextRole).toString(), QStringLiteral("200"));
    log.add(lines(1200, 5000));
    EXPECT_EQ(log.count(), LogListModel::kMostLines);
    EXPECT_EQ(log.data(log.index(log.count() - 1), LogListModel::TextRole).toString(), QStringLiteral("6199"));
    log.clear();
    EXPECT_EQ(log.asText(), QString());
}

} // namespace
