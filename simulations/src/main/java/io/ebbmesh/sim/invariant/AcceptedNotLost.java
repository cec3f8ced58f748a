package io.ebbmesh.sim.invariant;

import io.ebbmesh.protocol.insight.Insight;
import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.protocol.insight.SeqRange;
import io.ebbmesh.protocol.reading.SourcePosition;
import io.ebbmesh.protocol.session.Frame;
import io.ebbmesh.sim.machine.SimNode;

/**
 * What a source was told is accepted is known after every start, is never acknowledged before the
 * hub has it, and never gives way to another insight of the same number.
 */
final class AcceptedNotLost extends Invariant {

  AcceptedNotLost() {
    super(Invariants.ACCEPTED_NOT_LOST, "nothing that was accepted is lost without being declared");
  }

  @Override
  void onAttached(SimNode node, NodeAccount account, SourceAccount source, long position) {
    long known = Math.max(position, source.excusedTo);
    check(
        known >= source.accepted.last(),
        node,
        () ->
            "source "
                + source.name
                + " was told that position "
                + source.accepted.last()
                + " is accepted; after a start the outbox knows "
                + position);
  }

  @Override
  void onAccepted(SimNode node, NodeAccount account, Pending pending, long seq) {
    LaneAccount owner = account.ownerOf(pending.lane(), seq);
    long print = owner == null ? Prints.NONE : owner.prints.at(seq);
    check(
        print == Prints.NONE
            || account.parted
            || pending.source().stored.contains(pending.position()),
        node,
        () ->
            "position "
                + pending.position()
                + " of "
                + pending.source().name
                + " got number "
                + seq
                + ", under which the hub holds another insight");
  }

  @Override
  void onStored(SimNode node, NodeAccount account, Stored stored) {
    Pending pending = stored.pending();
    check(
        pending == null || pending.is(stored.insight().source()),
        node,
        () ->
            "number "
                + stored.seq()
                + " was accepted as "
                + pending
                + ", stored "
                + stored.insight().source());
  }

  @Override
  void onRepeated(SimNode node, NodeAccount account, Insight insight) {
    SourcePosition from = insight.source();
    check(
        from != null && account.source(from.source()).stored.contains(from.position()),
        node,
        () -> "the reading " + from + " was taken for a repetition, and it is not stored");
  }

  @Override
  void onFrame(SimNode node, NodeAccount account, boolean toHub, Frame frame) {
    if (toHub || !(frame instanceof Frame.Ack ack)) {
      return;
    }
    for (SeqRange range : ack.held().ranges()) {
      Pending waits = account.pendingIn(ack.lane(), range);
      check(
          waits == null || account.excused,
          node,
          () -> "numbers " + range + " were acknowledged, and the hub does not hold " + waits);
      check(
          isHeld(account, ack.lane(), range),
          node,
          () -> "numbers " + range + " were acknowledged and the hub does not hold them all");
    }
  }

  private static boolean isHeld(NodeAccount account, Lane lane, SeqRange range) {
    LaneAccount first = account.ownerOf(lane, range.first());
    LaneAccount last = account.ownerOf(lane, range.last());
    // Over a fork point only the ends are looked at: each part is acknowledged by itself.
    return first != null
        && last != null
        && (first == last
            ? first.cursor.held().containsAll(range)
            : first.cursor.held().contains(range.first())
                && last.cursor.held().contains(range.last()));
  }
}
