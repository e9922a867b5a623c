// Sixteen clients at a time, every second one of which goes away at some moment: whoever stays is answered with what it would have got alone, no slot is
// lost and no memory. $CORRAL_STRESS_MODEL and $CORRAL_STRESS_REQUESTS make it the long form (tests/stress/run).
#include "tests/app/server/http/client.h"
#include "tests/stress/server_process.h"
#include "tests/support/tiny_model.h"

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <thread>

namespace corral::test {
namespace {

using nlohmann::json;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr int kAtOnce = 16;

double since(Clock::time_point begin) { return std::chrono::duration<double>(Clock::now() - begin).count(); }

enum class Leaving { Not, BeforeAnything, InTheRequest, AfterTheRequest, InTheAnswer };

struct Plan {
    std::string request; // as it goes out
    bool stream = false;
    Leaving leaving = Leaving::Not;
    bool rudely = false; // the connection is reset, not closed
    double when = 0;     // how far into the request, or into the answer (a share of the bytes or of a second)
};

// Questions of many lengths to several endpoints, the same ones every time.
std::vector<Plan> plans(int count, int longest)
{
    constexpr std::string_view kSentences[] = {
        "Count from one to ten.", "The capital of France is", "Once upon a time there was a little horse who lived in a barn by the river.",
        "What is the difference between a cat and a dog?", "Explain in a few words how bread is made.", "Water boils at one hundred degrees.",
        "List three colours.", "The quick brown fox jumps over the lazy dog.", "Why is the sky blue during the day and dark at night?",
        "In the morning she opened the window and looked at the garden, where everything was covered with snow.", "Write a short poem about the sea."};
    std::mt19937 random(7);
    const auto below = [&](int n) { return std::uniform_int_distribution<int>(0, n - 1)(random); };
    std::vector<Plan> all;
    for (int i = 0; i < count; ++i) {
        std::string text;
        for (int sentences = 1 + (below(3) == 0 ? below(10) : below(3)); sentences > 0; --sentences) text.append(text.empty() ? "" : " ").append(kSentences[below(std::size(kSentences))]);
        Plan plan;
        plan.leaving = i % 2 == 0 ? Leaving::Not : static_cast<Leaving>(1 + (below(4) == 0 ? below(2) : 2 + below(2)));
        plan.stream = below(2) == 0;
        plan.rudely = below(2) == 0;
        plan.when = below(1000) / 1000.0;
        const int most = 4 + below(below(4) == 0 ? longest : longest / 3);
        const bool chat = below(2) == 0;
        json body = {{"temperature", 0}, {"stream", plan.stream}};
        if (chat) body.update({{"messages", {{{"role", "user"}, {"content", text}}}}, {"max_tokens", most}});
        else body.update({{"prompt", text}, {"n_predict", most}});
        plan.request = post(chat ? "/v1/chat/completions" : "/completion", body.dump());
        all.push_back(std::move(plan));
    }
    return all;
}

struct Got {
    std::string problem; // empty: none
    std::string text;
};

std::string textIn(const json& body)
{
    if (body.contains("content")) return body["content"];
    const auto& choices = body.at("choices");
    if (choices.empty()) return {};
    const auto& message = choices[0].contains("delta") ? choices[0]["delta"] : choices[0]["message"];
    return message.contains("content") && message["content"].is_string() ? message["content"].get<std::string>() : std::string();
}

Got read(const HttpReply& reply, bool stream)
{
    if (reply.status != 200 || !reply.whole) return {.problem = std::to_string(reply.status) + (reply.whole ? " " : " cut ") + reply.body, .text = {}};
    Got got;
    try {
        if (!stream) return {.problem = {}, .text = textIn(json::parse(reply.body))};
        for (std::size_t at = 0, end; (end = reply.body.find("\n\n", at)) != std::string::npos; at = end + 2) {
            const std::string event = reply.body.substr(at, end - at);
            if (!event.starts_with("data: {")) continue;
            const json data = json::parse(event.substr(6));
            if (data.contains("error")) got.problem = event;
            else got.text += textIn(data);
        }
    } catch (const json::exception& e) {
        got.problem = e.what() + (": " + reply.body);
    }
    return got;
}

Got ask(std::uint16_t port, const Plan& plan)
{
    Client client(port);
    if (!client.send(plan.request)) return {.problem = "not connected", .text = {}};
    return read(client.reply(), plan.stream);
}

void askAndLeave(std::uint16_t port, const Plan& plan)
{
    Client client(port);
    const auto pause = [&] { std::this_thread::sleep_for(std::chrono::duration<double>(plan.when)); };
    switch (plan.leaving) {
    case Leaving::Not:
    case Leaving::BeforeAnything: break;
    case Leaving::InTheRequest: client.send(std::string_view(plan.request).substr(0, std::size_t(double(plan.request.size()) * plan.when))); break;
    case Leaving::AfterTheRequest:
        client.send(plan.request);
        pause();
        break;
    case Leaving::InTheAnswer:
        client.send(plan.request);
        client.receive(plan.stream ? "data: " : "HTTP/1.1 200", 30s);
        pause();
        break;
    }
    if (plan.rudely) client.reset();
}

class Stress : public testing::Test {
protected:
    void SetUp() override
    {
        const char* given = std::getenv("CORRAL_STRESS_MODEL");
        const char* count = std::getenv("CORRAL_STRESS_REQUESTS");
        isLong = given && *given;
        if (count) requests = std::atoi(count);
        model = isLong ? std::string(given) : (dir / "tiny.gguf").string();
        if (!isLong) TinyModel{.contextLength = 4096}.write(model);
    }
    static json askJson(std::uint16_t port, const std::string& path) { return json::parse(Client(port).ask(get(path)).body, nullptr, false); }
    static int busySlots(std::uint16_t port)
    {
        const json slots = askJson(port, "/slots");
        if (!slots.is_array()) return -1;
        return static_cast<int>(std::ranges::count_if(slots, [](const json& slot) { return slot["is_processing"] == true; }));
    }
    // All are free, soon.
    static void expectFree(std::uint16_t port, std::size_t slots)
    {
        const auto end = Clock::now() + 10s;
        while (busySlots(port) != 0 && Clock::now() < end) std::this_thread::sleep_for(20ms);
        EXPECT_EQ(busySlots(port), 0);
        EXPECT_EQ(askJson(port, "/slots").size(), slots);
    }

    TempDir dir;
    bool isLong = false;
    int requests = 60;
    std::string model;
};

TEST_F(Stress, SixteenAtATimeHalfOfWhichLeave)
{
    ServerProcess server({"-m", model, "-c", "8192", "-np", "4", "-t", "2"});
    ASSERT_TRUE(server.serves()) << server.said();
    const auto all = plans(requests, isLong ? 120 : 60);
    const int warmUp = requests / 5;
    std::vector<Got> together(all.size());
    std::vector<double> resident, own; // after the warm-up
    std::atomic<int> next = 0, done = 0;
    const auto begin = Clock::now();
    std::vector<std::thread> clients;
    for (int i = 0; i < kAtOnce; ++i)
        clients.emplace_back([&] {
            for (std::size_t at; (at = static_cast<std::size_t>(next++)) < all.size(); ++done) {
                if (all[at].leaving == Leaving::Not) together[at] = ask(server.port(), all[at]);
                else askAndLeave(server.port(), all[at]);
            }
        });
    while (done < requests) {
        std::this_thread::sleep_for(100ms);
        if (done < warmUp) continue;
        resident.push_back(server.residentBytes());
        own.push_back(server.ownBytes());
    }
    for (auto& client : clients) client.join();
    resident.push_back(server.residentBytes());
    own.push_back(server.ownBytes());
    const double seconds = since(begin);
    expectFree(server.port(), 4);

    int stayed = 0, same = 0, wrong = 0;
    for (std::size_t i = 0; i < all.size(); ++i) {
        if (all[i].leaving != Leaving::Not) continue;
        ++stayed;
        wrong += !together[i].problem.empty();
        EXPECT_EQ(together[i].problem, "") << all[i].request;
        const Got alone = ask(server.port(), all[i]);
        EXPECT_EQ(alone.problem, "") << all[i].request;
        same += alone.text == together[i].text;
    }
    EXPECT_GE(same, 0.95 * stayed);

    constexpr double kMegabyte = 1e6;
    const auto [least, most] = std::ranges::minmax(resident);
    const auto [ownLeast, ownMost] = std::ranges::minmax(own);
    const double middle = (least + most) / 2, swing = 100 * (most - least) / 2 / middle;
    std::printf("%d requests at %d at a time in %.1f s; %d stayed, %d of them failed, %d (%.1f %%) said what they say alone\n"
                "memory after the warm-up: %.1f to %.1f MB resident (±%.1f %%), %.1f to %.1f MB of it not of files; at the end %.1f MB\n",
                requests, kAtOnce, seconds, stayed, wrong, same, 100.0 * same / stayed, least / kMegabyte, most / kMegabyte, swing, ownLeast / kMegabyte, ownMost / kMegabyte,
                server.residentBytes() / kMegabyte);
    if (isLong) EXPECT_LE(swing, 5);
    else EXPECT_LE(most, 2 * least) << "a tiny model's few megabytes are still being filled";
    EXPECT_EQ(server.stop(), 0) << server.said();
}

TEST_F(Stress, TwelveThatVanishLeaveFourSlotsFree)
{
    ServerProcess server({"-m", model, "-c", "16384", "-np", "4", "-t", "2"});
    ASSERT_TRUE(server.serves()) << server.said();
    std::vector<std::unique_ptr<Client>> clients;
    for (int i = 0; i < 12; ++i) {
        clients.push_back(std::make_unique<Client>(server.port()));
        const json body = {{"prompt", "Once upon a time " + std::to_string(i)}, {"n_predict", -1}, {"ignore_eos", true}, {"stream", i % 3 != 0}};
        clients.back()->send(post("/completion", body.dump()));
    }
    const auto end = Clock::now() + 20s;
    while (busySlots(server.port()) != 4 && Clock::now() < end) std::this_thread::sleep_for(5ms);
    ASSERT_EQ(busySlots(server.port()), 4) << "the others wait";
    std::this_thread::sleep_for(200ms);
    for (std::size_t i = 0; i < clients.size(); ++i) {
        if (i % 2 == 0) clients[i]->reset();
        else clients[i]->close();
    }
    const auto gone = Clock::now();
    while (busySlots(server.port()) != 0 && since(gone) < 10) std::this_thread::sleep_for(2ms);
    std::printf("twelve clients gone: four slots free after %.0f ms\n", 1000 * since(gone));
    expectFree(server.port(), 4);
    EXPECT_LT(since(gone), 5);
    EXPECT_EQ(Client(server.port()).ask(post("/completion", R"({"prompt":"hello","n_predict":2})")).status, 200);
}

TEST_F(Stress, EightChatsAtOnceAgainstOne)
{
    if (!isLong) GTEST_SKIP() << "a matter of speed: tests/stress/run";
    ServerProcess server({"-m", model, "-c", "8192", "-np", "8"});
    ASSERT_TRUE(server.serves()) << server.said();
    constexpr int kTokens = 128;
    const auto chat = [&](int which) {
        const json body = {{"messages", {{{"role", "user"}, {"content", "Tell me a long story about the number " + std::to_string(which) + "."}}}},
                           {"max_tokens", kTokens}, {"ignore_eos", true}, {"temperature", 0}};
        const auto reply = Client(server.port()).ask(post("/v1/chat/completions", body.dump()));
        EXPECT_EQ(reply.status, 200) << reply.body;
        EXPECT_EQ(json::parse(reply.body)["usage"]["completion_tokens"], kTokens);
    };
    const auto rate = [&](int chats) {
        double best = 0;
        for (int i = 0; i < 3; ++i) {
            const auto begin = Clock::now();
            std::vector<std::thread> threads;
            for (int c = 0; c < chats; ++c) threads.emplace_back([&, c] { chat(100 * i + c); });
            for (auto& thread : threads) thread.join();
            best = std::max(best, chats * kTokens / since(begin));
        }
        return best;
    };
    chat(-1); // the weights are read once
    const double one = rate(1), eight = rate(8);
    std::printf("one chat: %.1f tokens/s; eight at once: %.1f tokens/s, %.2f times that\n", one, eight, eight / one);
    EXPECT_GE(eight, 2.5 * one);
}

} // namespace
} // namespace corral::test
