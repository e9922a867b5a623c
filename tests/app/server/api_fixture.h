#pragma once
// The endpoints without sockets, on a tiny random model.
#include "app/server/api/api.h"
#include "tests/support/golden.h"
#include "tests/support/tiny_model.h"

#include <gmock/gmock.h>

#include <condition_variable>
#include <mutex>

namespace corral::test {

// What a client has got.
class FakeReply final : public server::Reply {
public:
    void send(int status, std::string body, const char* contentType) override
    {
        const std::lock_guard lock(m_mutex);
        EXPECT_FALSE(m_done) << "answered twice";
        this->status = status;
        this->body = std::move(body);
        this->contentType = contentType;
        m_done = true;
        m_changed.notify_all();
    }
    void beginEvents(int) override
    {
        const std::lock_guard lock(m_mutex);
        EXPECT_FALSE(streamed || m_done);
        streamed = true;
        status = 200;
    }
    void write(std::string piece) override
    {
        std::function<void()> gone;
        {
            const std::lock_guard lock(m_mutex);
            EXPECT_TRUE(streamed && !m_done);
            body += piece;
            if (goneAfter > 0 && body.size() > goneAfter) gone = std::exchange(m_gone, nullptr);
        }
        if (gone) gone();
        if (onWrite) onWrite(body);
    }
    void end() override
    {
        const std::lock_guard lock(m_mutex);
        EXPECT_TRUE(streamed && !m_done);
        m_done = true;
        m_changed.notify_all();
    }
    void onGone(std::function<void()> gone) override { m_gone = std::move(gone); }

    bool wait()
    {
        std::unique_lock lock(m_mutex);
        return m_changed.wait_for(lock, std::chrono::seconds(60), [&] { return m_done; });
    }
    server::Json json() const { return server::Json::parse(body, nullptr, false); }
    // The data of the stream's events; "[DONE]" as a string.
    std::vector<server::Json> events() const
    {
        std::vector<server::Json> all;
        for (std::size_t at = 0; at < body.size();) {
            const auto end = body.find("\n\n", at);
            EXPECT_NE(end, std::string::npos) << "an event is not complete";
            const auto data = body.find("data: ", at);
            const std::string text = body.substr(data + 6, end - data - 6);
            all.push_back(text == "[DONE]" ? server::Json(text) : server::Json::parse(text, nullptr, false));
            EXPECT_FALSE(all.back().is_discarded()) << text;
            at = end + 2;
        }
        return all;
    }

    int status = 0;
    bool streamed = false;
    std::string body, contentType;
    std::function<void(const std::string& body)> onWrite; // after each piece, on the thread that brought it
    std::size_t goneAfter = 0; // bytes of a stream after which the client is gone; 0: it stays

private:
    std::mutex m_mutex;
    std::condition_variable m_changed;
    std::function<void()> m_gone;
    bool m_done = false;
};

class ApiTest : public testing::Test {
protected:
    void SetUp() override { serve({}); }
    void serve(const TinyModel& model, const std::function<void(engine::ServiceOptions&, server::ApiOptions&)>& change = {})
    {
        service.reset();
        model.write(dir / "tiny.gguf");
        engine::ServiceOptions serviceOptions{.session = {.contextLength = 1024, .threads = 1}, .slotCount = 2, .embeddings = generate::Pooling::Mean};
        server::ApiOptions options;
        options.metrics = true;
        options.usual.options.sampling.temp = 0;
        options.usual.options.maxTokens = 8;
        if (change) change(serviceOptions, options);
        auto opened = engine::Service::open(dir / "tiny.gguf", serviceOptions);
        ASSERT_TRUE(opened) << opened.error().message;
        service = std::move(*opened);
        api = std::make_unique<server::Api>(std::move(options));
        api->setService(service.get());
    }
    void TearDown() override { service.reset(); }

    std::shared_ptr<FakeReply> call(std::string method, std::string path, std::string body = {}, std::vector<std::pair<std::string, std::string>> query = {})
    {
        auto reply = std::make_shared<FakeReply>();
        api->answer({std::move(method), std::move(path), std::move(query), std::move(body)}, reply);
        EXPECT_TRUE(reply->wait()) << "no answer";
        return reply;
    }
    std::shared_ptr<FakeReply> post(std::string path, const server::Json& body) { return call("POST", std::move(path), body.dump()); }
    void expectError(const FakeReply& reply, int status, const std::string& type, const std::string& words)
    {
        EXPECT_EQ(reply.status, status) << reply.body;
        const auto error = reply.json();
        ASSERT_TRUE(error.is_object() && error.contains("error")) << reply.body;
        EXPECT_EQ(error["error"]["code"], status);
        EXPECT_EQ(error["error"]["type"], type);
        EXPECT_THAT(error["error"]["message"].get<std::string>(), testing::HasSubstr(words));
    }

    TempDir dir;
    std::unique_ptr<engine::Service> service;
    std::unique_ptr<server::Api> api;
};

} // namespace corral::test
