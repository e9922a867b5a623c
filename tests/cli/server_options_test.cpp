// The flags of `corral server`: what llama-server's users have in their scripts.
#include "app/cli/server_options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <map>

namespace corral::cli {
namespace {

using server::EmbeddingPooling;
using server::ServerOptions;
using testing::ElementsAre;
using testing::HasSubstr;
using Strings = std::vector<std::string>;
using Variables = std::map<std::string, std::string>;

std::expected<ServerOptions, int> parse(const Strings& arguments, const Variables& variables = {}, ServerOptions usual = {})
{
    return parseServerOptions(arguments, [&](const std::string& name) { return variables.contains(name) ? variables.at(name).c_str() : nullptr; }, std::move(usual));
}

ServerOptions read(const Strings& arguments, const Variables& variables = {})
{
    const auto options = parse(arguments, variables);
    EXPECT_TRUE(options) << testing::PrintToString(arguments);
    return options.value_or(ServerOptions());
}

std::string refusal(const Strings& arguments, const Variables& variables = {})
{
    testing::internal::CaptureStderr();
    const auto options = parse(arguments, variables);
    const std::string message = testing::internal::GetCapturedStderr();
    EXPECT_EQ(options ? 0 : options.error(), kUsage) << testing::PrintToString(arguments);
    EXPECT_EQ(std::ranges::count(message, '\n'), 1) << message;
    return message;
}

std::string fileWith(const std::string& name, const std::string& text)
{
    const std::string path = testing::TempDir() + name;
    std::ofstream(path) << text;
    return path;
}

TEST(ServerOptions, AsTheManualStartsIt)
{
    const ServerOptions o = read({"-m", "qwen2.5-7b-instruct-q5_k_m.gguf", "--port", "8088", "-c", "2048"});
    EXPECT_EQ(o.model, "qwen2.5-7b-instruct-q5_k_m.gguf");
    EXPECT_EQ(o.port, 8088);
    EXPECT_EQ(o.session.contextLength, 2048);
    EXPECT_THAT(o.warnings, ElementsAre());
}

TEST(ServerOptions, Defaults)
{
    const ServerOptions o = read({});
    EXPECT_EQ(o.host, "127.0.0.1");
    EXPECT_EQ(o.port, 8080);
    EXPECT_TRUE(o.model.empty());
    EXPECT_FALSE(o.slotCount);
    EXPECT_TRUE(o.unifiedCache);
    EXPECT_EQ(o.session.batch, 512);
    EXPECT_TRUE(o.apiKeys.empty() && o.corsOrigins.empty() && !o.metrics && !o.propsEndpoint && !o.embeddings);
    EXPECT_TRUE(o.slotsEndpoint && o.page && o.jinja && o.cachePrompt && o.continuousBatching && o.prefillAssistant);
    EXPECT_EQ(o.timeout, std::chrono::seconds(3600));
    EXPECT_EQ(o.sampling.temp, 0.8f);
}

TEST(ServerOptions, EveryFlagDoesSomething)
{
    const std::string keys = fileWith("keys", "one\r\n\ntwo\n"), templateFile = fileWith("template", "{{ messages }}\n"), schema = fileWith("schema", "{\"type\":\"object\"}");
    const ServerOptions o = read({"--hf-repo", "a/b:Q4_0", "-hff", "c.gguf", "--offline", "-a", "x,y", "--tags", "z", "-t", "3", "-b", "256", "-ub", "512", "-ctk", "q8_0",
                                  "-ctv", "f32", "--no-warmup", "-np", "6", "--no-cont-batching", "--no-cache-prompt", "-sps", "0.5", "--slot-save-path", "/tmp",
                                  "--sleep-idle-seconds", "60", "-n", "100", "-r", "stop", "-r", "halt", "--grammar", "root ::= \"a\"", "-jf", schema, "-sp", "--no-jinja",
                                  "--chat-template-file", templateFile, "--chat-template-kwargs", "{\"enable_thinking\":false}", "--skip-chat-parsing", "--no-prefill-assistant",
                                  "--reasoning-format", "deepseek", "-rea", "off", "--reasoning-effort", "low", "--reasoning-budget", "0", "--reasoning-budget-message", "enough",
                                  "--no-reasoning-preserve", "--embeddings", "--reranking", "--pooling", "cls", "--embd-normalize", "-1", "--host", "0.0.0.0", "--port", "0",
                                  "--api-prefix", "/llm/", "--api-key", "k1,k2", "--api-key-file", keys, "--cors-origins", "http://a,http://b", "--cors-methods", "GET",
                                  "--cors-headers", "X", "--cors-credentials", "--timeout", "5", "--sse-ping-interval", "-1", "--metrics", "--no-slots", "--props", "--no-webui",
                                  "-lv", "4", "--log-file", "log", "--temp", "0.1", "--seed", "7"});
    EXPECT_EQ(o.hubModel + o.hubFile, "a/b:Q4_0c.gguf");
    EXPECT_TRUE(o.offline);
    EXPECT_THAT(o.aliases, ElementsAre("x", "y"));
    EXPECT_THAT(o.tags, ElementsAre("z"));
    EXPECT_EQ(o.session.threads, 3);
    EXPECT_EQ(o.session.batch, 256);
    EXPECT_EQ(o.session.cacheK, generate::CacheType::Q8_0);
    EXPECT_EQ(o.session.cacheV, generate::CacheType::F32);
    EXPECT_FALSE(o.warmup || o.continuousBatching || o.cachePrompt || o.unifiedCache);
    EXPECT_EQ(o.slotCount, 6);
    EXPECT_EQ(o.slotPromptSimilarity, 0.5);
    EXPECT_EQ(o.slotSavePath, "/tmp");
    EXPECT_EQ(o.sleepIdleSeconds, 60);
    EXPECT_EQ(o.predict, 100);
    EXPECT_THAT(o.stop, ElementsAre("stop", "halt"));
    EXPECT_EQ(o.grammar, "root ::= \"a\"");
    EXPECT_EQ(o.jsonSchema, "{\"type\":\"object\"}");
    EXPECT_TRUE(o.specialTokens && o.skipChatParsing);
    EXPECT_FALSE(o.jinja || o.prefillAssistant || o.reasoningPreserve.value_or(true));
    EXPECT_EQ(o.chatTemplate, "{{ messages }}");
    EXPECT_EQ(o.chatTemplateKwargs, "{\"enable_thinking\":false}");
    EXPECT_EQ(o.reasoningFormat + o.reasoning + o.reasoningEffort + o.reasoningBudgetMessage, "deepseekofflowenough");
    EXPECT_EQ(o.reasoningBudget, 0);
    EXPECT_TRUE(o.embeddings && o.reranking);
    EXPECT_EQ(o.pooling, EmbeddingPooling::Cls);
    EXPECT_EQ(o.embeddingNorm, -1);
    EXPECT_EQ(o.host + o.apiPrefix, "0.0.0.0/llm");
    EXPECT_EQ(o.port, 0);
    EXPECT_THAT(o.apiKeys, ElementsAre("k1", "k2", "one", "two"));
    EXPECT_THAT(o.corsOrigins, ElementsAre("http://a", "http://b"));
    EXPECT_EQ(o.corsMethods + o.corsHeaders, "GETX");
    EXPECT_TRUE(o.corsCredentials && o.metrics && o.propsEndpoint);
    EXPECT_FALSE(o.slotsEndpoint || o.page);
    EXPECT_EQ(o.timeout, std::chrono::seconds(5));
    EXPECT_EQ(o.pingSeconds, -1);
    EXPECT_EQ(o.verbosity, 4);
    EXPECT_EQ(o.logFile, "log");
    EXPECT_EQ(o.sampling.temp, 0.1f);
    EXPECT_EQ(o.sampling.seed, 7u);
    EXPECT_THAT(o.warnings, ElementsAre());
}

TEST(ServerOptions, BothGenerationsOfSpellings)
{
    for (const auto& [older, newer] : std::vector<std::pair<Strings, Strings>>{{{"--n-predict", "5"}, {"--predict", "5"}},
                                                                             {{"--embedding"}, {"--embeddings"}},
                                                                             {{"--rerank"}, {"--reranking"}},
                                                                             {{"--no-webui"}, {"--no-ui"}},
                                                                             {{"-nocb"}, {"--no-cont-batching"}},
                                                                             {{"--log_verbosity", "1"}, {"--verbosity=1"}}}) {
        const ServerOptions a = read(older), b = read(newer), usual;
        const auto sum = [](const ServerOptions& o) { return std::tuple(o.predict, o.embeddings, o.reranking, o.page, o.continuousBatching, o.verbosity); };
        EXPECT_EQ(sum(a), sum(b)) << older[0];
        EXPECT_NE(sum(a), sum(usual)) << older[0];
    }
    for (const Strings& arguments : {Strings{"-fa", "--metrics"}, {"-fa", "on", "--metrics"}, {"--flash-attn", "auto", "--metrics"}, {"--flash-attn=off", "--metrics"}}) {
        const ServerOptions o = read(arguments);
        EXPECT_TRUE(o.metrics) << testing::PrintToString(arguments);
        EXPECT_THAT(o.warnings, ElementsAre());
    }
    EXPECT_FALSE(read({"-np", "2"}).unifiedCache);
    EXPECT_TRUE(read({"-np", "2", "-kvu"}).unifiedCache);
    EXPECT_FALSE(read({"--no-kv-unified"}).unifiedCache);
    EXPECT_FALSE(read({"-np", "-1"}).slotCount);
}

TEST(ServerOptions, WhatIsNotHereIsSaidOrRefused)
{
    const ServerOptions o = read({"-ngl", "99", "--split-mode", "row", "-ts", "3,1", "-md", "draft.gguf", "--spec-draft-n-max", "3", "--threads-http", "4", "--no-mmap", "-fit", "off",
                                  "--mlock", "-cram", "1000", "--port", "9"});
    EXPECT_EQ(o.port, 9);
    EXPECT_EQ(o.warnings.size(), 9u);
    EXPECT_EQ(o.session.offload.layers, 99);
    EXPECT_THAT(o.warnings, testing::Contains(HasSubstr("--split-mode")));
    EXPECT_THAT(o.warnings, testing::Contains(HasSubstr("--model-draft")));
    EXPECT_THAT(refusal({"--lora", "a.gguf"}), HasSubstr("adapters"));
    EXPECT_THAT(refusal({"--mmproj", "a.gguf"}), HasSubstr("text only"));
    EXPECT_THAT(refusal({"--rope-scale", "2"}), HasSubstr("--rope-scale"));
    EXPECT_THAT(refusal({"--context-shift"}), HasSubstr("shifted"));
    EXPECT_THAT(refusal({"--ssl-key-file", "a"}), HasSubstr("TLS"));
    EXPECT_THAT(refusal({}, {{"LLAMA_ARG_SSL_KEY_FILE", "a"}}), HasSubstr("LLAMA_ARG_SSL_KEY_FILE"));
    read({"--no-context-shift", "--mmap", "--no-mmproj"});
}

TEST(ServerOptions, WrongValues)
{
    EXPECT_THAT(refusal({"--prot", "8080"}), HasSubstr("nearest is --port"));
    EXPECT_THAT(refusal({"--ctxsize", "8"}), HasSubstr("nearest is --ctx-size"));
    EXPECT_THAT(refusal({"model.gguf"}), HasSubstr("-m"));
    EXPECT_THAT(refusal({"--port", "65536"}), HasSubstr("65536"));
    EXPECT_THAT(refusal({"--port", "-1"}), HasSubstr("-1"));
    EXPECT_THAT(refusal({"-np", "0"}), HasSubstr("positive"));
    EXPECT_THAT(refusal({"-c", "-5"}), HasSubstr("-5"));
    EXPECT_THAT(refusal({"-ctk", "q4_0"}), HasSubstr("q4_0"));
    EXPECT_THAT(refusal({"--reasoning-format", "deepsek"}), HasSubstr("nearest is deepseek"));
    EXPECT_THAT(refusal({"--pooling", "sum"}), HasSubstr("mean"));
    EXPECT_THAT(refusal({"--timeout", "0"}), HasSubstr("0"));
    EXPECT_THAT(refusal({"-sps", "nan"}), HasSubstr("nan"));
    EXPECT_THAT(refusal({"--api-key", ","}), HasSubstr("nothing"));
    EXPECT_THAT(refusal({"--api-key-file", "/no/such/file"}), HasSubstr("/no/such/file"));
    EXPECT_THAT(refusal({"--api-key-file", fileWith("nokeys", "\n\n")}), HasSubstr("no key"));
    EXPECT_THAT(refusal({"--api-prefix", "x"}), HasSubstr("slash"));
    EXPECT_THAT(refusal({"--chat-template", "chatml"}), HasSubstr("--chat-template-file"));
    EXPECT_THAT(refusal({"--chat-template-kwargs", "[1]"}), HasSubstr("object"));
    EXPECT_THAT(refusal({"-j", "{"}), HasSubstr("JSON"));
    EXPECT_THAT(refusal({"-m", "a", "-hf", "b/c"}), HasSubstr("one model"));
    EXPECT_THAT(refusal({"-hff", "a"}), HasSubstr("-hf"));
}

TEST(ServerOptions, Environment)
{
    const Variables variables{{"LLAMA_ARG_PORT", "9000"}, {"LLAMA_ARG_CTX_SIZE", "1024"}, {"LLAMA_API_KEY", "a,b"}, {"LLAMA_ARG_ENDPOINT_METRICS", "1"},
                              {"LLAMA_ARG_ENDPOINT_SLOTS", "off"}, {"LLAMA_ARG_CONT_BATCHING", "false"}, {"LLAMA_ARG_HOST", ""}, {"LLAMA_ARG_N_GPU_LAYERS", "99"}};
    ServerOptions o = read({}, variables);
    EXPECT_EQ(o.port, 9000);
    EXPECT_EQ(o.session.contextLength, 1024);
    EXPECT_THAT(o.apiKeys, ElementsAre("a", "b"));
    EXPECT_TRUE(o.metrics);
    EXPECT_FALSE(o.slotsEndpoint || o.continuousBatching);
    EXPECT_EQ(o.host, "127.0.0.1") << "empty is unset";
    o = read({"--port", "7", "--api-key", "c", "--no-metrics", "-cb"}, variables);
    EXPECT_EQ(o.port, 7);
    EXPECT_THAT(o.apiKeys, ElementsAre("c")) << "arguments replace the environment";
    EXPECT_FALSE(o.metrics);
    EXPECT_TRUE(o.continuousBatching);
    EXPECT_THAT(refusal({}, {{"LLAMA_ARG_PORT", "many"}}), HasSubstr("LLAMA_ARG_PORT"));
    EXPECT_THAT(refusal({}, {{"LLAMA_ARG_JINJA", "maybe"}}), HasSubstr("LLAMA_ARG_JINJA"));
}

TEST(ServerOptions, WhatTheModelRecommendsStandsBehindWhatIsSaid)
{
    ServerOptions usual;
    usual.sampling.temp = 0.2f;
    usual.sampling.topK = 5;
    const auto options = parse({"--top-k", "9"}, {}, usual);
    ASSERT_TRUE(options);
    EXPECT_EQ(options->sampling.temp, 0.2f);
    EXPECT_EQ(options->sampling.topK, 9);
}

TEST(ServerOptions, HelpIsReadable)
{
    testing::internal::CaptureStdout();
    const auto options = parse({"--help"});
    const std::string help = testing::internal::GetCapturedStdout();
    EXPECT_EQ(options.error_or(-1), kFine);
    for (const char* word : {"--port", "--api-key", "--parallel", "--metrics", "--chat-template-kwargs", "--pooling", "LLAMA_ARG_"}) EXPECT_THAT(help, HasSubstr(word));
    EXPECT_THAT(help, testing::Not(HasSubstr("--spec-draft-n-max"))) << "what does nothing is not offered";
}

} // namespace
} // namespace corral::cli
