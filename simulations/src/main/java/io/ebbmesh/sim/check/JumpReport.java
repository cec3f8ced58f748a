package io.ebbmesh.sim.check;

/**
 * What jumps of wall clocks did.
 *
 * @param accepted readings that the node accepted
 * @param missing of these, not at the hub
 * @param duplicates readings that the hub has twice
 * @param declaredLost insights that the node gave up
 * @param deleted insights that the hub's retention deleted
 * @param backAfterMillis longest time until the session was back
 */
record JumpReport(
    int jumps,
    int accepted,
    long missing,
    long duplicates,
    long declaredLost,
    long deleted,
    boolean balanced,
    long backAfterMillis) {

  static final JumpReport NOTHING = new JumpReport(0, 0, 0, 0, 0, 0, true, 0);

  JumpReport plus(JumpReport other) {
    return new JumpReport(
        jumps + other.jumps,
        accepted + other.accepted,
        missing + other.missing,
        duplicates + other.duplicates,
        declaredLost + other.declaredLost,
        deleted + other.deleted,
        balanced && other.balanced,
        Math.max(backAfterMillis, other.backAfterMillis));
  }

  /** Whether every promise was kept. */
  boolean held() {
    return missing == 0 && duplicates == 0 && declaredLost == 0 && deleted == 0 && balanced;
  }
}
