-- What readers, retention and the books need.

-- Names the store, so that a place in one store is not taken for a place in another. id: 8 bytes.
CREATE TABLE store (id BLOB NOT NULL);

INSERT INTO store (id) VALUES (randomblob(8));

-- Between which times of its boot's clock the insights of a block were observed, and when the hub's
-- clock showed that it came. Ids of blocks ascend in the order of their transactions and the highest
-- is never deleted: (block, seq) is a place at which a reader goes on.
ALTER TABLE block ADD COLUMN first_observed_nanos INTEGER NOT NULL DEFAULT 0;
ALTER TABLE block ADD COLUMN last_observed_nanos INTEGER NOT NULL DEFAULT 0;
ALTER TABLE block ADD COLUMN arrived_wall_millis INTEGER NOT NULL DEFAULT 0;

UPDATE block SET
  first_observed_nanos = coalesce(
    (SELECT min(i.observed_nanos) FROM insight i WHERE i.lane_id = block.lane_id
      AND i.seq BETWEEN block.first_seq AND block.last_seq AND i.block_id = block.id), 0),
  last_observed_nanos = coalesce(
    (SELECT max(i.observed_nanos) FROM insight i WHERE i.lane_id = block.lane_id
      AND i.seq BETWEEN block.first_seq AND block.last_seq AND i.block_id = block.id), 0),
  arrived_wall_millis = CAST(strftime('%s', 'now') AS INTEGER) * 1000;

-- Indexes name blocks, not insights: with blocks of 1,000 this one and block_text cost ingest 2 % of
-- its processor time and 0.3 bytes an insight; an index of rows by stream and one by label cost 58 %
-- and 42 bytes. A reader then looks through a block's rows, 1,000 at most. (With blocks of 20 both
-- cost half again as much time; blocks of backlogs are merged before they are sent.)
CREATE INDEX block_time ON block (boot_id, last_observed_nanos, first_observed_nanos);

-- Which blocks have an insight with a text as stream or label.
CREATE TABLE block_text (
  text_id  INTEGER NOT NULL REFERENCES text (id),
  block_id INTEGER NOT NULL REFERENCES block (id),
  PRIMARY KEY (text_id, block_id)
) WITHOUT ROWID;

INSERT OR IGNORE INTO block_text (text_id, block_id)
  SELECT stream_id, block_id FROM insight UNION SELECT label_id, block_id FROM insight;

-- What was stored and has been deleted by retention: still held, still counted as stored.
ALTER TABLE lane ADD COLUMN expired TEXT NOT NULL DEFAULT '';

-- When the hub's clock showed that it came; 0: before this was recorded.
ALTER TABLE quarantine ADD COLUMN arrived_wall_millis INTEGER NOT NULL DEFAULT 0;
