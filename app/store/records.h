#pragma once
// Rows of the conversation store as plain values.
#include <QDateTime>
#include <QJsonObject>
#include <QString>

namespace corral::app {

struct ConversationRecord {
    int id = 0;
    QString title;
    QDateTime created, updated; // UTC
    QString modelPath, modelName;
    QJsonObject settings; // the conversation's own layer of ChatSettings (system prompt, samplers)
    int shownLeaf = 0;    // message at the end of the branch shown last; 0: the newest
    QString snippet;      // search results only: the text around the match
};

// A conversation's messages are a tree: siblings (same parent) are branches.
struct MessageRecord {
    enum class Role { User, Assistant };
    enum class State { Streaming, Complete, Stopped, Interrupted, LimitReached, ContextFull, Failed };

    int id = 0;
    int conversation = 0;
    int parent = 0; // 0: a root
    Role role = Role::User;
    State state = State::Complete;
    QString content;     // Markdown as written, thinking tags included
    QJsonObject timings; // promptTokens, cachedTokens, generatedTokens, promptSeconds, generationSeconds, firstTokenSeconds, thinkingSeconds
    QString modelName;   // who answered
    QString error;       // State::Failed, ContextFull: the sentence shown
    QDateTime created;
};

} // namespace corral::app
