package io.ebbmesh.protocol.insight;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * From which incarnations a store parted, the nearest first, and where. A number below a fork point
 * names one insight in both histories and stays the ancestor's, whoever sends it; from the fork
 * point on it is the younger one's.
 */
public record Ancestry(List<Ancestor> ancestors) {

  /** Ancestors that are kept. Numbers of older ones count as those of the oldest that is kept. */
  public static final int MAX_ANCESTORS = 16;

  /** Of a store that never parted from another one. */
  public static final Ancestry NONE = new Ancestry(List.of());

  /**
   * One incarnation that was left.
   *
   * @param incarnation from which the next younger one parted
   * @param forkPoints per lane, the first number that the two do not share; a lane that is not
   *     named shares none
   */
  public record Ancestor(Incarnation incarnation, Map<Lane, Long> forkPoints) {
    public Ancestor {
      Map<Lane, Long> sorted = new EnumMap<>(Lane.class);
      sorted.putAll(forkPoints);
      sorted.forEach(
          (lane, point) -> {
            if (point < 1) {
              throw new IllegalArgumentException("no fork point of " + lane.id() + ": " + point);
            }
          });
      forkPoints = Collections.unmodifiableMap(sorted);
    }

    /** First number of {@code lane} that is not shared. */
    public long forkPoint(Lane lane) {
      return forkPoints.getOrDefault(lane, 1L);
    }
  }

  /** Numbers of a lane that one incarnation names. */
  public record Stretch(Incarnation incarnation, SeqRange seqs) {}

  public Ancestry {
    ancestors = List.copyOf(ancestors);
    if (ancestors.size() > MAX_ANCESTORS) {
      throw new IllegalArgumentException(
          "a store has at most " + MAX_ANCESTORS + " ancestors, not " + ancestors.size());
    }
  }

  /** This ancestry with a nearer ancestor, without those that name nothing any more. */
  public Ancestry plus(Ancestor nearest) {
    List<Ancestor> all = new ArrayList<>();
    all.add(nearest);
    Map<Lane, Long> lowest = new EnumMap<>(nearest.forkPoints());
    for (Ancestor older : ancestors) {
      boolean names =
          older.forkPoints().keySet().stream()
              .anyMatch(lane -> older.forkPoint(lane) > 1 && lowest.getOrDefault(lane, 1L) > 1);
      if (names && all.size() < MAX_ANCESTORS) {
        all.add(older);
        lowest.replaceAll((lane, point) -> Math.min(point, older.forkPoint(lane)));
      }
    }
    return new Ancestry(all);
  }

  /** The nearest fork point; 1 if there is none: the numbers from it on are the store's own. */
  public long ownFrom(Lane lane) {
    return ancestors.isEmpty() ? 1 : ancestors.get(0).forkPoint(lane);
  }

  /**
   * Who names which numbers of a lane: all numbers, each once, the highest first.
   *
   * @param own incarnation of the store
   */
  public List<Stretch> stretches(Incarnation own, Lane lane) {
    List<Stretch> all = new ArrayList<>(ancestors.size() + 1);
    Incarnation of = own;
    long last = Long.MAX_VALUE;
    for (Ancestor ancestor : ancestors) {
      long first = ancestor.forkPoint(lane);
      if (first <= last) {
        all.add(new Stretch(of, new SeqRange(first, last)));
        last = first - 1;
      }
      of = ancestor.incarnation();
    }
    if (last >= 1) {
      all.add(new Stretch(of, new SeqRange(1, last)));
    }
    return all;
  }
}
