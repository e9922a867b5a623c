// The whole server on a tiny model against clients that know its endpoints and want nothing good: bodies that are nearly right, heads that are broken,
// connections left half open, half sent, half read. Nothing crashes, nobody waits in vain, what is wrong is said in the shape clients expect, no slot
// is lost. $CORRAL_FUZZ_REQUESTS and $CORRAL_FUZZ_SEED make a longer run of it (under the sanitizers: the preset asan with -DCORRAL_NETWORK=ON).
#include "app/server/server.h"
#include "tests/app/server/http/client.h"
#include "tests/support/api_mutation.h"
#include "tests/support/golden.h"
#include "tests/support/http_mutation.h"
#include "tests/support/tiny_model.h"

#include <QCoreApplication>
#include <QEventLoop>

#include <atomic>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <mutex>
#include <thread>

namespace corral::test {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;

constexpr int kSlots = 3;

// A server with its event loop in a thread of its own.
class RunningServer {
public:
    explicit RunningServer(server::ServeOptions options)
    {
        m_thread = std::thread([this, options = std::move(options)] {
            QEventLoop loop;
            server::Server server(options);
            const auto listening = server.listen();
            server.load([&](Result<void> loaded) {
                const std::scoped_lock lock(m_mutex);
                m_port = listening && loaded ? server.port() : 0;
                m_ready = true;
                m_changed.notify_all();
            });
            m_loop = &loop;
            loop.exec();
        });
        std::unique_lock lock(m_mutex);
        m_changed.wait(lock, [this] { return m_ready; });
    }
    ~RunningServer()
    {
        QMetaObject::invokeMethod(m_loop, [loop = m_loop] { loop->quit(); }, Qt::QueuedConnection);
        m_thread.join();
    }
    std::uint16_t port() const { return m_port; }

private:
    std::mutex m_mutex;
    std::condition_variable m_changed;
    bool m_ready = false;
    std::uint16_t m_port = 0;
    QEventLoop* m_loop = nullptr;
    std::thread m_thread;
};

int numberFrom(const char* name, int otherwise)
{
    const char* text = std::getenv(name);
    return text && *text ? std::atoi(text) : otherwise;
}

// What clients get is what they can read. Empty: so it is.
std::string wrongWith(const HttpReply& reply, std::string_view path, bool headIsRight)
{
    if (reply.status == 0) return headIsRight ? "no answer" : "";
    if (!reply.whole) return "the answer is cut";
    if (reply.status == 500) return "the server is at fault";
    const bool events = reply.headers.contains("content-type") && reply.headers.at("content-type").starts_with("text/event-stream");
    if (events) {
        for (std::size_t at = 0, end; at < reply.body.size(); at = end + 2) {
            end = reply.body.find("\n\n", at);
            if (end == std::string::npos) return "half an event";
            const std::string event = reply.body.substr(at, end - at);
            const auto data = event.find("data: ");
            if (event.starts_with(':') || data == std::string::npos) continue; // a comment
            const std::string text = event.substr(data + 6);
            if (text != "[DONE]" && json::parse(text, nullptr, false).is_discarded()) return "an event that is no JSON: " + event;
        }
        return {};
    }
    if (reply.status < 400 && (path == "/" || path == "/metrics")) return {};
    const json body = json::parse(reply.body, nullptr, false);
    if (body.is_discarded()) return "a body that is no JSON";
    if (reply.status < 400) return {};
    const auto error = body.find("error");
    if (error == body.end() || !error->is_object()) return "an error without its shape";
    return error->contains("message") && (*error)["message"].is_string() && error->contains("type") ? "" : "an error without a message or a type";
}

// Templates with tools, marks for what stands around a hole: every endpoint has something to do.
TinyModel tinyModel(int labels)
{
    return {.chatTemplate = "{% if tools %}<tools>{% for t in tools %}{{ t | tojson }}{% endfor %}</tools> calls: <tool_call>{\"name\": N, \"arguments\": A}</tool_call>\n{% endif %}"
                            "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}{% if m.tool_calls %}<tool_call>{{ m.tool_calls | tojson }}</tool_call>{% endif %}<|im_end|>\n"
                            "{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}",
            .morePieces = {"<PRE>", "<SUF>", "<MID>"}, .labels = labels};
}

void fuzz(generate::Pooling pooling, int requests)
{
    const TempDir dir;
    tinyModel(pooling == generate::Pooling::Rank ? 2 : 0).write(dir / "tiny.gguf");
    std::filesystem::create_directory(dir / "slots");
    server::ServeOptions options{.model = dir / "tiny.gguf", .port = 0};
    options.service = {.session = {.contextLength = 512, .threads = 1}, .slotCount = kSlots, .embeddings = pooling};
    options.api.metrics = options.api.props = true;
    options.api.slotSavePath = dir / "slots";
    options.api.usual.options.maxTokens = 8;
    options.gate.origins = {"http://a"};
    options.limits = {.headTime = 2s, .bodyGrace = 2s, .idleTime = 5s, .lingerTime = 100ms};
    RunningServer server(options);
    ASSERT_NE(server.port(), 0);

    const int seed = numberFrom("CORRAL_FUZZ_SEED", 20261123);
    constexpr int kClients = 6;
    const auto routes = server::Api::routes();
    const std::vector<std::string> heads{"Connection: close\r\n", "Origin: http://a\r\n", "Content-Type: application/json\r\n", "Authorization: Bearer x\r\n", "Expect: 100-continue\r\n"};
    std::atomic<int> next = 0, answered = 0;
    std::mutex mutex;
    std::map<int, int> statuses;
    std::map<std::string, int> fine; // by route
    std::vector<std::string> findings;
    const auto find = [&](const std::string& what, const std::string& request) {
        const std::scoped_lock lock(mutex);
        if (findings.size() < 20) findings.push_back(what + "\n" + request.substr(0, 3000));
    };
    std::vector<std::thread> clients;
    for (int c = 0; c < kClients; ++c)
        clients.emplace_back([&, c] {
            ApiMutation make(static_cast<unsigned>(seed + c));
            std::vector<std::unique_ptr<Client>> halfOpen; // those of which nothing more comes
            const auto below = [&](std::size_t n) { return make.below(n); };
            while (next++ < requests) {
                const auto& route = routes[below(routes.size())];
                std::string path = route.path;
                if (const auto id = path.find("{id}"); id != std::string::npos) path.replace(id, 4, std::vector<std::string>{"0", "2", "-1", "99999999999", "x", "..", "1?action=save"}[below(7)]);
                if (path.starts_with("/slots/") && below(2)) path += std::string(path.contains('?') ? "&" : "?") + std::vector<std::string>{"action=save", "action=restore", "action=erase", "action=x", "action"}[below(5)];
                const bool posts = route.post && (!route.get || below(3) != 0);
                const bool otherMethod = below(30) == 0;
                const std::string body = posts != otherMethod ? make.body(path) : std::string();
                std::string head;
                for (const std::string& line : heads)
                    if (below(6) == 0) head += line;
                std::string request = posts != otherMethod ? post(path, body, head) : get(path, head);
                bool headIsRight = true, leaves = false;
                if (below(8) == 0) {
                    const auto end = request.find("\r\n\r\n");
                    request = mutated(request.substr(0, end), heads, make.random()) + request.substr(end);
                    headIsRight = false;
                }
                auto client = std::make_unique<Client>(server.port());
                switch (below(12)) {
                case 0: // goes away in the middle
                    client->send(std::string_view(request).substr(0, below(request.size() + 1)));
                    if (below(2)) client->reset();
                    leaves = true;
                    break;
                case 1: // says nothing more, and stays
                    client->send(std::string_view(request).substr(0, below(request.size() + 1)));
                    halfOpen.push_back(std::move(client));
                    if (halfOpen.size() > 20) halfOpen.erase(halfOpen.begin());
                    leaves = true;
                    break;
                case 2: // asks and goes
                    client->send(request);
                    if (below(2)) client->receive("\r\n", 1s);
                    if (below(2)) client->reset();
                    leaves = true;
                    break;
                case 3: // in pieces
                    for (std::string_view rest = request; !rest.empty();) {
                        const std::size_t piece = std::min(rest.size(), 1 + below(1 + request.size() / 5));
                        if (!client->send(rest.substr(0, piece))) break;
                        rest.remove_prefix(piece);
                    }
                    break;
                case 4: // and asks again before it has heard
                    client->send(request + get("/health"));
                    break;
                case 5:
                    client->send(request);
                    client->endSending();
                    break;
                default: client->send(request); break;
                }
                if (leaves) continue;
                const HttpReply reply = client->reply(request.starts_with("HEAD"));
                answered += reply.status != 0;
                if (const std::string wrong = wrongWith(reply, path, headIsRight); !wrong.empty()) find(std::to_string(reply.status) + ": " + wrong + "\n" + reply.body.substr(0, 1000), request);
                const std::scoped_lock lock(mutex);
                ++statuses[reply.status];
                fine[route.path] += posts && reply.status == 200;
            }
        });
    for (auto& client : clients) client.join();

    std::string counted;
    for (const auto& [status, count] : statuses) counted += " " + std::to_string(count) + "×" + std::to_string(status);
    std::printf("%d requests, %d answered:%s\n", requests, answered.load(), counted.c_str());
    counted.clear();
    for (const auto& [path, count] : fine) counted += " " + path + " " + std::to_string(count);
    std::printf("answers to POST:%s\n", counted.c_str());
    for (const std::string& finding : findings) ADD_FAILURE() << finding;
    EXPECT_GT(answered, requests / 2);
    EXPECT_GT(statuses[200], answered / 10) << "it is not only refusals that are tested";

    EXPECT_EQ(Client(server.port()).ask(get("/health")).status, 200);
    const auto busy = [&] {
        const json all = json::parse(Client(server.port()).ask(get("/slots")).body, nullptr, false);
        EXPECT_EQ(all.size(), kSlots);
        return std::ranges::count_if(all, [](const json& slot) { return slot["is_processing"] == true; });
    };
    for (int i = 0; i < 500 && busy() != 0; ++i) std::this_thread::sleep_for(20ms);
    EXPECT_EQ(busy(), 0);
    for (const char* outside : {"/tmp/corral-escaped", "escaped"}) EXPECT_FALSE(std::filesystem::exists(dir / outside)) << "a slot's file outside of its folder";
}

int requestsOfAll() { return numberFrom("CORRAL_FUZZ_REQUESTS", 1500); }

TEST(ServerFuzz, NearlyRightRequests) { fuzz(generate::Pooling::Mean, requestsOfAll() / 5 * 4); }
TEST(ServerFuzz, NearlyRightRequestsToOneThatRanks) { fuzz(generate::Pooling::Rank, requestsOfAll() / 5); }

} // namespace
} // namespace corral::test

int main(int argc, char** argv)
{
    ::testing::InitGoogleTest(&argc, argv);
    const QCoreApplication application(argc, argv);
    return RUN_ALL_TESTS();
}
