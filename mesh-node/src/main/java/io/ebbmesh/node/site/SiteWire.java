package io.ebbmesh.node.site;

import io.ebbmesh.protocol.site.InferenceAnswer;
import io.ebbmesh.protocol.site.InferenceRequest;
import java.util.List;
import org.apache.pekko.actor.typed.ActorRef;

/** All that neighbours ever say to each other; {@link SiteSerializer} knows nothing else. */
sealed interface SiteWire {

  /**
   * Asks a neighbour's {@link SiteWorker} for one inference.
   *
   * @param attempt comes back in the answer
   * @param request its budget is what is left when it is sent
   */
  record Ask(long attempt, InferenceRequest request, ActorRef<Answered> replyTo)
      implements SiteWire, SiteWorker.Command {}

  /** Answers {@link Ask}. */
  record Answered(long attempt, InferenceAnswer answer) implements SiteWire, SiteBroker.Command {}

  /** Asks the {@link SiteDoor} at a seed address which site it belongs to. */
  record Probe(ActorRef<Island> replyTo) implements SiteWire, SiteDoor.Command {}

  /**
   * Answers {@link Probe}.
   *
   * @param members {@code host:port} of the members of the sender's site, ascending; empty if it is
   *     in none
   */
  record Island(List<String> members) implements SiteWire, SiteDoor.Command {}
}
