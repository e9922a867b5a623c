// Jobs one after another, and what the list, the strip and the report say of them; on workshops of the test's own.
#include "app/quantizing/job_list_model.h"
#include "app/quantizing/quality_report.h"
#include "app/quantizing/scripted_workshop.h"
#include "app/quantizing/workshop_records.h"
#include "tests/app/fixture.h"

#include <QSignalSpy>

#include <atomic>

using namespace corral;
using namespace corral::app;
using namespace corral::test;

namespace {

JobOrder order(const char* title, const char* target = "Q4_K_M")
{
    JobOrder made;
    made.title = QString::fromLatin1(title);
    made.input = std::string(title) + "-F16.gguf";
    made.target = QString::fromLatin1(target);
    made.output = std::string("/tmp/") + title + ".gguf";
    return made;
}

class Queue : public ::testing::Test {
protected:
    Queue()
    {
        m_workshop.run = [this](const JobOrder& job, Job& control, const JobEvents& events) -> Result<JobOutcome> {
            const int now = ++m_atOnce;
            m_most = std::max<int>(m_most, now);
            struct Leave {
                std::atomic<int>& count;
                ~Leave() { --count; }
            } leave{m_atOnce};
            events.outputs({job.output});
            if (job.title == QStringLiteral("bad")) return fail(ErrorCode::Format, "blk.0.attn_q.weight: a value is not a number");
            const int steps = job.title == QStringLiteral("endless") ? 1'000'000 : 3;
            for (int i = 0; i < steps; ++i) {
                if (!control.proceed()) return fail(ErrorCode::Cancelled, "cancelled");
                events.progress({.done = std::uint64_t(i + 1) * 10, .total = std::uint64_t(steps) * 10, .step = i, .steps = steps, .name = "blk.0.ffn_up.weight"});
                std::this_thread::sleep_for(std::chrono::milliseconds(1));
            }
            m_ended.append(job.title);
            return JobOutcome{.files = {job.output}, .sourceBytes = 3'100'000'000, .bytes = 986'000'000, .seconds = 12, .bitsPerWeight = 4.9, .tensors = {}, .measurement = {}};
        };
    }
    QString file(const char* name) const { return QString::fromStdString((m_folder / name).string()); }
    JobState state(const QuantizeQueue& queue, int id) { return queue.find(id)->state; }
    bool rests(const QuantizeQueue& queue)
    {
        return spinUntil([&] { return queue.running() == nullptr; });
    }
    static QVariant cell(const JobListModel& list, int row, JobListModel::Role role) { return list.data(list.index(row), role); }

    TempDir m_folder;
    Workshop m_workshop;
    std::atomic<int> m_atOnce = 0;
    int m_most = 0;
    QStringList m_ended; // written by one worker at a time
};

} // namespace

TEST_F(Queue, RunsOneAfterAnother)
{
    WorkshopRecords records(file("workshop.json"));
    QuantizeQueue queue(m_workshop, records);
    JobListModel list(queue);
    QAbstractItemModelTester tester(&list, QAbstractItemModelTester::FailureReportingMode::Fatal);
    queue.add(order("one"));
    queue.add(order("two"));
    const int last = queue.add(order("three"));
    EXPECT_TRUE(list.running());
    EXPECT_EQ(list.runningTitle(), QStringLiteral("one → Q4_K_M"));
    EXPECT_EQ(list.waiting(), 2);
    EXPECT_EQ(cell(list, 2, JobListModel::StateRole).toInt(), JobListModel::Waiting);
    ASSERT_TRUE(rests(queue));
    EXPECT_EQ(m_ended, QStringList({"one", "two", "three"}));
    EXPECT_EQ(m_most, 1);
    EXPECT_EQ(state(queue, last), JobState::Done);
    EXPECT_EQ(cell(list, 2, JobListModel::DetailRole).toString(), QStringLiteral("3.1 GB → 986.0 MB (32 %) · 12 s"));
    EXPECT_TRUE(cell(list, 2, JobListModel::CanChatRole).toBool());
    EXPECT_TRUE(cell(list, 2, JobListModel::HasReportRole).toBool());
    EXPECT_FALSE(list.running());
    QSignalSpy chat(&list, &JobListModel::chatWanted);
    list.chat(last);
    ASSERT_EQ(chat.count(), 1);
    EXPECT_EQ(chat[0][0].toUrl(), QUrl::fromLocalFile(QStringLiteral("/tmp/three.gguf")));
    list.remove(last);
    EXPECT_EQ(list.count(), 2);
}

TEST_F(Queue, PausesGoesOnAndIsCancelled)
{
    WorkshopRecords records(file("workshop.json"));
    QuantizeQueue queue(m_workshop, records);
    JobListModel list(queue);
    QAbstractItemModelTester tester(&list, QAbstractItemModelTester::FailureReportingMode::Fatal);
    const int id = queue.add(order("endless"));
    const int waiting = queue.add(order("behind"));
    ASSERT_TRUE(spinUntil([&] { return queue.find(id)->progress.done > 0; }));
    EXPECT_TRUE(cell(list, 0, JobListModel::DetailRole).toString().startsWith(QStringLiteral("blk.0.ffn_up.weight, ")));
    list.pause(id);
    EXPECT_EQ(state(queue, id), JobState::Paused);
    EXPECT_EQ(list.runningText(), QStringLiteral("Paused"));
    const auto before = spinUntil([] { return false; }, 50) ? 0 : queue.find(id)->progress.done; // what was on its way has come
    spinUntil([] { return false; }, 50);
    EXPECT_EQ(queue.find(id)->progress.done, before) << "it stands still";
    list.resume(id);
    ASSERT_TRUE(spinUntil([&] { return queue.find(id)->progress.done > before; }));
    list.cancel(waiting);
    EXPECT_EQ(state(queue, waiting), JobState::Cancelled) << "it never ran";
    list.pause(id);
    list.cancelRunning(); // also ends a pause
    ASSERT_TRUE(rests(queue));
    EXPECT_EQ(state(queue, id), JobState::Cancelled);
    EXPECT_FALSE(cell(list, 0, JobListModel::CanChatRole).toBool());
    EXPECT_TRUE(records.leftovers().isEmpty());
}

TEST_F(Queue, AFailureIsToldAndTriedAgain)
{
    WorkshopRecords records(file("workshop.json"));
    QuantizeQueue queue(m_workshop, records);
    JobListModel list(queue);
    const int id = queue.add(order("bad"));
    queue.add(order("good"));
    ASSERT_TRUE(rests(queue));
    EXPECT_EQ(state(queue, id), JobState::Failed);
    EXPECT_EQ(m_ended, QStringList{"good"}) << "the next one runs all the same";
    EXPECT_TRUE(cell(list, 0, JobListModel::DetailRole).toString().contains(QStringLiteral("blk.0.attn_q.weight")));
    EXPECT_FALSE(cell(list, 0, JobListModel::HelpRole).toString().isEmpty());
    EXPECT_FALSE(cell(list, 0, JobListModel::HasReportRole).toBool());
    list.help(id);
    EXPECT_EQ(list.count(), 2);
    EXPECT_EQ(cell(list, 1, JobListModel::TitleRole).toString(), QStringLiteral("bad → Q4_K_M"));
    ASSERT_TRUE(rests(queue));
}

TEST_F(Queue, EndingTheProgramEndsTheJobAndLeavesNoRecord)
{
    WorkshopRecords records(file("workshop.json"));
    {
        QuantizeQueue queue(m_workshop, records);
        const int id = queue.add(order("endless"));
        ASSERT_TRUE(spinUntil([&] { return !queue.find(id)->outputs.empty(); }));
    }
    EXPECT_EQ(m_atOnce, 0);
    EXPECT_TRUE(WorkshopRecords(file("workshop.json")).leftovers().isEmpty());
}

TEST(WorkshopRecords, RemainsOfACrashAreOfferedAndDeleted)
{
    TempDir folder;
    const QString file = QString::fromStdString((folder / "workshop.json").string());
    const std::filesystem::path output = folder / "model.gguf", other = folder / "other.gguf";
    {
        WorkshopRecords records(file);
        records.beginOutputs({output, other});
        EXPECT_TRUE(records.leftovers().isEmpty()) << "what is being written now is nobody's remains";
    } // as after a crash: nobody said that it has ended
    const QString part = QString::fromStdString(output.string()) + QStringLiteral(".part");
    QFile remains(part);
    ASSERT_TRUE(remains.open(QIODevice::WriteOnly));
    remains.write("half a model");
    remains.close();
    WorkshopRecords next(file);
    EXPECT_EQ(next.leftovers(), QStringList{part}) << "the other one was never begun";
    next.deleteLeftovers();
    EXPECT_FALSE(QFile::exists(part));
    EXPECT_FALSE(QFile::exists(QString::fromStdString(output.string()))) << "and nothing appears in its place";
    EXPECT_TRUE(next.leftovers().isEmpty());
    EXPECT_TRUE(WorkshopRecords(file).leftovers().isEmpty());
}

TEST(WorkshopRecords, MeasurementsBelongToOneFile)
{
    TempDir folder;
    const QString file = QString::fromStdString((folder / "workshop.json").string());
    WorkshopRecords records(file);
    const auto loss = [](const char* target, qint64 bytes, qint64 original, double ppl) {
        return MeasuredLoss{.original = QStringLiteral("/m/f16.gguf"), .originalBytes = original, .target = QString::fromLatin1(target), .text = {}, .bytes = bytes, .ppl = ppl, .basePpl = 10};
    };
    records.addMeasured(loss("Q8_0", 530, 1000, 10.01));
    records.addMeasured(loss("Q4_K_M", 310, 1000, 10.2));
    records.addMeasured(loss("Q4_K_M", 310, 1000, 10.12)); // measured again
    const auto known = WorkshopRecords(file).measured(QStringLiteral("/m/f16.gguf"), 1000);
    ASSERT_EQ(known.size(), 2);
    EXPECT_EQ(known[0].target, QStringLiteral("Q4_K_M")) << "smallest first";
    EXPECT_NEAR(known[0].change(), 0.012, 1e-9);
    EXPECT_TRUE(records.measured(QStringLiteral("/m/f16.gguf"), 999).isEmpty()) << "another file under that name";
    records.addMeasured(loss("Q8_0", 500, 900, 10.01));
    EXPECT_EQ(records.measured(QStringLiteral("/m/f16.gguf"), 1000).size(), 0) << "the file has changed: what was measured before is worth nothing";
}

namespace {

class Report : public ::testing::Test {
protected:
    int quantized(const char* target)
    {
        const int id = m_queue.add(order("Qwen", target));
        EXPECT_TRUE(spinUntil([&] { return m_queue.running() == nullptr; }));
        EXPECT_EQ(m_queue.find(id)->state, JobState::Done);
        return id;
    }
    bool measured()
    {
        m_report.startMeasuring();
        EXPECT_TRUE(m_report.measuring());
        return spinUntil([&] { return !m_report.measuring(); });
    }

    TempDir m_folder;
    WorkshopRecords m_records{QString::fromStdString((m_folder / "workshop.json").string())};
    QuantizeQueue m_queue{scriptedWorkshop({.bytesPerSecond = 0, .openSeconds = 0}), m_records};
    QualityReport m_report{m_queue, m_records};
};

} // namespace

TEST_F(Report, ShowsTheErrorOfEveryTensorInItsPlace)
{
    m_report.show(quantized("Q4_K_M"));
    ASSERT_TRUE(m_report.isOpen());
    EXPECT_FALSE(m_report.measured());
    EXPECT_TRUE(m_report.canMeasure());
    EXPECT_TRUE(m_report.words().startsWith(QStringLiteral("The weights of Q4_K_M are off by "))) << m_report.words().toStdString();
    EXPECT_EQ(m_report.layers(), 28);
    EXPECT_EQ(m_report.kinds().size(), 7) << m_report.kinds().join(u',').toStdString();
    EXPECT_EQ(m_report.cells().size(), 7 * 28) << "norms are left as they are and have no cell";
    EXPECT_EQ(m_report.outside().size(), 1);
    double largest = 0;
    for (const HeatCell& cell : m_report.cells()) {
        EXPECT_GT(cell.level, 0);
        largest = std::max(largest, cell.level);
        EXPECT_TRUE(cell.text.startsWith(QStringLiteral("Layer %1, ").arg(cell.column))) << cell.text.toStdString();
    }
    EXPECT_DOUBLE_EQ(std::max(largest, m_report.outside().front().level), 1);
    EXPECT_TRUE(m_report.points().isEmpty());
    m_report.close();
    EXPECT_FALSE(m_report.isOpen());
}

TEST_F(Report, SaysPlainlyWhatWasLostOnceMeasured)
{
    for (const char* target : {"Q8_0", "Q2_K", "Q4_K_M"}) {
        m_report.show(quantized(target));
        ASSERT_TRUE(measured());
    }
    EXPECT_TRUE(m_report.measured());
    EXPECT_TRUE(m_report.words().contains(QStringLiteral("perplexity for "))) << m_report.words().toStdString();
    EXPECT_EQ(m_report.figures().front().label, QStringLiteral("Perplexity"));
    ASSERT_EQ(m_report.points().size(), 3);
    const auto losses = m_records.measured(QStringLiteral("Qwen-F16.gguf"), qint64(m_queue.jobs().front()->outcome.sourceBytes));
    ASSERT_EQ(losses.size(), 3);
    for (const auto axis : {QualityReport::Perplexity, QualityReport::Divergence}) {
        m_report.setMeasure(axis);
        const auto points = m_report.points();
        EXPECT_EQ(points[0].name, QStringLiteral("Q2_K"));
        EXPECT_EQ(points[2].name, QStringLiteral("Q8_0"));
        EXPECT_TRUE(points[1].current);
        EXPECT_LT(points[0].x, points[2].x) << "smaller is further left";
        EXPECT_GT(points[0].y, points[2].y) << "worse is further up";
        for (const LossPoint& point : points) {
            EXPECT_LE(point.x, 1);
            EXPECT_LE(point.y, 1);
        }
        EXPECT_GE(m_report.lossMarks().size(), 3);
        EXPECT_DOUBLE_EQ(m_report.lossMarks().back().at, 1);
        EXPECT_DOUBLE_EQ(m_report.sizeMarks().front().at, 0);
    }
}

TEST_F(Report, OfAMeasuringJobIsThatOfItsFile)
{
    const int id = quantized("Q5_K_M");
    m_report.show(id);
    ASSERT_TRUE(measured());
    const int measuring = m_queue.jobs().back()->id;
    ASSERT_NE(measuring, id);
    m_report.close();
    m_report.show(measuring);
    EXPECT_TRUE(m_report.isOpen());
    EXPECT_EQ(m_report.cells().size(), 7 * 28);
    EXPECT_TRUE(m_report.measured());
}
