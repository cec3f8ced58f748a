package io.ebbmesh.sim.crash;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a run found.
 *
 * @param kills how often the target was hit
 * @param killsInDrain of a hub: kills at which it had stored some of what waited for it, not all
 * @param killsAtSteps kills at each named step
 * @param folded readings that aggregates stand for
 * @param lostKeys the first of the readings that were accepted and are lost
 * @param problem why the run ended early; null if it did not
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record CrashReport(
    int kills,
    long accepted,
    long acceptedButLost,
    long duplicates,
    boolean balanced,
    long produced,
    long stored,
    long quarantined,
    long declaredLost,
    long folded,
    long pending,
    long burnt,
    long unknown,
    long repeats,
    int killsInDrain,
    Map<String, Integer> killsAtSteps,
    double seconds,
    String target,
    String mode,
    boolean withoutSync,
    long seed,
    List<String> lostKeys,
    @Nullable String problem) {

  private static final int MAX_KEYS = 10;

  static CrashReport of(
      CrashPlan plan,
      CrashBooks books,
      int kills,
      int killsInDrain,
      Map<String, Integer> killsAtSteps,
      long repeats,
      double seconds,
      @Nullable String problem) {
    return new CrashReport(
        kills,
        books.accepted(),
        books.acceptedButLost(),
        books.duplicates(),
        books.balanced(),
        books.produced(),
        books.stored(),
        books.quarantined(),
        books.declaredLost(),
        books.folded(),
        books.pending(),
        books.burnt(),
        books.unknown(),
        repeats,
        killsInDrain,
        killsAtSteps,
        seconds,
        plan.target().name().toLowerCase(Locale.ROOT),
        plan.mode().name().toLowerCase(Locale.ROOT),
        plan.withoutSync(),
        plan.seed(),
        books.lostKeys().subList(0, Math.min(MAX_KEYS, books.lostKeys().size())),
        problem);
  }

  /** Whether every promise was kept to the end. */
  boolean good() {
    return acceptedButLost == 0 && duplicates == 0 && balanced && problem == null;
  }
}
