package io.ebbmesh.node.pipeline;

import io.ebbmesh.sync.insight.outbox.LaneSettings.OnFull;
import io.ebbmesh.sync.insight.outbox.Outbox;
import java.util.concurrent.atomic.LongAdder;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * Where the pipeline leaves insights of one lane.
 *
 * @param onFull what a producer that does not wait is answered when nothing is taken
 * @param refused counts readings that were refused because the lane was full; outlives the pipeline
 */
public record LaneDoor(ActorRef<Outbox.Command> intake, OnFull onFull, LongAdder refused) {

  public LaneDoor(ActorRef<Outbox.Command> intake, OnFull onFull) {
    this(intake, onFull, new LongAdder());
  }
}
