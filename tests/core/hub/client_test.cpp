// Both services on this machine: what they say, and what a client does when they say it badly.
#include "core/hub/fetch.h"
#include "core/hub/token_store.h"
#include "tests/core/hub/hub_fixture.h"
#include "tests/support/golden.h"

#include <gmock/gmock.h>

#include <QCryptographicHash>
#include <QElapsedTimer>
#include <QFile>
#include <QFileInfo>
#include <QStringList>

using namespace corral;
using namespace corral::hub;
using namespace corral::test;
using ::testing::HasSubstr;

class Client : public HubFixture {
protected:
    Client()
    {
        for (int i = 0; i < 5; ++i)
            server.add({.name = QStringLiteral("someone/model-%1-GGUF").arg(i), .downloads = 100 * i, .likes = 10 - i, .parameters = 1'500'000'000, .context = 32768});
        server.add({.name = QStringLiteral("someone/tiny-GGUF"),
                    .files = {{.path = QStringLiteral("README.md"), .content = "---\nlicense: mit\n---\n# Tiny\n\nA tiny model that is here so that tests have something to read.\n", .lfs = false},
                              {.path = QStringLiteral("tiny-Q4_0.gguf"), .content = "GGUF-a"},
                              {.path = QStringLiteral("../../evil.gguf"), .content = "GGUF"},
                              {.path = QStringLiteral("sub/tiny-Q8_0-00001-of-00002.gguf"), .content = "GGUF-b"},
                              {.path = QStringLiteral("sub/tiny-Q8_0-00002-of-00002.gguf"), .content = "GGUF-c"}},
                    .gated = true, .downloads = 7, .likes = 3});
    }
    QStringList names(const SearchPage& page)
    {
        QStringList list;
        for (const SearchHit& hit : page.hits) list << hit.repository.name;
        return list;
    }
    const RepositoryId tiny{Service::HuggingFace, QStringLiteral("someone/tiny-GGUF"), {}}, tinyThere{Service::ModelScope, QStringLiteral("someone/tiny-GGUF"), {}};
};

TEST_F(Client, SearchesBothServicesPageByPage)
{
    HubClient hub(*network, settings, nullptr);
    for (const Service service : {Service::HuggingFace, Service::ModelScope}) {
        SearchQuery query{.service = service, .text = QStringLiteral("model"), .cursor = {}, .limit = 3};
        auto page = wait(hub.search(query));
        ASSERT_TRUE(page) << page.error().message;
        ASSERT_EQ(page->hits.size(), 3);
        EXPECT_EQ(page->hits[0].repository.name, QStringLiteral("someone/model-4-GGUF")) << "most downloads first";
        EXPECT_EQ(page->hits[0].downloads, 400);
        EXPECT_EQ(page->hits[0].license, QStringLiteral("apache-2.0"));
        EXPECT_TRUE(page->hits[0].changed.isValid());
        ASSERT_FALSE(page->next.isEmpty());
        query.cursor = page->next;
        page = wait(hub.search(query));
        ASSERT_TRUE(page);
        EXPECT_EQ(names(*page), (QStringList{QStringLiteral("someone/model-1-GGUF"), QStringLiteral("someone/model-0-GGUF")}));
        EXPECT_TRUE(page->next.isEmpty());
    }
    const auto likes = wait(hub.search({.text = QStringLiteral("model"), .sort = SearchQuery::Sort::Likes, .cursor = {}}));
    EXPECT_EQ(likes->hits[0].repository.name, QStringLiteral("someone/model-0-GGUF"));
    EXPECT_EQ(likes->hits[0].parameters, 1'500'000'000);
    EXPECT_EQ(likes->hits[0].context, 32768);
    EXPECT_EQ(likes->hits[0].architecture, QStringLiteral("llama"));
    EXPECT_TRUE(wait(hub.search({.text = QStringLiteral("tiny"), .cursor = {}}))->hits[0].gated);
}

TEST_F(Client, ListsARepositoryAtOneCommit)
{
    server.setPageSize(2);
    HubClient hub(*network, settings, nullptr);
    for (const RepositoryId& id : {tiny, tinyThere}) {
        const auto repository = wait(hub.repository(id));
        ASSERT_TRUE(repository) << repository.error().message;
        QStringList paths;
        for (const RemoteFile& file : repository->files) paths << file.path;
        EXPECT_EQ(paths, (QStringList{QStringLiteral("README.md"), QStringLiteral("tiny-Q4_0.gguf"), QStringLiteral("sub/tiny-Q8_0-00001-of-00002.gguf"), QStringLiteral("sub/tiny-Q8_0-00002-of-00002.gguf")}))
            << "all pages, and no file that would leave its folder";
        EXPECT_EQ(repository->files[1].size, 6);
        EXPECT_EQ(repository->files[1].sha256, QCryptographicHash::hash("GGUF-a", QCryptographicHash::Sha256).toHex());
        EXPECT_EQ(repository->license, QStringLiteral("apache-2.0"));
        EXPECT_EQ(repository->summary, QStringLiteral("A tiny model that is here so that tests have something to read."));
        EXPECT_EQ(fileSets(*repository).size(), 2);
    }
    EXPECT_EQ(wait(hub.repository(tiny))->id.revision, QStringLiteral("0123456789abcdef0123456789abcdef01234567"));
    EXPECT_TRUE(wait(hub.repository(tiny))->gated);
}

TEST_F(Client, WhatIsNotThereAndWhatIsNotShown)
{
    server.add({.name = QStringLiteral("someone/secret"), .files = {{.path = QStringLiteral("a.gguf"), .content = "x"}}, .token = QStringLiteral("hf_right"), .accepted = false});
    HubClient hub(*network, settings, nullptr);
    const auto none = wait(hub.repository({Service::HuggingFace, QStringLiteral("no/body"), {}}));
    ASSERT_FALSE(none);
    EXPECT_EQ(none.error().code, ErrorCode::NotFound);
    EXPECT_THAT(none.error().message, HasSubstr("no/body"));
    for (const Service service : {Service::HuggingFace, Service::ModelScope}) {
        const auto shut = wait(hub.repository({service, QStringLiteral("someone/secret"), {}}));
        ASSERT_FALSE(shut);
        EXPECT_EQ(shut.error().code, ErrorCode::InvalidArgument);
        EXPECT_THAT(shut.error().message, HasSubstr("token"));
    }
    qputenv("HF_TOKEN", "hf_right");
    TempDir folder;
    TokenStore tokens(QString::fromStdString((folder / "tokens.json").string()));
    qunsetenv("HF_TOKEN");
    HubClient known(*network, settings, &tokens);
    const auto waiting = wait(known.repository({Service::HuggingFace, QStringLiteral("someone/secret"), {}}));
    ASSERT_FALSE(waiting);
    EXPECT_THAT(waiting.error().message, HasSubstr("let in"));
    server.add({.name = QStringLiteral("someone/secret"), .files = {{.path = QStringLiteral("a.gguf"), .content = "x"}}, .token = QStringLiteral("hf_right")});
    EXPECT_TRUE(wait(known.repository({Service::HuggingFace, QStringLiteral("someone/secret"), {}})));
}

TEST_F(Client, TroubleThatPassesIsWaitedFor)
{
    HubClient hub(*network, settings, nullptr);
    for (const int status : {429, 500, 503}) {
        server.fault({.kind = Fault::Status, .times = 2, .status = status, .seconds = 0});
        EXPECT_TRUE(wait(hub.search({.text = QStringLiteral("tiny"), .cursor = {}}))) << status;
    }
    server.fault({.kind = Fault::Drop, .times = 1, .after = 20});
    EXPECT_TRUE(wait(hub.search({.text = QStringLiteral("tiny"), .cursor = {}})));
    server.fault({.kind = Fault::Status, .times = -1, .status = 503});
    const auto never = wait(hub.search({.text = QStringLiteral("tiny"), .cursor = {}}));
    ASSERT_FALSE(never);
    EXPECT_EQ(never.error().code, ErrorCode::Network);
    EXPECT_THAT(never.error().message, HasSubstr("503"));
}

TEST_F(Client, AnswersThatMakeNoSense)
{
    HubClient hub(*network, settings, nullptr);
    server.fault({.kind = Fault::Garbage, .where = QStringLiteral("/api/models"), .times = 1});
    EXPECT_EQ(wait(hub.search({.text = QStringLiteral("tiny"), .cursor = {}})).error().code, ErrorCode::Format);
    for (const QByteArray& json : {QByteArray("{}"), QByteArray("null"), QByteArray("[1, null, \"x\", [], {}]"), QByteArray("[{\"id\": \"../etc\"}, {\"id\": 7}, {\"id\": \"a/b\", \"downloads\": -5, \"tags\": 3, \"gguf\": []}]"),
                                   QByteArray(3000, '['), QByteArray()}) {
        server.answer(QStringLiteral("/api/models"), json);
        const auto page = wait(hub.search({.text = QStringLiteral("tiny"), .cursor = {}}));
        if (page && !page->hits.isEmpty()) {
            ASSERT_EQ(page->hits.size(), 1);
            EXPECT_EQ(page->hits[0].repository.name, QStringLiteral("a/b"));
            EXPECT_EQ(page->hits[0].downloads, -1);
        }
    }
    // A list that never ends comes to an end.
    server.answer(QStringLiteral("/api/models/someone/tiny-GGUF/tree/0123456789abcdef0123456789abcdef01234567"), "[]", {"Link: <http://evil.example/api?cursor=1>; rel=\"next\""});
    const auto endless = wait(hub.repository(tiny));
    ASSERT_FALSE(endless);
    EXPECT_EQ(endless.error().code, ErrorCode::Unsupported);
    for (const auto& request : server.requests()) EXPECT_FALSE(request.target.contains("evil"));
}

TEST_F(Client, HugeAndSlowAnswersAreLeft)
{
    settings.patience = 400;
    HubClient hub(*network, settings, nullptr);
    QElapsedTimer timer;
    timer.start();
    server.fault({.kind = Fault::Endless, .times = 10});
    EXPECT_THAT(wait(hub.search({.text = QStringLiteral("tiny"), .cursor = {}})).error().message, HasSubstr("larger than"));
    server.clearFaults();
    server.fault({.kind = Fault::Silent, .times = 10});
    EXPECT_THAT(wait(hub.search({.text = QStringLiteral("tiny"), .cursor = {}})).error().message, HasSubstr("does not answer"));
    server.clearFaults();
    server.fault({.kind = Fault::Slow, .times = 10, .after = 1, .wait = std::chrono::milliseconds(50)});
    EXPECT_THAT(wait(hub.search({.text = QStringLiteral("tiny"), .cursor = {}})).error().message, ::testing::AnyOf(HasSubstr("too long"), HasSubstr("does not answer")));
    server.clearFaults();
    server.fault({.kind = Fault::RedirectLoop});
    EXPECT_THAT(wait(hub.search({.text = QStringLiteral("tiny"), .cursor = {}})).error().message, HasSubstr("without end"));
    EXPECT_LT(timer.elapsed(), 15'000);
}

TEST_F(Client, TheNextAddressStepsIn)
{
    HubServer mirror;
    mirror.add({.name = QStringLiteral("someone/tiny-GGUF"), .files = {{.path = QStringLiteral("tiny-Q4_0.gguf"), .content = "GGUF"}}});
    qputenv("HF_TOKEN", "hf_right");
    TempDir folder;
    TokenStore tokens(QString::fromStdString((folder / "tokens.json").string()));
    qunsetenv("HF_TOKEN");
    settings.huggingFace = {server.url(), mirror.url()};
    server.fault({.kind = Fault::Status, .times = -1, .status = 502});
    HubClient hub(*network, settings, &tokens);
    ASSERT_TRUE(wait(hub.repository(tiny)));
    EXPECT_EQ(hub.endpoint(Service::HuggingFace), mirror.url());
    EXPECT_EQ(hub.fileRequest(tiny, QStringLiteral("a b.gguf")).url().toEncoded(), mirror.url().toEncoded() + "/someone/tiny-GGUF/resolve/main/a%20b.gguf");
    for (const auto& request : mirror.requests()) EXPECT_FALSE(request.headers.contains("authorization")) << "a mirror that we fell back on gets no token";
    EXPECT_EQ(server.requests().first().headers.value("authorization"), "Bearer hf_right");
    const int before = server.count({});
    ASSERT_TRUE(wait(hub.repository(tiny)));
    EXPECT_EQ(server.count({}), before) << "the one that answered stays first";
}

TEST_F(Client, CancellingAborts)
{
    HubClient hub(*network, settings, nullptr);
    server.fault({.kind = Fault::Silent, .times = 1});
    auto future = hub.search({.text = QStringLiteral("tiny"), .cursor = {}});
    spin([&] { return server.count({}) == 1; });
    future.cancel();
    EXPECT_TRUE(spin([&] { return hub.children().isEmpty(); }, 2000));
    {
        HubClient gone(*network, settings, nullptr);
        server.fault({.kind = Fault::Silent, .times = 1});
        future = gone.search({.text = QStringLiteral("tiny"), .cursor = {}});
    }
    EXPECT_TRUE(future.isCanceled());
}

TEST_F(Client, CredentialsStayWithTheirAddress)
{
    server.add({.name = QStringLiteral("someone/secret"), .files = {{.path = QStringLiteral("a.gguf"), .content = "x"}}, .token = QStringLiteral("hf_right")});
    qputenv("HF_TOKEN", "hf_right");
    TempDir folder;
    TokenStore tokens(QString::fromStdString((folder / "tokens.json").string()));
    qunsetenv("HF_TOKEN");
    HubClient hub(*network, settings, &tokens);
    bool done = false;
    Fetched answer;
    startFetch(*network, {.request = hub.fileRequest({Service::HuggingFace, QStringLiteral("someone/secret"), {}}, QStringLiteral("a.gguf"))}, &hub, [&](Result<Fetched> got) {
        done = true;
        if (got) answer = *got;
    });
    ASSERT_TRUE(spin([&] { return done; }));
    EXPECT_EQ(answer.body, "x");
    EXPECT_FALSE(answer.credentials);
    ASSERT_EQ(server.requests().size(), 2);
    EXPECT_TRUE(server.requests()[0].headers.contains("authorization"));
    EXPECT_FALSE(server.requests()[1].headers.contains("authorization"));
    const QNetworkRequest request(QUrl(QStringLiteral("https://a.example/x")));
    EXPECT_FALSE(redirected(request, request.url(), QUrl(QStringLiteral("http://a.example/x"))));
    EXPECT_FALSE(redirected(request, request.url(), QUrl(QStringLiteral("file:///etc/passwd"))));
    EXPECT_TRUE(redirected(request, request.url(), QUrl(QStringLiteral("https://b.example/x"))));
}

TEST_F(Client, AddressesOfOnesOwn)
{
    qputenv("HF_ENDPOINT", "https://hub.example/");
    EXPECT_EQ(HubSettings::fromEnvironment().huggingFace.first(), QUrl(QStringLiteral("https://hub.example")));
    EXPECT_EQ(HubSettings::withOwn(QStringLiteral("hf-mirror.com"), {}).huggingFace, (QList<QUrl>{QUrl(QStringLiteral("https://hf-mirror.com")), QUrl(QStringLiteral("https://huggingface.co"))}));
    qunsetenv("HF_ENDPOINT");
    EXPECT_EQ(HubSettings::fromEnvironment().huggingFace.first(), QUrl(QStringLiteral("https://huggingface.co")));
    for (const char* bad : {"", "ftp://x", "https://", "https://user:word@x.example", "a b"}) EXPECT_FALSE(HubSettings::isAddress(QString::fromLatin1(bad))) << bad;
}
