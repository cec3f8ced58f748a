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
import io.ebbmesh.sync.session.DoorCause;
import io.ebbmesh.sync.session.HubSessionSettings;
import io.ebbmesh.sync.session.HubSessions;
import io.ebbmesh.sync.session.Peers;
import io.ebbmesh.sync.session.RunningClock;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/** A hub with real parts, on a link in memory or another. */
final class RoadHub {

  static final long WALL_MILLIS = 1_795_000_000_000L;

  private final ActorTestKit kit = ActorTestKit.create();
  private final SqliteInsightStore store;
  private final ActorRef<HubSessions.Command> sessions;
  private final LinkServer.Binding binding;

  RoadHub(Path file, MemoryLink link) {
    this(file, link, List.of());
  }

  /**
   * @param dictionaries that it says it has
   */
  RoadHub(Path file, MemoryLink link, List<Integer> dictionaries) {
    this(file, link, new Endpoint("hub", 1), dictionaries, Behaviors.<Peers.Signal>ignore());
  }

  /**
   * @param roadOfModels hears of sessions as the road of models does
   */
  RoadHub(
      Path file,
      LinkServer link,
      Endpoint at,
      List<Integer> dictionaries,
      Behavior<Peers.Signal> roadOfModels) {
    Config sync = ConfigFactory.load().getConfig("ebbmesh.sync");
    RunningClock clock = new RunningClock(new UUID(7, 7), WALL_MILLIS, ClockQuality.SYNCHRONISED);
    store = SqliteInsightStore.open(file, SqliteSettings.of(sync.getConfig("hub-store")));
    IngestSettings settings = IngestSettings.of(sync);
    Ingest.Shared shared = Ingest.Shared.create();
    ActorRef<Peers.Signal> ingest =
        kit.spawn(Ingest.create(store, clock, new SeededChance(1), settings, shared));
    ActorRef<Peers.Signal> models = kit.spawn(roadOfModels);
    sessions =
        kit.spawn(
            HubSessions.create(
                ingest,
                models,
                new StoreAdmission(store, clock, settings, shared),
                clock,
                1,
                dictionaries,
                HubSessionSettings.of(sync.getConfig("session.hub"))));
    binding = link.bind(at, HubSessions.listeners(sessions)).toCompletableFuture().join();
  }

  /** Where it listens. */
  Endpoint endpoint() {
    return binding.local();
  }

  /** Peers that were sent away so far. */
  Map<DoorCause, Long> sentAway() {
    TestProbe<HubSessions.DoorCounts> probe = kit.createTestProbe(HubSessions.DoorCounts.class);
    sessions.tell(new HubSessions.GetDoorCounts(probe.getRef()));
    return probe.receiveMessage(Duration.ofSeconds(20)).counts();
  }

  void stop() {
    binding.close();
    kit.shutdownTestKit();
    store.close();
  }
}
