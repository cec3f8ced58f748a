-- From which incarnation one parted, and where: what is below the fork point is of both and stays
-- under the parent. fork_points: lane code=number,... A lane that is not named shares nothing.
ALTER TABLE incarnation ADD COLUMN parent_id INTEGER REFERENCES incarnation (id);
ALTER TABLE incarnation ADD COLUMN fork_points TEXT NOT NULL DEFAULT '';

-- The incarnation of the same node that greeted after this one did last; null while none has. What
-- a closed one reported and did not deliver is unaccounted for.
ALTER TABLE incarnation ADD COLUMN closed_by INTEGER REFERENCES incarnation (id);
