// Downloads from a server that does everything wrong: the file is byte for byte the one announced, or it is not there and a sentence says why.
#include "core/hub/download.h"
#include "tests/support/golden.h"
#include "tests/support/hub_server.h"

#include <gtest/gtest.h>

#include <QCoreApplication>
#include <QCryptographicHash>
#include <QDir>
#include <QElapsedTimer>
#include <QEventLoop>
#include <QFile>
#include <QRandomGenerator>
#include <QThreadPool>
#include <QTimer>

using namespace corral;
using namespace corral::hub;
using namespace corral::test;
using namespace std::chrono_literals;

namespace {

using State = Download::State;

QByteArray sha256(const QByteArray& bytes) { return QCryptographicHash::hash(bytes, QCryptographicHash::Sha256).toHex(); }

QByteArray noise(qsizetype size, quint32 seed)
{
    QByteArray bytes(size, Qt::Uninitialized);
    QRandomGenerator random(seed);
    auto* words = reinterpret_cast<quint32*>(bytes.data());
    random.fillRange(words, size / qsizetype(sizeof(quint32)));
    for (qsizetype i = size / 4 * 4; i < size; ++i) bytes[i] = char(random.bounded(256));
    return bytes;
}

class Downloads : public ::testing::Test {
protected:
    Downloads()
    {
        if (!QCoreApplication::instance()) m_application = std::make_unique<QCoreApplication>(m_argc, m_argv);
        m_network = std::make_unique<QNetworkAccessManager>();
        m_options.firstPause = 5ms;
        m_options.mostPause = 50ms;
        m_options.patience = 300ms;
    }

    void serve(const QByteArray& content)
    {
        m_content = content;
        m_server.add({.name = "someone/tiny-GGUF", .files = {{.path = "tiny.gguf", .content = content}}});
        m_order.request = QNetworkRequest(m_server.url().resolved(QUrl(QStringLiteral("/someone/tiny-GGUF/resolve/main/tiny.gguf"))));
        m_order.path = path("tiny.gguf");
        m_order.size = content.size();
        m_order.sha256 = sha256(content);
    }
    // The same bytes without any API: nothing is known before they are asked for.
    void servePlain(const QByteArray& content)
    {
        m_content = content;
        m_server.addPlain(QStringLiteral("/files/plain.gguf"), content);
        m_order = {.request = QNetworkRequest(m_server.plain(QStringLiteral("/files/plain.gguf"))), .path = path("plain.gguf")};
    }
    QString path(const char* name) const { return QString::fromStdString((m_folder / name).string()); }
    QByteArray fetched() const
    {
        QFile file(m_order.path);
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }
    QStringList files() const { return QDir(path("")).entryList(QDir::Files | QDir::Hidden, QDir::Name); }

    static bool spinUntil(const std::function<bool()>& condition, int milliseconds = 20'000)
    {
        QElapsedTimer timer;
        for (timer.start(); timer.elapsed() < milliseconds;) {
            if (condition()) return true;
            QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents | QEventLoop::AllEvents, 5);
        }
        return condition();
    }
    // To its end. On the way there is nothing under the final name.
    State run(Download& download)
    {
        download.start();
        const bool ended = spinUntil([&] {
            const State state = download.state();
            if (state != State::Done && state != State::Verifying) {
                EXPECT_FALSE(QFile::exists(m_order.path));
            }
            return state == State::Done || state == State::Failed;
        });
        EXPECT_TRUE(ended) << "it does not end: state " << int(download.state()) << ", " << download.received() << " of " << download.total();
        return download.state();
    }
    void expectWhole(Download& download)
    {
        ASSERT_EQ(run(download), State::Done) << download.errorText().toStdString();
        EXPECT_TRUE(fetched() == m_content);
        EXPECT_EQ(files(), QStringList{QFileInfo(m_order.path).fileName()}) << "nothing else stays";
        EXPECT_EQ(download.received(), m_content.size());
    }
    void expectWhole()
    {
        Download download(*m_network, m_order, m_options);
        expectWhole(download);
    }
    DownloadFailure expectFailure()
    {
        DownloadFailure failure;
        {
            Download download(*m_network, m_order, m_options);
            EXPECT_EQ(run(download), State::Failed);
            EXPECT_FALSE(QFile::exists(m_order.path));
            EXPECT_FALSE(download.errorText().isEmpty());
            failure = download.failure();
        }
        QThreadPool::globalInstance()->waitForDone(); // what it deletes is deleted
        return failure;
    }
    // Leaves a part of it behind, as a program that was ended in the middle does.
    void leavePart(qint64 bytes)
    {
        m_server.setBytesPerSecond(20'000'000);
        {
            Download download(*m_network, m_order, m_options);
            download.start();
            ASSERT_TRUE(spinUntil([&] { return download.received() >= bytes; }));
        }
        QThreadPool::globalInstance()->waitForDone(); // as the end of a program does
        m_server.setBytesPerSecond(0);
        ASSERT_TRUE(QFile::exists(m_order.path + QStringLiteral(".part.json")));
        ASSERT_FALSE(QFile::exists(m_order.path));
    }

    int m_argc = 1;
    char m_name[5] = "test";
    char* m_argv[2] = {m_name, nullptr};
    std::unique_ptr<QCoreApplication> m_application;
    TempDir m_folder;
    HubServer m_server;
    std::unique_ptr<QNetworkAccessManager> m_network;
    QByteArray m_content;
    DownloadOrder m_order;
    DownloadOptions m_options;
};

constexpr qsizetype kSmall = 3'000'017, kLarge = 72'000'011;

} // namespace

TEST_F(Downloads, FetchesVerifiesAndCleansUp)
{
    serve(noise(kSmall, 1));
    expectWhole();
    EXPECT_EQ(m_server.count("storage"), 1);
}

TEST_F(Downloads, SizesAtTheEdges)
{
    for (const qsizetype size : {0, 1, 65'535, 1 << 20}) {
        serve(noise(size, 2));
        QFile::remove(m_order.path);
        Download download(*m_network, m_order, m_options);
        ASSERT_EQ(run(download), State::Done) << size << ": " << download.errorText().toStdString();
        EXPECT_TRUE(QFile::exists(m_order.path));
        EXPECT_TRUE(fetched() == m_content);
    }
}

TEST_F(Downloads, LargeFilesComeOnSeveralConnections)
{
    serve(noise(kLarge, 3));
    m_server.setBytesPerSecond(50'000'000);
    expectWhole();
    QSet<QByteArray> begins;
    for (const auto& request : m_server.requests())
        if (request.storage) begins.insert(request.headers.value("range").split('-').first());
    EXPECT_GE(begins.size(), 4);
    EXPECT_LE(m_server.bytesSent(), m_content.size() + m_content.size() / 50) << "nothing is fetched twice";
}

TEST_F(Downloads, ASlowConnectionIsHelped)
{
    serve(noise(kLarge, 4));
    m_options.patience = 5s;
    m_server.fault({.kind = Fault::Slow, .where = "storage", .times = 1, .skip = 1, .after = 60'000, .wait = 50ms});
    expectWhole();
    int most = 0;
    for (const auto& request : m_server.requests()) most += request.storage;
    EXPECT_GT(most, 9) << "what the slow one had still to bring was asked for again";
}

TEST_F(Downloads, SmallFilesAreCheckedByGitsSum)
{
    const QByteArray content = "{\"model_type\": \"llama\"}\n";
    m_server.add({.name = "someone/config", .files = {{.path = "config.json", .content = content, .lfs = false}}});
    m_order = {.request = QNetworkRequest(m_server.url().resolved(QUrl(QStringLiteral("/someone/config/resolve/main/config.json")))), .path = path("config.json"), .size = content.size()};
    m_order.gitSha1 = QCryptographicHash::hash("blob " + QByteArray::number(content.size()) + '\0' + content, QCryptographicHash::Sha1).toHex();
    m_content = content;
    m_server.fault({.kind = Fault::Corrupt, .where = "/resolve/", .after = 3});
    expectWhole();
    QFile::remove(m_order.path);
    m_order.gitSha1 = QByteArray(40, '0');
    EXPECT_EQ(expectFailure().fault, DownloadFault::WrongSum);
}

TEST_F(Downloads, TheHubsOwnWordOnSizeAndSumIsTaken)
{
    serve(noise(kSmall, 5));
    m_order.size = -1;
    m_order.sha256.clear();
    m_server.fault({.kind = Fault::Corrupt, .where = "storage", .after = 1'000'000});
    Download download(*m_network, m_order, m_options);
    expectWhole(download);
    EXPECT_EQ(download.sha256(), sha256(m_content));
    EXPECT_EQ(m_server.count("storage"), 2) << "the wrong byte was noticed";
}

TEST_F(Downloads, TokensAreNotTakenToTheStorage)
{
    serve(noise(kSmall, 6));
    m_order.request.setRawHeader("Authorization", "Bearer hf_secret");
    m_order.request.setRawHeader("Cookie", "m_session_id=secret");
    expectWhole();
    int hub = 0;
    for (const auto& request : m_server.requests()) {
        const QByteArray carried = request.headers.value("authorization") + request.headers.value("cookie");
        if (!request.storage) hub += carried.startsWith("Bearer hf_secret");
        EXPECT_TRUE(!request.storage || !carried.contains("secret"));
    }
    EXPECT_EQ(hub, 1);
}

// ---- faults that pass

struct Passing {
    const char* name;
    Fault fault;
};
void PrintTo(const Passing& passing, std::ostream* out) { *out << passing.name; }

class PassingFaults : public Downloads, public ::testing::WithParamInterface<Passing> {};

TEST_P(PassingFaults, TheFileIsWholeInTheEnd)
{
    serve(noise(kSmall, 7));
    m_server.fault(GetParam().fault);
    expectWhole();
}

TEST_P(PassingFaults, AlsoWhenAPartIsThere)
{
    serve(noise(kSmall, 8));
    leavePart(1'000'000);
    m_server.fault(GetParam().fault);
    expectWhole();
}

TEST_P(PassingFaults, AlsoOnSeveralConnections)
{
    serve(noise(kLarge, 9));
    Fault fault = GetParam().fault;
    fault.skip = 2;
    m_server.fault(fault);
    expectWhole();
}

INSTANTIATE_TEST_SUITE_P(Every, PassingFaults,
                         ::testing::Values(Passing{"busy", {.kind = Fault::Status, .where = "storage", .times = 4, .status = 503}},
                                           Passing{"tooMany", {.kind = Fault::Status, .where = "storage", .times = 3, .status = 429, .seconds = 0}},
                                           Passing{"broken", {.kind = Fault::Status, .where = "/resolve/", .times = 2, .status = 500}},
                                           Passing{"dropped", {.kind = Fault::Drop, .where = "storage", .times = 6, .after = 200'000}},
                                           Passing{"droppedAtOnce", {.kind = Fault::Drop, .where = "storage", .times = 3, .after = 0}},
                                           Passing{"silent", {.kind = Fault::Silent, .where = "storage", .times = 2}},
                                           Passing{"stalled", {.kind = Fault::Stall, .where = "storage", .times = 2, .after = 300'000}},
                                           Passing{"slow", {.kind = Fault::Slow, .where = "storage", .times = 1, .after = 20, .wait = 50ms}},
                                           Passing{"truncated", {.kind = Fault::Truncate, .where = "storage", .times = 2, .after = 50'000}},
                                           Passing{"ignoresRanges", {.kind = Fault::IgnoreRange, .where = "storage", .times = -1}},
                                           Passing{"ignoresOneRange", {.kind = Fault::IgnoreRange, .where = "storage", .times = 1}},
                                           Passing{"wrongRange", {.kind = Fault::WrongRange, .where = "storage", .times = 1, .after = 1000}},
                                           Passing{"wrongRanges", {.kind = Fault::WrongRange, .where = "storage", .times = 3, .after = 1000}},
                                           Passing{"lyingRange", {.kind = Fault::LyingRange, .where = "storage", .times = 1, .after = 1000}},
                                           Passing{"noLength", {.kind = Fault::NoLength, .where = "storage", .times = 2}},
                                           Passing{"chunked", {.kind = Fault::Chunked, .where = "storage", .times = -1}},
                                           Passing{"corrupt", {.kind = Fault::Corrupt, .where = "storage", .times = 1, .after = 2'000'000}},
                                           Passing{"garbage", {.kind = Fault::Garbage, .where = "storage", .times = 2}},
                                           Passing{"endless", {.kind = Fault::Endless, .where = "storage", .times = 1}},
                                           Passing{"expired", {.kind = Fault::Status, .where = "storage", .times = 1, .skip = 1, .status = 403}}),
                         [](const auto& info) { return std::string(info.param.name); });

// ---- faults that do not

TEST_F(Downloads, AWrongSumIsDeletedAndSaid)
{
    serve(noise(kSmall, 10));
    m_server.fault({.kind = Fault::Corrupt, .where = "storage", .times = -1, .after = 5});
    EXPECT_EQ(expectFailure().fault, DownloadFault::WrongSum);
    EXPECT_TRUE(files().isEmpty());
    EXPECT_EQ(m_server.count("storage"), 2) << "tried once more from the beginning";
}

TEST_F(Downloads, RefusalsEndItAtOnce)
{
    serve(noise(kSmall, 11));
    for (const auto& [status, fault] : {std::pair{401, DownloadFault::TokenNeeded}, {403, DownloadFault::Forbidden}, {404, DownloadFault::Missing}, {451, DownloadFault::Refused}}) {
        m_server.fault({.kind = Fault::Status, .where = "/resolve/", .times = 1, .status = status});
        const int before = m_server.count("/resolve/");
        const auto failure = expectFailure();
        EXPECT_EQ(failure.fault, fault) << status;
        EXPECT_EQ(failure.status, status);
        EXPECT_EQ(m_server.count("/resolve/"), before + 1) << "not asked again";
    }
    expectWhole();
}

TEST_F(Downloads, ABusyServerIsGivenUpInTheEnd)
{
    serve(noise(kSmall, 12));
    m_options.retries = 3;
    m_server.fault({.kind = Fault::Status, .where = "/resolve/", .times = -1, .status = 503});
    const auto failure = expectFailure();
    EXPECT_EQ(failure.fault, DownloadFault::Busy);
    EXPECT_EQ(m_server.count("/resolve/"), 4);
}

TEST_F(Downloads, NobodyThereIsSaidSoon)
{
    m_order = {.request = QNetworkRequest(QUrl(QStringLiteral("http://127.0.0.1:1/x.gguf"))), .path = path("x.gguf")};
    EXPECT_EQ(expectFailure().fault, DownloadFault::Unreachable);
}

TEST_F(Downloads, CirclesEnd)
{
    serve(noise(kSmall, 13));
    m_server.fault({.kind = Fault::RedirectLoop, .where = "/resolve/", .times = -1});
    EXPECT_EQ(expectFailure().fault, DownloadFault::TooManyRedirects);
    EXPECT_LE(m_server.requests().size(), 12);
}

TEST_F(Downloads, AnotherSizeThanListedIsAWrongAnswer)
{
    serve(noise(kSmall, 14));
    m_order.size += 1;
    m_options.retries = 2;
    EXPECT_EQ(expectFailure().fault, DownloadFault::WrongAnswer);
}

TEST_F(Downloads, AFileThatFitsNoDisk)
{
    serve(noise(kSmall, 15));
    m_order.size = qint64(1) << 55;
    const auto failure = expectFailure();
    EXPECT_EQ(failure.fault, DownloadFault::NoSpace);
    EXPECT_GT(failure.needed, failure.free);
    EXPECT_EQ(m_server.requests().size(), 0);
}

TEST_F(Downloads, AFileOfTheUsersIsNeverReplaced)
{
    serve(noise(kSmall, 16));
    QFile mine(m_order.path);
    ASSERT_TRUE(mine.open(QIODevice::WriteOnly));
    mine.write("mine");
    mine.close();
    Download download(*m_network, m_order, m_options);
    download.start();
    ASSERT_TRUE(spinUntil([&] { return download.state() == State::Failed; }));
    EXPECT_EQ(download.failure().fault, DownloadFault::Occupied);
    EXPECT_EQ(fetched(), "mine");
    ASSERT_TRUE(mine.open(QIODevice::WriteOnly));
    mine.write(m_content);
    mine.close();
    Download again(*m_network, m_order, m_options);
    again.start();
    ASSERT_TRUE(spinUntil([&] { return again.state() == State::Done; })) << "it is that very file";
    EXPECT_EQ(m_server.requests().size(), 0);
}

TEST_F(Downloads, TwoProgramsDoNotFetchTheSameFile)
{
    serve(noise(kSmall, 17));
    m_server.setBytesPerSecond(2'000'000);
    m_options.lockPatience = 200ms;
    Download first(*m_network, m_order, m_options), second(*m_network, m_order, m_options);
    first.start();
    ASSERT_TRUE(spinUntil([&] { return first.received() > 0; }));
    second.start();
    ASSERT_TRUE(spinUntil([&] { return second.state() == State::Failed; }));
    EXPECT_EQ(second.failure().fault, DownloadFault::Locked);
    second.cancel(); // does not take the part away from the first
    spinUntil([] { return false; }, 50);
    m_server.setBytesPerSecond(0);
    ASSERT_TRUE(spinUntil([&] { return first.state() == State::Done; })) << first.errorText().toStdString();
    EXPECT_TRUE(fetched() == m_content);
}

TEST_F(Downloads, WhatAnotherHasBroughtMeanwhileIsTaken)
{
    serve(noise(kSmall, 26));
    m_server.setBytesPerSecond(6'000'000);
    m_options.lockPatience = 20s;
    Download first(*m_network, m_order, m_options), second(*m_network, m_order, m_options);
    first.start();
    ASSERT_TRUE(spinUntil([&] { return first.received() > 0; }));
    second.start();
    ASSERT_TRUE(spinUntil([&] { return second.state() == State::Done; })) << second.errorText().toStdString();
    EXPECT_TRUE(fetched() == m_content);
    EXPECT_EQ(m_server.count("storage"), 1);
    ASSERT_TRUE(spinUntil([&] { return first.state() == State::Done; }));
    EXPECT_EQ(files(), QStringList{QStringLiteral("tiny.gguf")});
}

TEST_F(Downloads, WhoWaitsForAnotherCanBeToldToStop)
{
    serve(noise(kSmall, 27));
    m_server.setBytesPerSecond(100'000);
    m_options.lockPatience = 60s;
    Download first(*m_network, m_order, m_options);
    first.start();
    ASSERT_TRUE(spinUntil([&] { return first.received() > 0; }));
    QElapsedTimer timer;
    {
        Download second(*m_network, m_order, m_options);
        second.start();
        spinUntil([] { return false; }, 100);
        timer.start();
        second.pause();
        EXPECT_EQ(second.state(), State::Paused);
        second.start(); // and what the first start met is no news of this one
        spinUntil([] { return false; }, 100);
        EXPECT_EQ(second.state(), State::Connecting);
    }
    EXPECT_LT(timer.elapsed(), 5000) << "letting go of it waits for nobody";
    QThreadPool::globalInstance()->waitForDone();
    EXPECT_LT(timer.elapsed(), 10'000);
    EXPECT_TRUE(QFile::exists(m_order.path + QStringLiteral(".part"))) << "it is the first's";
}

// ---- going on

TEST_F(Downloads, PausedAndStartedAtOnceItGoesOn)
{
    serve(noise(kSmall, 28));
    m_server.setBytesPerSecond(8'000'000);
    Download download(*m_network, m_order, m_options);
    download.start();
    for (int i = 0; i < 20; ++i) {
        spinUntil([] { return false; }, i);
        if (download.state() == State::Done) break;
        download.pause();
        download.start();
    }
    ASSERT_TRUE(spinUntil([&] { return download.state() == State::Done || download.state() == State::Failed; }));
    EXPECT_EQ(download.state(), State::Done) << download.errorText().toStdString();
    EXPECT_TRUE(fetched() == m_content);
}

TEST_F(Downloads, WhoeverGoesOnWaitsForTheOneThatWasLetGo)
{
    serve(noise(kSmall, 29));
    m_server.setBytesPerSecond(20'000'000);
    {
        Download download(*m_network, m_order, m_options);
        download.start();
        ASSERT_TRUE(spinUntil([&] { return download.received() >= 1'000'000; }));
    }
    m_server.setBytesPerSecond(0); // its bytes may still be on their way to the disk
    const qint64 before = m_server.bytesSent();
    expectWhole();
    constexpr qint64 kOnTheWay = 500'000; // counted as sent after `before`, to the connection that is gone
    EXPECT_LT(m_server.bytesSent() - before, m_content.size() - 1'000'000 + kOnTheWay);
}

TEST_F(Downloads, GoesOnWhereAnEarlierRunStopped)
{
    serve(noise(kSmall, 18));
    leavePart(1'500'000);
    const qint64 before = m_server.bytesSent();
    expectWhole();
    EXPECT_LT(m_server.bytesSent() - before, m_content.size() - 1'400'000);
}

TEST_F(Downloads, PausesAndIsCancelled)
{
    serve(noise(kSmall, 19));
    m_server.setBytesPerSecond(4'000'000);
    Download download(*m_network, m_order, m_options);
    download.start();
    ASSERT_TRUE(spinUntil([&] { return download.received() > 300'000; }));
    download.pause();
    EXPECT_EQ(download.state(), State::Paused);
    const qint64 received = download.received();
    spinUntil([] { return false; }, 100);
    EXPECT_EQ(download.received(), received);
    download.start();
    ASSERT_TRUE(spinUntil([&] { return download.received() > received + 300'000; }));
    download.cancel();
    EXPECT_EQ(download.state(), State::Idle);
    ASSERT_TRUE(spinUntil([&] { return files().isEmpty(); }));
    m_server.setBytesPerSecond(0);
    expectWhole(download);
}

TEST_F(Downloads, CancellingRemovesWhatAnEarlierRunLeft)
{
    serve(noise(kSmall, 20));
    leavePart(1'000'000);
    Download download(*m_network, m_order, m_options);
    download.cancel();
    EXPECT_TRUE(spinUntil([&] { return files().isEmpty(); }));
}

TEST_F(Downloads, MangledStatesAreNotBelieved)
{
    serve(noise(kSmall, 21));
    const QByteArray sum = m_order.sha256;
    const QByteArray begin = "{\"url\":\"x\",\"size\":" + QByteArray::number(m_content.size()) + ",\"sha256\":\"" + sum + "\",\"ranges\":";
    for (const QByteArray& state : {QByteArray("not json"), QByteArray(), begin + "[[0,99999999999]]}", begin + "[[-5,10]]}", begin + "[[10,5]]}", begin + "[[\"0\",1]]}", begin + "[7]}",
                                    QByteArray(begin).replace(sum, QByteArray(64, 'a')) + "[[0,1000]]}", QByteArray(begin).replace("3000017", "3000018") + "[[0,1000]]}"}) {
        QFile part(m_order.path + QStringLiteral(".part")), json(m_order.path + QStringLiteral(".part.json"));
        ASSERT_TRUE(part.open(QIODevice::WriteOnly) && json.open(QIODevice::WriteOnly));
        part.write(QByteArray(m_content.size(), 'z'));
        json.write(state);
        part.close();
        json.close();
        const qint64 before = m_server.count("storage");
        expectWhole();
        EXPECT_EQ(m_server.count("storage"), before + 1) << state.toStdString() << ": begun anew, and right the first time";
        QFile::remove(m_order.path);
    }
    // One that lies where nobody can tell is found out by the sum.
    QFile part(m_order.path + QStringLiteral(".part")), json(m_order.path + QStringLiteral(".part.json"));
    ASSERT_TRUE(part.open(QIODevice::WriteOnly) && json.open(QIODevice::WriteOnly));
    part.write(QByteArray(m_content.size(), 'z'));
    json.write(begin + "[[0,2000000]]}");
    part.close();
    json.close();
    expectWhole();
}

TEST_F(Downloads, APlainServerSaysWhatItHas)
{
    servePlain(noise(kSmall, 22));
    expectWhole();
}

TEST_F(Downloads, APlainServerWithoutLengths)
{
    servePlain(noise(kSmall, 23));
    m_server.fault({.kind = Fault::Chunked, .times = -1});
    m_server.fault({.kind = Fault::IgnoreRange, .times = -1});
    expectWhole();
}

TEST_F(Downloads, APlainServerIsGoneOnWith)
{
    servePlain(noise(kSmall, 24));
    leavePart(1'500'000);
    const qint64 before = m_server.bytesSent();
    expectWhole();
    EXPECT_LT(m_server.bytesSent() - before, m_content.size() - 1'400'000);
}

TEST_F(Downloads, AChangedFileIsFetchedAnew)
{
    servePlain(noise(kSmall, 25));
    m_server.fault({.kind = Fault::Change, .times = 1, .after = 1'000'000});
    Download download(*m_network, m_order, m_options);
    ASSERT_EQ(run(download), State::Done) << download.errorText().toStdString();
    const QByteArray now = fetched();
    EXPECT_FALSE(now == m_content) << "the server has another one now";
    QFile::remove(m_order.path);
    Download again(*m_network, m_order, m_options);
    ASSERT_EQ(run(again), State::Done);
    EXPECT_TRUE(fetched() == now) << "no mixture of the two";
}
