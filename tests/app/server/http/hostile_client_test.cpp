// What the others do: too much, too slowly, half, or nothing that is HTTP; and clients that go away.
#include "app/server/http/event_stream.h"
#include "tests/app/server/http/client.h"
#include "tests/app/server/http/server_thread.h"
#include "tests/support/http_mutation.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>
#include <gtest/gtest.h>

#include <random>

namespace corral::test {
namespace {

using namespace std::chrono_literals;
using server::EventStream;
using server::Limits;
using testing::HasSubstr;

// Status and shape of what a request is refused with; the connection ends after it.
void expectRefused(const std::string& bytes, int status, const char* words, const Limits& limits = {})
{
    ServerThread server([](const ExchangePointer&) { FAIL() << "a refused request reached the handler"; }, {}, limits);
    Client client(server.port());
    client.send(bytes);
    const HttpReply reply = client.reply();
    const std::string shown = bytes.substr(0, 80);
    EXPECT_EQ(reply.status, status) << shown;
    ASSERT_TRUE(reply.whole) << shown;
    const auto error = nlohmann::json::parse(reply.body).at("error");
    EXPECT_EQ(error.at("code"), status) << shown;
    EXPECT_THAT(error.at("message").get<std::string>(), HasSubstr(words)) << shown;
    EXPECT_EQ(error.at("type"), status == 501 || status == 505 ? "not_supported_error" : status == 503 ? "unavailable_error" : "invalid_request_error") << shown;
    EXPECT_THAT(reply.headers.at("content-type"), HasSubstr("application/json"));
    EXPECT_EQ(reply.headers.at("connection"), "close");
    EXPECT_TRUE(client.closedByServer(1s)) << shown;
}

TEST(HostileClient, RequestsThatAreNone)
{
    expectRefused("\x16\x03\x01\x02\x01\x01", 400, "no HTTP request"); // a TLS greeting
    expectRefused("GARBAGE\r\n\r\n", 501, "method");
    expectRefused("BREW /pot HTTP/1.1\r\n\r\n", 501, "method");
    expectRefused("TRACE / HTTP/1.1\r\n\r\n", 501, "TRACE");
    expectRefused("CONNECT a:80 HTTP/1.1\r\n\r\n", 501, "CONNECT");
    expectRefused("GET / HTTP/2.0\r\n\r\n", 505, "HTTP/1.1");
    expectRefused("GET / HTTP/3.7\r\n\r\n", 505, "HTTP/1.1");
    expectRefused("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 501, "PRI");
    expectRefused("GET /\r\n\r\n", 505, "HTTP/1.1"); // 0.9
    expectRefused("GET / FTP/1.1\r\n\r\n", 400, "malformed");
    expectRefused(get("nothing"), 400, "");
    expectRefused(get("/a%2"), 400, "hexadecimal");
    expectRefused(get("/a%zz"), 400, "hexadecimal");
    expectRefused(get("/a%00b"), 400, "NUL");
    expectRefused(get("/%ff%fe"), 400, "UTF-8");
    expectRefused(get("/?x=%c3"), 400, "UTF-8");
    expectRefused(get("*"), 400, "OPTIONS");
    expectRefused("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400, "Host");
    expectRefused("GET / HTTP/1.1\r\nNo colon\r\n\r\n", 400, "malformed");
    expectRefused("GET / HTTP/1.1\nHost: a\n\n", 400, "malformed");
    expectRefused(std::string("GET / HTTP/1.1\r\nA: b\0c\r\n\r\n", 26), 400, "malformed");
}

TEST(HostileClient, BodiesThatAreNotWhatTheySay)
{
    const auto with = [](const char* headers, const char* body = "") { return std::format("POST / HTTP/1.1\r\nHost: a\r\n{}\r\n{}", headers, body); };
    expectRefused(with("Content-Length: -1\r\n"), 400, "malformed");
    expectRefused(with("Content-Length: 99999999999999999999999\r\n"), 400, "malformed");
    expectRefused(with("Content-Length: 3\r\nContent-Length: 4\r\n", "abcd"), 400, "malformed");
    expectRefused(with("Content-Length: 3\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"), 400, "malformed");
    expectRefused(with("Transfer-Encoding: gzip, chunked\r\n", "0\r\n\r\n"), 501, "chunked");
    expectRefused(with("Transfer-Encoding: chunked\r\n", "xyz\r\n"), 400, "malformed");
    expectRefused(with("Transfer-Encoding: chunked\r\n", "ffffffffffffffffff\r\n"), 400, "malformed");
    expectRefused("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400, "HTTP/1.0");
    expectRefused(with("Content-Length: 3\r\nContent-Encoding: gzip\r\n", "abc"), 415, "compressed");
}

TEST(HostileClient, TooMuch)
{
    expectRefused(get("/" + std::string(17 << 10, 'a')), 414, "longer");
    expectRefused(get("/", "X: " + std::string(70 << 10, 'a') + "\r\n"), 431, "65536");
    std::string many;
    for (int i = 0; i < 250; ++i) many += std::format("X-{}: 1\r\n", i);
    expectRefused(get("/", many), 431, "200");
    expectRefused("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\nX: " + std::string(70 << 10, 'a') + "\r\n\r\n", 431, "65536");
    expectRefused("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1;" + std::string(70 << 10, 'a') + "\r\n", 431, "65536");
    expectRefused(std::string(100 << 10, '\n'), 431, "65536");
}

TEST(HostileClient, ALargeBodyIsRefusedBeforeItIsReadAndTheRefusalIsHeard)
{
    ServerThread server([](const ExchangePointer&) { FAIL(); });
    const std::size_t size = 65'000'000 + (3 << 20);
    Client announced(server.port());
    announced.send(std::format("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: {}\r\nExpect: 100-continue\r\n\r\n", size));
    const HttpReply early = announced.reply();
    EXPECT_EQ(early.status, 413);
    EXPECT_EQ(early.interim, 0);
    Client sent(server.port()); // one that does not wait for an answer while it sends
    std::string body(size, 'x');
    sent.send(post("/", body));
    EXPECT_EQ(sent.reply().status, 413);
    Client chunked(server.port());
    std::string piece = std::format("{:x}\r\n{}\r\n", 1 << 20, std::string(1 << 20, 'y'));
    chunked.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
    for (int i = 0; i < 70; ++i) chunked.send(piece);
    EXPECT_EQ(chunked.reply().status, 413);
    EXPECT_TRUE(server.emptyWithin(5s));
}

TEST(HostileClient, TheBodiesOfAllTogetherAreLimited)
{
    Inbox inbox;
    ServerThread server(inbox.handler(), {}, {.allBodies = 2'500'000});
    Client first(server.port()), second(server.port()), third(server.port());
    const std::string large = post("/", std::string(1'000'000, 'x'));
    first.send(large);
    auto one = inbox.next();
    second.send(large);
    auto two = inbox.next();
    ASSERT_TRUE(one && two);
    third.send(large);
    EXPECT_EQ(third.reply().status, 503);
    one->respond(200, {}, "");
    one.reset(); // what is let go makes room
    EXPECT_EQ(first.reply().status, 200);
    Client fourth(server.port());
    fourth.send(large);
    EXPECT_TRUE(inbox.next());
}

TEST(HostileClient, ByteByByte)
{
    ServerThread server;
    for (const std::string& request : {post("/slow?a=b", "body"), std::string("POST /slow HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2;x=y\r\nbo\r\n2\r\ndy\r\n0\r\nT: u\r\n\r\n")}) {
        Client client(server.port());
        for (const char c : request) {
            client.send(std::string_view(&c, 1));
            std::this_thread::sleep_for(200us);
        }
        EXPECT_THAT(client.reply().body, testing::AllOf(HasSubstr("POST /slow"), HasSubstr("body")));
        EXPECT_EQ(client.ask(get("/next")).status, 200);
    }
}

TEST(HostileClient, TimeLimits)
{
    const Limits limits{.headTime = 300ms, .bodyGrace = 300ms, .bodyRate = 100'000, .idleTime = 300ms, .lingerTime = 300ms};
    ServerThread server(echo, {}, limits);
    Client silent(server.port()), head(server.port()), body(server.port()), idle(server.port()), patient(server.port());
    head.send("GET / HTTP/1.1\r\nHost:");
    body.send("POST / HTTP/1.1\r\nContent-Length: 100\r\n\r\nsome");
    EXPECT_EQ(idle.ask(get("/")).status, 200);
    patient.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 400000\r\n\r\n");
    for (int i = 0; i < 20; ++i) { // a second in all, at 400 kB a second
        patient.send(std::string(20'000, 'x'));
        std::this_thread::sleep_for(50ms);
    }
    EXPECT_EQ(patient.reply().status, 200) << "who sends fast enough has all the time it takes";
    EXPECT_EQ(head.reply().status, 408);
    EXPECT_EQ(body.reply().status, 408);
    EXPECT_TRUE(silent.closedByServer(1s));
    EXPECT_TRUE(idle.closedByServer(1s));
    EXPECT_TRUE(server.emptyWithin(3s)) << "refused ones that stay are cut too";
}

TEST(HostileClient, TooManyConnections)
{
    ServerThread server(echo, {}, {.connections = 10});
    std::vector<std::unique_ptr<Client>> clients;
    for (int i = 0; i < 10; ++i) EXPECT_EQ(clients.emplace_back(std::make_unique<Client>(server.port()))->ask(get("/")).status, 200);
    Client more(server.port());
    EXPECT_EQ(more.reply().status, 503);
    clients.pop_back();
    EXPECT_TRUE(soon([&] { return Client(server.port()).ask(get("/")).status == 200; }));
}

TEST(HostileClient, OneThatEndsInTheMiddleOfItsRequest)
{
    ServerThread server([](const ExchangePointer&) { FAIL(); });
    Client half(server.port()), gone(server.port());
    half.send("POST / HTTP/1.1\r\nContent-Length: 100\r\n\r\nsome");
    half.endSending();
    EXPECT_EQ(half.reply().status, 400);
    gone.send("GET / HT");
    gone.close();
    EXPECT_TRUE(server.emptyWithin(2s));
}

TEST(HostileClient, OneThatOnlyStopsSendingIsAnswered)
{
    Inbox inbox;
    ServerThread server(inbox.handler());
    for (const bool streamed : {false, true}) {
        Client client(server.port());
        client.send(get("/"));
        client.endSending();
        const auto exchange = inbox.next();
        ASSERT_TRUE(exchange);
        std::this_thread::sleep_for(300ms);
        EXPECT_FALSE(exchange->gone());
        if (streamed) {
            EventStream stream(exchange, 0ms);
            stream.data("late");
            stream.end();
        } else {
            exchange->respond(200, {}, "late");
        }
        EXPECT_THAT(client.reply().body, HasSubstr("late"));
        EXPECT_TRUE(client.closedByServer(1s));
    }
    Client old(server.port());
    old.send("GET / HTTP/1.0\r\n\r\n");
    old.endSending();
    const auto exchange = inbox.next();
    std::this_thread::sleep_for(200ms);
    exchange->respond(200, {}, "late");
    EXPECT_EQ(old.reply().body, "late");
}

enum class Leaving { Close, Reset, CloseAfterSendingMore };

TEST(HostileClient, TwelveThatVanishInMidAnswerAreKnownToHaveGone)
{
    for (const bool streaming : {true, false}) {
        Inbox inbox;
        ServerThread server(inbox.handler());
        for (const Leaving leaving : {Leaving::Close, Leaving::Reset, Leaving::CloseAfterSendingMore}) {
            std::vector<std::unique_ptr<Client>> clients;
            std::vector<ExchangePointer> exchanges;
            std::vector<std::unique_ptr<EventStream>> streams;
            std::atomic<int> told = 0;
            for (int i = 0; i < 12; ++i) {
                clients.push_back(std::make_unique<Client>(server.port()));
                clients.back()->send(post("/", "{}"));
                exchanges.push_back(inbox.next());
                ASSERT_TRUE(exchanges.back());
                exchanges.back()->onGone([&] { ++told; });
                if (!streaming) continue;
                streams.push_back(std::make_unique<EventStream>(exchanges.back(), 30s));
                streams.back()->data("begin");
                clients.back()->receive("begin");
            }
            const auto before = std::chrono::steady_clock::now();
            for (auto& client : clients) {
                if (leaving == Leaving::CloseAfterSendingMore) client->send(std::string(1000, 'x'));
                if (leaving == Leaving::Reset) client->reset();
                else client->close();
            }
            EXPECT_TRUE(soon([&] { return told == 12; })) << told << (streaming ? " streaming" : " waiting") << static_cast<int>(leaving);
            EXPECT_LT(std::chrono::steady_clock::now() - before, 1s);
            for (const auto& exchange : exchanges) {
                EXPECT_TRUE(exchange->gone());
                if (streaming) EXPECT_FALSE(exchange->write("more"));
                else exchange->respond(200, {}, "nobody hears it");
                int late = 0;
                exchange->onGone([&] { ++late; });
                EXPECT_EQ(late, 1) << "at once";
            }
            EXPECT_TRUE(server.emptyWithin(2s));
        }
        Client next(server.port());
        next.send(get("/"));
        inbox.next()->respond(200, {}, "the next one");
        EXPECT_EQ(next.reply().body, "the next one");
    }
}

TEST(HostileClient, OneThatLeavesBehindALotUnread)
{
    Inbox inbox;
    ServerThread server(inbox.handler());
    Client client(server.port());
    client.send(get("/") + std::string(200'000, 'x')); // more than is read ahead
    const auto exchange = inbox.next();
    ASSERT_TRUE(exchange);
    std::this_thread::sleep_for(150ms);
    EXPECT_FALSE(exchange->gone());
    client.reset();
    EXPECT_TRUE(soon([&] { return exchange->gone(); }, 1s));
}

TEST(HostileClient, OneThatDoesNotReadIsGoneAfterAWhileAndCostsLittle)
{
    Inbox inbox;
    ServerThread server(inbox.handler(), {}, {.backlog = 100'000, .stallTime = 500ms});
    Client client(server.port());
    client.smallReceiveBuffer();
    client.send(get("/"));
    EventStream stream(inbox.next(), 0ms);
    const auto exchange = stream.exchange();
    const std::string piece(50'000, 'x');
    do { // until the system takes no more
        ASSERT_TRUE(stream.data(piece));
        if (exchange->waiting() > 200'000) std::this_thread::sleep_for(50ms);
    } while (exchange->waiting() < 200'000);
    EXPECT_FALSE(exchange->gone()) << "it may come back";
    EXPECT_TRUE(soon([&] { return exchange->gone(); }, 3s));
    EXPECT_EQ(exchange->waiting(), 0u);

    Client flooded(server.port());
    flooded.smallReceiveBuffer();
    flooded.send(get("/"));
    EventStream flood(inbox.next(), 0ms);
    std::size_t written = 0, most = 0;
    while (flood.data(piece) && written < 100 * 1'000'000) {
        written += piece.size();
        most = std::max(most, flood.exchange()->waiting());
        std::this_thread::sleep_for(100us);
    }
    EXPECT_TRUE(flood.exchange()->gone());
    EXPECT_LT(most, 3'000'000u);
}

TEST(HostileClient, AnAnswerNobodyTakesEnds)
{
    Inbox inbox;
    ServerThread server(inbox.handler(), {}, {.writeTime = 400ms});
    Client client(server.port());
    client.smallReceiveBuffer();
    client.send(get("/"));
    const auto exchange = inbox.next();
    exchange->respond(200, {}, std::string(30 << 20, 'x'));
    EXPECT_TRUE(soon([&] { return exchange->gone(); }, 5s));
    EXPECT_TRUE(server.emptyWithin(1s));
    EXPECT_TRUE(server.served().at(0).gone);
}

TEST(HostileClient, ClosingTheServerTellsEveryExchange)
{
    Inbox inbox;
    ExchangePointer kept;
    {
        ServerThread server(inbox.handler());
        Client client(server.port());
        client.send(get("/"));
        kept = inbox.next();
        server.inside([](server::HttpServer& s) { s.close(); });
        EXPECT_TRUE(kept->gone());
        EXPECT_TRUE(client.closedByServer(1s));
        EXPECT_FALSE(Client(server.port()).send("x") && Client(server.port()).send("y"));
    }
    kept->respond(200, {}, "after the server"); // into nothing
    kept.reset();
}

// Requests and pieces of them, changed at random; every connection is answered or closed, and none is left.
TEST(HostileClient, TwentyThousandRandomRequests)
{
    const Limits limits{.headTime = 2s, .bodyGrace = 2s, .lingerTime = 100ms};
    ServerThread server([](const ExchangePointer& exchange) {
        if (exchange->request().body.size() % 3 == 0) echo(exchange);
        else {
            EventStream stream(exchange, 1s);
            for (int i = 0; i < 5; ++i) stream.data(exchange->request().path);
            stream.end();
        }
    }, {.keys = {}, .origins = {"http://a"}}, limits);
    const std::vector<std::string> seeds{
        get("/a%20b?c=d&e"), post("/v1/chat/completions", "{\"messages\":[]}", "Authorization: Bearer x\r\nContent-Type: application/json\r\n"),
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5;a=b\r\nhello\r\n0\r\nT: v\r\n\r\n", "HEAD / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
        "OPTIONS /x HTTP/1.1\r\nOrigin: http://a\r\nAccess-Control-Request-Method: POST\r\nConnection: close, Upgrade\r\nUpgrade: h2c\r\n\r\n",
        post("/", std::string(300, 'x'), "Expect: 100-continue\r\n") + get("/ahead") + get("/more")};
    const int workers = 4, each = 5000;
    std::vector<std::thread> threads;
    std::atomic<int> answered = 0;
    for (int w = 0; w < workers; ++w)
        threads.emplace_back([&, w] {
            std::mt19937 random(static_cast<unsigned>(20261123 + w));
            const auto below = [&](std::size_t n) { return std::uniform_int_distribution<std::size_t>(0, n - 1)(random); };
            for (int i = 0; i < each; ++i) {
                const std::string bytes = mutated(seeds[below(std::size(seeds))], seeds, random);
                Client client(server.port());
                const std::size_t cut = below(3) == 0 ? below(bytes.size() + 1) : bytes.size();
                client.send(std::string_view(bytes).substr(0, cut));
                client.send(std::string_view(bytes).substr(cut));
                switch (below(4)) {
                case 0: client.close(); continue;
                case 1: client.reset(); continue;
                default: break;
                }
                client.endSending();
                const std::string all = client.receiveAll(10s);
                answered += all.starts_with("HTTP/1.1 ");
                ASSERT_TRUE(all.empty() || all.starts_with("HTTP/1.1 ")) << bytes;
            }
        });
    for (auto& thread : threads) thread.join();
    EXPECT_GT(answered, workers * each / 4);
    EXPECT_TRUE(server.emptyWithin(5s)) << server.connections() << " connections are left";
    EXPECT_EQ(Client(server.port()).ask(get("/alive")).status, 200);
}

} // namespace
} // namespace corral::test
