package io.ebbmesh.sim.fault;

import static java.util.stream.Collectors.joining;

import io.ebbmesh.protocol.time.Chance;
import java.util.Arrays;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One fault of a scenario, for one node, many, or the hub.
 *
 * @param number in the scenario file, from 1
 * @param nodes which nodes: a name in which {@code *} stands for anything
 * @param share of these that chance picks
 * @param when its times
 * @param length how long it lasts, or the machine stays off
 * @param details what only some kinds need
 */
public record FaultPlan(
    int number,
    FaultKind kind,
    String nodes,
    double share,
    When when,
    Length length,
    Details details) {

  /**
   * When it happens to each node.
   *
   * @param atNanos once, at this time; negative if it comes again and again
   * @param spreadNanos by how much chance moves that time
   * @param everyNanos mean time between two, if it comes again
   * @param fromNanos not before
   * @param toNanos not after
   */
  public record When(
      long atNanos, long spreadNanos, long everyNanos, long fromNanos, long toNanos) {

    public boolean isOnce() {
      return atNanos >= 0;
    }
  }

  /**
   * How long it lasts.
   *
   * @param isMean whether lengths are exponential with this mean, and not all the same
   */
  public record Length(long nanos, boolean isMean) {

    long draw(Chance chance) {
      return isMean ? FaultPlan.exponential(nanos, chance) : nanos;
    }
  }

  /**
   * What only some kinds need.
   *
   * @param toHub which direction is cut
   * @param parts into how many a LAN falls
   * @param bits how many are turned
   * @param factor how many times slower
   * @param backNanos how old the image is that is put back
   * @param clockMillis what the clock says after the reboot, milliseconds since 1970; null if right
   * @param shiftMillis by how much the clock is wrong after the reboot, or jumps
   * @param step which change to the disk, counted from the fault's time, never happens
   */
  public record Details(
      boolean toHub,
      int parts,
      int bits,
      double factor,
      long backNanos,
      @Nullable Long clockMillis,
      long shiftMillis,
      int step) {}

  /** Whether a node or LAN with this name is meant. */
  public boolean matches(String name) {
    String regex = Arrays.stream(nodes.split("\\*", -1)).map(Pattern::quote).collect(joining(".*"));
    return name.matches(regex);
  }

  /** How long before its time something has to be prepared. */
  long leadNanos() {
    return kind == FaultKind.REWIND_DISK ? details.backNanos() : 0;
  }

  /** What happened before says nothing of how long it takes. */
  static long exponential(long meanNanos, Chance chance) {
    double drawn = -StrictMath.log(1 - chance.nextDouble()) * meanNanos;
    return (long) Math.min(drawn, Long.MAX_VALUE / 4.0);
  }
}
