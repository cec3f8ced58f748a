package io.ebbmesh.protocol.planted;

import org.apache.pekko.actor.typed.ActorRef;

/** Planted violation: the protocol must not know Pekko. */
public interface KnowsAnActor {
  ActorRef<String> actor();
}
