package io.ebbmesh.sync.insight.outbox;

import io.ebbmesh.protocol.insight.SeqRanges;
import io.ebbmesh.sync.insight.outbox.LaneEvent.Acknowledged;
import io.ebbmesh.sync.insight.outbox.LaneReader.Acknowledge;

/** What the hub said it holds and no event says yet. */
final class PendingAcknowledgement {

  private SeqRanges held = SeqRanges.EMPTY;
  private long lossId;

  void add(Acknowledge acknowledge) {
    held = held.plus(acknowledge.held());
    lossId = Math.max(lossId, acknowledge.lossId());
  }

  boolean isEmpty() {
    return lossId == 0 && held.isEmpty();
  }

  SeqRanges held() {
    return held;
  }

  Acknowledged event() {
    return new Acknowledged(held, lossId);
  }

  boolean changesNothing(LaneState state) {
    return lossId <= state.lossId() && state.coversAll(held);
  }

  void clear() {
    held = SeqRanges.EMPTY;
    lossId = 0;
  }
}
