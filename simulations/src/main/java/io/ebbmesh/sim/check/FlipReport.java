package io.ebbmesh.sim.check;

import io.ebbmesh.sim.check.Flip.Outcome;
import java.util.ArrayList;
import java.util.List;

/**
 * What a run of flipped bits found.
 *
 * @param flips bits flipped, one at a time
 * @param seed chose the bits and the insights
 * @param files of the store
 * @param usedBytes that the store has written
 * @param allBytes with preallocated room
 * @param insights put in
 * @param pendingInsights of these, not acknowledged
 * @param unaffected flips without any effect
 * @param repaired flips that were reported and took nothing
 * @param declaredLost flips that took insights, all declared
 * @param insightsLost insights in them
 * @param mostLostAtOnce by one flip
 * @param silent flips that took or changed something and nobody said so
 * @param tooMuchLost flips that took more than one block
 * @param notStarted flips after which the outbox did not accept
 * @param cuts bytes of its last three events at which the newest file was cut
 * @param cutsDeclared cuts that took insights, all declared
 * @param millisPerFlip copy, opening, reading and stop, on average
 * @param failures flips that broke the promise
 */
record FlipReport(
    int flips,
    long seed,
    int files,
    long usedBytes,
    long allBytes,
    int insights,
    long pendingInsights,
    long unaffected,
    long repaired,
    long declaredLost,
    long insightsLost,
    long mostLostAtOnce,
    long silent,
    long tooMuchLost,
    long notStarted,
    int cuts,
    long cutsDeclared,
    double millisPerFlip,
    List<Flip> failures) {

  static FlipReport of(
      Sample sample,
      StoreBits bits,
      long seed,
      List<Flip> flips,
      List<Flip> cuts,
      double millisPerFlip) {
    List<Flip> all = new ArrayList<>(flips);
    all.addAll(cuts);
    return new FlipReport(
        flips.size(),
        seed,
        bits.fileCount(),
        bits.bytes(StoreBits.Weight.USED),
        bits.bytes(StoreBits.Weight.ALL),
        sample.insights().size(),
        sample.pending().count(),
        count(flips, Outcome.UNAFFECTED),
        count(flips, Outcome.REPAIRED),
        count(flips, Outcome.DECLARED_LOST),
        flips.stream().mapToLong(Flip::lost).sum(),
        flips.stream().mapToLong(Flip::lost).max().orElse(0),
        count(all, Outcome.SILENT),
        count(all, Outcome.TOO_MUCH_LOST),
        count(all, Outcome.NOT_STARTED),
        cuts.size(),
        count(cuts, Outcome.DECLARED_LOST),
        millisPerFlip,
        all.stream().filter(flip -> !flip.holds()).toList());
  }

  private static long count(List<Flip> flips, Outcome outcome) {
    return flips.stream().filter(flip -> flip.outcome() == outcome).count();
  }

  boolean holds() {
    return failures.isEmpty();
  }
}
