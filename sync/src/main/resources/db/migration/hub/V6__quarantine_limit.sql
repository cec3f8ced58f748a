-- Of the blocks in quarantine that came first only what they were is kept, once the bytes of all
-- reach their limit. given_up_bytes: how many bytes the block had that are kept no longer; null: it
-- has them all. digest: SHA-256 of the bytes that are kept no longer.
ALTER TABLE quarantine ADD COLUMN given_up_bytes INTEGER;
ALTER TABLE quarantine ADD COLUMN digest BLOB;

-- Finds the oldest that has bytes, however many have none.
CREATE INDEX quarantine_bytes ON quarantine (id) WHERE given_up_bytes IS NULL;

-- Bytes that are kept in quarantine. By triggers, since a hub and a command beside it both write.
ALTER TABLE store ADD COLUMN quarantine_bytes INTEGER NOT NULL DEFAULT 0;

UPDATE store SET quarantine_bytes = (SELECT coalesce(sum(length(bytes)), 0) FROM quarantine);

CREATE TRIGGER quarantine_came AFTER INSERT ON quarantine
BEGIN
  UPDATE store SET quarantine_bytes = quarantine_bytes + length(new.bytes);
END;

CREATE TRIGGER quarantine_went AFTER DELETE ON quarantine
BEGIN
  UPDATE store SET quarantine_bytes = quarantine_bytes - length(old.bytes);
END;

CREATE TRIGGER quarantine_changed AFTER UPDATE OF bytes ON quarantine
BEGIN
  UPDATE store SET quarantine_bytes = quarantine_bytes - length(old.bytes) + length(new.bytes);
END;
