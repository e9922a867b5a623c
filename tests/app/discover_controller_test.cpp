// Discovering models on hubs of the test's own making: what is shown, recommended, refused; nothing of it asks a network.
#include "app/discovering/discover_controller.h"
#include "app/discovering/hub_words.h"
#include "tests/app/fixture.h"

#include <QPromise>
#include <QSignalSpy>

using namespace corral;
using namespace corral::app;
using namespace corral::test;

namespace {
constexpr quint64 kGiga = 1'000'000'000;

class Discover : public ::testing::Test {
protected:
    Discover()
        : m_settings(path("settings.json")), m_tokens(path("tokens.json"), nullptr), m_client(m_network, {}, &m_tokens)
    {
        m_source = scriptedHub();
        auto search = m_source.search;
        m_source.search = [this, search](const hub::SearchQuery& query) {
            m_queries << query;
            return search(query);
        };
    }
    QString path(const char* name) const { return QString::fromStdString((m_folder / name).string()); }
    std::unique_ptr<DiscoverController> make() { return std::make_unique<DiscoverController>(m_client, m_tokens, m_settings, m_source); }
    static QVariant at(const QAbstractItemModel& model, int row, int role) { return model.data(model.index(row, 0), role); }
    static int rowOf(const FileSetListModel& files, const QString& name)
    {
        for (int row = 0; row < files.count(); ++row)
            if (at(files, row, FileSetListModel::NameRole).toString() == name) return row;
        return -1;
    }

    TempDir m_folder;
    SettingsFile m_settings;
    hub::TokenStore m_tokens;
    QNetworkAccessManager m_network;
    hub::HubClient m_client;
    HubSource m_source;
    QList<hub::SearchQuery> m_queries;
};

hub::FileSet set(const char* type, double gigabytes)
{
    hub::FileSet made;
    made.name = QString::fromLatin1(type);
    made.quantization = made.name;
    made.files << hub::RemoteFile{.path = made.name + QStringLiteral(".gguf"), .size = qint64(gigabytes * 1e9), .sha256 = {}, .gitSha1 = {}};
    return made;
}

// What is recommended of these on a machine with so much memory.
std::pair<QString, FileAdvice::Reason> advised(const QList<hub::FileSet>& sets, double available, double total, std::uint64_t parameters)
{
    QList<FileRating> ratings;
    for (const hub::FileSet& s : sets) ratings << rate(s, Footprint{.beside = kGiga / 2}, {.total = std::uint64_t(total * 1e9), .available = std::uint64_t(available * 1e9)});
    const FileAdvice advice = advise(sets, ratings, parameters);
    return {advice.row < 0 ? QString() : sets[advice.row].quantization, advice.reason};
}
} // namespace

TEST_F(Discover, NothingIsAskedBeforeItIsShown)
{
    const auto discover = make();
    spinUntil([] { return false; }, 20);
    EXPECT_TRUE(m_queries.isEmpty());
    discover->activate();
    ASSERT_TRUE(spinUntil([&] { return discover->state() == DiscoverController::Found; }));
    discover->activate();
    EXPECT_EQ(m_queries.size(), 1) << "once";
    EXPECT_GT(discover->hits()->count(), 5);
}

TEST_F(Discover, WordsAreSearchedForWhenTypingPauses)
{
    const auto discover = make();
    QAbstractItemModelTester tester(discover->hits());
    for (const char* text : {"s", "sm", "smol"}) discover->setSearch(QString::fromLatin1(text));
    ASSERT_TRUE(spinUntil([&] { return discover->state() == DiscoverController::Found; }));
    ASSERT_EQ(m_queries.size(), 1);
    EXPECT_EQ(m_queries[0].text, QStringLiteral("smol"));
    ASSERT_EQ(discover->hits()->count(), 1);
    EXPECT_EQ(at(*discover->hits(), 0, HitListModel::TitleRole), QStringLiteral("SmolLM2-360M-Instruct-GGUF"));
    EXPECT_EQ(at(*discover->hits(), 0, HitListModel::FactsRole), QStringLiteral("llama · 360 million"));
    EXPECT_EQ(at(*discover->hits(), 0, HitListModel::DownloadsRole), QStringLiteral("240 k"));
    discover->setSort(2);
    EXPECT_EQ(m_queries.last().sort, hub::SearchQuery::Sort::Likes);
    discover->setService(DiscoverController::ModelScope);
    EXPECT_EQ(m_queries.last().service, hub::Service::ModelScope);
    discover->setSearch(QStringLiteral("nothing"));
    discover->searchNow();
    ASSERT_TRUE(spinUntil([&] { return discover->state() == DiscoverController::Found; }));
    EXPECT_EQ(discover->hits()->count(), 0);
    discover->setSearch(QStringLiteral("offline"));
    discover->searchNow();
    ASSERT_TRUE(spinUntil([&] { return discover->state() == DiscoverController::Failed; }));
    EXPECT_TRUE(discover->errorText().contains(QStringLiteral("huggingface.co cannot be found")));
}

TEST_F(Discover, AnswersToOlderQuestionsAreNotHeard)
{
    QList<std::shared_ptr<QPromise<Result<hub::SearchPage>>>> open;
    m_source.search = [&](const hub::SearchQuery&) {
        open << std::make_shared<QPromise<Result<hub::SearchPage>>>();
        open.last()->start();
        return open.last()->future();
    };
    const auto discover = make();
    discover->activate();
    discover->searchNow();
    const auto answer = [&](int index, const char* name) {
        hub::SearchPage page;
        page.hits << hub::SearchHit{.repository = {hub::Service::HuggingFace, QString::fromLatin1(name), {}}};
        open[index]->addResult(page);
        open[index]->finish();
    };
    answer(1, "new/one");
    answer(0, "old/one");
    ASSERT_TRUE(spinUntil([&] { return discover->state() == DiscoverController::Found; }));
    spinUntil([] { return false; }, 20);
    ASSERT_EQ(discover->hits()->count(), 1);
    EXPECT_EQ(discover->hits()->nameAt(0), QStringLiteral("new/one"));
}

TEST_F(Discover, PagesFollowOneAnother)
{
    m_source.search = [](const hub::SearchQuery& query) {
        hub::SearchPage page;
        const int begin = query.cursor.toInt();
        for (int i = begin; i < begin + 3; ++i) page.hits << hub::SearchHit{.repository = {hub::Service::HuggingFace, QStringLiteral("a/m%1").arg(i), {}}};
        if (begin < 4) page.next = QString::number(begin + 2); // pages overlap when models change places
        return QtFuture::makeReadyValueFuture(Result<hub::SearchPage>(page));
    };
    const auto discover = make();
    QAbstractItemModelTester tester(discover->hits());
    discover->activate();
    const auto settled = [&] { return discover->state() == DiscoverController::Found; };
    ASSERT_TRUE(spinUntil(settled));
    for (int i = 0; i < 4; ++i) {
        discover->findMore();
        ASSERT_TRUE(spinUntil(settled));
    }
    EXPECT_EQ(discover->hits()->count(), 7);
    EXPECT_FALSE(discover->hasMore());
}

TEST_F(Discover, ARepositoryIsWeighed)
{
    const auto discover = make();
    QAbstractItemModelTester tester(discover->files());
    discover->open(QStringLiteral("Qwen/Qwen3-4B-GGUF"));
    ASSERT_TRUE(spinUntil([&] { return discover->header() == DiscoverController::Known; }));
    EXPECT_EQ(discover->visit(), DiscoverController::Open);
    EXPECT_EQ(discover->source(), QStringLiteral("hf:Qwen/Qwen3-4B-GGUF"));
    EXPECT_TRUE(discover->facts().startsWith(QStringLiteral("qwen3"))) << discover->facts().toStdString();
    const FileSetListModel& files = *discover->files();
    ASSERT_EQ(files.count(), 7);
    EXPECT_EQ(at(files, 0, FileSetListModel::NameRole), QStringLiteral("Q2_K")) << "smallest first";
    const int usual = rowOf(files, QStringLiteral("Q4_K_M"));
    EXPECT_EQ(files.recommended(), usual);
    EXPECT_TRUE(at(files, usual, FileSetListModel::RecommendedRole).toBool());
    EXPECT_EQ(at(files, usual, FileSetListModel::FitRole).toInt(), int(FileSetListModel::Fits));
    EXPECT_GT(at(files, usual, FileSetListModel::ShareRole).toDouble(), 2.4 / 16.6) << "weights and what comes with them";
    EXPECT_TRUE(files.advice().contains(QStringLiteral("Q4_K_M")));
    EXPECT_TRUE(discover->problem().isEmpty()) << discover->problem().toStdString();
    QSignalSpy wanted(discover.get(), &DiscoverController::downloadWanted);
    discover->download(usual);
    ASSERT_EQ(wanted.count(), 1);
    EXPECT_EQ(wanted[0][1].value<hub::FileSet>().quantization, QStringLiteral("Q4_K_M"));
    EXPECT_TRUE(at(files, usual, FileSetListModel::OrderedRole).toBool());
    discover->close();
    EXPECT_EQ(files.count(), 0);
    EXPECT_EQ(discover->visit(), DiscoverController::Closed);
}

TEST_F(Discover, WhatIsTooLargeAndWhatCannotRun)
{
    const auto discover = make();
    discover->open(QStringLiteral("unsloth/DeepSeek-R1-Distill-Llama-70B-GGUF"));
    ASSERT_TRUE(spinUntil([&] { return discover->header() == DiscoverController::Known; }));
    const FileSetListModel& files = *discover->files();
    EXPECT_EQ(at(files, files.recommended(), FileSetListModel::NameRole), QStringLiteral("Q2_K"));
    EXPECT_EQ(at(files, files.recommended(), FileSetListModel::FitRole).toInt(), int(FileSetListModel::TooLarge));
    EXPECT_EQ(at(files, rowOf(files, QStringLiteral("BF16")), FileSetListModel::FilesTextRole), QStringLiteral("4 files"));
    discover->open(QStringLiteral("someone/mamba-2.8b-GGUF"));
    ASSERT_TRUE(spinUntil([&] { return discover->header() == DiscoverController::Known; }));
    EXPECT_TRUE(discover->problem().contains(QStringLiteral("mamba"))) << discover->problem().toStdString();
    discover->open(QStringLiteral("no/body"));
    ASSERT_TRUE(spinUntil([&] { return discover->visit() == DiscoverController::Refused; }));
    EXPECT_TRUE(discover->visitError().contains(QStringLiteral("no/body")));
}

TEST_F(Discover, AGatedRepositoryWantsAToken)
{
    const auto discover = make();
    discover->open(QStringLiteral("google/gemma-3-12b-it-qat-q4_0-gguf"));
    ASSERT_TRUE(spinUntil([&] { return discover->visit() == DiscoverController::Open; }));
    EXPECT_TRUE(discover->tokenWanted());
    discover->setToken(QStringLiteral("not a token"));
    ASSERT_TRUE(spinUntil([&] { return !discover->tokenProblem().isEmpty(); }));
    discover->setToken(QStringLiteral("hf_abc"));
    ASSERT_TRUE(spinUntil([&] { return discover->hasToken(); }, 30'000));
    EXPECT_FALSE(discover->tokenWanted());
    EXPECT_TRUE(discover->tokenProblem().isEmpty());
    discover->setToken({});
    ASSERT_TRUE(spinUntil([&] { return !discover->hasToken(); }, 30'000));
}

TEST_F(Discover, NamesAndAddressesAreOpened)
{
    const auto discover = make();
    discover->setSearch(QStringLiteral("ms:Qwen/Qwen3-4B-GGUF"));
    spinUntil([] { return false; }, 600);
    EXPECT_TRUE(m_queries.isEmpty()) << "a name is not searched for while it is typed";
    discover->searchNow();
    ASSERT_TRUE(spinUntil([&] { return discover->visit() == DiscoverController::Open; }));
    EXPECT_EQ(discover->service(), DiscoverController::ModelScope);
    discover->openSource(QStringLiteral("hf:../x"));
    EXPECT_EQ(discover->visit(), DiscoverController::Refused);
    QSignalSpy wanted(discover.get(), &DiscoverController::addressWanted);
    discover->openSource(QStringLiteral("https://example.org/files/x.gguf"));
    ASSERT_EQ(wanted.count(), 1);
    EXPECT_EQ(wanted[0][0].toString(), QStringLiteral("https://example.org/files/x.gguf"));
}

TEST_F(Discover, AddressesOfOnesOwnAreKept)
{
    {
        const auto discover = make();
        discover->setHuggingFaceAddress(QStringLiteral("not an address"));
        EXPECT_FALSE(discover->addressProblem().isEmpty());
        EXPECT_TRUE(discover->huggingFaceAddress().isEmpty());
        discover->setHuggingFaceAddress(QStringLiteral("hf-mirror.com"));
        EXPECT_TRUE(discover->addressProblem().isEmpty());
        EXPECT_EQ(m_client.settings().huggingFace.first(), QUrl(QStringLiteral("https://hf-mirror.com")));
    }
    m_client.setSettings({});
    const auto again = make();
    EXPECT_EQ(m_client.settings().huggingFace.first(), QUrl(QStringLiteral("https://hf-mirror.com")));
    EXPECT_TRUE(again->addressesInUse().contains(QStringLiteral("hf-mirror.com")));
}

TEST(FileRating, TheRecommendedOne)
{
    const QList<hub::FileSet> sets{set("Q2_K", 3), set("Q3_K_M", 4), set("Q4_K_M", 5), set("Q8_0", 9)};
    using Reason = FileAdvice::Reason;
    EXPECT_EQ(advised(sets, 12, 16, 8 * kGiga), std::pair(QStringLiteral("Q4_K_M"), Reason::Usual));
    EXPECT_EQ(advised(sets, 5, 16, 8 * kGiga), std::pair(QStringLiteral("Q3_K_M"), Reason::Memory));
    EXPECT_EQ(advised(sets, 1, 4.6, 8 * kGiga), std::pair(QStringLiteral("Q3_K_M"), Reason::Memory)) << "once other programs are closed";
    EXPECT_EQ(advised(sets, 1, 2, 8 * kGiga), std::pair(QStringLiteral("Q2_K"), Reason::TooLarge));
    EXPECT_EQ(advised(sets, 12, 16, kGiga / 2), std::pair(QStringLiteral("Q8_0"), Reason::SmallModel));
    EXPECT_EQ(advised({set("F16", 1)}, 12, 16, 0), std::pair(QStringLiteral("F16"), Reason::Only));
    EXPECT_EQ(advised({}, 12, 16, 0).first, QString());
    hub::FileSet torn = set("Q4_K_M", 5);
    torn.missing << QStringLiteral("x");
    EXPECT_EQ(advised({torn, set("Q8_0", 9)}, 12, 16, 0).first, QStringLiteral("Q8_0"));
    EXPECT_EQ(tellingSet({torn}), -1);
}

TEST(HubWords, EveryFailureIsASentence)
{
    for (const ErrorCode code : {ErrorCode::InvalidArgument, ErrorCode::NotFound, ErrorCode::Format, ErrorCode::Network, ErrorCode::Unsupported})
        EXPECT_TRUE(hubFailure({code, "why"}, QStringLiteral("a/b")).size() > 20);
    EXPECT_EQ(countText(9'412), QStringLiteral("9,412"));
    EXPECT_EQ(countText(1'843'220), QStringLiteral("1.8 M"));
    EXPECT_EQ(countText(-1), QString());
}
