// The queue: on played transfers what a click does, on a real hub of this machine what is on the disk in the end.
#include "app/downloads/download_queue.h"
#include "app/shelf/known_sums.h"
#include "tests/app/fixture.h"

#include <QAbstractItemModelTester>
#include <QDir>
#include <QFile>
#include <QSignalSpy>

using namespace corral;
using namespace corral::app;
using namespace corral::test;

namespace {

hub::FileSet setOf(const QString& name, qint64 size, int shards = 1)
{
    hub::FileSet set{.name = name, .quantization = QStringLiteral("Q4_K_M")};
    for (int i = 1; i <= shards; ++i) {
        const QString suffix = shards == 1 ? QString() : QStringLiteral("-%1-of-%2").arg(i, 5, 10, QLatin1Char('0')).arg(shards, 5, 10, QLatin1Char('0'));
        set.files.append({.path = name + suffix + QStringLiteral(".bin"), .size = size});
    }
    return set;
}
const hub::RepositoryId kRepository{.service = hub::Service::HuggingFace, .name = QStringLiteral("someone/model-GGUF"), .revision = QStringLiteral("0123456789abcdef0123456789abcdef01234567")};

class DownloadQueueTest : public ::testing::Test {
protected:
    QString path(const char* name) const { return QString::fromStdString((m_folder / name).string()); }
    std::unique_ptr<DownloadQueue> make(double speed)
    {
        return std::make_unique<DownloadQueue>(scriptedDownloads(speed), DownloadQueue::Options{.file = path("downloads.json"), .folder = path("models"), .sumsFile = path("sums.json")});
    }
    static QVariant cell(const DownloadQueue& queue, int row, DownloadQueue::Role role) { return queue.data(queue.index(row), role); }
    static int state(const DownloadQueue& queue, int row) { return cell(queue, row, DownloadQueue::StateRole).toInt(); }

    TempDir m_folder;
};

} // namespace

TEST_F(DownloadQueueTest, OneAfterAnotherShardsAsOneItem)
{
    auto queue = make(200e6);
    QAbstractItemModelTester tester(queue.get(), QAbstractItemModelTester::FailureReportingMode::Fatal);
    QSignalSpy arrived(queue.get(), &DownloadQueue::arrived);
    queue->addSet(kRepository, setOf(QStringLiteral("one"), 30'000'000, 3));
    const int second = queue->addSet(kRepository, setOf(QStringLiteral("two"), 10'000'000));
    EXPECT_EQ(queue->count(), 2);
    EXPECT_TRUE(queue->running());
    EXPECT_EQ(queue->waiting(), 1);
    EXPECT_EQ(queue->runningTitle(), QStringLiteral("one Q4_K_M"));
    EXPECT_EQ(cell(*queue, 0, DownloadQueue::PartsRole).toInt(), 3);
    EXPECT_EQ(cell(*queue, 0, DownloadQueue::FromRole).toString(), QStringLiteral("hf:someone/model-GGUF"));
    ASSERT_TRUE(spinUntil([&] { return state(*queue, 0) == DownloadQueue::Done; }));
    EXPECT_EQ(cell(*queue, 0, DownloadQueue::DetailRole).toString(), QStringLiteral("90.0 MB, verified"));
    ASSERT_TRUE(spinUntil([&] { return queue->find(second)->state == DownloadState::Done; }));
    EXPECT_EQ(arrived.count(), 2);
    EXPECT_EQ(arrived[0][0].toStringList().size(), 3);
    EXPECT_FALSE(queue->running());
    queue->clearDone();
    EXPECT_EQ(queue->count(), 0);
}

TEST_F(DownloadQueueTest, PausedMovedCancelled)
{
    auto queue = make(5e6);
    QAbstractItemModelTester tester(queue.get(), QAbstractItemModelTester::FailureReportingMode::Fatal);
    const int one = queue->addSet(kRepository, setOf(QStringLiteral("one"), 300'000'000)), two = queue->addSet(kRepository, setOf(QStringLiteral("two"), 300'000'000)),
              three = queue->addSet(kRepository, setOf(QStringLiteral("three"), 300'000'000));
    queue->move(three, -1);
    EXPECT_EQ(queue->items()[1]->id, three);
    ASSERT_TRUE(spinUntil([&] { return queue->find(one)->pace.secondsLeft().has_value(); }));
    EXPECT_TRUE(cell(*queue, 0, DownloadQueue::DetailRole).toString().contains(QStringLiteral("/s · "))) << "speed and time left";
    queue->pause(one);
    EXPECT_EQ(queue->find(one)->state, DownloadState::Paused);
    EXPECT_EQ(queue->find(three)->state, DownloadState::Running) << "the next one does not wait for it";
    queue->cancelRunning();
    EXPECT_EQ(queue->find(three)->state, DownloadState::Paused);
    queue->cancel(two);
    EXPECT_EQ(queue->count(), 2);
    EXPECT_FALSE(queue->running());
    queue->resume(one);
    EXPECT_EQ(queue->find(one)->state, DownloadState::Running);
    EXPECT_EQ(queue->addSet(kRepository, setOf(QStringLiteral("one"), 300'000'000)), one) << "asked for twice, there once";
}

TEST_F(DownloadQueueTest, OutlivesTheProgram)
{
    {
        auto queue = make(5e6);
        queue->addSet(kRepository, setOf(QStringLiteral("one"), 300'000'000, 2));
        const int paused = queue->addSet(kRepository, setOf(QStringLiteral("two"), 300'000'000));
        queue->pause(paused);
        queue->add(QStringLiteral("https://example.org/files/three.gguf"));
        ASSERT_TRUE(spinUntil([&] { return queue->items()[0]->received > 0; }));
    }
    auto queue = make(5e6);
    ASSERT_EQ(queue->count(), 3);
    EXPECT_FALSE(queue->running()) << "nothing goes out before begin()";
    EXPECT_EQ(queue->items()[0]->repository, kRepository) << "with the commit";
    EXPECT_EQ(queue->items()[0]->files.size(), 2);
    EXPECT_EQ(state(*queue, 1), DownloadQueue::Paused);
    queue->begin();
    EXPECT_EQ(state(*queue, 0), DownloadQueue::Running);
    EXPECT_EQ(state(*queue, 2), DownloadQueue::Waiting);
}

TEST_F(DownloadQueueTest, MangledListsAreEmptyOnes)
{
    for (const QByteArray& list : {QByteArray("{"), QByteArray("{\"downloads\": 3}"), QByteArray("{\"downloads\": [{}, 7, {\"source\": 5}, {\"files\": [[]]}]}")}) {
        QFile file(path("downloads.json"));
        ASSERT_TRUE(file.open(QIODevice::WriteOnly));
        file.write(list);
        file.close();
        EXPECT_EQ(make(1e6)->count(), 0) << list.toStdString();
    }
}

TEST_F(DownloadQueueTest, FailuresSayWhyAndCanBeTriedAgain)
{
    auto queue = make(200e6);
    QSignalSpy ended(queue.get(), &DownloadQueue::ended);
    const int gated = queue->addSet(kRepository, setOf(QStringLiteral("gated"), 1'000'000));
    const int full = queue->addSet(kRepository, setOf(QStringLiteral("full"), 1'000'000));
    const int offline = queue->addSet(kRepository, setOf(QStringLiteral("offline"), 60'000'000));
    ASSERT_TRUE(spinUntil([&] { return queue->find(offline)->state == DownloadState::Retrying; }));
    EXPECT_EQ(queue->find(gated)->state, DownloadState::Failed);
    EXPECT_TRUE(queue->find(gated)->failureText.contains(QStringLiteral("Accept the model's terms")));
    EXPECT_TRUE(queue->find(full)->failureText.startsWith(QStringLiteral("There is not enough room: 42.5 GB"))) << queue->find(full)->failureText.toStdString();
    EXPECT_EQ(cell(*queue, 2, DownloadQueue::DetailRole).toString(), QStringLiteral("There is no connection to huggingface.co. Trying again soon."));
    EXPECT_EQ(ended.count(), 2);
    queue->pause(offline);
    queue->retry(full);
    EXPECT_TRUE(spinUntil([&] { return ended.count() == 3; }));
}

TEST_F(DownloadQueueTest, UnderstandsNamesAndAddresses)
{
    const auto queue = make(1e6);
    for (const char* text : {"hf:a/b", "hf:a/b:Q4_K_M", " ms:a/b ", "https://example.org/x.gguf"}) EXPECT_TRUE(queue->understands(QString::fromLatin1(text))) << text;
    for (const char* text : {"", "hello", "hf:", "hf:../x", "https://example.org/", "file:///etc/passwd"}) EXPECT_FALSE(queue->understands(QString::fromLatin1(text))) << text;
}

TEST_F(DownloadQueueTest, AnotherModelsFileOfThatNameStays)
{
    QDir().mkpath(path("models"));
    QFile mine(path("models/one.bin"));
    ASSERT_TRUE(mine.open(QIODevice::WriteOnly));
    mine.write("mine");
    mine.close();
    auto queue = make(1e6);
    queue->addSet(kRepository, setOf(QStringLiteral("one"), 1'000'000));
    EXPECT_EQ(queue->items()[0]->files[0].target, path("models/someone_model-GGUF/one.bin"));
}
