package io.ebbmesh.sync.insight.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.protocol.insight.LossReason;
import io.ebbmesh.protocol.insight.LossRecord;
import io.ebbmesh.protocol.insight.SeqRange;
import io.ebbmesh.protocol.insight.SeqRanges;
import io.ebbmesh.protocol.time.ClockQuality;
import io.ebbmesh.sync.clock.SeededChance;
import io.ebbmesh.sync.insight.outbox.LaneReader.BlockRef;
import io.ebbmesh.sync.insight.outbox.LaneReader.HeldBlocks;
import io.ebbmesh.sync.insight.outbox.LaneReader.LaneHead;
import io.ebbmesh.sync.insight.outbox.Outbox.OutcomeUnknown;
import io.ebbmesh.sync.insight.outbox.Outbox.RejectReason;
import io.ebbmesh.sync.insight.outbox.Outbox.Rejected;
import io.ebbmesh.sync.journal.EbbmeshReadJournal;
import io.ebbmesh.sync.journal.Trim;
import io.ebbmesh.sync.pki.FixedClock;
import io.ebbmesh.sync.storage.MemoryStorage;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.LongStream;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.persistence.testkit.PersistenceTestKitPlugin;
import org.apache.pekko.persistence.testkit.PersistenceTestKitSnapshotPlugin;
import org.apache.pekko.persistence.testkit.javadsl.PersistenceTestKit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The outbox's actors on Pekko's in-memory journal, which keeps what is serialized. */
final class OutboxActorTest {

  private static final Config CONFIG =
      ConfigFactory.parseString(
              """
              ebbmesh.sync.outbox {
                journal-plugin = "pekko.persistence.testkit.journal"
                snapshot-plugin = "pekko.persistence.testkit.snapshotstore.pluginid"
                restart-min = 10ms
                restart-max = 20ms
                acknowledge-interval = 10ms
              }
              pekko.loglevel = WARNING
              """)
          .withFallback(PersistenceTestKitPlugin.getInstance().config())
          .withFallback(PersistenceTestKitSnapshotPlugin.config())
          .withFallback(ConfigFactory.load());

  private static final FixedClock CLOCK =
      new FixedClock(Instant.parse("2026-11-24T10:00:00Z"), ClockQuality.SYNCHRONISED);

  private final List<String> trims = new ArrayList<>();
  private final MemoryStorage storage = new MemoryStorage();
  private final ActorTestKit kit = ActorTestKit.create(CONFIG);
  private final PersistenceTestKit journal = PersistenceTestKit.create(kit.system());
  private int openings;
  private Set<Lane> lanes = Set.of(Lane.INSIGHT);

  private @Nullable ActorRef<Outboxes.Command> outboxes;

  private Outboxes.Opened open(String... overrides) {
    Config config = ConfigFactory.parseString(String.join("\n", overrides)).withFallback(CONFIG);
    TestProbe<Outboxes.Opened> opened = kit.createTestProbe(Outboxes.Opened.class);
    openings++;
    outboxes =
        kit.spawn(
            Outboxes.create(
                OutboxSettings.of(config),
                storage,
                CLOCK,
                new SeededChance(openings),
                lanes,
                new Journal(),
                opened.getRef()));
    return opened.expectMessageClass(Outboxes.Opened.class);
  }

  /** Hears of trims and gives the events that the in-memory journal has. */
  private final class Journal implements LaneJournal {

    @Override
    public void trim(Trim trim) {
      trims.add(trim.persistenceId() + " " + trim.ranges());
    }

    @Override
    public void read(String persistenceId, long[] eventNrs, EbbmeshReadJournal.RunReader reader) {
      List<Object> events = journal.persistedInStorage(persistenceId);
      for (long eventNr : eventNrs) {
        reader.onEvent(eventNr, events.get(Math.toIntExact(eventNr - 1)));
      }
      reader.onEnd(null);
    }

    @Override
    public List<Long> sparse(String persistenceId, double share, long mostBytes) {
      return List.of();
    }

    @Override
    public Room room() {
      return new Room(0, 0, Long.MAX_VALUE, 0);
    }
  }

  private Outboxes.Opened reopen(String... overrides) {
    kit.stop(Objects.requireNonNull(outboxes));
    return open(overrides);
  }

  private static Outboxes.LaneActors actors(Outboxes.Opened opened) {
    return Objects.requireNonNull(opened.lanes().get(Lane.INSIGHT));
  }

  private static ActorRef<Outbox.Command> intake(Outboxes.Opened opened) {
    return actors(opened).intake();
  }

  private static ActorRef<LaneReader.Command> log(Outboxes.Opened opened) {
    return actors(opened).log();
  }

  private LaneHead head(Outboxes.Opened opened) {
    return headAfter(opened, -1);
  }

  private LaneHead headAfter(Outboxes.Opened opened, long revision) {
    TestProbe<LaneReader.Reply> reader = kit.createTestProbe(LaneReader.Reply.class);
    log(opened).tell(new LaneReader.Watch(revision, reader.getRef()));
    return reader.expectMessageClass(LaneHead.class);
  }

  private List<BlockRef> blocks(Outboxes.Opened opened, long after) {
    TestProbe<LaneReader.Reply> reader = kit.createTestProbe(LaneReader.Reply.class);
    log(opened).tell(new LaneReader.NextBlocks(after, 100, 1_000_000, reader.getRef()));
    return reader.expectMessageClass(HeldBlocks.class).blocks();
  }

  @AfterEach
  void stop() {
    kit.shutdownTestKit();
  }

  @Test
  void numbersInsightsInTheOrderOffered() {
    Outboxes.Opened opened = open();
    Producer producer = new Producer(kit, intake(opened));
    assertThat(producer.attach("a").position()).isZero();
    for (int i = 1; i <= 500; i++) {
      producer.offer(i, Samples.insight("a", i));
    }
    Map<Long, Long> seqs = producer.accepted(500);
    assertThat(seqs).hasSize(500).allSatisfy((ticket, seq) -> assertThat(seq).isEqualTo(ticket));
    assertThat(head(opened).nextSeq()).isEqualTo(501);
  }

  @Test
  void goesOnWhereItStoodAfterAReopening() {
    Outboxes.Opened first = open();
    Producer producer = new Producer(kit, intake(first));
    producer.attach("a");
    producer.offer(1, Samples.insight("a", 7));
    producer.accepted(1);
    Outboxes.Opened second = reopen();
    Producer again = new Producer(kit, intake(second));
    assertThat(again.attach("a").position()).isEqualTo(7);
    again.offer(1, Samples.insight("a", 7));
    again.offer(2, Samples.insight("a", 6));
    again.offer(3, Samples.insight("a", 8));
    assertThat(again.accepted(3))
        .containsExactly(Map.entry(1L, 1L), Map.entry(2L, 0L), Map.entry(3L, 2L));
    assertThat(second.identity().incarnation()).isEqualTo(first.identity().incarnation());
    assertThat(second.identity().lineage().epochs())
        .hasSize(2)
        .startsWith(first.identity().lineage().epochs().get(0));
    assertThat(second.identity().lineage().epochs().get(1).firstSeqs())
        .containsExactly(Map.entry(Lane.INSIGHT, 2L));
  }

  @Test
  void aStoreThatHadOneLaneGoesOnWithAllOfThem() {
    Producer producer = new Producer(kit, intake(open()));
    producer.attach("a");
    producer.offer(1, Samples.insight("a", 7));
    producer.accepted(1);
    lanes = Set.of(Lane.values());
    Outboxes.Opened all = reopen();
    assertThat(all.identity().lineage().epochs().get(1).firstSeqs())
        .containsExactly(
            Map.entry(Lane.ALARM, 1L),
            Map.entry(Lane.INSIGHT, 2L),
            Map.entry(Lane.AGGREGATE, 1L),
            Map.entry(Lane.SAMPLE, 1L));
    Producer alarms =
        new Producer(kit, Objects.requireNonNull(all.lanes().get(Lane.ALARM)).intake());
    assertThat(alarms.attach("a").position()).isZero();
    alarms.offer(1, Samples.insight("a", 8));
    assertThat(alarms.accepted(1)).containsEntry(1L, 1L);
    assertThat(new Producer(kit, intake(all)).attach("a").position()).isEqualTo(7);
  }

  @Test
  void answersARepetitionOfSomethingNotYetDurableWithTheFirst() {
    Outboxes.Opened opened = open();
    Producer producer = new Producer(kit, intake(opened));
    producer.attach("a");
    producer.offer(1, Samples.insight("a", 1));
    for (int ticket = 2; ticket <= 9; ticket++) {
      producer.offer(ticket, Samples.insight("a", 1 + ticket / 4));
    }
    Map<Long, Long> seqs = producer.accepted(9);
    assertThat(seqs.values()).containsExactly(1L, 1L, 1L, 2L, 2L, 2L, 2L, 3L, 3L);
    assertThat(head(opened).nextSeq()).isEqualTo(4);
  }

  @Test
  void startsANewGenerationWhenAWriteFails() {
    Outboxes.Opened opened = open();
    Producer producer = new Producer(kit, intake(opened));
    int before = producer.attach("a").generation();
    journal.failNextPersisted(LaneReader.persistenceId(Lane.INSIGHT));
    for (int i = 1; i <= 20; i++) {
      producer.offer(i, Samples.insight("a", i));
    }
    List<Long> notTaken = new ArrayList<>();
    while (notTaken.size() < 20) {
      Outbox.Reply told = producer.probe.receiveMessage();
      if (told instanceof Rejected rejected) {
        // Offered between the failure and the reopening.
        assertThat(rejected.message()).contains("cannot be written");
        notTaken.add(rejected.ticket());
      } else {
        OutcomeUnknown unknown = (OutcomeUnknown) told;
        assertThat(unknown.generation()).isGreaterThan(before);
        producer.generation = unknown.generation();
        for (long ticket : unknown.tickets()) {
          notTaken.add(ticket);
        }
      }
    }
    assertThat(notTaken)
        .containsExactlyInAnyOrderElementsOf(LongStream.rangeClosed(1, 20).boxed().toList());
    for (int i = 1; i <= 20; i++) {
      producer.offer(i, Samples.insight("a", i));
    }
    assertThat(producer.accepted(20))
        .allSatisfy((ticket, seq) -> assertThat(seq).isEqualTo(ticket));
  }

  @Test
  void takesNothingOfAnOldGeneration() {
    Outboxes.Opened opened = open();
    Producer producer = new Producer(kit, intake(opened));
    producer.attach("a");
    producer.generation--;
    producer.offer(5, Samples.insight("a", 1));
    OutcomeUnknown told = producer.probe.expectMessageClass(OutcomeUnknown.class);
    assertThat(told.tickets()).containsExactly(5);
    assertThat(told.generation()).isEqualTo(producer.generation + 1);
    assertThat(head(opened).nextSeq()).isEqualTo(1);
  }

  @Test
  void refusesWhatIsOfferedBehindARefusedInsight() {
    Outboxes.Opened opened = open("ebbmesh.sync.outbox.max-blocks = 1");
    Producer producer = new Producer(kit, intake(opened));
    producer.attach("a");
    producer.offer(1, Samples.insight("a", 1));
    producer.accepted(1);
    producer.offer(2, Samples.insight("a", 2));
    producer.offer(3, Samples.insight("a", 3));
    Rejected full = producer.probe.expectMessageClass(Rejected.class);
    assertThat(full.reason()).isEqualTo(RejectReason.FULL);
    assertThat(full.message()).contains("max-blocks", "(1)");
    assertThat(producer.probe.expectMessageClass(OutcomeUnknown.class).tickets())
        .containsExactly(3);
    long revision = head(opened).revision();
    log(opened).tell(new LaneReader.Acknowledge(SeqRanges.of(new SeqRange(1, 1)), 0));
    headAfter(opened, revision);
    producer.generation = full.generation();
    producer.offer(2, Samples.insight("a", 2));
    assertThat(producer.accepted(1)).containsEntry(2L, 2L);
  }

  @Test
  void aRefusedOfferPushesNoSourceOut() {
    Outboxes.Opened opened = open("ebbmesh.sync.outbox { max-blocks = 1, max-sources = 2 }");
    Producer producer = new Producer(kit, intake(opened));
    producer.attach("a");
    producer.offer(1, Samples.insight("a", 1));
    producer.accepted(1);
    producer.offer(2, Samples.insight("b", 1));
    producer.generation = producer.probe.expectMessageClass(Rejected.class).generation();
    long revision = head(opened).revision();
    log(opened).tell(new LaneReader.Acknowledge(SeqRanges.of(new SeqRange(1, 1)), 0));
    headAfter(opened, revision);
    producer.offer(3, Samples.insight("c", 1));
    producer.accepted(1);
    assertThat(producer.attach("a").position()).isEqualTo(1);
  }

  @Test
  void refusesMoreThanMayWait() {
    Outboxes.Opened opened = open("ebbmesh.sync.outbox.max-waiting-insights = 10");
    Producer producer = new Producer(kit, intake(opened));
    producer.attach("a");
    for (int i = 1; i <= 2_000; i++) {
      producer.offer(i, Samples.withoutSource(i));
    }
    Object answer = producer.probe.receiveMessage();
    while (!(answer instanceof Rejected)) {
      answer = producer.probe.receiveMessage();
    }
    assertThat(((Rejected) answer).reason()).isEqualTo(RejectReason.BUSY);
    assertThat(((Rejected) answer).message()).contains("max-waiting-insights (10)");
  }

  @Test
  void lettingTheJournalDeleteComesAfterASnapshotAndKeepsWhatIsHeld() {
    Outboxes.Opened opened = open("ebbmesh.sync.outbox.trim-at-size = 1 B");
    Producer producer = new Producer(kit, intake(opened));
    producer.attach("a");
    for (int i = 1; i <= 4; i++) {
      producer.offer(i, Samples.insight("a", i));
      producer.accepted(1);
    }
    long revision = head(opened).revision();
    log(opened).tell(new LaneReader.Acknowledge(SeqRanges.of(new SeqRange(1, 2)), 0));
    LaneHead acked = headAfter(opened, revision);
    assertThat(acked.acknowledged()).isEqualTo(SeqRanges.of(new SeqRange(1, 2)));
    assertThat(acked.heldBlocks()).isEqualTo(2);
    kit.createTestProbe()
        .awaitAssert(
            () -> {
              assertThat(trims).containsExactly("outbox|insight [1..2, 5..5]");
              return null;
            });
    Outboxes.Opened second = reopen();
    assertThat(blocks(second, 0))
        .extracting(BlockRef::seqs)
        .containsExactly(new SeqRange(3, 3), new SeqRange(4, 4));
    assertThat(head(second).losses()).isEmpty();
  }

  @Test
  void declaresABlockLostThatTheJournalCannotReadAnyMore() {
    Outboxes.Opened opened = open();
    Producer producer = new Producer(kit, intake(opened));
    producer.attach("a");
    producer.offer(1, Samples.insight("a", 1));
    producer.accepted(1);
    BlockRef block = blocks(opened, 0).get(0);
    long revision = head(opened).revision();
    log(opened).tell(new LaneReader.Unreadable(block));
    LaneHead head = headAfter(opened, revision);
    assertThat(head.heldBlocks()).isZero();
    LossRecord loss = head.losses().get(0);
    assertThat(loss.reason()).isEqualTo(LossReason.DAMAGED);
    assertThat(loss.ranges()).isEqualTo(SeqRanges.of(new SeqRange(1, 1)));
    log(opened).tell(new LaneReader.Acknowledge(SeqRanges.of(new SeqRange(1, 1)), loss.id()));
    assertThat(headAfter(opened, head.revision()).losses()).isEmpty();
  }

  @Test
  void watchesAreAnsweredWhenSomethingChanges() {
    Outboxes.Opened opened = open();
    TestProbe<LaneReader.Reply> reader = kit.createTestProbe(LaneReader.Reply.class);
    long revision = head(opened).revision();
    log(opened).tell(new LaneReader.Watch(revision, reader.getRef()));
    reader.expectNoMessage(Duration.ofMillis(50));
    Producer producer = new Producer(kit, intake(opened));
    producer.attach("a");
    producer.offer(1, Samples.insight("a", 1));
    assertThat(reader.expectMessageClass(LaneHead.class).nextSeq()).isEqualTo(2);
  }
}
