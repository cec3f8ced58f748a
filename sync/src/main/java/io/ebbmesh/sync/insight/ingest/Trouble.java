package io.ebbmesh.sync.insight.ingest;

import java.util.Locale;

/** What a hub does not take as it came, and counts. */
public enum Trouble {
  /** Quarantined: the block is not what its node wrote, or not what it was pushed as. */
  DAMAGED,
  /** Kept beside the quarantined: other insights are stored under its numbers. */
  CONFLICT,
  /** Refused, its lane waits: the block is of a newer program. */
  TOO_NEW,
  /** Refused: the node did not say that it has this lane. */
  WRONG_LANE,
  /** Refused: more numbers than the node can have given out. */
  FROM_THE_FUTURE;

  /** As in logs and reports. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
