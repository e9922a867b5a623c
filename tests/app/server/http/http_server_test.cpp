// What honest clients do.
#include "app/server/http/event_stream.h"
#include "tests/app/server/http/client.h"
#include "tests/app/server/http/server_thread.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <QTemporaryDir>

namespace corral::test {
namespace {

using namespace std::chrono_literals;
using server::EventStream;
using testing::HasSubstr;

TEST(HttpServer, AnswersOneRequestAfterTheOtherOverOneConnection)
{
    ServerThread server;
    Client client(server.port());
    const HttpReply first = client.ask(get("/a%20b/%C3%A4?x=1+2&empty&y=%26"));
    EXPECT_EQ(first.status, 200);
    EXPECT_EQ(first.version, "HTTP/1.1");
    EXPECT_EQ(first.body, "GET /a b/ä?x=1 2?empty=?y=&\n");
    EXPECT_EQ(first.headers.at("connection"), "keep-alive");
    EXPECT_EQ(first.headers.at("content-type"), "text/plain");
    EXPECT_THAT(first.headers.at("date"), testing::MatchesRegex("[A-Z][a-z]{2}, [0-9]{2} [A-Z][a-z]{2} [0-9]{4} [0-9:]{8} GMT"));
    const HttpReply second = client.ask(post("/b", "body"));
    EXPECT_EQ(second.body, "POST /b\nbody");
    EXPECT_EQ(server.connections(), 1);
    EXPECT_EQ(client.ask("GET http://elsewhere:80/c?d HTTP/1.1\r\nHost: elsewhere\r\n\r\n").body, "GET /c?d=\n");
    ASSERT_TRUE(soon([&] { return server.served().size() == 3; })) << "told after the client has it";
    const auto served = server.served();
    EXPECT_EQ(served[1].method + served[1].path, "POST/b");
    EXPECT_EQ(served[1].status, 200);
    EXPECT_GT(served[1].bytes, second.body.size());
    EXPECT_THAT(served[1].peer, testing::StartsWith("127.0.0.1:"));
}

TEST(HttpServer, ClosesWhenTheClientAsksForIt)
{
    ServerThread server;
    Client client(server.port());
    EXPECT_EQ(client.ask(get("/", "Connection: close\r\n")).headers.at("connection"), "close");
    EXPECT_TRUE(client.closedByServer(1s));
}

TEST(HttpServer, RequestsSentAheadAreAnsweredInTheirOrder)
{
    Inbox inbox;
    ServerThread server(inbox.handler());
    Client client(server.port());
    std::string requests;
    for (int i = 0; i < 50; ++i) requests += post("/" + std::to_string(i), std::string(static_cast<std::size_t>(i), 'x'));
    client.send(requests);
    for (int i = 0; i < 50; ++i) {
        const auto exchange = inbox.next();
        ASSERT_TRUE(exchange);
        EXPECT_EQ(exchange->request().path, "/" + std::to_string(i));
        EXPECT_EQ(exchange->request().body.size(), static_cast<std::size_t>(i));
        if (i < 3) {
            std::this_thread::sleep_for(20ms);
            EXPECT_EQ(inbox.size(), 0u) << "the next one waits for its turn";
        }
        exchange->respond(200, {}, std::to_string(i));
    }
    for (int i = 0; i < 50; ++i) EXPECT_EQ(client.reply().body, std::to_string(i));
}

TEST(HttpServer, MoreRequestsAheadThanAreReadAhead)
{
    ServerThread server;
    Client client(server.port());
    const int count = 5000;
    std::thread sender([&] {
        std::string all;
        for (int i = 0; i < count; ++i) all += get("/" + std::to_string(i));
        client.send(all);
    });
    for (int i = 0; i < count; ++i) ASSERT_EQ(client.reply().body, "GET /" + std::to_string(i) + "\n");
    sender.join();
}

TEST(HttpServer, HeadHasTheLengthAndNoBody)
{
    ServerThread server;
    Client client(server.port());
    client.send("HEAD /x HTTP/1.1\r\nHost: a\r\n\r\n");
    const HttpReply reply = client.reply(true);
    EXPECT_EQ(reply.status, 200);
    EXPECT_EQ(reply.headers.at("content-length"), "8");
    EXPECT_EQ(client.ask(get("/y")).body, "GET /y\n") << "nothing of a body lies between";
}

TEST(HttpServer, OptionsIsAnsweredWithoutAHandler)
{
    ServerThread server([](const ExchangePointer&) { FAIL(); });
    Client client(server.port());
    const HttpReply reply = client.ask("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_EQ(reply.status, 204);
    EXPECT_THAT(reply.headers.at("allow"), HasSubstr("POST"));
    EXPECT_FALSE(reply.headers.contains("access-control-allow-origin"));
}

TEST(HttpServer, BodiesInChunks)
{
    ServerThread server;
    Client client(server.port());
    EXPECT_EQ(client.ask("POST /c HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3;name=value\r\nabc\r\nA\r\n0123456789\r\n0\r\nTrailer: x\r\n\r\n").body,
              "POST /c\nabc0123456789");
    EXPECT_EQ(client.ask(get("/after")).body, "GET /after\n");
}

TEST(HttpServer, ContinueIsSaidToThoseWhoWait)
{
    ServerThread server;
    Client client(server.port());
    client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n");
    EXPECT_EQ(client.receive("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
    const HttpReply reply = client.ask("body");
    EXPECT_EQ(reply.body, "POST /\nbody");
    EXPECT_EQ(client.ask(post("/", "at once", "Expect: 100-continue\r\n")).interim, 0);
    EXPECT_EQ(client.ask(get("/", "Expect: 200-ok\r\n")).status, 417);
}

TEST(HttpServer, Http10)
{
    ServerThread server;
    Client plain(server.port());
    const HttpReply reply = plain.ask("GET /old HTTP/1.0\r\n\r\n");
    EXPECT_EQ(reply.body, "GET /old\n");
    EXPECT_EQ(reply.headers.at("connection"), "close");
    EXPECT_TRUE(plain.closedByServer(1s));
    Client kept(server.port());
    for (int i = 0; i < 2; ++i) EXPECT_EQ(kept.ask("GET /kept HTTP/1.0\r\nConnection: keep-alive\r\n\r\n").headers.at("connection"), "keep-alive");
}

TEST(HttpServer, StreamsToHttp10WithoutChunks)
{
    ServerThread server([](const ExchangePointer& exchange) {
        exchange->begin(200, {});
        exchange->write("one ");
        exchange->write("two");
        exchange->end();
    });
    Client old(server.port());
    const HttpReply reply = old.ask("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    EXPECT_FALSE(reply.headers.contains("transfer-encoding"));
    EXPECT_EQ(reply.headers.at("connection"), "close");
    EXPECT_EQ(reply.body, "one two");
    Client now(server.port());
    EXPECT_EQ(now.ask(get("/")).body, "one two");
    EXPECT_EQ(now.ask(get("/")).headers.at("transfer-encoding"), "chunked");
    now.send("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_EQ(now.reply(true).status, 200);
    EXPECT_EQ(now.ask(get("/")).body, "one two");
}

TEST(HttpServer, EventsArriveAsTheyAreWritten)
{
    Inbox inbox;
    ServerThread server(inbox.handler());
    Client client(server.port());
    client.send(get("/"));
    EventStream stream(inbox.next(), 0ms);
    EXPECT_THAT(client.receive("\r\n\r\n"), testing::AllOf(HasSubstr("text/event-stream"), HasSubstr("Transfer-Encoding: chunked")));
    EXPECT_TRUE(stream.data("{\"a\":1}"));
    EXPECT_THAT(client.receive("\n\n"), HasSubstr("data: {\"a\":1}\n\n"));
    stream.event("message_stop", "two\nlines\r\nand a third");
    EXPECT_THAT(client.receive("\n\n"), HasSubstr("event: message_stop\ndata: two\ndata: lines\ndata: and a third\n\n"));
    stream.data("[DONE]");
    stream.end();
    EXPECT_THAT(client.receive("0\r\n\r\n"), HasSubstr("data: [DONE]\n\n\r\n0\r\n\r\n"));
    client.send(get("/"));
    ASSERT_TRUE(inbox.next()) << "the connection goes on";
}

TEST(HttpServer, CommentsWhileThereIsNothingToSay)
{
    Inbox inbox;
    ServerThread server(inbox.handler());
    Client client(server.port());
    client.send(get("/"));
    EventStream stream(inbox.next(), 150ms);
    client.receive("\r\n\r\n");
    for (int i = 0; i < 3; ++i) EXPECT_EQ(client.receive(":\n\n\r\n"), "3\r\n:\n\n\r\n");
    stream.data("x");
    EXPECT_THAT(client.receive("\n\n\r\n"), HasSubstr("data: x"));
    stream.end();
    EXPECT_EQ(client.receive("\r\n\r\n", 500ms), "0\r\n\r\n");
    EXPECT_EQ(client.receiveAll(400ms), "") << "no comment after the end";
}

TEST(HttpServer, AnswersFromManyThreadsAtOnce)
{
    std::mutex mutex;
    std::vector<std::thread> threads;
    {
        ServerThread server([&](const ExchangePointer& exchange) {
            const std::scoped_lock lock(mutex);
            threads.emplace_back([exchange] {
                exchange->begin(200, {});
                for (int i = 0; i < 200; ++i) exchange->write(std::to_string(i) + ",");
                exchange->end();
            });
        });
        std::string expected;
        for (int i = 0; i < 200; ++i) expected += std::to_string(i) + ",";
        std::vector<std::thread> clients;
        std::atomic<int> right = 0;
        for (int c = 0; c < 16; ++c)
            clients.emplace_back([&] {
                Client client(server.port());
                for (int i = 0; i < 20; ++i) right += client.ask(get("/")).body == expected;
            });
        for (auto& client : clients) client.join();
        EXPECT_EQ(right, 16 * 20);
        EXPECT_TRUE(server.emptyWithin(2s));
    }
    for (auto& thread : threads) thread.join();
}

TEST(HttpServer, LargeAnswers)
{
    const std::string large(20 << 20, 'z');
    ServerThread server([&](const ExchangePointer& exchange) { exchange->respond(200, {}, large); });
    Client client(server.port());
    for (int i = 0; i < 2; ++i) EXPECT_EQ(client.ask(get("/")).body, large);
}

TEST(HttpServer, WhatAHandlerForgetsIsAnswered)
{
    ServerThread server([](const ExchangePointer& exchange) {
        if (exchange->request().path == "/throws") throw std::runtime_error("no");
        if (exchange->request().path == "/half") {
            exchange->begin(200, {});
            exchange->write("half");
        }
    });
    Client client(server.port());
    for (const char* path : {"/throws", "/nothing"}) {
        const HttpReply reply = client.ask(get(path));
        EXPECT_EQ(reply.status, 500);
        EXPECT_EQ(reply.body, R"({"error":{"code":500,"message":"the request was not answered","type":"server_error"}})");
    }
    EXPECT_FALSE(client.ask(get("/half")).whole) << "half an answer does not look like a whole one";
}

TEST(HttpServer, HeadersOfAnswersMakeNoLinesOfTheirOwn)
{
    ServerThread server([](const ExchangePointer& exchange) { exchange->respond(200, {{"X", "a\r\nSet-Cookie: b"}}, "x"); });
    const HttpReply reply = Client(server.port()).ask(get("/"));
    EXPECT_EQ(reply.headers.at("x"), "a  Set-Cookie: b");
    EXPECT_FALSE(reply.headers.contains("set-cookie"));
}

TEST(HttpServer, ListensWhereItIsTold)
{
    for (const char* host : {"localhost", "::", "0.0.0.0", "127.0.0.1"}) {
        ServerThread server(echo, {}, {}, host);
        ASSERT_EQ(server.error(), "") << host;
        EXPECT_EQ(Client(server.port()).ask(get("/")).status, 200) << host;
        server.inside([&](server::HttpServer& s) {
            server::HttpServer second(echo);
            const auto result = second.listen(host, server.port());
            ASSERT_FALSE(result);
            EXPECT_THAT(result.error().message, HasSubstr(std::to_string(server.port())));
            EXPECT_EQ(s.address(), std::string("http://") + (std::string(host) == "::" ? "[::]" : host) + ":" + std::to_string(server.port()));
        });
    }
    EXPECT_NE(ServerThread(echo, {}, {}, "no such host.invalid").error(), "");
    EXPECT_THAT(ServerThread(echo, {}, {}, "[::1]").error(), testing::Not(HasSubstr("no address"))) << "with brackets, where there is IPv6";
}

TEST(HttpServer, ListensAtALocalSocket)
{
    const QTemporaryDir folder;
    const std::string path = folder.filePath(QStringLiteral("corral.sock")).toStdString();
    {
        ServerThread server(echo, {}, {}, path);
        ASSERT_EQ(server.error(), "");
        EXPECT_EQ(Client(path).ask(get("/local")).body, "GET /local\n");
        ASSERT_TRUE(soon([&] { return server.served().size() == 1; }));
        EXPECT_EQ(server.served().at(0).peer, "unix");
        EXPECT_THAT(ServerThread(echo, {}, {}, path).error(), HasSubstr("another server"));
        EXPECT_EQ(Client(path).ask(get("/still")).status, 200);
    }
    EXPECT_EQ(ServerThread(echo, {}, {}, path).error(), "") << "again, and over what a killed one left";
}

} // namespace
} // namespace corral::test
