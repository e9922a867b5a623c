#include "tests/app/fixture.h"

#include <QFile>
#include <QJsonDocument>
#include <QSignalSpy>

using namespace corral::app;
using namespace corral::test;

class SettingsTest : public ::testing::Test {
protected:
    QString file() const { return QString::fromStdString((m_folder / "corral/settings.json").string()); }
    TempDir m_folder;
    SettingsFile m_file{file()};
    ChatSettings m_settings{m_file, StarterManifest::load()};
    const QString m_starter = QStringLiteral("/anywhere/SmolLM2-135M-Instruct.Q4_1.gguf");
};

TEST_F(SettingsTest, BuiltInValuesAreTheSamplersOwn)
{
    const corral::sample::Params params = m_settings.sampling();
    const corral::sample::Params builtIn;
    EXPECT_EQ(params.temp, builtIn.temp);
    EXPECT_EQ(params.topK, builtIn.topK);
    EXPECT_EQ(params.dryBase, builtIn.dryBase);
    EXPECT_EQ(params.order, builtIn.order);
    EXPECT_EQ(params.seed, builtIn.seed);
    EXPECT_EQ(m_settings.commandLine(), QStringLiteral("corral chat"));
}

TEST_F(SettingsTest, TheStartersManifestServesTheStarterUnlessToldOtherwise)
{
    m_settings.setModel(QStringLiteral("/m/other.gguf"), QStringLiteral("Other"));
    EXPECT_EQ(m_settings.value(QStringLiteral("temp")).toDouble(), 0.8);
    EXPECT_EQ(m_settings.systemPrompt(), QString());
    m_settings.setModel(m_starter, QStringLiteral("Starter"));
    EXPECT_EQ(m_settings.value(QStringLiteral("temp")).toDouble(), 0.2);
    EXPECT_EQ(m_settings.value(QStringLiteral("top_p")).toDouble(), 0.9);
    EXPECT_EQ(m_settings.systemPrompt(), QStringLiteral("You are a helpful assistant."));
    m_settings.set(QStringLiteral("temp"), 0.7);
    EXPECT_EQ(m_settings.value(QStringLiteral("temp")).toDouble(), 0.7);
    EXPECT_EQ(m_settings.inherited(QStringLiteral("temp")).toDouble(), 0.2);
    m_settings.reset();
    EXPECT_EQ(m_settings.value(QStringLiteral("temp")).toDouble(), 0.2);
}

TEST_F(SettingsTest, LayersWinInOrder)
{
    m_settings.setModel(QStringLiteral("/m/a.gguf"), QStringLiteral("A"));
    EXPECT_EQ(m_settings.scope(), ChatSettings::ThisModel);
    m_settings.setScope(ChatSettings::AllModels);
    m_settings.set(QStringLiteral("top_k"), 10);
    m_settings.setScope(ChatSettings::ThisModel);
    m_settings.set(QStringLiteral("top_k"), 20);
    QSignalSpy layer(&m_settings, &ChatSettings::conversationLayerChanged);
    m_settings.setScope(ChatSettings::ThisConversation);
    m_settings.set(QStringLiteral("top_k"), 30);
    ASSERT_EQ(layer.count(), 1);
    EXPECT_EQ(m_settings.sampling().topK, 30);
    m_settings.setConversationLayer({});
    EXPECT_EQ(m_settings.sampling().topK, 20);
    m_settings.setModel(QStringLiteral("/m/a.gguf"), QStringLiteral("A, loaded"));
    EXPECT_EQ(m_settings.scope(), ChatSettings::ThisConversation) << "the same model";
    m_settings.setModel(QStringLiteral("/m/b.gguf"), QStringLiteral("B"));
    EXPECT_EQ(m_settings.scope(), ChatSettings::ThisModel);
    EXPECT_EQ(m_settings.sampling().topK, 10);
}

TEST_F(SettingsTest, AreKeptInAReadableFile)
{
    m_settings.setModel(QStringLiteral("/m/a.gguf"), QStringLiteral("A"));
    m_settings.set(QStringLiteral("ctx"), 4096);
    m_settings.setColorScheme(ChatSettings::Dark);
    m_file.addRecentModel(QStringLiteral("/m/a.gguf"));
    SettingsFile again(file());
    ChatSettings settings(again, StarterManifest::load());
    settings.setModel(QStringLiteral("/m/a.gguf"), QStringLiteral("A"));
    EXPECT_EQ(settings.sessionOptions().contextLength, 4096);
    EXPECT_EQ(settings.colorScheme(), ChatSettings::Dark);
    EXPECT_EQ(again.recentModels(), QStringList{QStringLiteral("/m/a.gguf")});
}

TEST_F(SettingsTest, ADamagedFileIsKeptAsideAndTheDefaultsHold)
{
    m_settings.setColorScheme(ChatSettings::Dark);
    QFile damaged(file());
    ASSERT_TRUE(damaged.open(QIODevice::WriteOnly));
    damaged.write("{ not json");
    damaged.close();
    SettingsFile again(file());
    EXPECT_EQ(again.text(QStringLiteral("colorScheme")), QString());
    EXPECT_TRUE(QFile::exists(file() + QStringLiteral(".bad")));
}

TEST_F(SettingsTest, ValuesAreHeldInTheirRange)
{
    m_settings.set(QStringLiteral("top_p"), 7);
    EXPECT_EQ(m_settings.value(QStringLiteral("top_p")).toDouble(), 1.0);
    m_settings.set(QStringLiteral("top_k"), QStringLiteral("many"));
    EXPECT_EQ(m_settings.value(QStringLiteral("top_k")).toInt(), 40);
    m_settings.set(QStringLiteral("ctk"), QStringLiteral("q9_9"));
    EXPECT_EQ(m_settings.value(QStringLiteral("ctk")).toString(), QStringLiteral("f16"));
    m_settings.set(QStringLiteral("no such key"), 1);
    EXPECT_FALSE(m_settings.value(QStringLiteral("no such key")).isValid());
}

TEST_F(SettingsTest, TheCommandLineSaysTheSame)
{
    m_settings.setModel(QStringLiteral("/my models/a.gguf"), QStringLiteral("A"));
    m_settings.set(QStringLiteral("system"), QStringLiteral("Don't shout."));
    m_settings.set(QStringLiteral("temp"), 0.35);
    m_settings.set(QStringLiteral("ctx"), 4096);
    m_settings.set(QStringLiteral("ctv"), QStringLiteral("q8_0"));
    m_settings.set(QStringLiteral("ignore_eos"), true);
    EXPECT_EQ(m_settings.commandLine(),
              QStringLiteral("corral chat -m '/my models/a.gguf' -sys 'Don'\\''t shout.' --temp 0.35 -c 4096 -ctv q8_0 --ignore-eos"));
}

TEST_F(SettingsTest, AChangedContextAsksForAReload)
{
    m_settings.setModel(QStringLiteral("/m/a.gguf"), QStringLiteral("A"));
    m_settings.setLoaded(true, m_settings.sessionOptions());
    EXPECT_FALSE(m_settings.needsReload());
    m_settings.set(QStringLiteral("temp"), 0.1);
    EXPECT_FALSE(m_settings.needsReload());
    m_settings.set(QStringLiteral("ctx"), 2048);
    EXPECT_TRUE(m_settings.needsReload());
    m_settings.resetOne(QStringLiteral("ctx"));
    EXPECT_FALSE(m_settings.needsReload());
}

TEST_F(SettingsTest, LayersOfGraphicsCards)
{
    using corral::generate::Offload;
    const QString key = QStringLiteral("ngl");
    m_settings.setModel(QStringLiteral("/m/a.gguf"), QStringLiteral("A"));
    EXPECT_EQ(m_settings.sessionOptions().offload.layers, Offload::kAuto);
    m_settings.setLoaded(true, m_settings.sessionOptions());
    m_settings.set(key, QStringLiteral("12"));
    EXPECT_EQ(m_settings.sessionOptions().offload.layers, 12);
    EXPECT_TRUE(m_settings.needsReload());
    EXPECT_EQ(m_settings.commandLine(), QStringLiteral("corral chat -m /m/a.gguf -ngl 12"));
    m_settings.set(key, QStringLiteral("many"));
    EXPECT_EQ(m_settings.value(key).toString(), QStringLiteral("12"));
    m_settings.set(key, QStringLiteral("-7"));
    EXPECT_EQ(m_settings.value(key).toString(), QStringLiteral("12"));
    m_settings.set(key, QStringLiteral("ALL"));
    EXPECT_EQ(m_settings.sessionOptions().offload.layers, Offload::kAll);
    m_settings.set(key, 0);
    EXPECT_EQ(m_settings.sessionOptions().offload.layers, 0);
    EXPECT_EQ(ChatSettings(m_file, StarterManifest::load()).sessionOptions().offload.layers, Offload::kAuto) << "kept for this model only";
    m_settings.resetOne(key);
    EXPECT_FALSE(m_settings.needsReload());
}

TEST_F(SettingsTest, TheListDescribesItselfAndCanBeEdited)
{
    auto& list = *m_settings.list();
    QAbstractItemModelTester tester(&list, QAbstractItemModelTester::FailureReportingMode::Fatal);
    ASSERT_GT(list.rowCount(), 25);
    QStringList keys, groups;
    for (int row = 0; row < list.rowCount(); ++row) {
        const auto value = [&](int role) { return list.data(list.index(row), role); };
        keys.append(value(SettingsListModel::KeyRole).toString());
        const QString group = value(SettingsListModel::GroupRole).toString();
        if (groups.isEmpty() || groups.last() != group) groups.append(group);
        EXPECT_FALSE(value(SettingsListModel::LabelRole).toString().isEmpty());
        EXPECT_FALSE(value(SettingsListModel::HelpRole).toString().isEmpty());
        EXPECT_TRUE(value(SettingsListModel::FlagRole).toString().startsWith(u'-'));
        EXPECT_EQ(value(SettingsListModel::ValueRole), value(SettingsListModel::DefaultRole));
        EXPECT_EQ(value(SettingsListModel::ChoicesRole).toStringList().size(), value(SettingsListModel::ValuesRole).toList().size());
    }
    EXPECT_EQ(QSet<QString>(keys.begin(), keys.end()).size(), keys.size());
    EXPECT_EQ(QSet<QString>(groups.begin(), groups.end()).size(), groups.size()) << "sections are contiguous";
    const int temp = int(keys.indexOf(QStringLiteral("temp")));
    EXPECT_TRUE(list.setData(list.index(temp), 1.5, SettingsListModel::ValueRole));
    EXPECT_EQ(m_settings.sampling().temp, 1.5f);
    EXPECT_TRUE(list.data(list.index(temp), SettingsListModel::ChangedRole).toBool());
}
