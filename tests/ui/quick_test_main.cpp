// Quick Test on the real window: needs its own main, because the style wants a QApplication.
#include "tests/ui/bench.h"

#include <QApplication>
#include <QQmlEngine>
#include <QtQuickTest>

class Setup : public QObject
{
    Q_OBJECT

public slots:
    void qmlEngineAvailable(QQmlEngine* engine)
    {
        engine->addImportPath(QStringLiteral("qrc:/qt/qml"));
        corral::ui::Bench::prepareEngine(*engine);
        qmlRegisterType<corral::ui::Bench>("Corral.Test", 1, 0, "Bench");
    }
};

int main(int argc, char** argv)
{
    corral::ui::Bench::prepareProcess();
    QApplication application(argc, argv);
    corral::ui::Bench::prepareApplication();
    Setup setup;
    return quick_test_main_with_setup(argc, argv, "ui", CORRAL_QML_TESTS, &setup);
}

#include "quick_test_main.moc"
