// Headers from afar: equal to what opening the file gives, whatever the server does, and no more fetched than needed.
#include "core/hub/remote_header.h"
#include "tests/core/hub/hub_fixture.h"
#include "tests/support/gguf_builder.h"

#include <gmock/gmock.h>

#include <QNetworkReply>

#include <cstring>
#include <span>

using namespace corral;
using namespace corral::hub;
using namespace corral::test;
using ::testing::HasSubstr;

class RemoteHeader : public HubFixture {
protected:
    // A model whose header is about `words` × 20 bytes long and that has some data behind it.
    static QByteArray model(int words, const std::string& name = "tiny")
    {
        GgufBuilder builder;
        std::vector<std::string> tokens;
        for (int i = 0; i < words; ++i) tokens.push_back("token-number-" + std::to_string(i));
        builder.string("general.architecture", "llama").string("general.name", name).strings("tokenizer.ggml.tokens", tokens);
        builder.tensorF32("token_embd.weight", {8, 2}, std::vector<float>(16, 0.5f));
        builder.tensorF32("output.weight", {1 << 16, 20}, std::vector<float>(20 << 16, 0.25f));
        const auto bytes = builder.build();
        return QByteArray(reinterpret_cast<const char*>(bytes.data()), qsizetype(bytes.size()));
    }
    QNetworkRequest serve(const QByteArray& content)
    {
        server.add({.name = QStringLiteral("someone/tiny"), .files = {{.path = QStringLiteral("tiny.gguf"), .content = content}}});
        return HubClient(*network, settings, nullptr).fileRequest({Service::HuggingFace, QStringLiteral("someone/tiny"), {}}, QStringLiteral("tiny.gguf"));
    }
    Result<std::shared_ptr<const gguf::File>> read(const QNetworkRequest& request, qint64 size = -1) { return wait(readRemoteHeader(*network, {{request, size}}), 60'000); }
};

TEST_F(RemoteHeader, EqualsTheFileAndFetchesLittle)
{
    const QByteArray content = model(1000);
    const auto there = read(serve(content));
    ASSERT_TRUE(there) << there.error().message;
    const auto here = gguf::File::parse(std::as_bytes(std::span(content.constData(), std::size_t(content.size()))));
    ASSERT_TRUE(here);
    EXPECT_TRUE((*there)->headerOnly());
    EXPECT_EQ((*there)->keys().size(), (*here)->keys().size());
    ASSERT_EQ((*there)->tensors().size(), (*here)->tensors().size());
    for (std::size_t i = 0; i < (*here)->tensors().size(); ++i) {
        EXPECT_EQ((*there)->tensors()[i].name, (*here)->tensors()[i].name);
        EXPECT_EQ((*there)->tensors()[i].bytes, (*here)->tensors()[i].bytes);
    }
    EXPECT_EQ((*there)->totalBytes(), std::uint64_t(content.size()));
    EXPECT_LE(server.bytesSent(), kFirstPiece);
}

TEST_F(RemoteHeader, LongHeadersComeInPieces)
{
    const QByteArray content = model(150'000); // about 4 MB
    const auto file = read(serve(content), content.size());
    ASSERT_TRUE(file) << file.error().message;
    EXPECT_EQ((*file)->find("tokenizer.ggml.tokens")->arraySize(), 150'000u);
    EXPECT_LE(server.count(QStringLiteral("storage")), 3);
    EXPECT_EQ(server.count(QStringLiteral("resolve")), 1) << "the second piece comes straight from where it lies";
}

TEST_F(RemoteHeader, WhateverTheServerDoes)
{
    const QByteArray content = model(150'000);
    const QNetworkRequest request = serve(content);
    const QString storage = QStringLiteral("storage");
    const QList<QList<Fault>> troubles{
        {{.kind = Fault::IgnoreRange, .where = storage, .times = -1}},
        {{.kind = Fault::Drop, .where = storage, .times = 2, .after = 300'000}},
        {{.kind = Fault::Status, .times = 2, .status = 503}, {.kind = Fault::Status, .times = 1, .status = 429}},
        {{.kind = Fault::WrongRange, .where = storage, .times = 1, .skip = 1, .after = 1000}},
        {{.kind = Fault::Truncate, .where = storage, .times = 1, .after = 500'000}},
        {{.kind = Fault::Chunked, .where = storage, .times = -1}},
        {{.kind = Fault::NoLength, .where = storage, .times = -1}},
        {{.kind = Fault::NoLength, .where = storage, .times = 1}, {.kind = Fault::IgnoreRange, .where = storage, .times = -1}},
        {{.kind = Fault::Status, .where = storage, .times = 1, .skip = 1, .status = 403}}, // the signed address has expired
    };
    for (qsizetype i = 0; i < troubles.size(); ++i) {
        server.clearFaults();
        for (const Fault& fault : troubles[i]) server.fault(fault);
        const auto file = read(request);
        ASSERT_TRUE(file) << i << ": " << file.error().message;
        EXPECT_EQ((*file)->find("tokenizer.ggml.tokens")->arraySize(), 150'000u);
        EXPECT_EQ((*file)->tensors().size(), 2u);
    }
}

TEST_F(RemoteHeader, WhatIsNoModelOrNotThere)
{
    EXPECT_EQ(read(serve("this is no model at all, but text")).error().code, ErrorCode::Format);
    EXPECT_FALSE(read(serve(QByteArray())));
    EXPECT_FALSE(read(serve(model(10).left(200))));
    const QByteArray content = model(10);
    EXPECT_THAT(read(serve(content), content.size() + 1).error().message, HasSubstr("announced"));
    QNetworkRequest missing = serve(content);
    missing.setUrl(server.plain(QStringLiteral("/nothing.gguf")));
    EXPECT_EQ(read(missing).error().code, ErrorCode::NotFound);
    EXPECT_EQ(wait(readRemoteHeader(*network, {})).error().code, ErrorCode::InvalidArgument);
    QByteArray boundless = content; // a key that promises more than anybody reads
    boundless.resize(40 << 20);
    const qsizetype at = boundless.indexOf("llama");
    const quint64 length = 38 << 20;
    memcpy(boundless.data() + at - 8, &length, 8);
    EXPECT_FALSE(read(serve(boundless)));
    EXPECT_LE(server.bytesSent(), 2 * kMostHeader);
}

TEST_F(RemoteHeader, ShardsAreJoined)
{
    QList<RemoteShard> shards;
    for (int i = 0; i < 6; ++i) {
        GgufBuilder builder;
        if (i == 0) builder.string("general.architecture", "llama");
        builder.u16("split.no", std::uint16_t(i)).u16("split.count", 6).i32("split.tensors.count", 6);
        builder.tensorF32("tensor." + std::to_string(i), {8}, std::vector<float>(8, 1.0f));
        const auto bytes = builder.build();
        const QString path = QStringLiteral("/m-0000%1-of-00006.gguf").arg(i + 1);
        server.addPlain(path, QByteArray(reinterpret_cast<const char*>(bytes.data()), qsizetype(bytes.size())));
        shards << RemoteShard{QNetworkRequest(server.plain(path)), qint64(bytes.size())};
    }
    const auto file = wait(readRemoteHeader(*network, shards));
    ASSERT_TRUE(file) << file.error().message;
    EXPECT_EQ((*file)->tensors().size(), 6u);
    std::swap(shards[1], shards[2]);
    EXPECT_FALSE(wait(readRemoteHeader(*network, shards))) << "in another order";
}

TEST_F(RemoteHeader, CancellingAborts)
{
    const QNetworkRequest request = serve(model(10));
    server.fault({.kind = Fault::Silent, .times = 1});
    auto future = readRemoteHeader(*network, {{request, -1}});
    spin([&] { return server.count({}) == 1; });
    future.cancel();
    spin([] { return false; }, 100);
    EXPECT_EQ(network->findChildren<QNetworkReply*>().size(), 0);
}
