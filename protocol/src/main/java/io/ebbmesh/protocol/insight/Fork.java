package io.ebbmesh.protocol.insight;

import io.ebbmesh.protocol.insight.Lineage.Epoch;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A store that is not the one that the hub knows under the same incarnation: it went back in time,
 * or there are two of it. From the fork point on, one number may name two insights.
 *
 * @param firstSeqs the fork point: per lane, the first number that the two do not share; a lane
 *     that is not named has none
 */
public record Fork(Kind kind, Map<Lane, Long> firstSeqs) {

  /** How the two differ. */
  public enum Kind {
    /** A new opening starts below what the hub holds. */
    NUMBERS_REUSED,
    /** The hub knows later openings than the store. */
    OLDER_OPENING,
    /** Each has openings that the other one does not know. */
    OTHER_OPENINGS,
    /** No opening is known to both. */
    UNRELATED,
    /** Nothing differs yet, but another opening lives at the same time. */
    SECOND_HOLDER
  }

  public Fork {
    Map<Lane, Long> sorted = new EnumMap<>(Lane.class);
    sorted.putAll(firstSeqs);
    firstSeqs = Collections.unmodifiableMap(sorted);
  }

  /**
   * Whether a store goes on from what the hub knows of its incarnation.
   *
   * <pre>
   * known   hub holds          told     answer
   * none    anything           any      goes on: nothing to compare with
   * A B     anything           A B      goes on: the same opening again
   * A B     all below C        A B C    goes on
   * A B     something from C   A B C    NUMBERS_REUSED
   * A B     anything           A        OLDER_OPENING
   * A B     anything           A C      OTHER_OPENINGS
   * A B     anything           C D      UNRELATED
   * </pre>
   *
   * A lineage that forgot its oldest openings is compared from the first one that both remember.
   *
   * @param known the lineage that was recorded last; empty if none was
   * @param held what the hub holds; a lane that is not named holds nothing
   * @param told the lineage that the store has now
   */
  public static Optional<Fork> between(Lineage known, Map<Lane, SeqRanges> held, Lineage told) {
    List<Epoch> ours = known.epochs();
    List<Epoch> theirs = told.epochs();
    if (ours.isEmpty()) {
      return Optional.empty();
    }
    int our = theirs.isEmpty() ? -1 : place(ours, theirs.get(0).id());
    int their = our < 0 ? place(theirs, ours.get(0).id()) : 0;
    if (their < 0) {
      return Optional.of(new Fork(Kind.UNRELATED, everything()));
    }
    our = Math.max(0, our);
    while (our < ours.size()
        && their < theirs.size()
        && ours.get(our).id() == theirs.get(their).id()) {
      our++;
      their++;
    }
    Map<Lane, Long> points = new TreeMap<>();
    theirs.subList(their, theirs.size()).forEach(epoch -> lower(points, epoch));
    boolean reused =
        points.entrySet().stream()
            .anyMatch(point -> !beyond(held, point.getKey(), point.getValue()).isEmpty());
    if (our == ours.size()) {
      return reused ? Optional.of(new Fork(Kind.NUMBERS_REUSED, points)) : Optional.empty();
    }
    Kind kind = their == theirs.size() ? Kind.OLDER_OPENING : Kind.OTHER_OPENINGS;
    ours.subList(our, ours.size()).forEach(epoch -> lower(points, epoch));
    return Optional.of(new Fork(kind, points));
  }

  /** The fork of a store that goes on from what is known while another one does, too. */
  public static Fork ofSecondHolder(Lineage told) {
    Map<Lane, Long> points = new TreeMap<>();
    List<Epoch> epochs = told.epochs();
    epochs.subList(Math.max(0, epochs.size() - 1), epochs.size()).forEach(e -> lower(points, e));
    return new Fork(Kind.SECOND_HOLDER, points);
  }

  /** What of {@code held} the store may have given to other insights. */
  public SeqRanges beyond(Map<Lane, SeqRanges> held, Lane lane) {
    Long first = firstSeqs.get(lane);
    return first == null ? SeqRanges.EMPTY : beyond(held, lane, first);
  }

  private static SeqRanges beyond(Map<Lane, SeqRanges> held, Lane lane, long firstSeq) {
    SeqRanges ofLane = held.getOrDefault(lane, SeqRanges.EMPTY);
    return firstSeq <= 1 ? ofLane : ofLane.minus(new SeqRange(1, firstSeq - 1));
  }

  private static void lower(Map<Lane, Long> points, Epoch epoch) {
    epoch.firstSeqs().forEach((lane, seq) -> points.merge(lane, seq, Math::min));
  }

  private static Map<Lane, Long> everything() {
    Map<Lane, Long> points = new TreeMap<>();
    for (Lane lane : Lane.values()) {
      points.put(lane, 1L);
    }
    return points;
  }

  private static int place(List<Epoch> epochs, long id) {
    for (int i = 0; i < epochs.size(); i++) {
      if (epochs.get(i).id() == id) {
        return i;
      }
    }
    return -1;
  }
}
