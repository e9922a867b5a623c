#include "tests/app/fixture.h"
#include "tests/app/stall_meter.h"

#include <QSignalSpy>

using namespace corral::app;
using namespace corral::test;

static BranchMessage user(int id, const QString& text)
{
    BranchMessage message;
    message.record.id = id;
    message.record.role = MessageRecord::Role::User;
    message.record.content = text;
    return message;
}

static BranchMessage answer(int id, const QString& text)
{
    BranchMessage message = user(id, text);
    message.record.role = MessageRecord::Role::Assistant;
    return message;
}

static QStringList kinds(MessageListModel& model)
{
    QStringList list;
    for (int row = 0; row < model.count(); ++row) list.append(cell(model, row, MessageListModel::KindRole).toString());
    return list;
}

class MessageListModelTest : public ::testing::Test {
protected:
    MessageListModel m_model;
    QAbstractItemModelTester m_tester{&m_model, QAbstractItemModelTester::FailureReportingMode::Fatal};
};

TEST_F(MessageListModelTest, AMessageIsARowForEachBlockAndAFooter)
{
    m_model.show({user(1, QStringLiteral("hi")), answer(2, QStringLiteral("Text.\n\n```cpp\nint a;\n```\n\nMore."))});
    EXPECT_EQ(kinds(m_model), QStringList({"user", "text", "code", "text", "footer"}));
    EXPECT_EQ(cell(m_model, 2, MessageListModel::LanguageRole).toString(), QStringLiteral("cpp"));
    EXPECT_EQ(cell(m_model, 2, MessageListModel::TextRole).toString().trimmed(), QStringLiteral("int a;"));
    for (int row = 1; row < 5; ++row) {
        EXPECT_EQ(cell(m_model, row, MessageListModel::MessageIdRole).toInt(), 2);
        EXPECT_EQ(cell(m_model, row, MessageListModel::FirstOfMessageRole).toBool(), row == 1);
        EXPECT_EQ(cell(m_model, row, MessageListModel::LastOfMessageRole).toBool(), row == 4);
        EXPECT_TRUE(cell(m_model, row, MessageListModel::NewestRole).toBool());
    }
}

TEST_F(MessageListModelTest, EveryRoleOfEveryRowHasAValue)
{
    BranchMessage failed = answer(2, QStringLiteral("<think>\nhm\n</think>\n\nA\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n```\nx\n```\n"));
    failed.record.error = QStringLiteral("It failed.");
    m_model.show({user(1, QStringLiteral("hi")), failed});
    const auto roles = m_model.roleNames();
    for (int row = 0; row < m_model.count(); ++row) {
        for (auto it = roles.cbegin(); it != roles.cend(); ++it) {
            EXPECT_TRUE(m_model.data(m_model.index(row), it.key()).isValid()) << "row " << row << ", role " << it.value().constData();
        }
    }
}

TEST_F(MessageListModelTest, AGrowingAnswerChangesOneRow)
{
    m_model.show({user(1, QStringLiteral("hi"))});
    m_model.append(answer(2, {}));
    EXPECT_EQ(kinds(m_model), QStringList({"user", "footer"}));
    EXPECT_TRUE(cell(m_model, 1, MessageListModel::OpenRole).toBool());
    m_model.appendText(QStringLiteral("First paragraph.\n\nSecond"));
    const int rows = m_model.count();

    QSignalSpy changed(&m_model, &QAbstractItemModel::dataChanged);
    QSignalSpy inserted(&m_model, &QAbstractItemModel::rowsInserted);
    QSignalSpy removed(&m_model, &QAbstractItemModel::rowsRemoved);
    m_model.appendText(QStringLiteral(" paragraph"));
    m_model.appendText(QStringLiteral(" grows."));
    EXPECT_EQ(inserted.count() + removed.count(), 0);
    ASSERT_EQ(changed.count(), 2);
    for (const auto& arguments : changed) {
        EXPECT_EQ(arguments[0].toModelIndex().row(), rows - 2);
        EXPECT_EQ(arguments[1].toModelIndex().row(), rows - 2);
        EXPECT_FALSE(arguments[2].value<QList<int>>().contains(MessageListModel::KindRole)) << "the delegate must stay";
    }
    EXPECT_TRUE(cell(m_model, rows - 2, MessageListModel::TextRole).toString().endsWith(QStringLiteral("grows.")));
}

TEST_F(MessageListModelTest, StreamedInAnyPiecesTheRowsAreTheSame)
{
    const QString text = QStringLiteral("<think>\nLet me see.\n</think>\n\n# Title\n\nText with `code`.\n\n| a | b |\n|---|--:|\n| 1 | 2 |\n\n```python\n"
                                        "print('x')\n\nprint('y')\n```\n\n1. one\n2. two\n\nEnd.");
    m_model.show({user(1, QStringLiteral("hi")), answer(2, text)});
    const QStringList wanted = kinds(m_model);
    QStringList texts;
    for (int row = 0; row < m_model.count(); ++row) texts.append(cell(m_model, row, MessageListModel::TextRole).toString());
    for (const int piece : {1, 3, 7, 50}) {
        m_model.show({user(1, QStringLiteral("hi"))});
        m_model.append(answer(2, {}));
        for (qsizetype at = 0; at < text.size(); at += piece) m_model.appendText(text.mid(at, piece));
        MessageRecord record = answer(2, text).record;
        m_model.finishLast(record, {});
        ASSERT_EQ(kinds(m_model), wanted) << "pieces of " << piece;
        for (int row = 0; row < m_model.count(); ++row) EXPECT_EQ(cell(m_model, row, MessageListModel::TextRole).toString(), texts[row]);
    }
}

TEST_F(MessageListModelTest, AnotherBranchKeepsWhatIsCommon)
{
    m_model.show({user(1, QStringLiteral("a")), answer(2, QStringLiteral("b")), user(3, QStringLiteral("c")), answer(4, QStringLiteral("d"))});
    QSignalSpy reset(&m_model, &QAbstractItemModel::modelReset);
    QSignalSpy removed(&m_model, &QAbstractItemModel::rowsRemoved);
    m_model.show({user(1, QStringLiteral("a")), answer(2, QStringLiteral("b")), user(5, QStringLiteral("e"))});
    EXPECT_EQ(reset.count(), 0);
    ASSERT_EQ(removed.count(), 1);
    EXPECT_EQ(removed[0][1].toInt(), 3);
    EXPECT_EQ(m_model.count(), 4);
}

TEST_F(MessageListModelTest, AnErrorIsARowAboveTheFooter)
{
    m_model.show({user(1, QStringLiteral("hi"))});
    m_model.append(answer(2, {}));
    m_model.appendText(QStringLiteral("Half"));
    MessageRecord record = answer(2, QStringLiteral("Half")).record;
    record.error = QStringLiteral("It broke.");
    m_model.finishLast(record, QStringLiteral("Try again"));
    EXPECT_EQ(kinds(m_model), QStringList({"user", "text", "error", "footer"}));
    EXPECT_EQ(cell(m_model, 2, MessageListModel::TextRole).toString(), QStringLiteral("It broke."));
    EXPECT_EQ(cell(m_model, 2, MessageListModel::HelpTextRole).toString(), QStringLiteral("Try again"));
}

TEST_F(MessageListModelTest, RightToLeftIsSeen)
{
    m_model.show({user(1, QStringLiteral("سلام")), answer(2, QStringLiteral("القاهرة هي عاصمة مصر"))});
    EXPECT_TRUE(cell(m_model, 0, MessageListModel::RightToLeftRole).toBool());
    EXPECT_TRUE(cell(m_model, 1, MessageListModel::RightToLeftRole).toBool());
}

TEST(MessageListModelSpeed, TenThousandMessagesOpenWithoutHoldingUpTheWindow)
{
    QList<BranchMessage> branch;
    for (int i = 0; i < 5000; ++i) {
        branch.append(user(2 * i + 1, QStringLiteral("Question %1 of many, on one line or two.\nThis is the second.").arg(i)));
        branch.append(answer(2 * i + 2, QStringLiteral("The answer %1 has **text**, a list\n\n- one\n- two\n\nand code:\n\n```cpp\nint main()\n{\n    return 0;\n}\n```\n").arg(i)));
    }
    MessageListModel model;
    QElapsedTimer clock;
    clock.start();
    model.show(branch);
    const qint64 first = clock.elapsed();
    EXPECT_GT(model.count(), 60);
    EXPECT_LT(model.count(), 1000) << "only the newest come at once";

    StallMeter meter;
    const auto isComplete = [&] { return cell(model, 0, MessageListModel::MessageIdRole).toInt() == 1; };
    ASSERT_TRUE(spinUntil(isComplete, 60'000));
    EXPECT_LT(meter.longestMs(), 50.0) << "while the older ones come";
    RecordProperty("open_ms", int(first));
    RecordProperty("complete_ms", int(clock.elapsed()));
    EXPECT_EQ(cell(model, model.count() - 1, MessageListModel::MessageIdRole).toInt(), 10'000);
}
