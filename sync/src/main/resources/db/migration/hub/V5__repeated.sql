-- Where the hub finds what a node repeats because its disk went back: the positions of sources in
-- the blocks of incarnations that parted, 4,096 positions a row at most. first_position and
-- last_position: the lowest and the highest one of that block; those between may be missing.
CREATE TABLE block_source (
  node_id        INTEGER NOT NULL REFERENCES node (id),
  source_id      INTEGER NOT NULL REFERENCES source (id),
  last_position  INTEGER NOT NULL,
  block_id       INTEGER NOT NULL REFERENCES block (id),
  first_position INTEGER NOT NULL,
  PRIMARY KEY (node_id, source_id, last_position, block_id)
) WITHOUT ROWID;

-- Whether the sources of a block are in block_source; practically none is.
ALTER TABLE block ADD COLUMN sources_listed INTEGER NOT NULL DEFAULT 0;

-- What was not stored because its reading is, under another number: still held, still counted as
-- stored.
ALTER TABLE lane ADD COLUMN repeated TEXT NOT NULL DEFAULT '';
