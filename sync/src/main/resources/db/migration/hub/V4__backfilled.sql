-- Blocks that their node sent as history: accepted before the session, or left behind by newer ones.
ALTER TABLE block ADD COLUMN backfilled INTEGER NOT NULL DEFAULT 0;
