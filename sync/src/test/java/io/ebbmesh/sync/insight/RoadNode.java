package io.ebbmesh.sync.insight;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.protocol.time.ClockQuality;
import io.ebbmesh.sync.clock.SeededChance;
import io.ebbmesh.sync.insight.outbox.LaneJournal;
import io.ebbmesh.sync.insight.outbox.LaneReader;
import io.ebbmesh.sync.insight.outbox.Outbox;
import io.ebbmesh.sync.insight.outbox.OutboxSettings;
import io.ebbmesh.sync.insight.outbox.Outboxes;
import io.ebbmesh.sync.insight.store.Samples;
import io.ebbmesh.sync.insight.uplink.Uplink;
import io.ebbmesh.sync.insight.uplink.UplinkActor;
import io.ebbmesh.sync.insight.uplink.UplinkSettings;
import io.ebbmesh.sync.journal.EbbmeshLog;
import io.ebbmesh.sync.journal.EbbmeshReadJournal;
import io.ebbmesh.sync.link.Endpoint;
import io.ebbmesh.sync.link.MemoryLink;
import io.ebbmesh.sync.session.RunningClock;
import io.ebbmesh.sync.session.Session;
import io.ebbmesh.sync.session.SessionActor;
import io.ebbmesh.sync.session.SessionSettings;
import io.ebbmesh.sync.storage.FileStorage;
import io.ebbmesh.sync.storage.Storage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.persistence.query.PersistenceQuery;

/** A node that offers insights itself: outbox, journal, uplink and session are the real ones. */
final class RoadNode {

  private final RunningClock clock =
      new RunningClock(Samples.BOOT, 1_000, ClockQuality.LOWER_BOUND);
  private final ActorTestKit kit;
  private final Outboxes.LaneActors lane;
  private final ActorRef<Session.Command> session;
  private final ActorRef<Uplink.Command> uplink;

  /**
   * @param start number of this start, for its chance
   */
  RoadNode(Path directory, MemoryLink link, long start) {
    Config config =
        ConfigFactory.parseMap(
                Map.of(
                    "pekko.actor.testkit.typed.single-expect-default",
                    "20s",
                    "ebbmesh.sync.store.dir",
                    directory.toString(),
                    "ebbmesh.sync.session.backoff-base",
                    "20ms",
                    "ebbmesh.sync.session.backoff-cap",
                    "100ms"))
            .withFallback(ConfigFactory.load());
    kit = ActorTestKit.create(config);
    SeededChance chance = new SeededChance(start);
    TestProbe<Outboxes.Opened> opening = kit.createTestProbe(Outboxes.Opened.class);
    ActorRef<Outboxes.Command> outbox =
        kit.spawn(
            Outboxes.create(
                OutboxSettings.of(config),
                storage(directory),
                clock,
                chance,
                Set.of(Lane.INSIGHT),
                LaneJournal.of(kit.system()),
                opening.getRef()));
    Outboxes.Opened opened = opening.receiveMessage(Duration.ofSeconds(20));
    lane = Objects.requireNonNull(opened.lanes().get(Lane.INSIGHT));
    session =
        kit.spawn(
            SessionActor.create(
                link.from(Samples.NODE.value()),
                new Endpoint("hub", 1),
                Samples.NODE,
                1,
                clock,
                chance,
                SessionSettings.of(config.getConfig("ebbmesh.sync.session"))));
    uplink =
        kit.spawn(
            UplinkActor.create(
                new UplinkActor.Wiring(
                    opened.outboxes(),
                    Map.of(Lane.INSIGHT, lane.log()),
                    PersistenceQuery.get(kit.system())
                        .getReadJournalFor(EbbmeshReadJournal.class, EbbmeshLog.QUERY),
                    storage(directory),
                    session),
                clock,
                UplinkSettings.of(config)));
  }

  private static Storage storage(Path directory) {
    try {
      return FileStorage.create(directory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Offers a run of insights and waits until all are accepted. */
  void offer(long first, int count) {
    TestProbe<Outbox.Reply> probe = kit.createTestProbe(Outbox.Reply.class);
    lane.intake().tell(new Outbox.Attach("csv/mote", probe.getRef()));
    int generation = probe.expectMessageClass(Outbox.Attached.class).generation();
    int accepted = 0;
    int offered = 0;
    while (accepted < count) {
      while (offered < count && offered - accepted < 500) {
        long position = first + offered++;
        lane.intake()
            .tell(
                new Outbox.Offer(position, generation, Samples.insight(position), probe.getRef()));
      }
      Outbox.Reply reply = probe.receiveMessage(Duration.ofSeconds(20));
      accepted += ((Outbox.Accepted) reply).tickets().length;
    }
  }

  int heldBlocks() {
    TestProbe<LaneReader.Reply> probe = kit.createTestProbe(LaneReader.Reply.class);
    // Not by Watch: a lane has one reader, and the uplink is it.
    lane.log().tell(new LaneReader.NextBlocks(0, 1_000, 1_000_000_000, probe.getRef()));
    return probe.expectMessageClass(LaneReader.HeldBlocks.class).blocks().size();
  }

  Uplink.Totals totals() {
    TestProbe<Uplink.Totals> probe = kit.createTestProbe(Uplink.Totals.class);
    uplink.tell(new Uplink.GetTotals(probe.getRef()));
    return probe.receiveMessage();
  }

  Session.Status session() {
    TestProbe<Session.Status> probe = kit.createTestProbe(Session.Status.class);
    session.tell(new Session.GetStatus(probe.getRef()));
    return probe.receiveMessage();
  }

  long wallMillis() {
    return clock.now().wallMillis();
  }

  void stop() {
    kit.shutdownTestKit();
  }
}
