#include "app/main/window_program.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QProcess>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <vector>

#ifdef Q_OS_UNIX
#include <unistd.h>
#endif

namespace corral::app {

namespace {

// Asks for an application object, which may take words out of the arguments: it gets some of its own.
QString besideThisProgram(const QString& name, char* program)
{
    int argc = 1;
    char* argv[] = {program, nullptr};
    const QCoreApplication application(argc, argv);
    return QDir(QCoreApplication::applicationDirPath()).filePath(name);
}

} // namespace

int becomeWindow(int argc, char** argv)
{
#ifdef Q_OS_WIN
    const QString window = besideThisProgram(QStringLiteral("corral-window.exe"), argv[0]);
#else
    const QString window = besideThisProgram(QStringLiteral("corral-window"), argv[0]);
#endif
    const auto missing = [&](const char* why) {
        std::fprintf(stderr, "corral: the window cannot be shown: %s: %s\n", qPrintable(window), why);
        return 1;
    };
#ifdef Q_OS_UNIX
    const QByteArray path = QFile::encodeName(window);
    std::vector<char*> arguments(argv, argv + argc);
    arguments.push_back(nullptr);
    ::execv(path.constData(), arguments.data());
    return missing(std::strerror(errno));
#else
    QStringList arguments;
    for (int i = 1; i < argc; ++i) arguments.append(QString::fromLocal8Bit(argv[i]));
    QProcess process;
    process.setProcessChannelMode(QProcess::ForwardedChannels);
    process.start(window, arguments);
    if (!process.waitForStarted()) return missing(qPrintable(process.errorString()));
    process.waitForFinished(-1);
    return process.exitStatus() == QProcess::NormalExit ? process.exitCode() : 1;
#endif
}

} // namespace corral::app
