// Each step by itself on distributions small enough to work out by hand.
#include "core/sample/random.h"
#include "core/sample/step.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace corral::sample {
namespace {

using testing::ElementsAre;
using testing::FloatNear;
constexpr float kInf = std::numeric_limits<float>::infinity();

Candidates fromProbabilities(const std::vector<float>& p)
{
    Candidates c;
    for (std::size_t i = 0; i < p.size(); ++i) c.items.push_back({static_cast<Token>(i), std::log(p[i])});
    return c;
}

Candidates fromLogits(const std::vector<float>& logits)
{
    Candidates c;
    for (std::size_t i = 0; i < logits.size(); ++i) c.items.push_back({static_cast<Token>(i), logits[i]});
    return c;
}

std::vector<Token> ids(const Candidates& c)
{
    std::vector<Token> out;
    for (const Candidate& item : c.items) out.push_back(item.id);
    return out;
}

std::vector<float> logits(const Candidates& c)
{
    std::vector<float> out;
    for (const Candidate& item : c.items) out.push_back(item.logit);
    return out;
}

Vocabulary letters(std::int32_t size) // token i is the letter 'a' + i
{
    Vocabulary v;
    v.size = size;
    v.pieceOf = [](Token t) { return std::string(1, static_cast<char>('a' + t)); };
    v.encode = [](const std::string& text) {
        std::vector<Token> out;
        for (const char c : text) out.push_back(c - 'a');
        return out;
    };
    return v;
}

TEST(Random, GivesTheDrawsOfTheSheet)
{
    std::mt19937 engine(42);
    EXPECT_EQ(engine(), 1608637542u);
    EXPECT_EQ(engine(), 3421126067u);
    Random doubles(42);
    EXPECT_NEAR(doubles.nextDouble(), 0.796542984, 1e-9);
    EXPECT_NEAR(doubles.nextDouble(), 0.183434787, 1e-9);
    Random floats(42);
    EXPECT_FLOAT_EQ(floats.nextFloat(), 0.37454012f);
    EXPECT_FLOAT_EQ(floats.nextFloat(), 0.796543002f);
    floats.reset();
    EXPECT_FLOAT_EQ(floats.nextFloat(), 0.37454012f);
}

TEST(TopK, KeepsTheLargestSorted)
{
    auto c = fromLogits({1, 5, 3, 5, -kInf, 4});
    makeTopK({.topK = 3})->apply(c);
    EXPECT_THAT(ids(c), ElementsAre(1, 3, 5)); // of equals the lower id first
    EXPECT_EQ(makeTopK({.topK = 0}), nullptr);
    auto few = fromLogits({1, 2});
    makeTopK({.topK = 9})->apply(few);
    EXPECT_THAT(ids(few), ElementsAre(1, 0));
}

TEST(TopK, EqualsASortForEverySize)
{
    Random random(7);
    for (const std::size_t n : {1u, 2u, 39u, 40u, 41u, 3000u}) {
        for (const int k : {1, 2, 40, 1024, 1025, 2999}) {
            Candidates c, reference;
            for (std::size_t i = 0; i < n; ++i) c.items.push_back({static_cast<Token>(i), std::floor(random.nextFloat() * 100)});
            reference = c;
            std::sort(reference.items.begin(), reference.items.end(), better);
            reference.items.resize(std::min(n, static_cast<std::size_t>(k)));
            makeTopK({.topK = k})->apply(c);
            EXPECT_EQ(ids(c), ids(reference)) << n << " " << k;
        }
    }
}

TEST(TopP, KeepsUpToTheFirstThatReachesP)
{
    auto c = fromProbabilities({0.1f, 0.4f, 0.3f, 0.2f});
    makeTopP({.topP = 0.65f})->apply(c);
    EXPECT_THAT(ids(c), ElementsAre(1, 2));
    c = fromProbabilities({0.1f, 0.4f, 0.3f, 0.2f});
    makeTopP({.topP = 0.75f})->apply(c);
    EXPECT_THAT(ids(c), ElementsAre(1, 2, 3));
    c = fromProbabilities({0.1f, 0.4f, 0.3f, 0.2f});
    makeTopP({.topP = 0})->apply(c);
    EXPECT_THAT(ids(c), ElementsAre(1));
    c = fromProbabilities({0.1f, 0.4f, 0.3f, 0.2f});
    makeTopP({.topP = 0.1f, .minKeep = 3})->apply(c);
    EXPECT_THAT(ids(c), ElementsAre(1, 2, 3));
    EXPECT_EQ(makeTopP({.topP = 1}), nullptr);
}

TEST(TopP, FlatDistributionOverALargeVocabulary) // far more than the first sorted block
{
    Candidates c = fromLogits(std::vector<float>(10000, 0.0f));
    makeTopP({.topP = 0.5f})->apply(c);
    EXPECT_NEAR(static_cast<double>(c.size()), 5000, 1);
    EXPECT_EQ(c.items.front().id, 0);
    EXPECT_EQ(c.items[4321].id, 4321);
}

TEST(MinP, DropsWhatIsBelowAShareOfTheBest)
{
    auto c = fromProbabilities({0.04f, 0.5f, 0.06f, 0.4f});
    makeMinP({.minP = 0.1f})->apply(c);
    EXPECT_THAT(ids(c), ElementsAre(1, 2, 3)); // in their order: no sort
    c = fromProbabilities({0.04f, 0.5f, 0.06f, 0.4f});
    makeMinP({.minP = 0.9f, .minKeep = 3})->apply(c);
    EXPECT_THAT(ids(c), ElementsAre(1, 3, 2));
    c = fromProbabilities({0.04f, 0.5f});
    makeMinP({.minP = 1, .minKeep = 9})->apply(c);
    EXPECT_EQ(c.size(), 2u);
    EXPECT_EQ(makeMinP({.minP = 0}), nullptr);
}

TEST(TypP, KeepsTheMostTypicalFirst)
{
    // H = 1.2080 nats of {0.5, 0.2, 0.2, 0.1}; |−ln p − H|: 0.515, 0.401, 0.401, 1.095
    auto c = fromProbabilities({0.5f, 0.2f, 0.2f, 0.1f});
    makeTypP({.typP = 0.3f})->apply(c);
    EXPECT_THAT(ids(c), ElementsAre(1, 2)); // 0.2 does not exceed 0.3, 0.4 does
    c = fromProbabilities({0.5f, 0.2f, 0.2f, 0.1f});
    makeTypP({.typP = 0.3f, .minKeep = 3})->apply(c);
    EXPECT_THAT(ids(c), ElementsAre(1, 2, 0));
    EXPECT_EQ(makeTypP({.typP = 1}), nullptr);
}

TEST(TopNSigma, ForbidsWhatIsFarBelow)
{
    auto c = fromLogits({0, 4, 2, -kInf});        // finite: mean 2, deviation sqrt(8/3) = 1.633
    makeTopNSigma({.topNSigma = 1.5f})->apply(c); // limit 4 − 2.449 = 1.551
    EXPECT_THAT(logits(c), ElementsAre(-kInf, 4, 2, -kInf));
    EXPECT_EQ(makeTopNSigma({.topNSigma = -1}), nullptr);
    auto one = fromLogits({-3});
    makeTopNSigma({.topNSigma = 1})->apply(one);
    EXPECT_THAT(logits(one), ElementsAre(-3));
}

TEST(Xtc, DropsAllButTheLastOfTheProbable)
{
    auto c = fromProbabilities({0.1f, 0.4f, 0.2f, 0.3f});
    makeXtc({.xtcProbability = 1, .xtcThreshold = 0.15f}, 42)->apply(c);
    EXPECT_THAT(ids(c), ElementsAre(2, 0));
    c = fromProbabilities({0.1f, 0.4f, 0.2f, 0.3f}); // 4 − 2 < 3: nothing happens
    makeXtc({.xtcProbability = 1, .xtcThreshold = 0.15f, .minKeep = 3}, 42)->apply(c);
    EXPECT_EQ(c.size(), 4u);
    c = fromProbabilities({0.1f, 0.9f}); // only one reaches the threshold
    makeXtc({.xtcProbability = 1, .xtcThreshold = 0.15f}, 42)->apply(c);
    EXPECT_EQ(c.size(), 2u);
    EXPECT_EQ(makeXtc({.xtcProbability = 0}, 42), nullptr);
    EXPECT_EQ(makeXtc({.xtcProbability = 1, .xtcThreshold = 0.51f}, 42), nullptr);
}

TEST(Xtc, DrawsOnceForEachToken) // seed 42: 0.3745, 0.7965, …
{
    const auto step = makeXtc({.xtcProbability = 0.5f, .xtcThreshold = 0.1f}, 42);
    auto first = fromProbabilities({0.5f, 0.5f});
    step->apply(first);
    EXPECT_EQ(first.size(), 1u);
    auto second = fromProbabilities({0.5f, 0.5f});
    step->apply(second);
    EXPECT_EQ(second.size(), 2u);
    step->reset();
    auto again = fromProbabilities({0.5f, 0.5f});
    step->apply(again);
    EXPECT_EQ(again.size(), 1u);
}

TEST(Temperature, DividesOrKeepsTheLargest)
{
    auto c = fromLogits({1, -2, 4});
    makeTemperature({.temp = 0.5f})->apply(c);
    EXPECT_THAT(logits(c), ElementsAre(2, -4, 8));
    c = fromLogits({1, 4, 4, 2});
    makeTemperature({.temp = 0})->apply(c);
    EXPECT_THAT(logits(c), ElementsAre(-kInf, 4, -kInf, -kInf));
    EXPECT_EQ(makeTemperature({.temp = 1}), nullptr);
}

TEST(Temperature, FollowsTheEntropy)
{
    auto c = fromLogits({3, 3, 3, 3}); // h = 1: T_max
    makeTemperature({.temp = 1, .dynatempRange = 0.5f})->apply(c);
    EXPECT_THAT(logits(c), ElementsAre(2, 2, 2, 2));
    c = fromProbabilities({0.25f, 0.75f}); // H = 0.56234, h = 0.81128; T = 0.5 + 1·h²
    const auto before = logits(c);
    makeTemperature({.temp = 1, .dynatempRange = 0.5f, .dynatempExponent = 2})->apply(c);
    const float temp = 0.5f + 0.81128f * 0.81128f;
    EXPECT_THAT(logits(c), ElementsAre(FloatNear(before[0] / temp, 1e-4f), FloatNear(before[1] / temp, 1e-4f)));
    auto one = fromLogits({3});
    makeTemperature({.temp = 1, .dynatempRange = 0.5f})->apply(one);
    EXPECT_THAT(logits(one), ElementsAre(3));
    c = fromLogits({9, -kInf, -kInf}); // h = 0 and T_min = 0: greedy, no division by zero
    makeTemperature({.temp = 1, .dynatempRange = 2})->apply(c);
    EXPECT_THAT(logits(c), ElementsAre(9, -kInf, -kInf));
}

TEST(Penalties, CountWithinTheWindow)
{
    const Vocabulary v = letters(4);
    const auto step = makePenalties({.penaltyLastN = 3, .penaltyRepeat = 2, .penaltyFrequency = 0.5f, .penaltyPresence = 0.25f}, v);
    for (const Token t : {3, 0, 0, 1}) step->accept(t, t == 3); // the 3 has left the window
    auto c = fromLogits({4, -1, 1, 1});
    step->apply(c);
    EXPECT_THAT(logits(c), ElementsAre(4.0f / 2 - 2 * 0.5f - 0.25f, -1.0f * 2 - 0.5f - 0.25f, 1, 1));
    step->reset();
    c = fromLogits({4, -1, 1, 1});
    step->apply(c);
    EXPECT_THAT(logits(c), ElementsAre(4, -1, 1, 1));
    step->accept(-5, false); // not a token
    step->accept(99, false);
}

TEST(Penalties, WholeContextAndNeutral)
{
    const Vocabulary v = letters(2);
    const auto step = makePenalties({.penaltyLastN = -1, .penaltyPresence = 1}, v);
    step->accept(0, true);
    for (int i = 0; i < 1000; ++i) step->accept(1, false);
    auto c = fromLogits({0, 0});
    step->apply(c);
    EXPECT_THAT(logits(c), ElementsAre(-1, -1));
    EXPECT_EQ(makePenalties({}, v), nullptr);
    EXPECT_EQ(makePenalties({.penaltyLastN = 0, .penaltyPresence = 1}, v), nullptr);
}

Params dryParams(std::vector<std::string> breakers = {})
{
    return {.dryMultiplier = 1, .dryBase = 2, .dryAllowedLength = 2, .dryPenaltyLastN = -1, .dryBreakers = std::move(breakers)};
}

TEST(Dry, PunishesWhatWouldLengthenARepetition)
{
    const Vocabulary v = letters(26);
    const auto step = makeDry(dryParams(), v);
    for (const char c : std::string("abcdxabc")) step->accept(c - 'a', false); // "abc" was followed by d
    auto c = fromLogits(std::vector<float>(26, 0.0f));
    step->apply(c);
    for (Token t = 0; t < 26; ++t)
        EXPECT_FLOAT_EQ(c.items[static_cast<std::size_t>(t)].logit, t == 'd' - 'a' ? -2.0f : 0.0f) << t; // 2^(3 − 2)
    step->reset();
    c = fromLogits(std::vector<float>(26, 0.0f));
    step->apply(c);
    EXPECT_EQ(logits(c), std::vector<float>(26, 0.0f));
}

TEST(Dry, BreakersEndRepetitions)
{
    const Vocabulary v = letters(26);
    const auto penaltyOfD = [&](const std::vector<std::string>& breakers, const std::string& text) {
        const auto step = makeDry(dryParams(breakers), v);
        for (const char c : text) step->accept(c - 'a', false);
        auto c = fromLogits(std::vector<float>(26, 0.0f));
        step->apply(c);
        return -c.items['d' - 'a'].logit;
    };
    EXPECT_FLOAT_EQ(penaltyOfD({}, "qabcdxqabc"), 4);     // four alike: q a b c
    EXPECT_FLOAT_EQ(penaltyOfD({"q"}, "qabcdxqabc"), 2);  // only a b c count
    EXPECT_FLOAT_EQ(penaltyOfD({"b"}, "qabcdxqabc"), 0);  // one token after the breaker: less than allowed
    EXPECT_FLOAT_EQ(penaltyOfD({"qa"}, "qabcdxqabc"), 1); // a breaker of two tokens: b c count
    EXPECT_FLOAT_EQ(penaltyOfD({"zz"}, "qabcdxqabc"), 4);
    EXPECT_FLOAT_EQ(penaltyOfD({"d"}, "abcdxabc"), 0); // a breaker itself is spared
}

TEST(Dry, LimitsItsPowerAndItsWindow)
{
    const Vocabulary v = letters(3);
    Params p = dryParams();
    p.dryBase = 4;
    p.dryPenaltyLastN = 400;
    const auto step = makeDry(p, v);
    for (int i = 0; i < 5000; ++i) step->accept(0, false);
    auto c = fromLogits({1, 1, -kInf});
    step->apply(c);
    EXPECT_FLOAT_EQ(c.items[0].logit, -std::pow(4.0f, std::floor(88.7228391f / std::log(4.0f)))); // finite
    EXPECT_FLOAT_EQ(c.items[1].logit, 1);
    EXPECT_EQ(makeDry({}, v), nullptr);
}

TEST(Infill, EndsWhenTheEndIsProbable)
{
    auto v = std::make_shared<Vocabulary>(letters(4));
    v->endOfGeneration = {3};
    const auto step = makeInfill(v);
    auto c = fromProbabilities({0.5f, 0.2f, 0.2f, 0.1f}); // 3 · 0.1 · 4 > 0.9
    step->apply(c);
    EXPECT_THAT(ids(c), ElementsAre(3));
}

TEST(Infill, JoinsPrefixesAndDropsTheUnsure)
{
    auto v = std::make_shared<Vocabulary>(letters(4));
    v->pieceOf = [](Token t) { return std::vector<std::string>{"fo", "for", "while", ""}[static_cast<std::size_t>(t)]; };
    v->endOfGeneration = {3};
    v->eot = 3;
    const auto step = makeInfill(v);
    auto c = fromProbabilities({0.15f, 0.6f, 0.23f, 0.02f}); // "fo" and "for" are one: 0.75; the 0.02 of the end stays
    step->apply(c);
    EXPECT_THAT(ids(c), ElementsAre(1, 3)); // 0.23 of 1.0 is less than 1/(3 + 1)
    v->pieceOf = [](Token t) { return std::string(1, static_cast<char>('a' + t)); };
    c = fromProbabilities(std::vector<float>(3, 0.19f)); // nobody sure, no end among them… 1/3 each: all sure
    step->apply(c);
    EXPECT_EQ(c.size(), 3u);
    auto many = std::make_shared<Vocabulary>(letters(10));
    many->eot = 9;
    auto flat = fromProbabilities(std::vector<float>(10, 0.1f)); // all below 0.2
    makeInfill(many)->apply(flat);
    EXPECT_THAT(ids(flat), ElementsAre(9));
}

TEST(Draw, TakesTheFirstThatReachesU) // seed 42: u = 0.7965, 0.1834
{
    const auto draw = makeDraw(42);
    auto c = fromProbabilities({0.5f, 0.25f, 0.25f});
    EXPECT_EQ(draw->select(c), 2); // 0.5, 0.75, 1.0 ≥ 0.7965
    EXPECT_EQ(draw->select(c), 0);
    draw->reset();
    c = fromProbabilities({0.5f, 0.3f, 0.2f});
    EXPECT_EQ(draw->select(c), 1);
    auto hopeless = fromLogits({-kInf, -kInf});
    EXPECT_GE(draw->select(hopeless), 0);
    auto sure = fromLogits({-kInf, 3, -kInf});
    for (int i = 0; i < 50; ++i) EXPECT_EQ(draw->select(sure), 1);
}

TEST(AdaptiveP, PrefersProbabilitiesNearTheTarget)
{
    Params p{.adaptiveTarget = 0.3f, .adaptiveDecay = 0.5f};
    const auto step = makeAdaptiveP(p, 42);
    auto c = fromProbabilities({0.65f, 0.3f, 0.05f, 0.0f});
    const Token first = step->select(c);
    // d: 0.35/0.3, 0, 0.25/0.3; l = 5 − 10·d²/(1 + d²)
    EXPECT_THAT(logits(c), ElementsAre(FloatNear(5 - 10 * 1.36111f / 2.36111f, 1e-3f), FloatNear(5, 1e-3f),
                                       FloatNear(5 - 10 * 0.69444f / 1.69444f, 1e-3f), -kInf));
    EXPECT_EQ(first, 1);        // u = 0.7965 of e^(l − 5): 0.0031, 1, 0.0166
    step->accept(first, false); // S/W = 0.3: the target stays
    c = fromProbabilities({0.65f, 0.3f, 0.05f});
    step->select(c);
    EXPECT_THAT(c.items[1].logit, FloatNear(5, 1e-3f));
}

TEST(Mirostat, Version2DropsTheSurprisingAndMovesMu)
{
    Params p{.mirostatTau = 1, .mirostatEta = 0.5f}; // mu = 2 bits
    const auto step = makeMirostat2(p, 42);
    auto c = fromProbabilities({0.5f, 0.26f, 0.14f, 0.1f}); // 1, 1.94, 2.8, 3.3 bits
    EXPECT_EQ(step->select(c), 1);                          // 0.658, 0.342; u = 0.7965
    EXPECT_EQ(c.size(), 2u);
    // surprise −log2 0.342 = 1.548: mu = 2 − 0.5·0.548 = 1.726
    c = fromProbabilities({0.5f, 0.26f, 0.14f, 0.1f});
    step->select(c);
    EXPECT_EQ(c.size(), 1u);
    auto flat = fromProbabilities(std::vector<float>(64, 1.0f / 64)); // all too surprising: one stays
    step->select(flat);
    EXPECT_EQ(flat.size(), 1u);
}

TEST(Mirostat, Version1EstimatesK)
{
    // p_i ~ (i + 1)^−2: ln(p_i/p_{i+1}) = 2 ln((i + 2)/(i + 1)), so s = 2 exactly, ε = 1, k = sqrt(2^mu/(1 − 1/|V|))
    Candidates c;
    for (int i = 0; i < 200; ++i) c.items.push_back({i, -2 * std::log(static_cast<float>(i + 1))});
    Params p{.mirostatTau = 3, .mirostatEta = 0.1f}; // mu = 6: k = sqrt(64/(1 − 1/200)) = 8.02
    makeMirostat1(p, 200, 42)->select(c);
    EXPECT_EQ(c.size(), 8u);
    auto one = fromLogits({2});
    EXPECT_EQ(makeMirostat1(p, 1, 42)->select(one), 0);
    auto flat = fromLogits({1, 1, 1, -kInf});
    EXPECT_LT(makeMirostat1(p, 4, 42)->select(flat), 3);
}

} // namespace
} // namespace corral::sample
