// The icon in the tray with a real server behind it; the desktop's tray is there when the test says so.
#include "app/main/tray.h"
#include "app/serving/serve_controller.h"
#include "app/settings/settings_file.h"
#include "tests/app/fixture.h"
#include "tests/support/tiny_model.h"

#include <QApplication>
#include <QClipboard>
#include <QFileInfo>
#include <QMenu>
#include <QQuickWindow>
#include <QTcpServer>

using namespace corral;
using namespace corral::app;
using namespace corral::test;

namespace {

class TrayTest : public ::testing::Test {
protected:
    TrayTest()
        : m_settings(QString::fromStdString((m_folder / "settings.json").string())),
          m_serving(m_settings, StarterManifest(), [](const QString& model) { return ServeController::ModelFacts{QFileInfo(model).completeBaseName(), {}}; })
    {
        TinyModel{}.write(m_folder / "tiny.gguf");
        m_serving.setModelUrl(QUrl::fromLocalFile(QString::fromStdString((m_folder / "tiny.gguf").string())));
        QTcpServer probe;
        probe.listen(QHostAddress::LocalHost);
        m_serving.setPort(probe.serverPort());
        probe.close();
        m_serving.setSlotCount(1);
        m_serving.setThreads(1);
        m_window.resize(100, 100);
        m_window.show();
    }
    Tray& make(bool isThere)
    {
        m_isThere = isThere;
        return m_tray.emplace(m_window, m_serving, [this] { return m_isThere; });
    }
    void desktopChanges(bool isThere)
    {
        m_isThere = isThere;
        emit m_serving.closingChanged(); // any sign of life makes it look
    }
    QAction* action(const char* text) const // as it is called now; nullptr: none is
    {
        for (QAction* one : m_tray->icon().contextMenu()->actions())
            if (one->text() == QLatin1String(text)) return one;
        return nullptr;
    }
    bool reaches(ServeController::State state)
    {
        return spinUntil([&] { return m_serving.state() == state; }, 30'000);
    }

    TempDir m_folder;
    SettingsFile m_settings;
    ServeController m_serving;
    QQuickWindow m_window;
    bool m_isThere = false;
    std::optional<Tray> m_tray;
};

TEST_F(TrayTest, WithoutATrayNothingIsHidden)
{
    const Tray& tray = make(false);
    EXPECT_FALSE(m_window.property("canHide").toBool());
    EXPECT_FALSE(tray.icon().isVisible());
    m_window.hide();
    EXPECT_TRUE(m_window.isVisible()) << "nothing else would bring it back";
    m_serving.setClosing(ServeController::KeepRunning);
    EXPECT_FALSE(tray.icon().isVisible());
}

TEST_F(TrayTest, AHiddenWindowHasItsIcon)
{
    const Tray& tray = make(true);
    EXPECT_TRUE(m_window.property("canHide").toBool());
    EXPECT_FALSE(tray.icon().isVisible()) << "the window is there and nothing is served";
    m_window.hide();
    EXPECT_FALSE(m_window.isVisible());
    EXPECT_TRUE(tray.icon().isVisible());
    action("Show the window")->trigger();
    EXPECT_TRUE(m_window.isVisible());
    EXPECT_FALSE(tray.icon().isVisible());
    m_serving.setClosing(ServeController::KeepRunning);
    EXPECT_TRUE(tray.icon().isVisible()) << "where the window will be looked for";

    m_window.hide();
    desktopChanges(false); // the panel has crashed
    EXPECT_TRUE(m_window.isVisible());
    EXPECT_FALSE(m_window.property("canHide").toBool());
    EXPECT_FALSE(tray.icon().isVisible());
    desktopChanges(true);
    EXPECT_TRUE(tray.icon().isVisible());
}

TEST_F(TrayTest, AWindowThatWasNeverSeenStaysAway)
{
    m_window.hide(); // as it is while the program starts
    make(false);
    EXPECT_FALSE(m_window.isVisible());
}

TEST_F(TrayTest, TheServerIsStartedAndStopped)
{
    const Tray& tray = make(true);
    const qint64 off = tray.icon().icon().cacheKey();
    EXPECT_FALSE(action("Copy the address")->isEnabled());
    ASSERT_TRUE(action("Start the server") && action("Start the server")->isEnabled());
    EXPECT_EQ(tray.icon().toolTip(), m_serving.stateText());
    action("Start the server")->trigger();
    EXPECT_EQ(m_serving.state(), ServeController::Loading);
    EXPECT_TRUE(tray.icon().isVisible()) << "beside the window, as long as something is served";
    ASSERT_TRUE(reaches(ServeController::Running)) << m_serving.problem().toStdString();
    EXPECT_NE(tray.icon().icon().cacheKey(), off);
    EXPECT_TRUE(tray.icon().toolTip().contains(m_serving.address())) << tray.icon().toolTip().toStdString();
    EXPECT_TRUE(spinUntil([&] { return tray.icon().toolTip().contains(QStringLiteral("0 of 1")); }));
    QApplication::clipboard()->clear();
    action("Copy the address")->trigger();
    EXPECT_EQ(QApplication::clipboard()->text(), QStringLiteral("http://127.0.0.1:%1").arg(m_serving.port()));

    action("Stop the server")->trigger();
    EXPECT_EQ(m_serving.state(), ServeController::Stopping);
    EXPECT_FALSE(action("Stop the server")->isEnabled()) << "once is enough";
    ASSERT_TRUE(reaches(ServeController::Stopped));
    EXPECT_TRUE(action("Start the server")->isEnabled());
    EXPECT_EQ(tray.icon().icon().cacheKey(), off);
    EXPECT_FALSE(tray.icon().isVisible());
}

TEST_F(TrayTest, AStartThatFailsCanBeTriedAgain)
{
    QTcpServer other;
    ASSERT_TRUE(other.listen(QHostAddress::LocalHost, quint16(m_serving.port())));
    const Tray& tray = make(true);
    m_window.hide();
    action("Start the server")->trigger();
    ASSERT_TRUE(reaches(ServeController::Failed));
    EXPECT_EQ(tray.icon().toolTip(), m_serving.stateText());
    EXPECT_FALSE(action("Copy the address")->isEnabled());
    other.close();
    ASSERT_TRUE(action("Start the server")->isEnabled());
    action("Start the server")->trigger();
    EXPECT_TRUE(reaches(ServeController::Running));
}

TEST_F(TrayTest, QuitAsksNothing)
{
    make(true);
    m_window.hide();
    QTimer::singleShot(0, &m_window, [&] { action("Quit")->trigger(); });
    EXPECT_EQ(QApplication::exec(), 0);
    EXPECT_TRUE(m_window.property("leaving").toBool());
}

} // namespace

int main(int argc, char** argv)
{
    ::testing::InitGoogleTest(&argc, argv);
    if (!qEnvironmentVariableIsSet("QT_QPA_PLATFORM")) qputenv("QT_QPA_PLATFORM", "offscreen");
    if (!qEnvironmentVariableIsSet("QT_QUICK_BACKEND")) qputenv("QT_QUICK_BACKEND", "software");
    QApplication application(argc, argv);
    QApplication::setQuitOnLastWindowClosed(false); // hiding the window is none
    QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates));
    return RUN_ALL_TESTS();
}
