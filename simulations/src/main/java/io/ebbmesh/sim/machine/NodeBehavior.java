package io.ebbmesh.sim.machine;

import org.apache.pekko.actor.typed.Behavior;

/**
 * A behaviour of one's own on simulated nodes: an actor that runs in the node's actor system from
 * each opening of its outbox until the node's next crash.
 */
public interface NodeBehavior {

  /** Name of the actor, unique on its node. */
  String name();

  /**
   * Called at each start of the node's program.
   *
   * @param node its doors lead to pipeline, outbox, session and device; chance and time come from
   *     it, too
   */
  Behavior<?> create(SimNode node);
}
