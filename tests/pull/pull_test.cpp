// `corral pull` as people run it: a process, a hub, and what is on the disk afterwards. Killed at random points it goes on, and the file is never there
// before it is whole. CORRAL_KILLS sets how often (100).
#include "tests/support/golden.h"
#include "tests/support/hub_server.h"

#include <gtest/gtest.h>

#include <QCoreApplication>
#include <QCryptographicHash>
#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QRandomGenerator>

#include <csignal>

using namespace corral::test;

namespace {

QByteArray noise(qsizetype size)
{
    QByteArray bytes(size, Qt::Uninitialized);
    QRandomGenerator random(11);
    random.fillRange(reinterpret_cast<quint32*>(bytes.data()), size / qsizetype(sizeof(quint32)));
    return bytes;
}

class Pull : public ::testing::Test {
protected:
    Pull()
    {
        auto environment = QProcessEnvironment::systemEnvironment();
        environment.insert(QStringLiteral("HF_ENDPOINT"), m_server.url().toString());
        environment.remove(QStringLiteral("MODEL_ENDPOINT"));
        environment.insert(QStringLiteral("HOME"), path("home"));
        environment.insert(QStringLiteral("XDG_DATA_HOME"), path("data"));
        m_process.setProcessEnvironment(environment);
    }
    QString path(const char* name) const { return QString::fromStdString((m_folder / name).string()); }
    QString target(const char* name) const { return path("models/") + QString::fromLatin1(name); }
    void start(const QString& source, const QStringList& more = {})
    {
        m_process.start(QStringLiteral(CORRAL_PROGRAM), QStringList{QStringLiteral("pull"), source, QStringLiteral("--dir"), path("models")} + more);
        ASSERT_TRUE(m_process.waitForStarted());
    }
    int finish()
    {
        EXPECT_TRUE(m_process.waitForFinished(60'000));
        m_out = m_process.readAllStandardOutput();
        m_error = m_process.readAllStandardError();
        return m_process.exitStatus() == QProcess::NormalExit ? m_process.exitCode() : -1;
    }
    static QByteArray contentOf(const QString& name)
    {
        QFile file(name);
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }
    QStringList files() const { return QDir(path("models")).entryList(QDir::Files | QDir::Hidden, QDir::Name); }

    int m_argc = 1;
    char m_name[5] = "test";
    char* m_argv[2] = {m_name, nullptr};
    QCoreApplication m_application{m_argc, m_argv};
    TempDir m_folder;
    HubServer m_server;
    QProcess m_process;
    QByteArray m_out, m_error;
};

} // namespace

TEST_F(Pull, AllShardsOfTheChosenQuantization)
{
    const QByteArray one = noise(100'000), two = noise(120'000), other = noise(5'000);
    m_server.add({.name = "someone/big-GGUF",
                  .files = {{.path = "big-Q8_0.gguf", .content = other}, {.path = "big-Q4_K_M-00001-of-00002.gguf", .content = one}, {.path = "big-Q4_K_M-00002-of-00002.gguf", .content = two}}});
    start(QStringLiteral("hf:someone/big-GGUF:Q4_K_M"));
    EXPECT_EQ(finish(), 1) << "noise is no model, and that is said";
    EXPECT_TRUE(m_error.contains("corral pull: ")) << m_error.toStdString();
    EXPECT_TRUE(contentOf(target("big-Q4_K_M-00001-of-00002.gguf")) == one);
    EXPECT_TRUE(contentOf(target("big-Q4_K_M-00002-of-00002.gguf")) == two);
    EXPECT_EQ(files().size(), 2);
    const QByteArray sums = contentOf(path("data/corral/sums.json"));
    EXPECT_TRUE(sums.contains(QCryptographicHash::hash(two, QCryptographicHash::Sha256).toHex())) << "noted, to be verified again later";
    EXPECT_TRUE(sums.contains("0123456789abcdef0123456789abcdef01234567")) << "with the commit";
}

TEST_F(Pull, AnyAddress)
{
    const QByteArray content = noise(300'000);
    m_server.addPlain(QStringLiteral("/files/some.bin"), content);
    start(m_server.plain(QStringLiteral("/files/some.bin")).toString());
    ASSERT_EQ(finish(), 0) << m_error.toStdString();
    EXPECT_EQ(m_out.trimmed(), target("some.bin").toUtf8());
    EXPECT_TRUE(contentOf(target("some.bin")) == content);
}

TEST_F(Pull, WhatCannotBeIsSaidInOneLine)
{
    start(QStringLiteral("hf:someone/nothing:Q4_K_M"));
    EXPECT_EQ(finish(), 1);
    EXPECT_EQ(m_error.count('\n'), 1) << m_error.toStdString();
    start(QStringLiteral("hf:../../etc"));
    EXPECT_EQ(finish(), 1);
    start(QStringLiteral("x"), {QStringLiteral("--connections"), QStringLiteral("99")});
    EXPECT_EQ(finish(), 2);
    EXPECT_TRUE(files().isEmpty());
}

TEST_F(Pull, CtrlCKeepsThePartAndSaysHowToGoOn)
{
    const QByteArray content = noise(8'000'000);
    m_server.addPlain(QStringLiteral("/files/some.bin"), content);
    m_server.setBytesPerSecond(4'000'000);
    start(m_server.plain(QStringLiteral("/files/some.bin")).toString());
    QElapsedTimer timer;
    for (timer.start(); timer.elapsed() < 20'000 && m_server.bytesSent() < 2'000'000;) m_process.waitForFinished(20);
    ::kill(pid_t(m_process.processId()), SIGINT);
    EXPECT_EQ(finish(), 1);
    EXPECT_TRUE(m_error.contains("the same command goes on")) << m_error.toStdString();
    EXPECT_EQ(files(), QStringList({QStringLiteral("some.bin.part"), QStringLiteral("some.bin.part.json")}));
    m_server.setBytesPerSecond(0);
    const qint64 before = m_server.bytesSent();
    start(m_server.plain(QStringLiteral("/files/some.bin")).toString());
    ASSERT_EQ(finish(), 0) << m_error.toStdString();
    EXPECT_TRUE(contentOf(target("some.bin")) == content);
    EXPECT_LT(m_server.bytesSent() - before, 7'000'000);
}

TEST_F(Pull, KilledAtRandomPointsItGoesOn)
{
    const int kills = qEnvironmentVariableIntValue("CORRAL_KILLS") > 0 ? qEnvironmentVariableIntValue("CORRAL_KILLS") : 100;
    constexpr qsizetype kSize = 72'000'000; // several connections
    const QByteArray content = noise(kSize);
    m_server.add({.name = "someone/model", .files = {{.path = "model.Q4_0.gguf", .content = content}}});
    m_server.setBytesPerSecond(12'000'000);
    const QString name = target("model.Q4_0.gguf");
    QRandomGenerator random{quint32(kills)};
    int finished = 0;
    qint64 most = 0;
    QElapsedTimer timer;
    timer.start();
    for (int killed = 0; killed < kills;) {
        start(QStringLiteral("hf:someone/model/model.Q4_0.gguf"));
        if (m_process.waitForFinished(int(random.bounded(20, 420)))) {
            ASSERT_TRUE(contentOf(name) == content) << "after " << killed << " kills: " << m_process.readAllStandardError().toStdString();
            ++finished;
            QFile::remove(name); // once more
            continue;
        }
        m_process.kill();
        m_process.waitForFinished();
        ++killed;
        if (QFile::exists(name)) { // killed between the rename and its end
            ASSERT_TRUE(contentOf(name) == content);
            ++finished;
            QFile::remove(name);
            continue;
        }
        qint64 there = 0; // what is said to be there is there
        const auto ranges = QJsonDocument::fromJson(contentOf(name + QStringLiteral(".part.json"))).object()[QStringLiteral("ranges")].toArray();
        QFile part(name + QStringLiteral(".part"));
        ASSERT_TRUE(ranges.isEmpty() || part.open(QIODevice::ReadOnly));
        for (const auto& value : ranges) {
            const qint64 begin = value.toArray().at(0).toInteger(), end = value.toArray().at(1).toInteger();
            part.seek(begin);
            ASSERT_TRUE(part.read(end - begin) == content.sliced(begin, end - begin)) << begin << " to " << end << " after " << killed << " kills";
            there += end - begin;
        }
        most = std::max(most, there);
    }
    m_server.setBytesPerSecond(0);
    start(QStringLiteral("hf:someone/model/model.Q4_0.gguf"));
    EXPECT_EQ(finish(), 1) << "noise is no model";
    EXPECT_TRUE(contentOf(name) == content);
    EXPECT_EQ(files(), QStringList{QStringLiteral("model.Q4_0.gguf")});
    EXPECT_TRUE(finished > 0 || most > 0) << "it came forward";
    std::printf("%d kills, %d times whole on the way, %lld of %lld bytes at most otherwise, %.1f s\n", kills, finished, qint64(most), qint64(kSize), double(timer.elapsed()) / 1000);
}
