package io.ebbmesh.sim.machine;

/**
 * Faults of the twins themselves, each of which breaks one promise on purpose: proof that the
 * invariant of that promise can fail. Never set in an honest run.
 */
public enum PlantedBug {
  /** The disk says that it synced the log, and did not. */
  LYING_DISK,
  /**
   * The hub's store stores rows and moves cursors in two transactions, so that a crash parts them.
   */
  STORE_SPLITS_TRANSACTION,
  /** The hub's store counts what was declared lost as quarantined, too. */
  STORE_COUNTS_LOST_TWICE,
  /** The hub's store forgets lineages. */
  STORE_FORGETS_LINEAGE,
  /** The hub's store does not know which readings a disk that went back has forgotten. */
  STORE_FORGETS_POSITIONS,
  /** The wire keeps every block for forty seconds: not quite long enough for a session to die. */
  SLOW_WIRE,
  /** The disk does not give back the room of removed files. */
  LEAKING_DISK,
  /** The wire swallows blocks with the insight of every tenth number, however often they come. */
  GREEDY_WIRE,
  /** The nodes are set to dial again and again without a wait. */
  HASTY_NODES,
  /**
   * The wire cuts all openings but the first from what nodes say of their store: the hub cannot
   * tell a copy from its original, and takes both.
   */
  WIRE_CUTS_LINEAGE
}
