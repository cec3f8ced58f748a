package io.ebbmesh.sync.insight.outbox;

import io.ebbmesh.sync.insight.outbox.LaneEvent.Trimmed;
import org.apache.pekko.persistence.typed.SnapshotAdapter;

/** When a lane writes a snapshot, and in which form. */
final class LaneSnapshots implements SnapshotAdapter<LaneState> {

  private final OutboxSettings settings;
  private long lastEventNr;
  private long lastTriedEventNr;

  LaneSnapshots(OutboxSettings settings) {
    this.settings = settings;
  }

  @Override
  public Object toJournal(LaneState state) {
    return state.snapshot();
  }

  @Override
  public LaneState fromJournal(Object from) {
    LaneSnapshot snapshot = (LaneSnapshot) from;
    lastEventNr = snapshot.eventNr();
    return LaneState.of(snapshot, settings.maxSources());
  }

  /**
   * After a trim always; otherwise the seldomer the longer the index is that is written again. One
   * that failed, as on a full disk, is not tried again with every event.
   */
  boolean isDue(LaneState state, LaneEvent event, long eventNr) {
    int spacing = Math.max(settings.snapshotEveryEvents(), state.heldBlocks() / 8);
    boolean due =
        event instanceof Trimmed || eventNr - Math.max(lastEventNr, lastTriedEventNr) >= spacing;
    if (due) {
      lastTriedEventNr = eventNr;
    }
    return due;
  }

  void written(long eventNr) {
    lastEventNr = eventNr;
  }
}
