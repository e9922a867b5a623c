#pragma once
// A conversation's messages as a tree: an edited message or a regenerated answer is a sibling of the first one, and nothing is lost.
#include "app/store/records.h"

#include <QHash>
#include <QList>

namespace corral::app {

class MessageTree {
public:
    void reset(const QList<MessageRecord>& messages); // parents before children
    void add(const MessageRecord& message);
    void update(const MessageRecord& message);
    void remove(int id); // a leaf

    bool contains(int id) const { return m_messages.contains(id); }
    const MessageRecord& message(int id) const;
    // From the root to `leaf`, both included; empty for 0.
    QList<int> pathTo(int leaf) const;
    // The message and its siblings, oldest first.
    QList<int> siblings(int id) const;
    // Following the newest child from `id` down; id 0 begins at the newest root. 0 if there is nothing.
    int newestLeaf(int id) const;
    int newestMessage() const { return m_newest; }

private:
    QHash<int, MessageRecord> m_messages;
    QHash<int, QList<int>> m_children; // of 0: the roots
    int m_newest = 0;
};

} // namespace corral::app
