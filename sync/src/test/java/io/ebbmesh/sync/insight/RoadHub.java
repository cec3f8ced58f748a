package io.ebbmesh.sync.insight;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.ebbmesh.protocol.time.ClockQuality;
import io.ebbmesh.sync.clock.SeededChance;
import io.ebbmesh.sync.insight.ingest.Ingest;
import io.ebbmesh.sync.insight.ingest.IngestSettings;
import io.ebbmesh.sync.insight.ingest.StoreAdmission;
import io.ebbmesh.sync.insight.store.sqlite.SqliteInsightStore;
import io.ebbmesh.sync.insight.store.sqlite.SqliteSettings;
import io.ebbmesh.sync.link.Endpoint;
import io.ebbmesh.sync.link.LinkServer;
import io.ebbmesh.sync.link.MemoryLink;
import io.ebbmesh.sync.session.HubSessionSettings;
import io.ebbmesh.sync.session.HubSessions;
import io.ebbmesh.sync.session.Peers;
import io.ebbmesh.sync.session.RunningClock;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/** A hub with real parts, on a link in memory. */
final class RoadHub {

  static final long WALL_MILLIS = 1_795_000_000_000L;

  private final ActorTestKit kit = ActorTestKit.create();
  private final SqliteInsightStore store;
  private final LinkServer.Binding binding;

  RoadHub(Path file, MemoryLink link) {
    this(file, link, List.of());
  }

  /**
   * @param dictionaries that it says it has
   */
  RoadHub(Path file, MemoryLink link, List<Integer> dictionaries) {
    Config sync = ConfigFactory.load().getConfig("ebbmesh.sync");
    RunningClock clock = new RunningClock(new UUID(7, 7), WALL_MILLIS, ClockQuality.SYNCHRONISED);
    store = SqliteInsightStore.open(file, SqliteSettings.of(sync.getConfig("hub-store")));
    IngestSettings settings = IngestSettings.of(sync);
    Ingest.Shared shared = Ingest.Shared.create();
    ActorRef<Peers.Signal> ingest =
        kit.spawn(Ingest.create(store, clock, new SeededChance(1), settings, shared));
    ActorRef<Peers.Signal> models = kit.spawn(Behaviors.<Peers.Signal>ignore());
    ActorRef<HubSessions.Command> sessions =
        kit.spawn(
            HubSessions.create(
                ingest,
                models,
                new StoreAdmission(store, clock, settings, shared),
                clock,
                1,
                dictionaries,
                HubSessionSettings.of(sync.getConfig("session.hub"))));
    binding =
        link.bind(new Endpoint("hub", 1), HubSessions.listeners(sessions))
            .toCompletableFuture()
            .join();
  }

  void stop() {
    binding.close();
    kit.shutdownTestKit();
    store.close();
  }
}
