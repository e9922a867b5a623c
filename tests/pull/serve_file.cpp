// serve_file FILE: serves it on this machine, prints the address, ends with its input.
#include "tests/support/hub_server.h"

#include <QCoreApplication>
#include <QFileInfo>

#include <cstdio>

int main(int argc, char** argv)
{
    const QCoreApplication application(argc, argv);
    if (argc != 2) return 2;
    corral::test::HubServer server;
    const QString path = QStringLiteral("/files/") + QFileInfo(QString::fromLocal8Bit(argv[1])).fileName();
    server.addPlainFromDisk(path, QFileInfo(QString::fromLocal8Bit(argv[1])).absoluteFilePath());
    std::printf("%s\n", qPrintable(server.plain(path).toString()));
    std::fflush(stdout);
    while (std::getchar() != EOF) {}
    return 0;
}
