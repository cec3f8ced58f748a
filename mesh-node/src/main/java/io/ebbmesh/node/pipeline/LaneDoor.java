package io.ebbmesh.node.pipeline;

import io.ebbmesh.sync.insight.outbox.LaneSettings.OnFull;
import io.ebbmesh.sync.insight.outbox.Outbox;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * Where the pipeline leaves insights of one lane.
 *
 * @param onFull what a producer that does not wait is answered when nothing is taken
 */
public record LaneDoor(ActorRef<Outbox.Command> intake, OnFull onFull) {}
