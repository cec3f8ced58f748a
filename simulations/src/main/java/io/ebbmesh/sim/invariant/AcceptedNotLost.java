package io.ebbmesh.sim.invariant;

import io.ebbmesh.protocol.insight.Insight;
import io.ebbmesh.protocol.insight.SeqRange;
import io.ebbmesh.protocol.reading.SourcePosition;
import io.ebbmesh.protocol.session.Frame;
import io.ebbmesh.sim.machine.SimNode;
import org.jspecify.annotations.Nullable;

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
    LaneAccount lane = account.lanes.get(pending.lane());
    if (lane != null) {
      boolean given =
          lane.cursor.declaredLost().contains(seq) || lane.cursor.quarantined().contains(seq);
      boolean taken = lane.cursor.held().contains(seq) && !given;
      check(
          !taken || account.wentBack || pending.source().stored.contains(pending.position()),
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
  }

  @Override
  void onStored(
      SimNode node,
      NodeAccount account,
      Insight insight,
      long seq,
      @Nullable Pending pending,
      boolean again) {
    SourcePosition from = insight.source();
    boolean same =
        pending == null
            || (from != null
                && from.source().equals(pending.source().name)
                && from.position() == pending.position());
    check(same, node, () -> "number " + seq + " was accepted as " + pending + ", stored " + from);
  }

  @Override
  void onFrame(SimNode node, NodeAccount account, boolean toHub, Frame frame) {
    if (toHub || !(frame instanceof Frame.Ack ack)) {
      return;
    }
    LaneAccount lane = account.lanes.get(ack.lane());
    for (SeqRange range : ack.held().ranges()) {
      check(
          lane != null && lane.cursor.held().containsAll(range),
          node,
          () -> "numbers " + range + " were acknowledged and the hub does not hold them all");
    }
  }
}
