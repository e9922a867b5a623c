// The chain as a whole: order, state, hostile logits, speed.
#include "core/sample/order.h"
#include "core/sample/sampler.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cmath>
#include <limits>
#include <random>

namespace corral::sample {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
constexpr float kInf = std::numeric_limits<float>::infinity();
constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

std::shared_ptr<Vocabulary> vocabulary(std::int32_t size)
{
    auto v = std::make_shared<Vocabulary>();
    v->size = size;
    v->pieceOf = [](Token t) { return std::to_string(t); };
    v->encode = [](const std::string&) { return std::vector<Token>{}; };
    return v;
}

std::unique_ptr<Sampler> make(const Params& params, std::shared_ptr<Vocabulary> v)
{
    auto sampler = Sampler::create(params, std::move(v));
    if (!sampler) throw std::runtime_error(sampler.error().message);
    return std::move(*sampler);
}

TEST(Order, LettersAndNames)
{
    std::vector<std::string> unknown;
    EXPECT_THAT(parseOrder("edskypmxtia", true, &unknown), ElementsAre("penalties", "dry", "top_n_sigma", "top_k", "typ_p", "top_p",
                                                                       "min_p", "xtc", "temperature", "infill", "adaptive_p"));
    EXPECT_THAT(unknown, ElementsAre());
    EXPECT_THAT(parseOrder("kQt", true, &unknown), ElementsAre("top_k", "temperature"));
    EXPECT_THAT(unknown, ElementsAre("Q"));
    unknown.clear();
    EXPECT_THAT(parseOrder("Top-K;nucleus; temp ;;typ;foo", false, &unknown), ElementsAre("top_k", "top_p", "temperature", "typ_p"));
    EXPECT_THAT(unknown, ElementsAre("foo"));
    EXPECT_THAT(parseOrder("", false, nullptr), ElementsAre());
    EXPECT_THAT(parseOrder("bar;xtc", false, nullptr), ElementsAre("xtc"));
}

TEST(Order, DefaultIsTheSheets) { EXPECT_EQ(Params{}.order, parseOrder("edskypmxt", true, nullptr)); }

TEST(Validate, NamesTheParameter)
{
    const auto message = [](Params p) {
        const auto result = validate(p);
        return result ? std::string("fine") : result.error().message;
    };
    EXPECT_EQ(message({}), "fine");
    EXPECT_EQ(message({.temp = -1}), "fine");
    EXPECT_THAT(message({.temp = kNan}), HasSubstr("temp is nan"));
    EXPECT_THAT(message({.topP = 1.5f}), HasSubstr("top_p is 1.5: it must be between 0 and 1"));
    EXPECT_THAT(message({.penaltyRepeat = 0}), HasSubstr("repeat penalty"));
    EXPECT_THAT(message({.penaltyRepeat = kInf}), HasSubstr("repeat penalty"));
    EXPECT_THAT(message({.penaltyFrequency = kInf}), HasSubstr("frequency penalty"));
    EXPECT_THAT(message({.penaltyLastN = -2}), HasSubstr("last_n"));
    EXPECT_THAT(message({.mirostat = 3}), HasSubstr("mirostat is 3"));
    EXPECT_THAT(message({.order = {"top_k", "bogus"}}), HasSubstr("bogus"));
    EXPECT_THAT(message({.logitBias = {{1, kNan}}}), HasSubstr("logit bias of token 1"));
    EXPECT_FALSE(Sampler::create({.logitBias = {{8, 1.0f}}}, vocabulary(8)));
    EXPECT_FALSE(Sampler::create({}, vocabulary(0)));
}

TEST(Chain, GreedyTakesTheFirstOfTheLargest)
{
    const auto sampler = make({.seed = 1, .temp = 0}, vocabulary(5));
    EXPECT_EQ(sampler->sample(std::vector<float>{1, 7, 7, 3, -kInf}), 1);
}

TEST(Chain, SameSeedSameDraws)
{
    const std::vector<float> logits{1, 1.2f, 0.8f, 1.1f, 0.9f};
    const auto run = [&](Sampler& s) {
        std::vector<Token> out;
        for (int i = 0; i < 40; ++i) {
            out.push_back(s.sample(logits));
            s.accept(out.back(), false);
        }
        return out;
    };
    const auto a = make({.seed = 5}, vocabulary(5)), b = make({.seed = 5}, vocabulary(5)), c = make({.seed = 6}, vocabulary(5));
    const auto first = run(*a);
    EXPECT_EQ(run(*b), first);
    EXPECT_NE(run(*c), first);
    a->reset();
    EXPECT_EQ(run(*a), first);
    EXPECT_EQ(a->seed(), 5u);
    EXPECT_NE(make({}, vocabulary(5))->seed(), 0xFFFFFFFFu);
}

TEST(Chain, FrequenciesFollowTheDistribution)
{
    const auto sampler = make({.seed = 3, .temp = 1, .topK = 0, .topP = 1, .minP = 0}, vocabulary(3));
    const std::vector<float> logits{std::log(0.6f), std::log(0.3f), std::log(0.1f)};
    std::vector<int> counts(3);
    for (int i = 0; i < 20000; ++i) ++counts[static_cast<std::size_t>(sampler->sample(logits))];
    EXPECT_NEAR(counts[0] / 20000.0, 0.6, 0.02);
    EXPECT_NEAR(counts[1] / 20000.0, 0.3, 0.02);
    EXPECT_NEAR(counts[2] / 20000.0, 0.1, 0.02);
}

// A few of the best, patched, are the best of all the patched logits.
TEST(Chain, BiasBesideASmallTopKIsAsOnAllLogits)
{
    constexpr int kSize = 300;
    std::mt19937 random(3);
    std::normal_distribution<float> normal(0, 2);
    for (int round = 0; round < 200; ++round) {
        std::vector<float> logits(kSize);
        for (float& logit : logits) logit = normal(random);
        Params p{.seed = 5, .temp = 1, .topK = 1 + round % 7, .topP = 1, .minP = 0};
        std::vector<float> biased = logits;
        for (int i = 0; i < round % 20; ++i) {
            const auto token = static_cast<Token>(random() % kSize);
            const float bias = i % 5 == 4 ? -kInf : static_cast<float>(static_cast<int>(random() % 13)) - 4;
            p.logitBias.emplace_back(token, bias);
            biased[static_cast<std::size_t>(token)] += bias;
        }
        Params plain = p;
        plain.logitBias.clear();
        ASSERT_EQ(make(p, vocabulary(kSize))->sample(logits), make(plain, vocabulary(kSize))->sample(biased)) << round;
    }
}

TEST(Chain, BiasSuppressionAndIgnoredEnd)
{
    const std::vector<float> logits{5, 4, 3, 2};
    auto v = vocabulary(4);
    v->suppressed = {0, 77};
    v->endOfGeneration = {1};
    EXPECT_EQ(make({.temp = 0}, v)->sample(logits), 1);
    EXPECT_EQ(make({.temp = 0, .ignoreEos = true}, v)->sample(logits), 2);
    EXPECT_EQ(make({.temp = 0, .logitBias = {{3, 10.0f}}}, v)->sample(logits), 3);
    EXPECT_EQ(make({.temp = 0, .logitBias = {{1, -kInf}}}, v)->sample(logits), 2);
}

TEST(Chain, PenaltiesChangeTheChoice)
{
    const auto sampler = make({.temp = 0, .penaltyRepeat = 2}, vocabulary(3));
    const std::vector<float> logits{4, 3, -1};
    EXPECT_EQ(sampler->sample(logits), 0);
    sampler->accept(0, true); // prompt tokens count
    EXPECT_EQ(sampler->sample(logits), 1);
    sampler->accept(1, false);
    EXPECT_EQ(sampler->sample(logits), 0); // 2 against 1.5
}

TEST(Chain, OrderMatters)
{
    // Penalties behind top_k cannot bring a dropped candidate back.
    Params p{.temp = 0, .topK = 1, .penaltyPresence = 10};
    p.order = {"top_k", "penalties", "temperature"};
    const auto after = make(p, vocabulary(2));
    p.order = {"penalties", "top_k", "temperature"};
    const auto before = make(p, vocabulary(2));
    after->accept(0, false);
    before->accept(0, false);
    EXPECT_EQ(after->sample(std::vector<float>{2, 1}), 0);
    EXPECT_EQ(before->sample(std::vector<float>{2, 1}), 1);
}

TEST(Chain, HostileLogitsNeverCrash)
{
    std::mt19937 engine(1);
    const float special[] = {kNan, kInf, -kInf, 3e38f, -3e38f, 0, 1e-40f};
    for (int round = 0; round < 600; ++round) {
        const auto size = static_cast<std::int32_t>(1 + engine() % 300);
        Params p{.seed = static_cast<std::uint32_t>(engine()),
                 .temp = static_cast<float>(engine() % 3) * 0.7f - 0.1f,
                 .topK = static_cast<int>(engine() % 3) * 30};
        if (engine() % 2)
            p = {.seed = 1,
                 .temp = 1e-38f,
                 .dynatempRange = 1,
                 .dynatempExponent = -1,
                 .topK = 0,
                 .typP = 0.9f,
                 .topNSigma = 2,
                 .xtcProbability = 1,
                 .penaltyRepeat = 1e30f,
                 .penaltyFrequency = 1e38f,
                 .dryMultiplier = 1e30f,
                 .dryBase = 4};
        p.mirostat = static_cast<int>(engine() % 3);
        p.minKeep = static_cast<int>(engine() % 4);
        if (engine() % 4 == 0) p.order.emplace_back("adaptive_p");
        if (engine() % 4 == 0) p.order.emplace_back("infill");
        p.adaptiveTarget = 0.4f;
        const auto sampler = make(p, vocabulary(size));
        std::vector<float> logits(static_cast<std::size_t>(size));
        for (int token = 0; token < 6; ++token) {
            for (float& l : logits) l = engine() % 3 ? special[engine() % std::size(special)] : static_cast<float>(engine() % 100);
            const Token t = sampler->sample(logits);
            ASSERT_TRUE(t >= 0 && t < size);
            sampler->accept(t, false);
        }
    }
    const auto all = make({}, vocabulary(4));
    EXPECT_GE(all->sample(std::vector<float>(4, kNan)), 0);
    EXPECT_EQ(all->sample(std::vector<float>{-kInf, -kInf, -9, -kInf}), 2);
    EXPECT_EQ(all->sample(std::vector<float>{-kInf, kInf, -9, -kInf}), 1);
    EXPECT_EQ(make({}, vocabulary(1))->sample(std::vector<float>{kNan}), 0);
}

// A small top_k at the head of the chain takes a path of its own: the same candidates as anywhere else.
TEST(Chain, LeadingTopKEqualsALaterOne)
{
    std::mt19937 engine(9);
    for (const std::int32_t size : {1, 3, 39, 40, 41, 104, 1000}) {
        auto v = vocabulary(size);
        v->suppressed = {0};
        Params p{.seed = 4, .temp = 2, .topK = 40, .topP = 1, .minP = 0};
        p.logitBias = {{size - 1, 3.0f}};
        p.order = {"top_k", "temperature"};
        const auto leading = make(p, v);
        p.order = {"temperature", "top_k"};
        const auto later = make(p, v);
        std::vector<float> logits(static_cast<std::size_t>(size));
        for (int token = 0; token < 50; ++token) {
            for (float& l : logits)
                l = engine() % 50 == 0 ? kNan : static_cast<float>(engine() % 32) / 4; // many ties; division by 2 is exact
            EXPECT_EQ(leading->sample(logits), later->sample(logits)) << size;
        }
    }
}

TEST(Chain, FastOverALargeVocabulary)
{
    constexpr std::int32_t kSize = 151936;
    std::mt19937 engine(1);
    std::normal_distribution<float> normal(0, 3);
    std::vector<float> logits(kSize);
    for (float& l : logits) l = normal(engine);
    const auto sampler = make({.seed = 1}, vocabulary(kSize));
    double best = 1e9; // ms; the best of many: others use the machine too
    for (int i = 0; i < 60; ++i) {
        const auto begin = std::chrono::steady_clock::now();
        sampler->accept(sampler->sample(logits), false);
        best = std::min(best, std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count());
    }
    RecordProperty("ms_per_token", std::to_string(best));
    std::printf("default chain over %d tokens: %.3f ms\n", kSize, best);
#if defined(NDEBUG) || defined(__OPTIMIZE__)
    EXPECT_LT(best, 1.0); // 0.2 where it was written; a sort of everything takes ten times that
#endif
}

} // namespace
} // namespace corral::sample
