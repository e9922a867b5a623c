// Sessions whose layers lie partly on the software device: what they compute, how their number comes about, and what happens when a card fails.
#include "core/backend/cpu/cpu_backend.h"
#include "core/backend/staged.h"
#include "core/backend/vulkan/devices.h"
#include "core/backend/vulkan/pace.h"
#include "core/backend/vulkan/vulkan_backend.h"
#include "core/generate/embedder.h"
#include "core/generate/placement.h"
#include "core/generate/sequences.h"
#include "core/graph/split.h"
#include "core/model/model.h"
#include "tests/core/vulkan/watched.h"
#include "tests/support/cards.h"
#include "tests/support/golden.h"
#include "tests/support/tiny_model.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>

namespace corral::vulkan {
namespace {

using generate::CacheType;
using generate::Offload;
using generate::Sequences;
using generate::Session;
using generate::SessionOptions;
using generate::Token;
using testing::HasSubstr;
using testing::IsEmpty;

std::shared_ptr<const generate::LoadedModel> opened(const std::filesystem::path& path)
{
    const auto file = gguf::File::open(path);
    if (!file) return ADD_FAILURE() << file.error().message, nullptr;
    auto loaded = generate::LoadedModel::load(*file);
    if (!loaded) return ADD_FAILURE() << loaded.error().message, nullptr;
    return *loaded;
}

SessionOptions optionsOf(Offload offload)
{
    offload.software = true;
    return {.contextLength = 64, .cacheK = CacheType::F32, .cacheV = CacheType::F32, .batch = 8, .threads = 2, .offload = std::move(offload)};
}

std::vector<Token> tokensOf(const generate::LoadedModel& model, int count, int seed)
{
    std::vector<Token> tokens;
    for (int i = 0; i < count; ++i) tokens.push_back(static_cast<Token>((seed = (seed * 7919 + 13) % model.vocabularySize())));
    return tokens;
}

std::vector<float> logitsOf(Session& session, std::span<const Token> tokens)
{
    const auto logits = session.decode(tokens, Session::Logits::All);
    if (!logits) return ADD_FAILURE() << logits.error().message, std::vector<float>();
    return {logits->begin(), logits->end()};
}

double difference(std::span<const float> got, std::span<const float> expected)
{
    if (got.size() != expected.size()) return INFINITY;
    double errors = 0, squares = 0;
    for (std::size_t i = 0; i < got.size(); ++i) {
        errors += std::pow(double(got[i]) - expected[i], 2);
        squares += std::pow(double(expected[i]), 2);
    }
    return errors / squares;
}

bool noDevice()
{
    const auto all = devices();
    return !all || std::ranges::none_of(*all, [](const DeviceInfo& info) { return info.type == DeviceType::Software; });
}

class OffloadTest : public testing::Test {
protected:
    void SetUp() override
    {
        CORRAL_NEEDS_CARD(!noDevice(), "no software device here");
        corral::test::TinyModel().write(path);
        model = opened(path);
    }
    void TearDown() override
    {
        model.reset();
        std::filesystem::remove_all(folder);
    }
    std::unique_ptr<Session> session(Offload offload, const generate::LoadWatch& watch = {})
    {
        auto made = Session::create(model, optionsOf(std::move(offload)), watch);
        if (!made) return ADD_FAILURE() << made.error().message, nullptr;
        return std::move(*made);
    }
    int layers() { return session({.layers = 0})->placement().modelLayers; }

    const std::filesystem::path folder = [] {
        const auto made = std::filesystem::path(testing::TempDir()) / std::format("corral-offload-{}", testing::UnitTest::GetInstance()->current_test_info()->name());
        std::filesystem::create_directories(made);
        return made;
    }();
    const std::filesystem::path path = folder / "tiny.gguf";
    std::shared_ptr<const generate::LoadedModel> model;
};

// Every model with all and with half of its layers.
class OffloadedGolden : public testing::TestWithParam<const char*> {};

TEST_P(OffloadedGolden, AgreesWithTheProcessor)
{
    CORRAL_NEEDS_SHARED("golden/models");
    CORRAL_NEEDS_CARD(!noDevice(), "no software device here");
    const std::string name = GetParam();
    const auto model = opened(corral::test::sharedPath("golden/models/" + name + ".gguf"));
    ASSERT_TRUE(model);
    auto alone = Session::create(model, optionsOf({.layers = 0}));
    ASSERT_TRUE(alone) << alone.error().message;
    const int layers = (*alone)->placement().modelLayers;
    const auto prompt = tokensOf(*model, 19, 3), next = tokensOf(*model, 1, 5);
    const auto expected = logitsOf(**alone, prompt), expectedNext = logitsOf(**alone, next);
    const double limit = name == "llama-256" ? 1e-3 : 1e-8; // blocks meet activations that the processor rounds and the card does not
    for (const int wanted : {layers, layers / 2}) {
        SCOPED_TRACE(std::format("{} of {} layers", wanted, layers));
        test::Watched watched;
        auto options = optionsOf({.layers = wanted});
        options.offload.testing = watched.testing();
        auto session = Session::create(model, options);
        ASSERT_TRUE(session) << session.error().message;
        ASSERT_EQ((*session)->placement().layers, wanted) << (*session)->placement().note;
        EXPECT_LT(difference(logitsOf(**session, prompt), expected), limit);
        EXPECT_LT(difference(logitsOf(**session, next), expectedNext), limit);
        session->reset();
        EXPECT_THAT(watched.messages(), IsEmpty());
    }
}

INSTANTIATE_TEST_SUITE_P(Vulkan, OffloadedGolden,
                         testing::Values("llama", "llama3-rope", "llama-256", "llama-moe", "qwen2", "qwen3", "qwen3moe", "gemma2", "gemma3", "phi3", "smollm3", "granite"),
                         [](const auto& info) {
                             std::string name = info.param;
                             std::ranges::replace(name, '-', '_');
                             return name;
                         });

TEST_F(OffloadTest, AnySplitComputesTheSame)
{
    const int all = layers();
    const auto prompt = tokensOf(*model, 21, 7);
    const auto expected = logitsOf(*session({.layers = 0}), prompt);
    for (int wanted = 1; wanted <= all; ++wanted) {
        const auto split = session({.layers = wanted});
        ASSERT_EQ(split->placement().layers, wanted);
        EXPECT_THAT(split->placement().note, IsEmpty());
        EXPECT_LT(difference(logitsOf(*split, prompt), expected), 1e-8) << wanted;
    }
}

TEST_F(OffloadTest, SeveralDevicesFollowOneAnother)
{
    const auto file = gguf::File::open(path);
    ASSERT_TRUE(file);
    const auto loaded = model::loadModel(*file);
    ASSERT_TRUE(loaded);
    const auto graph = std::make_shared<const graph::Graph>(loaded->model->write({.contextLength = 64}));
    const int all = static_cast<int>(graph::layerStarts(*graph).size());
    ASSERT_GE(all, 3);
    ThreadPool pool(2);
    std::vector<backend::Stage> stages;
    stages.push_back({cpu::makeCpuBackend(pool), 0});
    stages.push_back({makeVulkanBackend({.device = {}, .software = true}).value(), 1});
    stages.push_back({makeVulkanBackend({.device = {}, .software = true}).value(), all - 2});
    stages.push_back({cpu::makeCpuBackend(pool), 1});
    const auto staged = backend::makeStagedBackend(std::move(stages)), whole = cpu::makeCpuBackend(pool);
    const backend::Capacity capacity{.tokens = 16, .context = 64, .sequences = 2, .key = backend::CacheType::F32, .value = backend::CacheType::F32};
    std::vector<float> got, expected;
    for (const auto& [backend, logits] : {std::pair(staged.get(), &got), {whole.get(), &expected}}) {
        ASSERT_TRUE(backend->prepare(graph, capacity));
        ASSERT_TRUE(backend->fill());
        const auto ids = tokensOf(*model, 9, 11);
        const backend::Stretch stretches[] = {{.tokens = 6, .outputs = 2}, {.sequence = 1, .tokens = 3, .outputs = 1}};
        logits->resize(3 * static_cast<std::size_t>(loaded->config.vocabulary));
        ASSERT_TRUE(backend->run({.ids = ids, .stretches = stretches, .logits = logits->data()}, {}));
    }
    EXPECT_LT(difference(got, expected), 1e-8);
    EXPECT_EQ(staged->cacheBytes(), whole->cacheBytes());
}

// What a sequence remembers goes from the processor to a split model and back.
TEST_F(OffloadTest, StatesAreTheSameWhereverTheyLie)
{
    const auto make = [&](int wanted) { return std::move(*Sequences::create(model, optionsOf({.layers = wanted}), 2)); };
    auto processor = make(0), split = make(layers() / 2);
    ASSERT_EQ(processor->stateKind(), split->stateKind());
    const auto prompt = tokensOf(*model, 7, 3), next = tokensOf(*model, 1, 9);
    const Sequences::Addition first{.sequence = 0, .tokens = prompt}, second{.sequence = 1, .tokens = next};
    ASSERT_TRUE(processor->step({&first, 1}));
    std::vector<std::byte> state;
    ASSERT_TRUE(processor->saveState(0, [&](std::span<const std::byte> bytes) -> Result<void> {
        state.insert(state.end(), bytes.begin(), bytes.end());
        return {};
    }));
    ASSERT_EQ(state.size(), split->stateBytes(7));
    std::size_t at = 0;
    ASSERT_TRUE(split->restoreState(1, 7, [&](std::span<std::byte> bytes) -> Result<void> {
        std::copy_n(state.begin() + static_cast<std::ptrdiff_t>(at), bytes.size(), bytes.begin());
        at += bytes.size();
        return {};
    }));
    processor->copy(0, 1, 7);
    const auto expected = processor->step({&second, 1});
    ASSERT_TRUE(expected);
    const std::vector<float> kept(expected->begin(), expected->end());
    const auto got = split->step({&second, 1});
    ASSERT_TRUE(got);
    EXPECT_LT(difference(*got, kept), 1e-8);
    split->copy(1, 0, 8);
    const Sequences::Addition third{.sequence = 0, .tokens = prompt}, same{.sequence = 1, .tokens = prompt};
    const auto a = split->step({&third, 1});
    ASSERT_TRUE(a);
    const std::vector<float> copied(a->begin(), a->end());
    const auto b = processor->step({&same, 1});
    ASSERT_TRUE(b);
    EXPECT_LT(difference(copied, *b), 1e-8);
}

TEST_F(OffloadTest, LayersAreChosenByMemory)
{
    const auto file = gguf::File::open(path);
    const auto bytes = generate::modelBytes(*file, optionsOf({.layers = 0}));
    ASSERT_TRUE(bytes) << bytes.error().message;
    const int all = static_cast<int>(bytes->layers.size());
    ASSERT_EQ(all, layers());
    const auto automatic = session({.layers = Offload::kAuto});
    EXPECT_EQ(automatic->placement().layers, all);
    ASSERT_EQ(automatic->placement().devices.size(), 1u);
    const auto& part = automatic->placement().devices.front();
    EXPECT_EQ(part.weightBytes + part.cacheBytes + bytes->computeBytes, generate::cardBytes(*bytes, all));
    EXPECT_EQ(part.layers, all);
    EXPECT_EQ(session({.layers = Offload::kAll})->placement().layers, all);
    EXPECT_EQ(session({.layers = 999})->placement().layers, all) << "as many as there are";
    EXPECT_THAT(session({.layers = 999})->placement().note, IsEmpty());

    Testing half{.free = generate::cardBytes(*bytes, 2)};
    const auto fewer = session({.layers = Offload::kAll, .testing = half});
    EXPECT_EQ(fewer->placement().layers, 2);
    EXPECT_THAT(fewer->placement().note, HasSubstr("are free on"));
    EXPECT_EQ(session({.layers = Offload::kAuto, .testing = half})->placement().layers, 0) << "the margin has no room";
    half.free += generate::cardMargin(0);
    EXPECT_EQ(session({.layers = Offload::kAuto, .testing = half})->placement().layers, 2);
    const generate::Card card{.id = {}, .name = {}, .free = half.free};
    EXPECT_EQ(generate::planLayers(*bytes, {}, {&card, 1}).layers, 2);
}

TEST_F(OffloadTest, WhatIsNotThereIsNoted)
{
    const auto unknown = session({.layers = Offload::kAll, .devices = {"00000000000000000000000000000000"}});
    EXPECT_EQ(unknown->placement().layers, 0);
    EXPECT_THAT(unknown->placement().note, HasSubstr("no graphics card"));
    auto options = optionsOf({.layers = Offload::kAll});
    options.offload.software = false;
    auto real = Session::create(model, options);
    ASSERT_TRUE(real);
    if ((*real)->placement().layers == 0) {
        EXPECT_THAT((*real)->placement().note, HasSubstr("no graphics card"));
    }
    options.offload.layers = Offload::kAuto;
    real = Session::create(model, options);
    ASSERT_TRUE(real);
    if ((*real)->placement().layers == 0) {
        EXPECT_THAT((*real)->placement().note, IsEmpty());
    }
}

class Nobody final : public backend::ProductObserver {
    void product(const graph::Matmul&, const float*, std::int64_t, std::int64_t) override { ++calls; }
    void expertProduct(const graph::ExpertMatmul&, const float*, const std::int32_t*, std::int64_t) override { ++calls; }

public:
    int calls = 0;
};

TEST_F(OffloadTest, WhoWatchesProductsHasThemOnTheProcessor)
{
    Nobody observer;
    auto options = optionsOf({.layers = Offload::kAll});
    options.observer = &observer;
    auto made = Session::create(model, options);
    ASSERT_TRUE(made);
    EXPECT_EQ((*made)->placement().layers, 0);
    EXPECT_THAT((*made)->placement().note, HasSubstr("watched"));
    logitsOf(**made, tokensOf(*model, 2, 1));
    EXPECT_GT(observer.calls, 0);
}

TEST_F(OffloadTest, VectorsOfTexts)
{
    const auto tokens = tokensOf(*model, 21, 5);
    for (const auto pooling : {generate::Pooling::None, generate::Pooling::Mean}) {
        std::vector<std::vector<float>> vectors;
        for (const int wanted : {0, 1, 2, Offload::kAll}) {
            const auto embedder = generate::Embedder::create(model, optionsOf({.layers = wanted}), pooling);
            ASSERT_TRUE(embedder) << embedder.error().message;
            auto vector = (*embedder)->embed(tokens);
            ASSERT_TRUE(vector) << vector.error().message;
            vectors.push_back(std::move(*vector));
            EXPECT_LT(difference(vectors.back(), vectors.front()), 1e-8) << wanted;
        }
    }
}

// Whether there is room is known before anything is copied: as many submissions as without a limit.
TEST_F(OffloadTest, AFullCardGetsFewerLayers)
{
    const auto file = gguf::File::open(path);
    const auto bytes = generate::modelBytes(*file, optionsOf({.layers = 0}));
    const auto prompt = tokensOf(*model, 9, 3);
    const auto expected = logitsOf(*session({.layers = 0}), prompt);
    int submissions = 0;
    const auto counted = [&](Offload offload) {
        submissions = 0;
        offload.testing.answers = [&] { return ++submissions > 0; };
        return session(std::move(offload));
    };
    const auto two = counted({.layers = 2});
    const auto& part = two->placement().devices.front();
    const std::uint64_t needed = part.weightBytes + part.cacheBytes + part.computeBytes;
    for (const std::uint64_t more : {std::uint64_t(0), bytes->layers.front().largest}) {
        const auto fewer = counted({.layers = Offload::kAll, .testing = {.memory = needed + more}});
        const int copied = submissions, layers = fewer->placement().layers;
        EXPECT_EQ(layers, more > 0 ? 2 : 1) << "what it really gave counts";
        EXPECT_THAT(fewer->placement().note, testing::AllOf(HasSubstr("bytes left"), HasSubstr(std::format("{} of 3 layers", layers))));
        counted({.layers = layers});
        EXPECT_EQ(copied, submissions) << "only what is used was copied";
        EXPECT_LT(difference(logitsOf(*fewer, prompt), expected), 1e-8);
    }
    const auto none = counted({.layers = Offload::kAll, .testing = {.memory = 0}});
    EXPECT_EQ(none->placement().layers, 0);
    EXPECT_THAT(none->placement().note, HasSubstr("bytes left"));
    EXPECT_EQ(submissions, 0);
    EXPECT_EQ(logitsOf(*none, prompt), expected);
}

TEST_F(OffloadTest, WhatIsTooLargeForOnePieceStaysOnTheProcessor)
{
    const auto file = gguf::File::open(path);
    const auto bytes = generate::modelBytes(*file, optionsOf({.layers = 0}));
    const int all = layers();
    const auto prompt = tokensOf(*model, 9, 3);
    const auto expected = logitsOf(*session({.layers = 0}), prompt);
    Testing narrow{.largest = bytes->layers.back().largest - 1}; // the output's matrix
    ASSERT_GT(narrow.largest, bytes->layers.front().largest + 1000);
    for (const int wish : {Offload::kAll, Offload::kAuto}) {
        const auto made = session({.layers = wish, .testing = narrow});
        EXPECT_EQ(made->placement().layers, all - 1);
        EXPECT_EQ(made->placement().note.contains("in one piece, the output has"), wish == Offload::kAll) << made->placement().note;
        EXPECT_LT(difference(logitsOf(*made, prompt), expected), 1e-8);
    }
    narrow.largest = bytes->layers.front().largest;
    const auto none = session({.layers = Offload::kAll, .testing = narrow});
    EXPECT_EQ(none->placement().layers, 0);
    EXPECT_THAT(none->placement().note, HasSubstr("in one piece"));
    EXPECT_EQ(logitsOf(*none, prompt), expected);
}

// Some drivers promise memory that they do not have, and fail when it is written.
TEST_F(OffloadTest, CopyingThatFailsIsTriedOnceMore)
{
    int submissions = 0, failures = 0;
    Testing testing;
    testing.answers = [&] { return ++submissions != 3; };
    const auto second = session({.layers = Offload::kAll, .testing = testing});
    EXPECT_EQ(second->placement().layers, layers() / 2);
    EXPECT_THAT(second->placement().note, testing::AllOf(HasSubstr("stopped answering"), HasSubstr("1 of 3 layers")));
    submissions = 0;
    testing.answers = [&] {
        failures += ++submissions % 2 == 0;
        return submissions % 2 != 0;
    };
    const auto none = session({.layers = Offload::kAll, .testing = testing});
    EXPECT_EQ(none->placement().layers, 0);
    EXPECT_EQ(failures, 2) << "and not again and again";
    EXPECT_EQ(logitsOf(*none, tokensOf(*model, 9, 3)), logitsOf(*session({.layers = 0}), tokensOf(*model, 9, 3)));
}

TEST_F(OffloadTest, ALostCardSaysSoUntilItIsRecovered)
{
    bool answers = true;
    const auto made = session({.layers = Offload::kAll, .testing = {.answers = [&] { return answers; }}});
    const int all = made->placement().layers;
    ASSERT_GT(all, 0);
    const auto prompt = tokensOf(*model, 3, 1), token = tokensOf(*model, 1, 1);
    const auto expected = logitsOf(*made, prompt);
    EXPECT_EQ(made->loss(), nullptr);
    answers = false;
    for (int i = 0; i < 2; ++i) {
        const auto result = made->decode(token, Session::Logits::Last);
        ASSERT_FALSE(result) << "it stays lost";
        EXPECT_EQ(result.error().code, ErrorCode::Device);
        EXPECT_THAT(result.error().message, HasSubstr("stopped answering"));
        answers = true;
    }
    ASSERT_NE(made->loss(), nullptr);
    EXPECT_EQ(made->position(), 3);

    ASSERT_TRUE(made->recover()); // the card is there again
    EXPECT_EQ(made->loss(), nullptr);
    EXPECT_EQ(made->position(), 0);
    EXPECT_EQ(made->placement().layers, all);
    EXPECT_THAT(made->placement().note, IsEmpty());
    EXPECT_EQ(logitsOf(*made, prompt), expected);
    ASSERT_TRUE(made->recover()) << "nothing is to be done";
    EXPECT_EQ(made->position(), 3);

    answers = false; // twice in a short time: whatever the reason is, it is there still
    EXPECT_FALSE(made->decode(token, Session::Logits::Last));
    answers = true;
    ASSERT_TRUE(made->recover());
    EXPECT_EQ(made->placement().layers, 0);
    EXPECT_THAT(made->placement().note, HasSubstr("twice within an hour"));
    EXPECT_LT(difference(logitsOf(*made, prompt), expected), 1e-8);
}

TEST_F(OffloadTest, ACardThatDoesNotComeBackIsReplacedByTheProcessor)
{
    bool answers = true;
    auto options = optionsOf({.layers = Offload::kAll, .testing = {.answers = [&] { return answers; }}});
    auto sequences = Sequences::create(model, options, 2);
    ASSERT_TRUE(sequences);
    const auto prompt = tokensOf(*model, 5, 1);
    const Sequences::Addition addition{.sequence = 1, .tokens = prompt};
    const auto before = (*sequences)->step({&addition, 1});
    ASSERT_TRUE(before);
    const std::vector<float> expected(before->begin(), before->end());
    answers = false;
    const auto saved = (*sequences)->saveState(1, [](std::span<const std::byte>) -> Result<void> { return {}; });
    ASSERT_FALSE(saved);
    EXPECT_EQ(saved.error().code, ErrorCode::Device);
    ASSERT_NE((*sequences)->loss(), nullptr) << "whoever notices it first";
    ASSERT_FALSE((*sequences)->step({&addition, 1}));
    ASSERT_TRUE((*sequences)->recover());
    EXPECT_EQ((*sequences)->placement().layers, 0);
    EXPECT_THAT((*sequences)->placement().note, HasSubstr("stopped answering"));
    EXPECT_EQ((*sequences)->position(1), 0);
    const auto after = (*sequences)->step({&addition, 1});
    ASSERT_TRUE(after);
    EXPECT_LT(difference(*after, expected), 1e-8);
}

TEST_F(OffloadTest, ARecoveryCanBeCancelledAndTriedAgain)
{
    bool answers = true;
    const auto made = session({.layers = Offload::kAll, .testing = {.answers = [&] { return answers; }}});
    const auto token = tokensOf(*model, 1, 1);
    answers = false;
    EXPECT_FALSE(made->decode(token, Session::Logits::Last));
    answers = true;
    std::stop_source stop;
    stop.request_stop();
    const auto cancelled = made->recover({.stop = stop.get_token(), .progress = {}});
    ASSERT_FALSE(cancelled);
    EXPECT_EQ(cancelled.error().code, ErrorCode::Cancelled);
    ASSERT_NE(made->loss(), nullptr);
    EXPECT_EQ(made->decode(token, Session::Logits::Last).error().code, ErrorCode::Device);
    EXPECT_EQ(made->cacheBytes(), 0u);
    ASSERT_TRUE(made->recover());
    EXPECT_GT(made->placement().layers, 0);
    EXPECT_TRUE(made->decode(token, Session::Logits::Last));
}

TEST_F(OffloadTest, CopyingIsToldAndCanBeCancelled)
{
    std::vector<double> told;
    session({.layers = Offload::kAll}, {.stop = {}, .progress = [&](double part) { told.push_back(part); }});
    ASSERT_FALSE(told.empty());
    EXPECT_TRUE(std::ranges::is_sorted(told));
    EXPECT_GT(told.back(), 0.9);
    EXPECT_LE(told.back(), 1);
    std::stop_source stop;
    const auto cancelled = Session::create(model, optionsOf({.layers = Offload::kAll}), {.stop = stop.get_token(), .progress = [&](double) { stop.request_stop(); }});
    ASSERT_FALSE(cancelled);
    EXPECT_EQ(cancelled.error().code, ErrorCode::Cancelled);
}

TEST_F(OffloadTest, AStoppedRunIsCancelled)
{
    const auto made = session({.layers = Offload::kAll});
    std::stop_source stop;
    const auto prompt = tokensOf(*model, 20, 1);
    const auto ended = made->decode(prompt, Session::Logits::Last, stop.get_token(), [&](int) { stop.request_stop(); });
    ASSERT_FALSE(ended);
    EXPECT_EQ(ended.error().code, ErrorCode::Cancelled);
    EXPECT_EQ(made->position(), 8) << "the first piece is whole";
}

TEST_F(OffloadTest, CompiledShadersAreKept)
{
    const auto token = tokensOf(*model, 1, 1);
    const auto cache = folder / "cache";
    const auto run = [&] { return logitsOf(*session({.layers = Offload::kAll, .cacheFolder = cache}), token); };
    const auto expected = run();
    ASSERT_TRUE(std::filesystem::exists(cache));
    const auto kept = std::filesystem::directory_iterator(cache)->path();
    const auto bytes = [&] {
        std::ifstream in(kept, std::ios::binary);
        return std::string(std::istreambuf_iterator<char>(in), {});
    };
    const std::string good = bytes();
    EXPECT_GT(good.size(), 100u);
    EXPECT_EQ(run(), expected);
    // Spoiled in its header, in what the driver wrote about itself, in its middle, at its end; and something else altogether.
    std::vector<std::string> spoiled(4, good);
    spoiled[0][3] ^= 1;
    spoiled[1][90] ^= 1;
    spoiled[2][good.size() / 2] ^= 1;
    spoiled[3].resize(good.size() - 7);
    spoiled.push_back("not a cache");
    spoiled.emplace_back();
    for (const std::string& text : spoiled) {
        std::ofstream(kept, std::ios::binary | std::ios::trunc) << text;
        EXPECT_EQ(run(), expected);
        EXPECT_EQ(bytes().size(), good.size()) << "made again";
    }
}

TEST(Pace, PiecesLastAboutATenthOfASecond)
{
    Pace pace;
    EXPECT_FALSE(pace.full(0, 1e15)) << "something must be handed over";
    double work = 2e9;
    for (int i = 0; i < 20; ++i) { // a card of 10¹³ multiplications a second
        work = 1e9;
        while (!pace.full(work, 1e9)) work += 1e9;
        pace.took(work, work / 1e13);
    }
    EXPECT_NEAR(work / 1e13, 0.1, 0.02);
    for (int i = 0; i < 20; ++i) { // it has become a thousand times slower
        work = 1e7;
        while (!pace.full(work, 1e7)) work += 1e7;
        pace.took(work, work / 1e10);
    }
    EXPECT_NEAR(work / 1e10, 0.1, 0.02);
}

// The count of messages that tests compare with 0 is one that can be another number.
TEST(Validation, AMistakeIsHeard)
{
    test::Device device;
    CORRAL_NEEDS_CARD(device && device.watched, "no software device here, or no validation layer");
    const auto from = device.room(64), to = device.room(64);
    EXPECT_THAT(device.messages(), IsEmpty());
    ASSERT_TRUE(device.commands.begin());
    device.commands.copy(from, 0, to, 0, 64);
    device.commands.copy(from, 0, to, 0, 64); // writes where the first one writes, with no barrier between them
    ASSERT_TRUE(device.commands.submitAndWait());
    EXPECT_THAT(device.messages(), testing::Not(IsEmpty()));
}

} // namespace
} // namespace corral::vulkan
