-- Full-text search by trigrams: finds any three characters, in Chinese as well as in English. The triggers keep it in step; a message
-- enters when it is complete, so that a streaming answer does not index itself once a second.

CREATE VIRTUAL TABLE message_index USING fts5(content, content='messages', content_rowid='id', tokenize='trigram');

CREATE TRIGGER message_indexed_on_insert AFTER INSERT ON messages WHEN new.state <> 'streaming' BEGIN
    INSERT INTO message_index(rowid, content) VALUES (new.id, new.content);
END;

CREATE TRIGGER message_indexed_on_finish AFTER UPDATE ON messages WHEN old.state = 'streaming' AND new.state <> 'streaming' BEGIN
    INSERT INTO message_index(rowid, content) VALUES (new.id, new.content);
END;

CREATE TRIGGER message_index_changed AFTER UPDATE OF content ON messages WHEN old.state <> 'streaming' BEGIN
    INSERT INTO message_index(message_index, rowid, content) VALUES ('delete', old.id, old.content);
    INSERT INTO message_index(rowid, content) VALUES (new.id, new.content);
END;

CREATE TRIGGER message_index_removed AFTER DELETE ON messages WHEN old.state <> 'streaming' BEGIN
    INSERT INTO message_index(message_index, rowid, content) VALUES ('delete', old.id, old.content);
END;

INSERT INTO message_index(rowid, content) SELECT id, content FROM messages WHERE state <> 'streaming';
