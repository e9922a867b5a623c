// Vectors of texts against the logits they lead to, on a small random model.
#include "core/generate/embedder.h"
#include "tests/core/generate/session_support.h"
#include "tests/core/generate/tiny_model.h"

#include <gmock/gmock.h>

#include <numeric>

namespace corral::generate {
namespace {

using test::copy;
using test::tinyModel;
using test::tinyTokens;

std::vector<float> embedded(Pooling pooling, std::span<const Token> tokens, int batch = 512)
{
    auto embedder = Embedder::create(tinyModel(), {.batch = batch, .threads = 1}, pooling);
    if (!embedder) return ADD_FAILURE() << embedder.error().message, std::vector<float>();
    auto vectors = (*embedder)->embed(tokens);
    if (!vectors) return ADD_FAILURE() << vectors.error().message, std::vector<float>();
    EXPECT_EQ((*embedder)->width(), 64);
    auto again = (*embedder)->embed(tokens);
    EXPECT_EQ(*again, *vectors) << "what came before does not matter";
    return *vectors;
}

// The output matrix is the embedding table here: its rows times a token's vector are the token's logits.
TEST(Embedder, VectorsAreWhatTheOutputLayerIsGiven)
{
    const auto tokens = tinyTokens(9);
    const auto each = embedded(Pooling::None, tokens);
    ASSERT_EQ(each.size(), 9u * 64);
    const auto logits = copy(test::tinySession({.threads = 1})->decode(tokens, Session::Logits::All));
    const auto model = tinyModel();
    const auto* table = model->file().tensor("token_embd.weight");
    ASSERT_TRUE(table);
    const auto* rows = reinterpret_cast<const float*>(model->file().data(*table).data());
    for (std::size_t t = 0; t < 9; ++t)
        for (std::size_t v = 0; v < test::kTinyVocabulary; ++v)
            EXPECT_NEAR(std::inner_product(rows + 64 * v, rows + 64 * v + 64, each.begin() + std::ptrdiff_t(64 * t), 0.0), double(logits[t * test::kTinyVocabulary + v]), 2e-3);
}

TEST(Embedder, Pooling)
{
    const auto tokens = tinyTokens(9);
    const auto each = embedded(Pooling::None, tokens);
    EXPECT_THAT(embedded(Pooling::Cls, tokens), testing::ElementsAreArray(each.begin(), each.begin() + 64));
    EXPECT_THAT(embedded(Pooling::Last, tokens), testing::ElementsAreArray(each.end() - 64, each.end()));
    const auto mean = embedded(Pooling::Mean, tokens), inPieces = embedded(Pooling::Mean, tokens, 4);
    for (std::size_t i = 0; i < 64; ++i) {
        double sum = 0;
        for (std::size_t t = 0; t < 9; ++t) sum += double(each[64 * t + i]);
        EXPECT_NEAR(mean[i], sum / 9, 1e-5);
        EXPECT_NEAR(inPieces[i], mean[i], 1e-3);
    }
    auto embedder = Embedder::create(tinyModel(), {.contextLength = 8, .threads = 1}, Pooling::Mean);
    EXPECT_EQ((*embedder)->embed(tokens).error().code, ErrorCode::ContextFull);
    EXPECT_EQ((*embedder)->embed({}).error().code, ErrorCode::InvalidArgument);
}

TEST(Embedder, RanksByTheClassifier)
{
    const auto tokens = tinyTokens(9);
    const auto last = embedded(Pooling::Last, tokens), scores = embedded(Pooling::Rank, tokens);
    ASSERT_EQ(scores.size(), 3u);
    const auto model = tinyModel();
    const auto* rows = reinterpret_cast<const float*>(model->file().data(*model->file().tensor("cls.output.weight")).data());
    for (std::size_t label = 0; label < 3; ++label) EXPECT_NEAR(std::inner_product(last.begin(), last.end(), rows + 64 * label, 0.0), double(scores[label]), 1e-4);
}

TEST(Embedder, Norms)
{
    const std::vector<float> v{3, -4, 0};
    const auto normed = [&](int p) {
        auto w = v;
        normalize(w, p);
        return w;
    };
    EXPECT_EQ(normed(-1), v);
    EXPECT_THAT(normed(2), testing::ElementsAre(testing::FloatEq(0.6f), testing::FloatEq(-0.8f), 0));
    EXPECT_THAT(normed(1), testing::ElementsAre(testing::FloatEq(3.f / 7), testing::FloatEq(-4.f / 7), 0));
    EXPECT_THAT(normed(0), testing::ElementsAre(testing::FloatEq(24570), testing::FloatEq(-32760), 0));
    std::vector<float> zeros(4);
    normalize(zeros, 2);
    EXPECT_THAT(zeros, testing::Each(0));
}

} // namespace
} // namespace corral::generate
