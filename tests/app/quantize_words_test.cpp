// What the Quantize place says and recommends: pure functions.
#include "app/quantizing/choices.h"
#include "app/quantizing/job_words.h"
#include "app/quantizing/pace.h"
#include "app/quantizing/scripted_workshop.h"
#include "app/quantizing/target_table.h"
#include "core/quant/format.h"
#include "core/quantize/target.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

using namespace corral;
using namespace corral::app;

namespace {

constexpr std::uint64_t kGigabyte = 1'000'000'000;

SourceModel demo(const char* name = "Qwen2.5-1.5B-F16.gguf")
{
    auto model = scriptedWorkshop({.bytesPerSecond = 0, .openSeconds = 0}).open(name);
    EXPECT_TRUE(model);
    return std::move(*model);
}

const TargetRow& row(const QList<TargetRow>& rows, const char* name)
{
    const auto it = std::ranges::find(rows, QString::fromLatin1(name), &TargetRow::name);
    EXPECT_NE(it, rows.end()) << name;
    return *it;
}

QString recommended(const QList<TargetRow>& rows, const SourceModel& model)
{
    const int number = recommend(rows, model).row;
    return number < 0 ? QString() : rows[number].name;
}

} // namespace

TEST(TargetTable, HoldsEveryTargetOnceLargestFirst)
{
    const SourceModel model = demo();
    const auto rows = planTargets(model, {}, 0);
    std::set<std::uint32_t> fileTypes;
    int copies = 0;
    for (const auto& target : quantize::allTargets()) {
        if (target.copy) ++copies;
        else fileTypes.insert(target.fileType);
    }
    EXPECT_EQ(rows.size(), qsizetype(fileTypes.size()) + copies);
    EXPECT_EQ(rows.front().name, QStringLiteral("F32"));
    EXPECT_EQ(rows.back().name, kUnchanged);
    for (qsizetype i = 1; i + 1 < rows.size(); ++i) {
        EXPECT_GE(rows[i - 1].bits, rows[i].bits) << rows[i].name.toStdString();
        const bool special = rows[i].name == QStringLiteral("MXFP4_MOE") || rows[i].name == QStringLiteral("Q2_0") || rows[i].name == QStringLiteral("Q1_0");
        if (rows[i - 1].bits == rows[i].bits && !special && !rows[i].name.startsWith(u"TQ")) {
            EXPECT_GE(rows[i - 1].bytes, rows[i].bytes) << rows[i].name.toStdString();
        }
    }
    EXPECT_EQ(row(rows, "F16").bytes, model.bytes);
    EXPECT_EQ(row(rows, "Q4_K_M").bits, 4);
    EXPECT_NEAR(row(rows, "Q8_0").bitsPerWeight, 8.5, 0.01);
    EXPECT_TRUE(row(rows, "IQ1_S").needsMatrix);
    EXPECT_FALSE(row(rows, "Q2_K").needsMatrix);
    EXPECT_TRUE(std::ranges::all_of(rows, [](const TargetRow& r) { return r.fits; })) << "memory is not known";
}

TEST(TargetTable, FitsLeavesRoomForTheConversation)
{
    const SourceModel model = demo();
    const auto bytes = row(planTargets(model, {}, 0), "Q8_0").bytes;
    EXPECT_GT(cacheBytes(model.source->keys(), kContextRoom), 0u);
    EXPECT_FALSE(row(planTargets(model, {}, bytes + 1), "Q8_0").fits);
    EXPECT_TRUE(row(planTargets(model, {}, bytes * 2), "Q8_0").fits);
}

TEST(TargetTable, RecommendsTheUsualUnlessMemoryOrTheModelSaysOtherwise)
{
    const SourceModel model = demo();
    const auto at = [&](std::uint64_t memory) { return planTargets(model, {}, memory); };
    EXPECT_EQ(recommended(at(0), model), QStringLiteral("Q4_K_M"));
    EXPECT_EQ(recommend(at(0), model).reason, Recommendation::Reason::Usual);
    EXPECT_EQ(recommended(at(kGigabyte), model), QStringLiteral("Q3_K_M"));
    EXPECT_EQ(recommend(at(kGigabyte), model).reason, Recommendation::Reason::Memory);
    EXPECT_EQ(recommended(at(kGigabyte / 10), model), QStringLiteral("Q4_K_M"));
    EXPECT_EQ(recommend(at(kGigabyte / 10), model).reason, Recommendation::Reason::TooLarge);
    SourceModel small = model;
    small.parameters = 135'000'000;
    EXPECT_EQ(recommended(at(0), small), QStringLiteral("Q8_0"));
    EXPECT_EQ(recommend(at(0), small).reason, Recommendation::Reason::SmallModel);
    SourceModel quantized = demo("Qwen2.5-1.5B-Q4_0.gguf");
    EXPECT_TRUE(quantized.quantized);
    const auto rows = planTargets(quantized, {}, 0);
    EXPECT_LT(row(rows, recommended(rows, quantized).toLatin1().constData()).bytes, quantized.bytes) << "never larger than the source";
}

TEST(TargetTable, EveryReasonAndExpectationHasWords)
{
    for (const auto reason : {Recommendation::Reason::Usual, Recommendation::Reason::SmallModel, Recommendation::Reason::Memory, Recommendation::Reason::TooLarge,
                              Recommendation::Reason::Again})
        EXPECT_FALSE(reasonText(reason).isEmpty());
    for (const TargetRow& target : planTargets(demo(), {}, 0)) EXPECT_FALSE(expectationOf(target).isEmpty()) << target.name.toStdString();
    EXPECT_TRUE(groupTitle(4).startsWith(u"4 ")) << "the plural is the translation's";
}

TEST(Pace, KnowsSpeedAndTimeLeftFromTheLastSeconds)
{
    Pace pace;
    pace.add(0, 1000, 0);
    EXPECT_FALSE(pace.bytesPerSecond());
    pace.add(100, 1000, 1);
    EXPECT_DOUBLE_EQ(*pace.bytesPerSecond(), 100);
    EXPECT_DOUBLE_EQ(*pace.secondsLeft(), 9);
    for (int second = 2; second <= 20; ++second) pace.add(100 + std::uint64_t(second) * 10, 1000, second);
    EXPECT_NEAR(*pace.bytesPerSecond(), 10, 0.1) << "what was fast long ago is forgotten";
    pace.restart();
    EXPECT_FALSE(pace.secondsLeft());
    pace.add(400, 1000, 100);
    pace.add(500, 1000, 101);
    EXPECT_DOUBLE_EQ(*pace.secondsLeft(), 5);
    pace.add(0, 2000, 102); // the next stage
    EXPECT_FALSE(pace.secondsLeft());
}

TEST(JobWords, TimesSpeedsAndShares)
{
    EXPECT_EQ(durationText(0.4), QStringLiteral("0.4 s"));
    EXPECT_EQ(durationText(12.4), QStringLiteral("12 s"));
    EXPECT_EQ(durationText(60), QStringLiteral("1 min"));
    EXPECT_EQ(durationText(185), QStringLiteral("3 min 5 s"));
    EXPECT_EQ(durationText(4800), QStringLiteral("1 h 20 min"));
    EXPECT_EQ(timeLeftText(0.2), QStringLiteral("almost done"));
    EXPECT_EQ(timeLeftText(11.2), QStringLiteral("12 s left"));
    EXPECT_EQ(timeLeftText(170), QStringLiteral("3 min left"));
    EXPECT_EQ(changeText(0.0123), QStringLiteral("+1.2 %"));
    EXPECT_EQ(changeText(-0.0123), QStringLiteral("−1.2 %"));
    EXPECT_EQ(changeText(0.0001), QStringLiteral("±0.0 %"));
    EXPECT_EQ(percentText(0.314), QStringLiteral("31 %"));
    EXPECT_EQ(speedText(512e6), QStringLiteral("512.0 MB/s"));
}

TEST(JobWords, TensorsHaveAPlace)
{
    EXPECT_EQ(placeOf(QStringLiteral("blk.12.ffn_down.weight")).layer, 12);
    EXPECT_EQ(placeOf(QStringLiteral("blk.12.ffn_down.weight")).kind, QStringLiteral("ffn_down"));
    EXPECT_EQ(placeOf(QStringLiteral("blk.3.ffn_up_exps.weight")).kind, QStringLiteral("ffn_up"));
    EXPECT_EQ(placeOf(QStringLiteral("token_embd.weight")).layer, -1);
    EXPECT_EQ(kindTitle(QStringLiteral("token_embd")), QStringLiteral("Token embedding"));
    EXPECT_EQ(kindTitle(QStringLiteral("ssm_in")), QStringLiteral("ssm_in")) << "unknown ones keep their name";
}

TEST(JobWords, FailuresSayWhatAndWhy)
{
    const auto text = [](ErrorCode code) { return failureOf({code, "blk.0.attn_q.weight: a value is not a number"}, {}).text; };
    EXPECT_TRUE(text(ErrorCode::Format).contains(QStringLiteral("blk.0.attn_q.weight")));
    EXPECT_TRUE(text(ErrorCode::Format).contains(QStringLiteral("Nothing was left behind")));
    EXPECT_TRUE(text(ErrorCode::Io).contains(QStringLiteral("blk.0.attn_q.weight")));
    for (const auto code : {ErrorCode::InvalidArgument, ErrorCode::NotFound, ErrorCode::Unsupported, ErrorCode::OutOfMemory})
        EXPECT_TRUE(text(code).contains(QStringLiteral("not a number"))) << int(code);
}

TEST(Choices, AreReadIntoPlanOptions)
{
    QuantizeChoices choices;
    choices.outputType = QStringLiteral("q6_K");
    choices.tensorTypes = QStringLiteral("FFN_down=q5_K\n\n attn_v = q8_0 ");
    choices.metadata = QStringLiteral("general.name=str:My model\na.b=int:-3\nc=float:0.5\nd=bool:true");
    choices.prunedLayers = QStringLiteral("3, 4 17");
    choices.pure = true;
    const auto resolved = resolve(choices);
    ASSERT_TRUE(resolved) << resolved.error().message;
    const auto& options = resolved->options;
    EXPECT_TRUE(options.pure);
    EXPECT_EQ(options.outputTensorType, quant::findFormat("q6_K")->id);
    ASSERT_EQ(options.tensorTypes.size(), 2u);
    EXPECT_EQ(options.tensorTypes[0].first, "ffn_down");
    EXPECT_EQ(options.tensorTypes[1].second, quant::findFormat("q8_0")->id);
    ASSERT_EQ(options.overrides.size(), 4u);
    EXPECT_EQ(*options.overrides[0].second.asString(), "My model");
    EXPECT_EQ(options.overrides[1].second.asInt(), 3) << "the absolute value";
    EXPECT_EQ(options.pruneLayers, (std::vector<int>{3, 4, 17}));
    EXPECT_EQ(options.imatrix, nullptr);
}

TEST(Choices, WrongLinesAreNamed)
{
    const auto errorOf = [](auto&& set) {
        QuantizeChoices choices;
        set(choices);
        const auto resolved = resolve(choices);
        return resolved ? std::string() : resolved.error().message;
    };
    EXPECT_NE(errorOf([](auto& c) { c.tensorTypes = QStringLiteral("nonsense"); }).find("nonsense"), std::string::npos);
    EXPECT_NE(errorOf([](auto& c) { c.tensorTypes = QStringLiteral("x=q9_Z"); }).find("q9_Z"), std::string::npos);
    EXPECT_NE(errorOf([](auto& c) { c.metadata = QStringLiteral("a=int:many"); }).find("a=int:many"), std::string::npos);
    EXPECT_NE(errorOf([](auto& c) { c.prunedLayers = QStringLiteral("two"); }).find("two"), std::string::npos);
    EXPECT_FALSE(errorOf([](auto& c) { c.matrixFile = QStringLiteral("/nowhere.gguf"); }).empty());
}

TEST(Choices, ShardsAreCutInOrder)
{
    quantize::Plan plan;
    for (const std::uint64_t bytes : {40u, 40u, 40u, 200u, 10u}) plan.tensors.push_back({.bytes = bytes});
    cutIntoShards(plan, 100);
    std::vector<int> shards;
    for (const auto& tensor : plan.tensors) shards.push_back(tensor.shard);
    EXPECT_EQ(shards, (std::vector<int>{0, 0, 1, 2, 3})) << "a tensor that is too large has a file of its own";
    EXPECT_EQ(plan.shards, 4);
}
