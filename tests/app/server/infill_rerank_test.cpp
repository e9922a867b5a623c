// Holes in texts, and documents in the order in which they answer a query.
#include "tests/app/server/api_fixture.h"

#include <set>

namespace corral::server {
namespace {

using test::ApiTest;
using testing::ElementsAre;
using testing::HasSubstr;

std::string promptOf(const Json& answer) { return answer["prompt"].get<std::string>(); }

TEST_F(ApiTest, InfillNeedsItsTokens)
{
    expectError(*post("/infill", {{"input_prefix", "a"}, {"input_suffix", "b"}}), 501, "not_supported_error", "fill in");
}

TEST_F(ApiTest, Infill)
{
    serve({.morePieces = {"<PRE>", "<SUF>", "<MID>"}});
    const auto reply = post("/infill", {{"input_prefix", "he"}, {"input_suffix", "tea"}, {"prompt", "lo"}, {"n_predict", 3}});
    ASSERT_EQ(reply->status, 200) << reply->body;
    EXPECT_EQ(promptOf(reply->json()), "<s><PRE>helo<SUF>tea<MID>");
    EXPECT_EQ(reply->json()["tokens_predicted"], 3);
    const Json extra = Json::array({{{"filename", "x.c"}, {"text", "ha"}}});
    EXPECT_EQ(promptOf(post("/infill", {{"input_prefix", "he"}, {"input_suffix", "tea"}, {"input_extra", extra}, {"n_predict", 3}})->json()), "\n\n--- snippet ---\n\nha<s><PRE>he<SUF>tea<MID>");
    const auto events = post("/infill", {{"input_prefix", "he"}, {"input_suffix", ""}, {"stream", true}})->events();
    EXPECT_EQ(events.back()["stop"], true);

    // Far more than fits is cut: the end of the prefix and the beginning of the suffix stay.
    std::string before = "START", after;
    for (int i = 0; i < 3000; ++i) before += "a", after += "e";
    const auto cut = post("/infill", {{"input_prefix", before + "Hello"}, {"input_suffix", "world" + after}, {"n_predict", 2}});
    ASSERT_EQ(cut->status, 200) << cut->body;
    EXPECT_THAT(promptOf(cut->json()), HasSubstr("aHello<SUF>world"));
    EXPECT_THAT(promptOf(cut->json()), testing::Not(HasSubstr("START")));
    EXPECT_LT(cut->json()["tokens_evaluated"], 1024);
    for (const auto& [body, words] : std::vector<std::pair<std::string, std::string>>{{"{}", "input_prefix"},
                                                                                      {R"({"input_prefix":"x"})", "input_suffix"},
                                                                                      {R"({"input_prefix":5,"input_suffix":"x"})", "input_prefix"},
                                                                                      {R"({"input_prefix":"","input_suffix":"","prompt":5})", "prompt"},
                                                                                      {R"({"input_prefix":"","input_suffix":"","input_extra":5})", "input_extra"},
                                                                                      {R"({"input_prefix":"","input_suffix":"","input_extra":[5]})", "input_extra"},
                                                                                      {R"({"input_prefix":"","input_suffix":"","input_extra":[{}]})", "text"}})
        expectError(*call("POST", "/infill", body), 400, "invalid_request_error", words);
    serve({.morePieces = {"<PRE>", "<SUF>", "<MID>"}}, [](engine::ServiceOptions&, ApiOptions& options) { options.suffixFirst = true; });
    EXPECT_EQ(promptOf(post("/infill", {{"input_prefix", "he"}, {"input_suffix", "tea"}, {"n_predict", 3}})->json()), "<s><SUF>tea<PRE>he<MID>");
    serve({.morePieces = {"<PRE>", "<SUF>", "<MID>", "<REPO>", "<|file_sep|>"}});
    EXPECT_EQ(promptOf(post("/infill", {{"input_prefix", "he"}, {"input_suffix", "tea"}, {"input_extra", extra}, {"n_predict", 3}})->json()),
              "<REPO>myproject\n<|file_sep|>x.c\nha<|file_sep|>filename\n<s><PRE>he<SUF>tea<MID>");
}

TEST_F(ApiTest, RerankNeedsAModelThatRanks)
{
    expectError(*post("/rerank", {{"query", "a"}, {"documents", {"b"}}}), 501, "not_supported_error", "--rerank");
    const auto opened = engine::Service::open(dir / "tiny.gguf", {.session = {.contextLength = 64, .threads = 1}, .slotCount = 1, .embeddings = generate::Pooling::Rank});
    ASSERT_FALSE(opened);
    EXPECT_THAT(opened.error().message, HasSubstr("cls.output.weight"));
}

TEST_F(ApiTest, Rerank)
{
    serve({.labels = 2}, [](engine::ServiceOptions& options, ApiOptions&) { options.embeddings = generate::Pooling::Rank; });
    const std::vector<std::string> documents{"the tea", "hello world", "a lot of words that mean nothing", "hello world"};
    const auto reply = post("/v1/rerank", {{"query", "hello"}, {"documents", documents}, {"model", "ranker"}});
    ASSERT_EQ(reply->status, 200) << reply->body;
    const Json answer = reply->json();
    EXPECT_EQ(answer["object"], "list");
    EXPECT_EQ(answer["model"], "ranker");
    ASSERT_EQ(answer["results"].size(), 4u);
    std::map<int, double> scores;
    double last = 1e30;
    for (const Json& one : answer["results"]) {
        EXPECT_LE(one["relevance_score"].get<double>(), last);
        last = one["relevance_score"].get<double>();
        scores[one["index"].get<int>()] = last;
    }
    EXPECT_EQ(scores.at(1), scores.at(3)) << "the same document";
    EXPECT_NE(scores.at(0), scores.at(1));
    EXPECT_GT(answer["usage"]["prompt_tokens"], 10);
    EXPECT_EQ(answer["usage"]["prompt_tokens"], answer["usage"]["total_tokens"]);
    EXPECT_EQ(post("/reranking", {{"query", "hello"}, {"documents", documents}, {"top_n", 2}})->json()["results"], Json::array({answer["results"][0], answer["results"][1]}));

    const Json tei = post("/rerank", {{"query", "hello"}, {"texts", documents}, {"return_text", true}})->json();
    ASSERT_TRUE(tei.is_array());
    EXPECT_EQ(tei[0]["index"], answer["results"][0]["index"]);
    EXPECT_EQ(tei[0]["score"], answer["results"][0]["relevance_score"]);
    EXPECT_EQ(tei[0]["text"], documents[tei[0]["index"].get<std::size_t>()]);
    // Qwen 3's rankers say how probable the first of their labels is.
    serve({.architecture = "qwen3", .labels = 2}, [](engine::ServiceOptions& options, ApiOptions&) { options.embeddings = generate::Pooling::Rank; });
    std::set<double> different;
    const Json probabilities = post("/rerank", {{"query", "hello"}, {"documents", documents}})->json()["results"];
    for (const Json& one : probabilities) different.insert(one["relevance_score"].get<double>());
    EXPECT_EQ(different.size(), 3u) << probabilities.dump();
    EXPECT_GT(*different.begin(), 0);
    EXPECT_LT(*different.rbegin(), 1);
    serve({.architecture = "qwen3", .labels = 1}, [](engine::ServiceOptions& options, ApiOptions&) { options.embeddings = generate::Pooling::Rank; });
    EXPECT_EQ(post("/rerank", {{"query", "hello"}, {"documents", {"a"}}})->json()["results"][0]["relevance_score"], 1) << "the only label there is";
    std::string longer;
    for (int i = 0; i < 1600; ++i) longer += "hello ";
    expectError(*post("/rerank", {{"query", "x"}, {"documents", {longer}}}), 400, "exceed_context_size_error", "document 0");
    for (const auto& [body, words] : std::vector<std::pair<std::string, std::string>>{{"{}", "query"},
                                                                                      {R"({"query":"x"})", "documents"},
                                                                                      {R"({"query":"x","documents":[]})", "documents"},
                                                                                      {R"({"query":"x","documents":"y"})", "documents"},
                                                                                      {R"({"query":"x","documents":[1]})", "documents"},
                                                                                      {R"({"query":1,"documents":["y"]})", "query"},
                                                                                      {R"({"query":"x","documents":["y"],"top_n":-1})", "top_n"}})
        expectError(*call("POST", "/rerank", body), 400, "invalid_request_error", words);
    expectError(*post("/v1/embeddings", {{"input", "x"}}), 501, "not_supported_error", "/rerank");
}

} // namespace
} // namespace corral::server
