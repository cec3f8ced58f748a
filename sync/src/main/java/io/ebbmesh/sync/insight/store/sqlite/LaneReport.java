package io.ebbmesh.sync.insight.store.sqlite;

import io.ebbmesh.protocol.insight.Incarnation;
import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.protocol.insight.NodeId;
import io.ebbmesh.protocol.insight.SeqRange;
import io.ebbmesh.protocol.insight.SeqRanges;
import java.util.ArrayList;
import java.util.List;

/**
 * One lane of one incarnation at the hub. The books balance if each number that is held is exactly
 * one of stored, quarantined and declared lost, is not below the fork point, and each stored one
 * has a row, was deleted by retention, or repeats a reading that is stored under another number.
 *
 * @param held cursor: stored, quarantined and declared lost
 * @param quarantined of these, what arrived damaged
 * @param declaredLost of these, what the node gave up
 * @param expired of what was stored, what retention has deleted
 * @param repeated of what was stored, what has no row because its reading was stored already: the
 *     disk of the node went back, and the source repeated it
 * @param lossId highest loss record held
 * @param reportedHead highest sequence number that the node named in a Hello
 * @param rows insights stored
 * @param strayRows of these, the ones whose number is not one of the stored
 * @param blocks blocks that brought them
 * @param firstSeq first number that this incarnation names: the fork point, if it parted from
 *     another one
 * @param closed whether another incarnation of the node greeted since this one did
 * @param sharedBelow numbers below it may still come from an incarnation that is not closed and
 *     parted from this one; 1 if there is none
 */
public record LaneReport(
    NodeId node,
    Incarnation incarnation,
    Lane lane,
    SeqRanges held,
    SeqRanges quarantined,
    SeqRanges declaredLost,
    SeqRanges expired,
    SeqRanges repeated,
    long lossId,
    long reportedHead,
    long rows,
    long strayRows,
    long blocks,
    long firstSeq,
    boolean closed,
    long sharedBelow) {

  LaneReport withStrayRows(long stray) {
    return new LaneReport(
        node,
        incarnation,
        lane,
        held,
        quarantined,
        declaredLost,
        expired,
        repeated,
        lossId,
        reportedHead,
        rows,
        stray,
        blocks,
        firstSeq,
        closed,
        sharedBelow);
  }

  /** What is held and neither quarantined nor declared lost. */
  public SeqRanges stored() {
    return held.minus(quarantined).minus(declaredLost);
  }

  /** What is stored under its own number and not deleted. */
  SeqRanges withRows() {
    return stored().minus(expired).minus(repeated);
  }

  /** Numbers that the node is known to have given out here; see {@code reportedHead}. */
  public SeqRanges produced() {
    List<SeqRange> ranges = held.ranges();
    long head = Math.max(reportedHead, ranges.isEmpty() ? 0 : ranges.get(ranges.size() - 1).last());
    return head < firstSeq ? SeqRanges.EMPTY : SeqRanges.of(new SeqRange(firstSeq, head));
  }

  /** What the node may still deliver. */
  public SeqRanges pending() {
    return produced().minus(held).minus(unaccounted());
  }

  /** What an incarnation that was closed said that it had and never delivered. */
  public SeqRanges unaccounted() {
    SeqRanges missing = closed ? produced().minus(held) : SeqRanges.EMPTY;
    return sharedBelow <= 1 ? missing : missing.minus(new SeqRange(1, sharedBelow - 1));
  }

  public boolean balances() {
    return problems().isEmpty();
  }

  /** Why the books do not balance, and by how much; empty if they do. */
  public List<String> problems() {
    List<String> problems = new ArrayList<>();
    add(problems, held.minus(produced()).count(), "are held below the fork point");
    add(problems, quarantined.minus(held).count(), "are quarantined and not held");
    add(problems, declaredLost.minus(held).count(), "are declared lost and not held");
    add(
        problems,
        quarantined.count() - quarantined.minus(declaredLost).count(),
        "are quarantined and declared lost");
    add(problems, expired.minus(stored()).count(), "are expired and were not stored");
    add(problems, repeated.minus(stored()).count(), "are repeated and were not stored");
    add(problems, withRows().count() - (rows - strayRows), "are stored and have no row");
    add(problems, strayRows, "have a row and are not stored");
    return problems;
  }

  private static void add(List<String> problems, long count, String what) {
    if (count != 0) {
      problems.add(count + " " + what);
    }
  }
}
