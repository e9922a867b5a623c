#pragma once
// The shown branch of one conversation as rows: ONE ROW PER BLOCK, so that a growing answer changes one row and a list view can
// recycle delegates. A user's message is one row ("user"); an answer is its blocks ("thinking", "text", "code", "table"), perhaps an
// "error", and one "footer" that carries the answer's actions and figures. The footer is there from the answer's first moment
// (open: true while it is written), so nothing jumps when it ends.
#include "app/message/block_splitter.h"
#include "app/store/records.h"

#include <QAbstractListModel>
#include <QElapsedTimer>
#include <QQmlEngine>
#include <QTimer>

#include <deque>
#include <memory>

namespace corral::app {

// A message of the shown branch, with its place among its siblings.
struct BranchMessage {
    MessageRecord record;
    int branchIndex = 1, branchCount = 1;
};

class MessageListModel : public QAbstractListModel {
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("ChatController::messages")
    Q_PROPERTY(int count READ count NOTIFY countChanged)

public:
    enum Role {
        KindRole = Qt::UserRole + 1, // kind: string. user | text | code | thinking | table | rule | math | error | footer (choose the delegate by it)
        MessageIdRole,               // messageId: int. What ChatController's verbs take; the same for all rows of a message
        TextRole,                    // text: string. Markdown (text, user: as typed), code without fences, TeX (math), a sentence (error)
        HtmlRole,                    // html: string. The text as rich text for TextEdit.RichText, without colours; empty where text is plain
        LanguageRole,                // language: string. The fence's tag as written ("c++"), code only
        OpenRole,                    // open: bool. This row still grows
        FirstOfMessageRole,          // firstOfMessage: bool
        LastOfMessageRole,           // lastOfMessage: bool
        RightToLeftRole,             // rtl: bool. The first strong character is right-to-left
        TableRole,                   // rows: list of lists of strings (inline HTML); rows[0] is the head. table only
        AlignmentsRole,              // alignments: list of int (Qt.AlignLeft, Qt.AlignHCenter, Qt.AlignRight), a column each. table only
        SecondsRole,                 // seconds: real. How long was thought; 0 if unknown or still open. thinking only
        BranchIndexRole,             // branchIndex: int, 1-based. user and footer rows
        BranchCountRole,             // branchCount: int. 1: no siblings, show no arrows
        NewestRole,                  // newest: bool. Belongs to the newest answer (the one that shows its figures)
        TokensRole,                  // tokens: int. footer: tokens generated
        TokensPerSecondRole,         // tokensPerSecond: real. footer; 0 if unknown
        FirstTokenSecondsRole,       // firstTokenSeconds: real. footer; 0 if unknown
        CachedTokensRole,            // cachedTokens: int. footer: prompt tokens reused from the turn before
        PromptTokensRole,            // promptTokens: int. footer
        ModelNameRole,               // modelName: string. footer: who answered
        NoteRole,                    // note: string. footer: "" or a short translated remark ("Stopped", "Interrupted", "Reached the token limit")
        HelpTextRole,                // helpText: string. error: label of the one button that helps, "" for none → chat.help()
    };
    Q_ENUM(Role)

    explicit MessageListModel(QObject* parent = nullptr);
    ~MessageListModel() override;

    int count() const { return rowCount(); }
    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QHash<int, QByteArray> roleNames() const override;

    // For the controller. Shows this branch; what it has in common with the one shown stays untouched. Of a long one the newest messages come
    // at once and the older ones above them piece by piece, so that opening never holds up the window.
    void show(const QList<BranchMessage>& branch);
    void append(const BranchMessage& message);
    // The last message grows: usually one dataChanged for one row.
    void appendText(const QString& text);
    // The last message is complete. helpText: what the error row's button says.
    void finishLast(const MessageRecord& record, const QString& helpText);
    // Seconds of the last message's thinking, 0 if it had none.
    double thinkingSeconds() const;

signals:
    void countChanged();

private:
    struct Shown {
        MessageRecord record;
        int branchIndex = 1, branchCount = 1;
        QList<message::Block> blocks; // answers only
        QString helpText;
        double thinkingSeconds = 0;
        bool open = false; // being written

        bool isUser() const { return record.role == MessageRecord::Role::User; }
        bool hasErrorRow() const { return !isUser() && !record.error.isEmpty(); }
        int rows() const { return isUser() ? 1 : int(blocks.size()) + (hasErrorRow() ? 1 : 0) + 1; }
    };
    struct Place {
        const Shown* message = nullptr;
        int row = 0; // within the message
    };

    static Shown split(const BranchMessage& message);
    Place placeOf(int row) const;
    static QVariant blockData(const Shown& message, int block, int role);
    static QVariant footerData(const Shown& message, int role);
    void countRows();
    void showOlder();
    void removeFrom(std::size_t message);
    void appendRows(const QList<BranchMessage>& messages);
    void syncLastBlocks();

    std::deque<Shown> m_messages;
    QList<BranchMessage> m_older; // of the branch, not yet split: they go above
    std::vector<int> m_firstRows; // of each message; one more entry at the end: the number of rows
    std::unique_ptr<message::BlockSplitter> m_splitter; // of the last message while it is open
    QElapsedTimer m_thinking;
    QTimer m_olderTimer;
};

} // namespace corral::app
