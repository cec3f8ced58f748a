-- The hub's store. Migrations are numbered, never changed after they were shipped, and all kept.

-- 'EbbH': tells the store from any other SQLite file.
PRAGMA application_id = 1164075592;

CREATE TABLE node (
  id   INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE
);

-- The life of one outbox. uuid: 16 bytes.
CREATE TABLE incarnation (
  id      INTEGER PRIMARY KEY,
  node_id INTEGER NOT NULL REFERENCES node (id),
  uuid    BLOB    NOT NULL,
  UNIQUE (node_id, uuid)
);

-- Openings of an outbox, in the order in which they were reported. first_seqs: lane code=number,...
CREATE TABLE lineage (
  incarnation_id INTEGER NOT NULL REFERENCES incarnation (id),
  place          INTEGER NOT NULL,
  epoch          INTEGER NOT NULL,
  first_seqs     TEXT    NOT NULL,
  PRIMARY KEY (incarnation_id, epoch)
) WITHOUT ROWID;

-- One lane of one incarnation, and its cursor: the only truth about what is held.
-- lane: 1 alarm, 2 insight, 3 aggregate, 4 sample. Range sets: first-last,first-last,... ascending.
CREATE TABLE lane (
  id             INTEGER PRIMARY KEY,
  incarnation_id INTEGER NOT NULL REFERENCES incarnation (id),
  lane           INTEGER NOT NULL,
  held           TEXT    NOT NULL DEFAULT '',
  declared_lost  TEXT    NOT NULL DEFAULT '',
  quarantined    TEXT    NOT NULL DEFAULT '',
  loss_id        INTEGER NOT NULL DEFAULT 0,
  reported_head  INTEGER NOT NULL DEFAULT 0,
  UNIQUE (incarnation_id, lane)
);

-- One boot of a node: at monotonic_nanos of its clock the hub's clock showed hub_wall_millis.
-- Both are null until the boot was in a session.
CREATE TABLE boot (
  id              INTEGER PRIMARY KEY,
  node_id         INTEGER NOT NULL REFERENCES node (id),
  uuid            BLOB    NOT NULL,
  monotonic_nanos INTEGER,
  hub_wall_millis INTEGER,
  node_wall_millis INTEGER,
  node_quality    INTEGER,
  UNIQUE (node_id, uuid)
);

-- One block that brought insights, with the time base of its insights. digest: SHA-256.
-- quality: 0 lower bound, 1 carried, 2 synchronised.
CREATE TABLE block (
  id              INTEGER PRIMARY KEY,
  lane_id         INTEGER NOT NULL REFERENCES lane (id),
  first_seq       INTEGER NOT NULL,
  last_seq        INTEGER NOT NULL,
  digest          BLOB    NOT NULL,
  boot_id         INTEGER NOT NULL REFERENCES boot (id),
  monotonic_nanos INTEGER NOT NULL,
  wall_millis     INTEGER NOT NULL,
  quality         INTEGER NOT NULL
);

CREATE INDEX block_seq ON block (lane_id, first_seq);

-- Streams, models, labels and names of neighbours: each text once. 0 is the empty text.
CREATE TABLE text (
  id    INTEGER PRIMARY KEY,
  value TEXT NOT NULL UNIQUE
);

INSERT INTO text (id, value) VALUES (0, '');

CREATE TABLE source (
  id   INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE
);

-- kind: 1 classification, 2 detection, 3 anomaly, 4 aggregate, 5 sample.
-- numbers: float32, little-endian, null if there are none.
CREATE TABLE insight (
  lane_id        INTEGER NOT NULL REFERENCES lane (id),
  seq            INTEGER NOT NULL,
  block_id       INTEGER NOT NULL REFERENCES block (id),
  kind           INTEGER NOT NULL,
  stream_id      INTEGER NOT NULL REFERENCES text (id),
  model_id       INTEGER NOT NULL REFERENCES text (id),
  label_id       INTEGER NOT NULL REFERENCES text (id),
  decided_by_id  INTEGER NOT NULL REFERENCES text (id),
  observed_nanos INTEGER NOT NULL,
  score          REAL    NOT NULL,
  numbers        BLOB,
  source_id      INTEGER REFERENCES source (id),
  position       INTEGER,
  PRIMARY KEY (lane_id, seq)
) WITHOUT ROWID;

-- What nodes gave up. counted: what of ranges was not held when the record came.
CREATE TABLE loss (
  lane_id                 INTEGER NOT NULL REFERENCES lane (id),
  loss_id                 INTEGER NOT NULL,
  ranges                  TEXT    NOT NULL,
  counted                 TEXT    NOT NULL,
  reason                  INTEGER NOT NULL,
  declared_at_wall_millis INTEGER NOT NULL,
  sketch                  BLOB,
  PRIMARY KEY (lane_id, loss_id)
) WITHOUT ROWID;

-- Blocks that arrived damaged, with their bytes, so that they can be ingested again.
-- counted: what of first_seq to last_seq was not held when the block came.
CREATE TABLE quarantine (
  id        INTEGER PRIMARY KEY,
  lane_id   INTEGER NOT NULL REFERENCES lane (id),
  first_seq INTEGER NOT NULL,
  last_seq  INTEGER NOT NULL,
  counted   TEXT    NOT NULL,
  problem   TEXT    NOT NULL,
  bytes     BLOB    NOT NULL
);

-- Each insight with the best known wall time: that of its boot once the boot was in a session, else
-- its block's estimate. The correction of 999999 makes the division round down.
CREATE VIEW insight_time AS
SELECT
  n.name AS node,
  lower(hex(c.uuid)) AS incarnation,
  l.lane AS lane,
  i.seq AS seq,
  i.kind AS kind,
  s.value AS stream,
  m.value AS model,
  t.value AS label,
  d.value AS decided_by,
  i.score AS score,
  o.name AS source,
  i.position AS position,
  CASE
    WHEN b.hub_wall_millis IS NULL
      THEN k.wall_millis
        + (i.observed_nanos - k.monotonic_nanos
          - 999999 * (i.observed_nanos < k.monotonic_nanos)) / 1000000
    ELSE b.hub_wall_millis
      + (i.observed_nanos - b.monotonic_nanos
        - 999999 * (i.observed_nanos < b.monotonic_nanos)) / 1000000
  END AS wall_millis,
  CASE WHEN b.hub_wall_millis IS NULL THEN k.quality ELSE 2 END AS quality
FROM insight i
JOIN lane l ON l.id = i.lane_id
JOIN incarnation c ON c.id = l.incarnation_id
JOIN node n ON n.id = c.node_id
JOIN block k ON k.id = i.block_id
JOIN boot b ON b.id = k.boot_id
JOIN text s ON s.id = i.stream_id
JOIN text m ON m.id = i.model_id
JOIN text t ON t.id = i.label_id
JOIN text d ON d.id = i.decided_by_id
LEFT JOIN source o ON o.id = i.source_id;
