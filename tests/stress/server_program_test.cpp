// `corral server` as somebody meets it: its key, its mistakes, its end.
#include "tests/app/server/http/client.h"
#include "tests/stress/server_process.h"
#include "tests/support/tiny_model.h"

namespace corral::test {
namespace {

using nlohmann::json;

class ServerProgram : public testing::Test {
protected:
    void SetUp() override { TinyModel{}.write(model); }
    TempDir dir;
    std::string model = (dir / "tiny.gguf").string();
};

TEST_F(ServerProgram, NeedsItsKeyAndSaysWhatIsWrong)
{
    ServerProcess server({"-m", model, "-c", "2048", "--api-key", "right"});
    ASSERT_TRUE(server.serves()) << server.said();
    const std::string body = R"({"messages":[{"role":"user","content":"hello"}],"max_tokens":2})", path = "/v1/chat/completions", key = "Authorization: Bearer right\r\n";
    const auto expectError = [&](const std::string& request, int least, int most) {
        const auto reply = Client(server.port()).ask(request);
        EXPECT_GE(reply.status, least) << reply.body;
        EXPECT_LE(reply.status, most) << reply.body;
        const json said = json::parse(reply.body, nullptr, false);
        ASSERT_TRUE(said.is_object()) << reply.body;
        EXPECT_FALSE(said["error"]["message"].get<std::string>().empty());
        EXPECT_FALSE(said["error"]["type"].get<std::string>().empty());
        EXPECT_EQ(said["error"]["code"], reply.status);
    };
    expectError(post(path, body), 401, 401);
    expectError(post(path, body, "Authorization: Bearer wrong\r\n"), 401, 401);
    expectError(post(path, body, "Authorization: Bearer right2\r\n"), 401, 401);
    EXPECT_EQ(Client(server.port()).ask(post(path, body, key)).status, 200);
    const std::string deep(100'000, '['), closed(100'000, ']');
    for (const std::string& wrong : {std::string(), body.substr(0, body.size() / 2), std::string(R"({"messages":"hello"})"), std::string(R"({"messages":[{"role":7,"content":{}}]})"),
                                     std::string("{\"messages\":[{\"role\":\"user\",\"content\":\"\xc3\x28\xff\"}]}"), deep, deep + closed, "{\"messages\":" + deep + closed + "}"})
        expectError(post(path, wrong, key), 400, 499);
    EXPECT_EQ(Client(server.port()).ask(post(path, body, key)).status, 200) << "it goes on";
    EXPECT_EQ(server.stop(), 0) << server.said();
}

TEST_F(ServerProgram, EndsWhileItAnswers)
{
    ServerProcess server({"-m", model, "-c", "8192"});
    ASSERT_TRUE(server.serves()) << server.said();
    Client client(server.port());
    client.send(post("/completion", R"({"prompt":"hello","n_predict":-1,"ignore_eos":true,"stream":true})"));
    EXPECT_NE(client.receive("data: "), "");
    EXPECT_EQ(server.stop(), 0) << server.said();
    client.receiveAll();
}

TEST_F(ServerProgram, SaysThatItsPortIsTaken)
{
    ServerProcess server({"-m", model, "-c", "256"});
    ASSERT_TRUE(server.serves()) << server.said();
    ServerProcess second({"-m", model, "--port", std::to_string(server.port())});
    EXPECT_FALSE(second.serves());
    EXPECT_NE(second.said().find(std::to_string(server.port())), std::string::npos) << second.said();
}

} // namespace
} // namespace corral::test
