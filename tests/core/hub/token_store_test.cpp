// Tokens: where they are kept, and that the desktop's secret service is asked only for what lies there.
#include "core/hub/token_store.h"
#include "tests/core/hub/hub_fixture.h"
#include "tests/support/golden.h"

#include <QFile>
#include <QFileInfo>
#include <QMap>

using namespace corral;
using namespace corral::hub;
using namespace corral::test;

namespace {

using Place = TokenStore::Place;

// A wallet: what was asked of it, and whether its user opens it. It outlives the stores.
struct Wallet {
    QMap<QString, QString> secrets;
    QStringList asked;
    bool open = true, answers = true;
};

class ScriptedService : public SecretService {
public:
    explicit ScriptedService(Wallet& wallet) : m_wallet(wallet) {}
    void read(const QString& key, Answer answer) override
    {
        later("read " + key, [this, key, answer] { answer(m_wallet.secrets.contains(key) ? Result<QString>(m_wallet.secrets[key]) : fail(ErrorCode::NotFound, "nothing there")); }, answer);
    }
    void write(const QString& key, const QString& text, Answer answer) override
    {
        later("write " + key, [this, key, text, answer] {
            m_wallet.secrets[key] = text;
            answer(QString());
        }, answer);
    }
    void remove(const QString& key, Answer answer) override
    {
        later("remove " + key, [this, key, answer] {
            m_wallet.secrets.remove(key);
            answer(QString());
        }, answer);
    }

private:
    void later(const QString& what, const std::function<void()>& then, const Answer& answer)
    {
        m_wallet.asked << what;
        if (!m_wallet.answers) return;
        QMetaObject::invokeMethod(&m_context, [this, then, answer] { m_wallet.open ? then() : answer(fail(ErrorCode::Io, "the wallet stays closed")); }, Qt::QueuedConnection);
    }

    Wallet& m_wallet;
    QObject m_context;
};

class Tokens : public HubFixture {
protected:
    Tokens()
    {
        for (const char* name : {"HF_TOKEN", "HUGGING_FACE_HUB_TOKEN", "MODELSCOPE_API_TOKEN"}) qunsetenv(name);
        qputenv("HF_TOKEN_PATH", (m_folder / "token").string().c_str());
    }
    ~Tokens() override { qunsetenv("HF_TOKEN_PATH"); }

    std::unique_ptr<TokenStore> store(bool withWallet = true)
    {
        return std::make_unique<TokenStore>(m_file, withWallet ? std::make_unique<ScriptedService>(m_wallet) : nullptr);
    }
    // Until opened().
    bool opens(TokenStore& tokens)
    {
        bool opened = false;
        QObject::connect(&tokens, &TokenStore::opened, &tokens, [&] { opened = true; });
        tokens.open();
        return spin([&] { return opened; });
    }
    QByteArray content() const
    {
        QFile file(m_file);
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }

    TempDir m_folder;
    const QString m_file = QString::fromStdString((m_folder / "tokens.json").string());
    Wallet m_wallet;
};

} // namespace

TEST_F(Tokens, AWalletIsNotAskedForWhatWasNeverPutThere)
{
    m_wallet.secrets[QStringLiteral("huggingface")] = QStringLiteral("hf_somebody");
    const auto tokens = store();
    ASSERT_TRUE(opens(*tokens));
    EXPECT_EQ(m_wallet.asked, QStringList());
    EXPECT_EQ(tokens->place(Service::HuggingFace), Place::None);
    ASSERT_TRUE(wait(tokens->setToken(Service::HuggingFace, {})));
    EXPECT_EQ(m_wallet.asked, QStringList()) << "nor to forget it";
}

TEST_F(Tokens, WhatWasPutIntoTheWalletIsFoundByTheNextRun)
{
    {
        const auto tokens = store();
        EXPECT_EQ(wait(tokens->setToken(Service::HuggingFace, QStringLiteral("hf_mine"))), Place::SecretService);
    }
    EXPECT_FALSE(content().contains("hf_mine"));
    m_wallet.asked.clear();
    const auto tokens = store();
    EXPECT_TRUE(tokens->token(Service::HuggingFace).isEmpty()) << "nobody was asked yet";
    ASSERT_TRUE(opens(*tokens));
    EXPECT_EQ(m_wallet.asked, QStringList{QStringLiteral("read huggingface")}) << "and not for the other service";
    EXPECT_EQ(tokens->token(Service::HuggingFace), QStringLiteral("hf_mine"));
    EXPECT_EQ(tokens->place(Service::HuggingFace), Place::SecretService);

    EXPECT_EQ(wait(tokens->setToken(Service::HuggingFace, {})), Place::None);
    EXPECT_TRUE(m_wallet.secrets.isEmpty());
    EXPECT_FALSE(QFile::exists(m_file));
    EXPECT_TRUE(tokens->token(Service::HuggingFace).isEmpty());
}

TEST_F(Tokens, OneOfTheEnvironmentNeedsNoWallet)
{
    {
        const auto tokens = store();
        ASSERT_TRUE(wait(tokens->setToken(Service::HuggingFace, QStringLiteral("hf_mine"))));
    }
    m_wallet.asked.clear();
    qputenv("HF_TOKEN", "hf_env");
    const auto tokens = store();
    ASSERT_TRUE(opens(*tokens));
    qunsetenv("HF_TOKEN");
    EXPECT_EQ(m_wallet.asked, QStringList());
    EXPECT_EQ(tokens->token(Service::HuggingFace), QStringLiteral("hf_env"));
}

TEST_F(Tokens, AWalletThatStaysClosed)
{
    {
        const auto tokens = store();
        ASSERT_TRUE(wait(tokens->setToken(Service::HuggingFace, QStringLiteral("hf_mine"))));
    }
    m_wallet.open = false;
    const auto tokens = store();
    ASSERT_TRUE(opens(*tokens));
    EXPECT_EQ(tokens->place(Service::HuggingFace), Place::None);
    EXPECT_FALSE(wait(tokens->setToken(Service::HuggingFace, {}))) << "it lies there still, and that is said";
    EXPECT_EQ(m_wallet.secrets.size(), 1);
    EXPECT_EQ(wait(tokens->setToken(Service::HuggingFace, QStringLiteral("hf_other"))), Place::File);
    EXPECT_EQ(store()->token(Service::HuggingFace), QStringLiteral("hf_other"));
}

TEST_F(Tokens, AWalletThatNeverAnswersIsNotWaitedForForEver)
{
    {
        const auto tokens = store();
        ASSERT_TRUE(wait(tokens->setToken(Service::HuggingFace, QStringLiteral("hf_mine"))));
    }
    m_wallet.answers = false;
    const auto tokens = store();
    EXPECT_TRUE(opens(*tokens)); // after kPatience
}

TEST_F(Tokens, WithoutAWalletTheyLieWhereOnlyTheirOwnerReads)
{
    const auto tokens = store(false);
    EXPECT_EQ(tokens->place(Service::HuggingFace), Place::None);
    EXPECT_EQ(wait(tokens->setToken(Service::HuggingFace, QStringLiteral("a b"))).error().code, ErrorCode::InvalidArgument);
    int changes = 0;
    QObject::connect(tokens.get(), &TokenStore::changed, tokens.get(), [&] { ++changes; });
    EXPECT_EQ(wait(tokens->setToken(Service::HuggingFace, QStringLiteral(" hf_mine "))), Place::File);
    EXPECT_EQ(tokens->token(Service::HuggingFace), QStringLiteral("hf_mine"));
    EXPECT_EQ(changes, 1);
    EXPECT_EQ(QFileInfo(m_file).permissions() & (QFile::ReadGroup | QFile::WriteGroup | QFile::ReadOther | QFile::WriteOther), QFile::Permissions());
    EXPECT_EQ(store(false)->token(Service::HuggingFace), QStringLiteral("hf_mine"));
    EXPECT_EQ(store()->token(Service::HuggingFace), QStringLiteral("hf_mine")) << "a wallet that came later";
    ASSERT_TRUE(wait(tokens->setToken(Service::HuggingFace, {})));
    EXPECT_TRUE(tokens->token(Service::HuggingFace).isEmpty());
    EXPECT_FALSE(QFile::exists(m_file));
}

TEST_F(Tokens, HuggingFacesOwnFileAndTheEnvironment)
{
    QFile own(QString::fromStdString((m_folder / "token").string()));
    ASSERT_TRUE(own.open(QIODevice::WriteOnly));
    own.write("hf_theirs\n");
    own.close();
    EXPECT_EQ(store()->token(Service::HuggingFace), QStringLiteral("hf_theirs"));
    EXPECT_EQ(store()->place(Service::HuggingFace), Place::ServiceFile);
    qputenv("HF_TOKEN", "hf_env");
    EXPECT_EQ(store()->place(Service::HuggingFace), Place::Environment);
    qunsetenv("HF_TOKEN");
}
