#pragma once
// The shown branch of one conversation as rows: ONE ROW PER BLOCK, so that a growing answer changes one row and a list view can
// recycle delegates. A user's message is one row ("user"); an answer is its blocks ("thinking", "text", "code", "table"), perhaps an
// "error", and one "footer" that carries the answer's actions and figures. The footer is there from the answer's first moment
// (open: true while it is written), so nothing jumps when it ends.
#include "app/store/records.h"

#include <QAbstractListModel>
#include <QQmlEngine>
#include <QStringList>

#include <memory>

namespace corral::app {

struct ShownMessage;

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
        TableRole,                   // rows: list of lists of strings (inline Markdown); rows[0] is the head. table only
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

signals:
    void countChanged();
};

} // namespace corral::app
