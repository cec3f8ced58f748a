package io.ebbmesh.sync.insight.outbox;

import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.sync.insight.outbox.LaneReader.LaneHead;
import io.ebbmesh.sync.insight.outbox.LaneReader.Watch;
import org.jspecify.annotations.Nullable;

/** Tells the reader of a lane where it stands, once for each question, as soon as that is news. */
final class LaneWatch {

  private final Lane lane;
  private @Nullable Watch open;

  LaneWatch(Lane lane) {
    this.lane = lane;
  }

  /** Replaces an open question. */
  void ask(Watch watch) {
    open = watch;
  }

  void answer(LaneState state) {
    Watch asked = open;
    if (asked != null && asked.knownRevision() != state.lastEventNr()) {
      open = null;
      asked.replyTo().tell(head(state));
    }
  }

  LaneHead head(LaneState state) {
    return new LaneHead(
        lane,
        state.lastEventNr(),
        state.nextSeq(),
        state.acknowledged(),
        state.unacknowledgedLosses(),
        state.heldBlocks(),
        state.heldBytes());
  }
}
