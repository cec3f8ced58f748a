package io.ebbmesh.node.hub;

import com.typesafe.config.Config;
import io.ebbmesh.protocol.block.BlockSupport;
import io.ebbmesh.protocol.time.Chance;
import io.ebbmesh.protocol.time.NodeClock;
import io.ebbmesh.sync.insight.ingest.Ingest;
import io.ebbmesh.sync.insight.ingest.IngestCounts;
import io.ebbmesh.sync.insight.ingest.IngestSettings;
import io.ebbmesh.sync.insight.ingest.StoreAdmission;
import io.ebbmesh.sync.insight.store.InsightStore;
import io.ebbmesh.sync.model.registry.ModelHub;
import io.ebbmesh.sync.model.registry.ModelHubSettings;
import io.ebbmesh.sync.model.registry.ModelRegistry;
import io.ebbmesh.sync.session.HubSessionSettings;
import io.ebbmesh.sync.session.HubSessions;
import io.ebbmesh.sync.session.Peers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.SupervisorStrategy;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/** The actors of a hub: sessions hand insights to one road and model requests to the other. */
public final class HubGuardian {

  private static final Duration MIN_BACKOFF = Duration.ofMillis(200);
  private static final Duration MAX_BACKOFF = Duration.ofSeconds(10);

  /** What the actors work with. */
  public record Parts(
      InsightStore store, ModelRegistry registry, NodeClock clock, Chance chance, Config config) {}

  /**
   * What the rest of the process uses of the actors.
   *
   * @param sessions takes connections
   * @param ingest what was not taken as it came
   */
  public record Doors(ActorRef<HubSessions.Command> sessions, IngestCounts ingest) {}

  private HubGuardian() {}

  /**
   * @param doors completed when the actors are there
   */
  public static Behavior<Void> create(Parts parts, CompletableFuture<Doors> doors) {
    return Behaviors.setup(
        context -> {
          Config sync = parts.config().getConfig("ebbmesh.sync");
          IngestSettings ingest = IngestSettings.of(sync);
          Ingest.Shared shared = Ingest.Shared.create();
          ActorRef<Peers.Signal> insights =
              spawn(
                  context,
                  Ingest.create(parts.store(), parts.clock(), parts.chance(), ingest, shared),
                  "ingest");
          ActorRef<ModelHub.Command> models =
              spawn(
                  context,
                  ModelHub.create(
                      parts.registry(), ModelHubSettings.of(sync.getConfig("model.hub"))),
                  "models");
          ActorRef<Peers.Signal> modelSignals =
              context.spawn(
                  Behaviors.receiveMessage(
                      (Peers.Signal signal) -> {
                        models.tell(ModelHub.heard(signal));
                        return Behaviors.same();
                      }),
                  "model-signals");
          ActorRef<HubSessions.Command> sessions =
              spawn(
                  context,
                  HubSessions.create(
                      insights,
                      modelSignals,
                      new StoreAdmission(parts.store(), parts.clock(), ingest, shared),
                      parts.clock(),
                      BlockSupport.CURRENT.maxVersion(),
                      BlockSupport.CURRENT.dictionaries(),
                      HubSessionSettings.of(sync.getConfig("session.hub"))),
                  "sessions");
          doors.complete(new Doors(sessions, shared.counts()));
          return Behaviors.empty();
        });
  }

  private static <T> ActorRef<T> spawn(
      ActorContext<Void> context, Behavior<T> behavior, String name) {
    return context.spawn(
        Behaviors.supervise(behavior)
            .onFailure(SupervisorStrategy.restartWithBackoff(MIN_BACKOFF, MAX_BACKOFF, 0)),
        name);
  }
}
