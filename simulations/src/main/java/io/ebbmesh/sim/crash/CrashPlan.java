package io.ebbmesh.sim.crash;

import io.ebbmesh.sync.failpoint.Failpoint;
import java.nio.file.Path;
import java.util.List;

/**
 * What one run does.
 *
 * @param kills how often the target is hit at a random moment
 * @param times how often a process is killed at each step; 0 if only at random moments
 * @param steps those steps
 * @param withoutSync whether the target's syncs are swallowed
 * @param workers producers, each with one reading on its way
 * @param dir where everything lies
 */
record CrashPlan(
    int kills,
    int times,
    List<Failpoint> steps,
    Target target,
    Mode mode,
    boolean withoutSync,
    long seed,
    int workers,
    Path dir) {

  private static final int WORKERS = 8;

  int hits() {
    return kills + times * steps.size();
  }

  /** A node on an image of its own, which is not killed at random. */
  static CrashPlan onImage(Path dir, long seed) {
    return new CrashPlan(0, 0, List.of(), Target.NODE, Mode.POWER, false, seed, WORKERS, dir);
  }
}
