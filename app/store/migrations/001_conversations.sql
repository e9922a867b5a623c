-- Conversations and their messages. A blank line ends a statement; comments are lines of their own.

CREATE TABLE conversations (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    title TEXT NOT NULL DEFAULT '',
    created INTEGER NOT NULL, -- ms since 1970, UTC
    updated INTEGER NOT NULL,
    model_path TEXT NOT NULL DEFAULT '',
    model_name TEXT NOT NULL DEFAULT '',
    settings TEXT NOT NULL DEFAULT '{}', -- JSON: the conversation's own layer (system prompt, samplers)
    shown_leaf INTEGER NOT NULL DEFAULT 0,
    deleted INTEGER NOT NULL DEFAULT 0 -- ms since 1970; 0: not deleted. Deleted ones are purged at the next start
);

-- A tree: siblings (same parent) are branches of an edit or of a regenerated answer.
CREATE TABLE messages (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    conversation INTEGER NOT NULL REFERENCES conversations(id) ON DELETE CASCADE,
    parent INTEGER NOT NULL DEFAULT 0, -- 0: a root. No foreign key: cascading along a chain of 1,000 turns is more than SQLite allows
    role TEXT NOT NULL CHECK (role IN ('user', 'assistant')),
    state TEXT NOT NULL DEFAULT 'complete',
    content TEXT NOT NULL DEFAULT '',
    timings TEXT NOT NULL DEFAULT '{}', -- JSON
    model_name TEXT NOT NULL DEFAULT '',
    error TEXT NOT NULL DEFAULT '',
    created INTEGER NOT NULL
);

CREATE INDEX messages_by_conversation ON messages(conversation, id);

CREATE INDEX messages_by_parent ON messages(parent);

CREATE INDEX conversations_by_update ON conversations(updated DESC);
