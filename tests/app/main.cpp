#include "tests/app/crash_writer.h"

#include <gtest/gtest.h>

#include <QCoreApplication>
#include <QLocale>

int main(int argc, char** argv)
{
    ::testing::InitGoogleTest(&argc, argv);
    QCoreApplication application(argc, argv);
    QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates));
    if (argc == 3 && std::string_view(argv[1]) == corral::test::kCrashWriterOption) return corral::test::runCrashWriter(argv[2]);
    return RUN_ALL_TESTS();
}
