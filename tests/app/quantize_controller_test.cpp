// The Quantize place on real files: small models are opened, planned, quantized, split and merged by the real core.
#include "app/quantizing/quantize_controller.h"
#include "tests/app/fixture.h"
#include "tests/support/tiny_checkpoint.h"
#include "tests/support/tiny_model.h"

#include <QSignalSpy>

#include <fstream>

using namespace corral;
using namespace corral::app;
using namespace corral::test;

namespace {

class Quantizing : public ::testing::Test {
protected:
    Quantizing() { TinyModel{}.write(m_model); }

    QString text(const std::filesystem::path& path) const { return QString::fromStdString(path.string()); }
    QUrl url(const std::filesystem::path& path) const { return QUrl::fromLocalFile(text(path)); }
    std::unique_ptr<QuantizeController> controller() { return std::make_unique<QuantizeController>(Workshop::real(), text(m_folder / "workshop.json")); }
    // Open, and planned.
    static bool open(QuantizeController& quantize, const QList<QUrl>& urls)
    {
        quantize.open(urls);
        return spinUntil([&] { return quantize.state() == QuantizeController::Ready && !quantize.planning() && quantize.targets()->count() > 0; });
    }
    static void select(QuantizeController& quantize, const char* target)
    {
        TargetListModel& targets = *quantize.targets();
        for (int row = 0; row < targets.count(); ++row) {
            if (targets.data(targets.index(row), TargetListModel::TargetRole).toString() == QLatin1String(target)) return targets.select(row);
        }
        FAIL() << "no target " << target;
    }
    static QString state(QuantizeController& quantize, int row = 0)
    {
        const QueuedJob& job = *quantize.queue().jobs()[std::size_t(row)];
        switch (job.state) {
        case JobState::Done: return QStringLiteral("done");
        case JobState::Failed: return QString::fromStdString("failed: " + job.error.message);
        case JobState::Cancelled: return QStringLiteral("cancelled");
        default: return QStringLiteral("alive");
        }
    }
    static bool finished(QuantizeController& quantize)
    {
        return spinUntil([&] { return quantize.queue().running() == nullptr; }, 60'000);
    }
    QStringList files() const { return QDir(text(m_folder.path())).entryList(QDir::Files, QDir::Name); }

    TempDir m_folder;
    const std::filesystem::path m_model = m_folder / "Tiny-F32.gguf";
};

} // namespace

TEST_F(Quantizing, OpensAModelAndPlansEveryTarget)
{
    auto quantize = controller();
    EXPECT_EQ(quantize->state(), QuantizeController::Empty);
    QAbstractItemModelTester targets(quantize->targets(), QAbstractItemModelTester::FailureReportingMode::Fatal);
    QAbstractItemModelTester contents(quantize->contents(), QAbstractItemModelTester::FailureReportingMode::Fatal);
    EXPECT_TRUE(quantize->isModel({url(m_model)}));
    EXPECT_FALSE(quantize->isCheckpoint({url(m_model)}));
    ASSERT_TRUE(open(*quantize, {url(m_model)}));
    EXPECT_EQ(quantize->name(), QStringLiteral("tiny"));
    EXPECT_TRUE(quantize->facts().contains(QStringLiteral("llama"))) << quantize->facts().toStdString();
    EXPECT_FALSE(quantize->canMerge());
    EXPECT_TRUE(quantize->canSplit());
    EXPECT_FALSE(quantize->needsPermission());
    EXPECT_GT(quantize->targets()->count(), 30);
    ASSERT_TRUE(quantize->targets()->current());
    EXPECT_EQ(quantize->targets()->current()->name, quantize->targets()->recommended()->name) << "the recommended one is selected";
    EXPECT_TRUE(quantize->recommendation().startsWith(quantize->targets()->recommended()->name));
    EXPECT_TRUE(quantize->canStart()) << quantize->startProblem().toStdString();
    EXPECT_GT(quantize->contents()->count(), 10);
    select(*quantize, "Q8_0");
    EXPECT_EQ(quantize->outputName(), QStringLiteral("Tiny-Q8_0.gguf"));
    EXPECT_TRUE(quantize->summary().startsWith(QStringLiteral("Q8_0 · ")));
    quantize->close();
    EXPECT_EQ(quantize->state(), QuantizeController::Empty);
    EXPECT_EQ(quantize->targets()->count(), 0);
}

TEST_F(Quantizing, WritesWhatTheTablePromised)
{
    auto quantize = controller();
    ASSERT_TRUE(open(*quantize, {url(m_model)}));
    select(*quantize, "Q8_0");
    const auto promised = quantize->targets()->current()->bytes;
    quantize->start();
    ASSERT_TRUE(finished(*quantize));
    ASSERT_EQ(state(*quantize), QStringLiteral("done"));
    const auto file = gguf::File::open(m_folder / "Tiny-Q8_0.gguf");
    ASSERT_TRUE(file);
    std::uint64_t bytes = 0;
    for (const auto& tensor : (*file)->tensors()) bytes += tensor.bytes;
    EXPECT_EQ(bytes, promised);
    EXPECT_EQ((*file)->getInt("general.file_type").value_or(-1), 7);
    EXPECT_EQ(files(), QStringList({"Tiny-F32.gguf", "Tiny-Q8_0.gguf", "workshop.json"})) << "no .part";
    EXPECT_FALSE(quantize->outputNote().isEmpty()) << "the name is taken now";
    quantize->report()->show(quantize->queue().jobs().front()->id);
    EXPECT_EQ(quantize->report()->layers(), 2);
    EXPECT_EQ(quantize->report()->cells().size(), 2 * 7);
}

TEST_F(Quantizing, MeasuresTheLossAndShowsItInTheTable)
{
    auto quantize = controller();
    ASSERT_TRUE(open(*quantize, {url(m_model)}));
    select(*quantize, "Q8_0");
    const int row = quantize->targets()->selected();
    EXPECT_FALSE(quantize->targets()->data(quantize->targets()->index(row), TargetListModel::MeasuredRole).toBool());
    quantize->start();
    ASSERT_TRUE(finished(*quantize));
    quantize->report()->show(quantize->queue().jobs().front()->id);
    std::ofstream(m_folder / "text.txt") << std::string("the world is a thing, hello world. ").append(600, 'a'); // two contexts and a little
    quantize->report()->setText(url(m_folder / "text.txt"));
    EXPECT_EQ(quantize->report()->textName(), QStringLiteral("text.txt"));
    quantize->report()->startMeasuring();
    ASSERT_TRUE(finished(*quantize));
    ASSERT_EQ(state(*quantize, 1), QStringLiteral("done"));
    EXPECT_TRUE(quantize->report()->measured());
    const QString quality = quantize->targets()->data(quantize->targets()->index(row), TargetListModel::QualityRole).toString();
    EXPECT_TRUE(quality.endsWith(QStringLiteral(" %"))) << quality.toStdString();
    EXPECT_TRUE(quantize->targets()->anyMeasured());
    auto another = controller(); // the next start knows it, too
    ASSERT_TRUE(open(*another, {url(m_model)}));
    EXPECT_TRUE(another->targets()->anyMeasured());
}

TEST_F(Quantizing, CancellingLeavesNothing)
{
    auto quantize = controller();
    ASSERT_TRUE(open(*quantize, {url(m_model)}));
    select(*quantize, "Q8_0");
    quantize->start();
    quantize->jobs()->cancelRunning(); // it has hardly begun
    ASSERT_TRUE(finished(*quantize));
    EXPECT_EQ(state(*quantize), QStringLiteral("cancelled"));
    EXPECT_FALSE(files().contains(QStringLiteral("Tiny-Q8_0.gguf")));
    EXPECT_TRUE(files().filter(QStringLiteral(".part")).isEmpty()) << files().join(u' ').toStdString();
}

TEST_F(Quantizing, ANumberThatIsNoneIsOneClearErrorAndLeavesNothing)
{
    auto builder = TinyModel{}.builder();
    std::vector<float> values(32 * 32, 0.1f);
    values[77] = std::numeric_limits<float>::quiet_NaN();
    builder.tensorF32("blk.2.attn_q.weight", {32, 32}, values);
    builder.write(m_folder / "sick.gguf");
    auto quantize = controller();
    ASSERT_TRUE(open(*quantize, {url(m_folder / "sick.gguf")}));
    select(*quantize, "Q8_0");
    quantize->start();
    ASSERT_TRUE(finished(*quantize));
    const QString message = quantize->jobs()->data(quantize->jobs()->index(0), JobListModel::DetailRole).toString();
    EXPECT_TRUE(message.contains(QStringLiteral("blk.2.attn_q.weight"))) << message.toStdString();
    EXPECT_EQ(files(), QStringList({"Tiny-F32.gguf", "sick.gguf", "workshop.json"}));
}

TEST_F(Quantizing, TheModelItselfIsNeverOverwritten)
{
    auto quantize = controller();
    ASSERT_TRUE(open(*quantize, {url(m_model)}));
    quantize->setOutputName(QStringLiteral("Tiny-F32"));
    EXPECT_FALSE(quantize->canStart());
    EXPECT_TRUE(quantize->startProblem().contains(QStringLiteral("overwrite"))) << quantize->startProblem().toStdString();
    quantize->setOutputName(QStringLiteral("../elsewhere"));
    EXPECT_EQ(quantize->outputFolder(), text(m_folder.path())) << "a name is no path";
    quantize->setOutput(url(m_folder / "nowhere" / "x.gguf"));
    EXPECT_TRUE(quantize->startProblem().contains(QStringLiteral("nowhere")));
}

TEST_F(Quantizing, AQuantizedModelAsksForPermission)
{
    {
        auto quantize = controller();
        ASSERT_TRUE(open(*quantize, {url(m_model)}));
        select(*quantize, "Q8_0");
        quantize->start();
        ASSERT_TRUE(finished(*quantize));
    }
    auto quantize = controller();
    ASSERT_TRUE(open(*quantize, {url(m_folder / "Tiny-Q8_0.gguf")}));
    select(*quantize, "Q4_0");
    EXPECT_TRUE(quantize->needsPermission());
    EXPECT_FALSE(quantize->canStart());
    EXPECT_GT(quantize->targets()->current()->bytes, 0u) << "sizes are shown all the same";
    EXPECT_EQ(quantize->outputName(), QStringLiteral("Tiny-Q4_0.gguf")) << "the old type leaves the name";
    quantize->options()->setProperty("allowRequantize", true);
    ASSERT_TRUE(spinUntil([&] { return !quantize->planning(); }));
    EXPECT_TRUE(quantize->canStart()) << quantize->startProblem().toStdString();
    quantize->start();
    ASSERT_TRUE(finished(*quantize));
    EXPECT_EQ(state(*quantize), QStringLiteral("done"));
}

TEST_F(Quantizing, TargetsOfFewBitsWaitForAMatrix)
{
    auto builder = TinyModel{}.builder();
    builder.tensorF32("blk.2.ffn_up.weight", {256, 32}, std::vector<float>(256 * 32, 0.3f)); // long enough for blocks of 256
    builder.write(m_folder / "wide.gguf");
    auto quantize = controller();
    ASSERT_TRUE(open(*quantize, {url(m_folder / "wide.gguf")}));
    select(*quantize, "IQ2_XXS");
    EXPECT_TRUE(quantize->targets()->current()->needsMatrix);
    EXPECT_FALSE(quantize->canStart());
    EXPECT_TRUE(quantize->startProblem().contains(QStringLiteral("importance matrix")));
    quantize::Imatrix matrix;
    matrix.set("blk.2.ffn_up.weight", {.sumSquares = std::vector<float>(256, 2.f), .counts = {1.f}});
    ASSERT_TRUE(matrix.save(m_folder / "imatrix.gguf"));
    quantize->options()->setMatrix(url(m_folder / "imatrix.gguf"));
    ASSERT_TRUE(spinUntil([&] { return !quantize->targets()->current()->needsMatrix; }));
    EXPECT_EQ(quantize->targets()->current()->name, QStringLiteral("IQ2_XXS")) << "the selection stays";
    EXPECT_TRUE(quantize->canStart()) << quantize->startProblem().toStdString();
}

TEST_F(Quantizing, WrongAdvancedFieldsAreToldBeforeTheStart)
{
    auto quantize = controller();
    ASSERT_TRUE(open(*quantize, {url(m_model)}));
    quantize->options()->setProperty("tensorTypes", QStringLiteral("ffn_down=q99"));
    ASSERT_TRUE(spinUntil([&] { return !quantize->optionsProblem().isEmpty(); }));
    EXPECT_FALSE(quantize->canStart());
    EXPECT_TRUE(quantize->startProblem().contains(QStringLiteral("q99")));
    EXPECT_EQ(quantize->options()->changes(), 1);
    quantize->options()->reset();
    ASSERT_TRUE(spinUntil([&] { return quantize->canStart(); }));
}

TEST_F(Quantizing, SplitsAndMergesBackToTheSameTensors)
{
    auto quantize = controller();
    ASSERT_TRUE(open(*quantize, {url(m_model)}));
    quantize->setTask(QuantizeController::Split);
    quantize->setSplitBy(QuantizeController::ByTensors);
    quantize->setSplitTensors(10);
    EXPECT_EQ(quantize->startText(), QStringLiteral("Split"));
    EXPECT_EQ(quantize->outputName(), QStringLiteral("Tiny-F32"));
    quantize->start();
    ASSERT_TRUE(finished(*quantize));
    ASSERT_EQ(state(*quantize), QStringLiteral("done"));
    const QStringList shards = files().filter(QStringLiteral("-of-"));
    EXPECT_EQ(shards.size(), 3) << files().join(u' ').toStdString();
    std::filesystem::rename(m_model, m_folder / "original.gguf");

    // All parts dropped at once are one model.
    QList<QUrl> dropped;
    for (const QString& shard : shards) dropped.append(url(m_folder / shard.toStdString()));
    ASSERT_TRUE(open(*quantize, dropped));
    EXPECT_TRUE(quantize->following().isEmpty());
    EXPECT_TRUE(quantize->canMerge());
    quantize->setTask(QuantizeController::Merge);
    EXPECT_EQ(quantize->outputName(), QStringLiteral("Tiny-F32.gguf"));
    EXPECT_TRUE(quantize->canStart()) << quantize->startProblem().toStdString();
    quantize->start();
    ASSERT_TRUE(finished(*quantize));
    ASSERT_EQ(state(*quantize, 1), QStringLiteral("done"));
    const auto merged = gguf::File::open(m_model), original = gguf::File::open(m_folder / "original.gguf");
    ASSERT_TRUE(merged && original);
    ASSERT_EQ((*merged)->tensors().size(), (*original)->tensors().size());
    for (const auto& tensor : (*original)->tensors()) {
        const auto* same = (*merged)->tensor(tensor.name);
        ASSERT_TRUE(same) << tensor.name;
        EXPECT_TRUE(std::ranges::equal((*original)->data(tensor), (*merged)->data(*same))) << tensor.name;
    }
    EXPECT_FALSE(quantize->canStart()) << "merging does not replace a file";
}

TEST_F(Quantizing, SeveralModelsComeOneAfterAnother)
{
    TinyModel{}.write(m_folder / "Second-F32.gguf");
    std::ofstream(m_folder / "notes.txt") << "came along";
    auto quantize = controller();
    ASSERT_TRUE(open(*quantize, {url(m_model), url(m_folder / "notes.txt"), url(m_folder / "Second-F32.gguf")}));
    EXPECT_EQ(quantize->following(), QStringList{"Second-F32.gguf"});
    select(*quantize, "Q8_0");
    quantize->start();
    ASSERT_TRUE(spinUntil([&] { return quantize->fileName() == QStringLiteral("Second-F32.gguf") && quantize->targets()->count() > 0; }));
    EXPECT_TRUE(quantize->following().isEmpty());
    ASSERT_TRUE(finished(*quantize));
    EXPECT_TRUE(files().contains(QStringLiteral("Tiny-Q8_0.gguf")));
}

TEST_F(Quantizing, WhatCannotBeOpenedIsToldWithItsReason)
{
    std::ofstream(m_folder / "broken.gguf") << "GGUFnonsense";
    std::filesystem::create_directory(m_folder / "empty");
    auto quantize = controller();
    const auto failure = [&](const std::filesystem::path& path) {
        quantize->open({url(path)});
        EXPECT_TRUE(spinUntil([&] { return quantize->state() == QuantizeController::Failed; })) << path;
        return quantize->errorText();
    };
    EXPECT_TRUE(failure(m_folder / "broken.gguf").contains(QStringLiteral("broken.gguf")));
    EXPECT_FALSE(quantize->errorDetail().isEmpty());
    EXPECT_TRUE(failure(m_folder / "gone.gguf").contains(QStringLiteral("gone.gguf")));
    EXPECT_TRUE(failure(m_folder / "empty").contains(QStringLiteral("config.json")));
    EXPECT_TRUE(open(*quantize, {url(m_model)})) << "and the next one opens";
}

TEST_F(Quantizing, ContentsAreReadAsAStreamAndCancelled)
{
    auto quantize = controller();
    ASSERT_TRUE(open(*quantize, {url(m_model)}));
    TensorListModel& contents = *quantize->contents();
    QAbstractItemModelTester tester(&contents, QAbstractItemModelTester::FailureReportingMode::Fatal);
    const auto cell = [&](const char* tensor, TensorListModel::Role role) {
        for (int row = 0; row < contents.count(); ++row) {
            if (contents.data(contents.index(row), TensorListModel::NameRole).toString() == QLatin1String(tensor)) return contents.data(contents.index(row), role).toString();
        }
        return QString();
    };
    EXPECT_EQ(cell("output_norm.weight", TensorListModel::TypeRole), QStringLiteral("F32"));
    EXPECT_EQ(cell("output_norm.weight", TensorListModel::MeanRole), QString());
    contents.measure(int(contents.lossTypes().indexOf(QStringLiteral("Q8_0"))));
    ASSERT_TRUE(spinUntil([&] { return contents.state() == TensorListModel::Read; }));
    EXPECT_EQ(cell("output_norm.weight", TensorListModel::MeanRole), QStringLiteral("1")) << "all ones";
    EXPECT_EQ(cell("output_norm.weight", TensorListModel::ZerosRole), QStringLiteral("0.00 %"));
    EXPECT_EQ(cell("output_norm.weight", TensorListModel::RangeRole), QStringLiteral("1 … 1"));
    EXPECT_TRUE(contents.hasLosses());
    EXPECT_TRUE(cell("blk.0.attn_q.weight", TensorListModel::LossRole).endsWith(u'%')) << cell("blk.0.attn_q.weight", TensorListModel::LossRole).toStdString();
    EXPECT_TRUE(contents.summary().contains(QStringLiteral("density")));
    quantize->close();
    EXPECT_EQ(contents.count(), 0);
    EXPECT_EQ(contents.state(), TensorListModel::Unread);
}

TEST_F(Quantizing, AFolderIsConvertedInOnePass)
{
    const auto folder = m_folder / "TinyLlama-15M";
    std::filesystem::create_directory(folder);
    TinyCheckpoint{}.write(folder);
    auto quantize = controller();
    EXPECT_TRUE(quantize->isCheckpoint({url(folder)}));
    ASSERT_TRUE(open(*quantize, {url(folder)})) << quantize->errorText().toStdString();
    EXPECT_TRUE(quantize->isFolder());
    EXPECT_FALSE(quantize->canSplit());
    EXPECT_EQ(quantize->startText(), QStringLiteral("Convert"));
    for (const auto& [target, name] : {std::pair("Q4_0", "TinyLlama-15M-Q4_0.gguf"), std::pair("F16", "TinyLlama-15M-F16.gguf")}) {
        select(*quantize, target);
        EXPECT_EQ(quantize->outputName(), QString::fromLatin1(name));
        const auto promised = quantize->targets()->current()->bytes;
        quantize->start();
        ASSERT_TRUE(finished(*quantize));
        ASSERT_EQ(state(*quantize, int(quantize->queue().jobs().size()) - 1), QStringLiteral("done"));
        const auto file = gguf::File::open(m_folder / name);
        ASSERT_TRUE(file) << name;
        std::uint64_t bytes = 0;
        for (const auto& tensor : (*file)->tensors()) bytes += tensor.bytes;
        EXPECT_EQ(bytes, promised) << name;
    }
    quantize->report()->show(quantize->queue().jobs().front()->id);
    EXPECT_FALSE(quantize->report()->canMeasure()) << "there is nothing to run beside it";
    EXPECT_FALSE(quantize->report()->measureHelp().isEmpty());
}

TEST_F(Quantizing, AFolderThatCannotBeConvertedIsToldByName)
{
    const auto folder = m_folder / "Strange";
    std::filesystem::create_directory(folder);
    TinyCheckpoint tiny;
    tiny.config["architectures"] = {"StrangeForCausalLM"};
    tiny.config["model_type"] = "strange";
    tiny.write(folder);
    auto quantize = controller();
    quantize->open({url(folder)});
    ASSERT_TRUE(spinUntil([&] { return quantize->state() == QuantizeController::Failed; }));
    EXPECT_TRUE(quantize->errorText().contains(QStringLiteral("StrangeForCausalLM"))) << quantize->errorText().toStdString();
}

TEST_F(Quantizing, AimsForASize)
{
    auto quantize = controller();
    ASSERT_TRUE(open(*quantize, {url(m_model)}));
    quantize->options()->setProperty("goal", QuantizeOptions::Bits);
    quantize->options()->setProperty("goalBits", 12.0);
    ASSERT_TRUE(spinUntil([&] { return !quantize->planning(); }));
    EXPECT_TRUE(quantize->summary().contains(QStringLiteral("12"))) << quantize->summary().toStdString();
    EXPECT_EQ(quantize->outputName(), QStringLiteral("Tiny-mixed.gguf"));
    quantize->start();
    ASSERT_TRUE(finished(*quantize));
    ASSERT_EQ(state(*quantize), QStringLiteral("done"));
    EXPECT_LE(quantize->queue().jobs().front()->outcome.bitsPerWeight, 12.0);
    EXPECT_GT(quantize->queue().jobs().front()->outcome.bitsPerWeight, 6.0) << "and not much less";
}

TEST_F(Quantizing, WritesSeveralFilesWhenAsked)
{
    auto quantize = controller();
    ASSERT_TRUE(open(*quantize, {url(m_model)}));
    select(*quantize, "Q8_0");
    quantize->options()->setProperty("splitGigabytes", 20e-6); // 20 kB
    ASSERT_TRUE(spinUntil([&] { return !quantize->planning(); }));
    EXPECT_EQ(quantize->outputName(), QStringLiteral("Tiny-Q8_0"));
    quantize->start();
    ASSERT_TRUE(finished(*quantize));
    ASSERT_EQ(state(*quantize), QStringLiteral("done"));
    const QStringList shards = files().filter(QStringLiteral("-of-"));
    ASSERT_GE(shards.size(), 2) << files().join(u' ').toStdString();
    const auto file = gguf::File::open(m_folder / shards.back().toStdString());
    ASSERT_TRUE(file) << file.error().message;
    EXPECT_EQ((*file)->shards().size(), std::size_t(shards.size()));
}

TEST_F(Quantizing, RemainsOfACrashAreOfferedAtTheNextStart)
{
    {
        WorkshopRecords records(text(m_folder / "workshop.json"));
        records.beginOutputs({m_folder / "half.gguf"});
    }
    std::ofstream(m_folder / "half.gguf.part") << std::string(1000, 'x');
    auto quantize = controller();
    EXPECT_TRUE(quantize->leftovers().contains(QStringLiteral("half.gguf"))) << quantize->leftovers().toStdString();
    QSignalSpy changed(quantize.get(), &QuantizeController::leftoversChanged);
    quantize->deleteLeftovers();
    EXPECT_EQ(changed.count(), 1);
    EXPECT_TRUE(quantize->leftovers().isEmpty());
    EXPECT_EQ(files(), QStringList({"Tiny-F32.gguf", "workshop.json"}));
}
