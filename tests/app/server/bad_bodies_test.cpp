// Whatever path a body goes to: one that is empty, broken, no object, too deep or of other types is the client's mistake, and said in the shape it expects.
#include "tests/app/server/api_fixture.h"

#include <set>

namespace corral::test {
namespace {

using server::Json;

class BadBodies : public ApiTest {
protected:
    // Nothing is sent to a slot's file: without its query that is a mistake as well.
    static std::vector<std::string> postPaths()
    {
        std::vector<std::string> paths;
        for (const auto& route : server::Api::routes()) {
            std::string path = route.path;
            if (const auto id = path.find("{id}"); id != std::string::npos) path.replace(id, 4, "0");
            if (route.post) paths.push_back(path);
        }
        return paths;
    }
    void expectRefused(const std::string& path, const std::string& body)
    {
        const auto reply = call("POST", path, body);
        // 501: this server has been started without that.
        EXPECT_TRUE((reply->status >= 400 && reply->status < 500) || reply->status == 501) << path << " " << reply->status << " " << body.substr(0, 100) << "\n" << reply->body;
        const Json said = reply->json();
        ASSERT_TRUE(said.is_object() && said.contains("error")) << path << "\n" << reply->body;
        EXPECT_FALSE(said["error"]["message"].get<std::string>().empty()) << path;
        EXPECT_FALSE(said["error"]["type"].get<std::string>().empty()) << path;
        EXPECT_FALSE(reply->streamed);
    }
};

TEST_F(BadBodies, ThatAreNoObject)
{
    constexpr int kDeep = 100'000;
    const auto nested = [](std::string open, std::string close) {
        std::string text;
        for (int i = 0; i < kDeep; ++i) text += open;
        for (int i = 0; i < kDeep && !close.empty(); ++i) text += close;
        return text;
    };
    const auto paths = postPaths();
    EXPECT_GE(paths.size(), 20u);
    for (const std::string& path : paths)
        for (const std::string& body :
             {std::string(), std::string(" \n"), std::string("{"), std::string("}"), std::string("[]"), std::string("null"), std::string("7"), std::string("\"text\""), std::string("{}x"),
              std::string("{\"prompt\":\"hel"), std::string("{\"messages\":[{\"role\":"), std::string("{'prompt':'x'}"), std::string("{\"prompt\":\"\xff\xfe\",\"content\":\"\xff\"}"),
              std::string("\xff\xfe{\0}\0", 6), std::string("{\"prompt\":\"a\0b", 13), nested("[", "]"), nested("[", ""), nested("{\"a\":", ""), "{\"prompt\":" + nested("[", "]") + "}",
              "{\"messages\":" + nested("[{\"content\":", "") + "}"})
            if (path != "/lora-adapters" || body != "[]") expectRefused(path, body); // that one names no adapter: fine
}

TEST_F(BadBodies, WhoseFieldsHaveOtherTypes)
{
    // What each of them cannot do without, of a type that it never has.
    const Json wrong = {{"prompt", {{"a", 1}}}, {"messages", "hello"}, {"input", {{"a", 1}}}, {"content", {{"a", 1}}}, {"tokens", "1"}, {"query", 7},
                        {"documents", 7},       {"filename", 7},       {"input_prefix", 7},   {"input_suffix", 7},     {"id", 7},       {"max_tokens", 4}};
    for (const std::string& path : postPaths()) {
        if (path == "/props") continue; // nothing can be set there
        expectRefused(path, wrong.dump());
        if (!path.ends_with("tokenize")) expectRefused(path, "{}"); // of nothing there is nothing
    }
    const Json right = {{"prompt", "hello"}, {"messages", {{{"role", "user"}, {"content", "hello"}}}}, {"input", "hello"}, {"max_tokens", 2}, {"max_output_tokens", 2}, {"n_predict", 2}};
    for (const char* path : {"/completion", "/v1/completions", "/v1/chat/completions", "/v1/messages", "/v1/responses"}) {
        EXPECT_EQ(post(path, right)->status, 200) << path << post(path, right)->body;
        for (const auto& [name, value] : std::vector<std::pair<const char*, Json>>{{"temperature", "hot"}, {"top_p", Json::array()}, {"stream", "yes"}, {"stream", 7}, {"temperature", 1e300}}) {
            Json body = right;
            body[name] = value;
            expectRefused(path, body.dump());
        }
    }
}

} // namespace
} // namespace corral::test
