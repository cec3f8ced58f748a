package io.ebbmesh.sync.insight.outbox;

import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.protocol.insight.SeqRanges;
import io.ebbmesh.protocol.time.NodeClock;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * What outlives a restart of a {@link LaneLog} after a failed write.
 *
 * @param trimmer has the journal delete events
 * @param recovered told where the lane stands
 */
record LaneParts(
    Lane lane,
    OutboxSettings settings,
    NodeClock clock,
    Consumer<SeqRanges> trimmer,
    LaneSession session,
    LaneWatch watch,
    LaneMerger merger,
    LaneRelief relief,
    ActorRef<LaneLog.Recovered> recovered) {

  static LaneParts of(
      Lane lane,
      OutboxSettings settings,
      NodeClock clock,
      LaneJournal journal,
      Consumer<SeqRanges> trimmer,
      ActorRef<LaneLog.Recovered> recovered) {
    LaneRelief relief = new LaneRelief(lane, settings, clock, journal);
    return new LaneParts(
        lane,
        settings,
        clock,
        trimmer,
        new LaneSession(settings.maxBlocks(), relief),
        new LaneWatch(lane),
        new LaneMerger(lane, settings.merge(), settings.zstdLevel(), journal),
        relief,
        recovered);
  }
}
