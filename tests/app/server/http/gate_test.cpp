// Who may come in.
#include "app/server/http/gate.h"
#include "tests/app/server/http/client.h"
#include "tests/app/server/http/server_thread.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace corral::test {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

TEST(Gate, KeysInBothHeaders)
{
    ServerThread server(echo, {.keys = {"first-key", "second"}});
    Client client(server.port());
    const auto status = [&](const char* headers, const char* path = "/v1/models") { return client.ask(get(path, headers)).status; };
    EXPECT_EQ(status("Authorization: Bearer first-key\r\n"), 200);
    EXPECT_EQ(status("authorization: bearer second\r\n"), 200);
    EXPECT_EQ(status("X-API-Key: second\r\n"), 200);
    for (const char* wrong : {"", "Authorization: Bearer first-ke\r\n", "Authorization: Bearer first-key2\r\n", "Authorization: Bearer \r\n", "Authorization: first-key\r\n",
                              "Authorization: Basic first-key\r\n", "X-Api-Key:\r\n", "X-Api-Key: FIRST-KEY\r\n"})
        EXPECT_EQ(status(wrong), 401) << wrong;
    EXPECT_EQ(status("", "/health"), 200);
    EXPECT_EQ(status("", "/v1/health"), 200);
    EXPECT_EQ(status("", "/health/"), 401);
    EXPECT_EQ(status("", "/v1/healthy"), 401);
    const HttpReply refused = client.ask(get("/props"));
    EXPECT_EQ(refused.body, R"({"error":{"code":401,"message":"Invalid API Key","type":"authentication_error"}})");
    EXPECT_EQ(refused.headers.at("connection"), "keep-alive") << "another key may follow";
    EXPECT_EQ(client.ask("OPTIONS /v1/models HTTP/1.1\r\n\r\n").status, 204);
}

TEST(Gate, AWrongKeyIsRefusedBeforeTheBody)
{
    ServerThread server([](const ExchangePointer&) { FAIL(); }, {.keys = {"k"}});
    Client client(server.port());
    client.send("POST /v1/completions HTTP/1.1\r\nHost: a\r\nContent-Length: 50000000\r\nExpect: 100-continue\r\n\r\n");
    const HttpReply reply = client.reply();
    EXPECT_EQ(reply.status, 401);
    EXPECT_EQ(reply.interim, 0);
    EXPECT_EQ(reply.headers.at("connection"), "close");
}

TEST(Gate, ThePrefixStandsBeforePublicPaths)
{
    const server::Gate gate({.keys = {"k"}, .prefix = "/llm"});
    EXPECT_FALSE(gate.stop({.method = "GET", .path = "/llm/health"}));
    EXPECT_TRUE(gate.stop({.method = "GET", .path = "/health"}));
    EXPECT_TRUE(gate.stop({.method = "GET", .path = "/llm/props"}));
}

TEST(Gate, OtherPagesAreNotInvitedByDefault)
{
    ServerThread server;
    const HttpReply reply = Client(server.port()).ask(get("/", "Origin: http://evil.example\r\n"));
    EXPECT_EQ(reply.status, 200);
    for (const auto& [name, value] : reply.headers) EXPECT_THAT(name, testing::Not(HasSubstr("access-control")));
}

TEST(Gate, Origins)
{
    ServerThread server(echo, {.keys = {"k"}, .origins = {"http://localhost:3000", "https://app.example"}, .corsCredentials = true});
    Client client(server.port());
    HttpReply reply = client.ask(get("/health", "Origin: https://app.example\r\n"));
    EXPECT_EQ(reply.headers.at("access-control-allow-origin"), "https://app.example");
    EXPECT_EQ(reply.headers.at("access-control-allow-credentials"), "true");
    EXPECT_EQ(reply.headers.at("vary"), "Origin");
    reply = client.ask(get("/v1/models", "Origin: https://app.example\r\n"));
    EXPECT_EQ(reply.status, 401);
    EXPECT_EQ(reply.headers.at("access-control-allow-origin"), "https://app.example") << "a page may read why it was refused";
    reply = client.ask(get("/health", "Origin: https://evil.example\r\n"));
    EXPECT_FALSE(reply.headers.contains("access-control-allow-origin"));
    EXPECT_EQ(reply.headers.at("vary"), "Origin");
    reply = client.ask("OPTIONS /v1/chat/completions HTTP/1.1\r\nOrigin: http://localhost:3000\r\nAccess-Control-Request-Method: POST\r\n"
                       "Access-Control-Request-Headers: authorization, content-type\r\n\r\n");
    EXPECT_EQ(reply.status, 204);
    EXPECT_EQ(reply.headers.at("access-control-allow-headers"), "authorization, content-type");
    EXPECT_THAT(reply.headers.at("access-control-allow-methods"), HasSubstr("POST"));
    reply = client.ask("OPTIONS /x HTTP/1.1\r\nOrigin: https://evil.example\r\nAccess-Control-Request-Method: POST\r\n\r\n");
    EXPECT_FALSE(reply.headers.contains("access-control-allow-methods"));
}

TEST(Gate, AnyOriginButNotWithCredentials)
{
    const server::Request request{.method = "GET", .path = "/", .headers = {{"Origin", "https://a.example"}}};
    EXPECT_EQ(server::Gate({.origins = {"*"}}).headersFor(request).value("access-control-allow-origin"), "*");
    EXPECT_FALSE(server::Gate({.origins = {"*"}, .corsCredentials = true}).headersFor(request).contains("access-control-allow-origin"));
}

TEST(Gate, NamesOfThisMachineOnly)
{
    const server::Gate gate({.localNamesOnly = true});
    for (const char* host : {"localhost:8080", "LOCALHOST", "127.0.0.1:8080", "192.168.1.5", "[::1]:8080", "a.localhost", "box.local", "host.docker.internal", ""})
        EXPECT_FALSE(gate.stop({.method = "GET", .path = "/", .headers = {{"Host", host}}})) << host;
    for (const char* host : {"evil.example", "evil.example:8080", "localhost.evil.example", "127.0.0.1.evil.example"}) {
        const auto answer = gate.stop({.method = "GET", .path = "/", .headers = {{"Host", host}}});
        ASSERT_TRUE(answer) << host;
        EXPECT_EQ(answer->status, 403);
    }
}

} // namespace
} // namespace corral::test
