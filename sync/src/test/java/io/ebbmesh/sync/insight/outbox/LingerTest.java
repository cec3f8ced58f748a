package io.ebbmesh.sync.insight.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.protocol.time.ClockQuality;
import io.ebbmesh.sync.clock.SeededChance;
import io.ebbmesh.sync.insight.outbox.LaneReader.BlockRef;
import io.ebbmesh.sync.insight.outbox.LaneReader.HeldBlocks;
import io.ebbmesh.sync.insight.outbox.Outbox.Attach;
import io.ebbmesh.sync.insight.outbox.Outbox.Attached;
import io.ebbmesh.sync.insight.outbox.Outbox.OutcomeUnknown;
import io.ebbmesh.sync.insight.outbox.Outbox.Rejected;
import io.ebbmesh.sync.insight.outbox.Outbox.Reply;
import io.ebbmesh.sync.pki.FixedClock;
import io.ebbmesh.sync.storage.MemoryStorage;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.persistence.testkit.PersistenceTestKitPlugin;
import org.apache.pekko.persistence.testkit.PersistenceTestKitSnapshotPlugin;
import org.apache.pekko.persistence.testkit.javadsl.PersistenceTestKit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** An intake that waits for more, in virtual time. */
final class LingerTest {

  private static final Duration LINGER = Duration.ofMillis(250);

  private static final Config CONFIG =
      ConfigFactory.parseString(
              """
              ebbmesh.sync.outbox {
                journal-plugin = "pekko.persistence.testkit.journal"
                snapshot-plugin = "pekko.persistence.testkit.snapshotstore.pluginid"
                restart-min = 10ms
                restart-max = 20ms
              }
              ebbmesh.sync.lanes.sample.max-block-insights = 5
              pekko.loglevel = WARNING
              """)
          .withFallback(ManualTime.config())
          .withFallback(PersistenceTestKitPlugin.getInstance().config())
          .withFallback(PersistenceTestKitSnapshotPlugin.config())
          .withFallback(ConfigFactory.load());

  private final ActorTestKit kit = ActorTestKit.create(CONFIG);
  private final ManualTime time = ManualTime.get(kit.system());
  private final PersistenceTestKit journal = PersistenceTestKit.create(kit.system());
  private final Outboxes.LaneActors lane = open();
  private final Producer producer = new Producer(kit, lane.intake());

  private Outboxes.LaneActors open() {
    TestProbe<Outboxes.Opened> opened = kit.createTestProbe(Outboxes.Opened.class);
    kit.spawn(
        Outboxes.create(
            OutboxSettings.of(CONFIG),
            new MemoryStorage(),
            new FixedClock(Instant.parse("2026-11-24T10:00:00Z"), ClockQuality.SYNCHRONISED),
            new SeededChance(1),
            Set.of(Lane.SAMPLE),
            new NoJournal(),
            opened.getRef()));
    return Objects.requireNonNull(
        opened.expectMessageClass(Outboxes.Opened.class).lanes().get(Lane.SAMPLE));
  }

  @AfterEach
  void stop() {
    kit.shutdownTestKit();
  }

  @Test
  void whatComesWithinTheLingerIsOneBlock() {
    producer.attach("a");
    producer.offer(1, Samples.insight("a", 1));
    time.timePasses(LINGER.minusMillis(1));
    producer.offer(2, Samples.insight("a", 2));
    producer.probe.expectNoMessage(Duration.ZERO);
    time.timePasses(Duration.ofMillis(1));
    assertThat(producer.accepted(2)).hasSize(2);
    assertThat(blocks()).extracting(block -> block.seqs().count()).containsExactly(2L);
  }

  @Test
  void aFullBlockGoesAtOnceAndTheNextInsightWaitsAnew() {
    producer.attach("a");
    for (int i = 1; i <= 6; i++) {
      producer.offer(i, Samples.insight("a", i));
    }
    assertThat(producer.accepted(5)).hasSize(5);
    producer.probe.expectNoMessage(Duration.ZERO);
    time.timePasses(LINGER);
    assertThat(producer.accepted(1)).containsKey(6L);
  }

  @Test
  void anAttachWaitsForWhatIsOnItsWay() {
    producer.attach("a");
    producer.offer(1, Samples.insight("a", 7));
    TestProbe<Reply> other = kit.createTestProbe(Reply.class);
    lane.intake().tell(new Attach("a", other.getRef()));
    lane.intake().tell(new Attach("b", other.getRef()));
    assertThat(other.expectMessageClass(Attached.class).position()).isZero();
    other.expectNoMessage(Duration.ZERO);
    time.timePasses(LINGER);
    assertThat(other.expectMessageClass(Attached.class))
        .isEqualTo(new Attached(Lane.SAMPLE, producer.generation, 7, 1));
  }

  @Test
  void anAttachIsToldTheTruthWhenTheWriteFails() {
    int before = producer.attach("a").generation();
    journal.failNextPersisted(LaneReader.persistenceId(Lane.SAMPLE));
    producer.offer(1, Samples.insight("a", 7));
    TestProbe<Reply> other = kit.createTestProbe(Reply.class);
    lane.intake().tell(new Attach("a", other.getRef()));
    time.timePasses(LINGER);
    kit.createTestProbe()
        .awaitAssert(
            () -> {
              time.timePasses(Duration.ofMillis(10));
              producer.probe.expectMessageClass(OutcomeUnknown.class, Duration.ofMillis(50));
              return null;
            });
    Attached attached = other.expectMessageClass(Attached.class);
    assertThat(attached.position()).isZero();
    assertThat(attached.generation()).isGreaterThan(before);
  }

  @Test
  void whileTheDiskTakesNothingProducersAreToldOfTheDisk() {
    producer.attach("a");
    journal.failNextPersisted(LaneReader.persistenceId(Lane.SAMPLE));
    producer.offer(1, Samples.insight("a", 7));
    time.timePasses(LINGER);
    long[] ticket = {1};
    String message =
        kit.createTestProbe()
            .awaitAssert(
                () -> {
                  producer.offer(++ticket[0], Samples.withoutSource((int) ticket[0]));
                  return producer
                      .probe
                      .expectMessageClass(Rejected.class, Duration.ofMillis(50))
                      .message();
                });
    assertThat(message).contains("lane sample cannot be written", "free or mend the disk");
  }

  private List<BlockRef> blocks() {
    TestProbe<LaneReader.Reply> reader = kit.createTestProbe(LaneReader.Reply.class);
    lane.log().tell(new LaneReader.NextBlocks(0, 100, 1_000_000, reader.getRef()));
    return reader.expectMessageClass(HeldBlocks.class).blocks();
  }
}
