#include "app/chat/message_tree.h"

#include <algorithm>

namespace corral::app {

void MessageTree::reset(const QList<MessageRecord>& messages)
{
    m_messages.clear();
    m_children.clear();
    m_newest = 0;
    for (const auto& message : messages) add(message);
}

void MessageTree::add(const MessageRecord& message)
{
    m_messages.insert(message.id, message);
    m_children[message.parent].append(message.id);
    m_newest = std::max(m_newest, message.id);
}

void MessageTree::update(const MessageRecord& message) { m_messages.insert(message.id, message); }

void MessageTree::remove(int id)
{
    const int parent = m_messages.value(id).parent;
    m_messages.remove(id);
    m_children[parent].removeAll(id);
    if (m_newest == id) m_newest = parent;
}

const MessageRecord& MessageTree::message(int id) const
{
    const auto it = m_messages.constFind(id);
    Q_ASSERT(it != m_messages.cend());
    return *it;
}

QList<int> MessageTree::pathTo(int leaf) const
{
    QList<int> path;
    // A parent is always older than its child, so that a damaged store cannot send us round in circles.
    for (int id = leaf; m_messages.contains(id);) {
        path.append(id);
        const int parent = m_messages[id].parent;
        if (parent >= id) break;
        id = parent;
    }
    std::ranges::reverse(path);
    return path;
}

QList<int> MessageTree::siblings(int id) const { return m_children.value(message(id).parent); }

int MessageTree::newestLeaf(int id) const
{
    for (;;) {
        const auto children = m_children.constFind(id);
        if (children == m_children.cend() || children->isEmpty()) return id;
        const int next = children->last();
        if (next <= id) return id;
        id = next;
    }
}

} // namespace corral::app
