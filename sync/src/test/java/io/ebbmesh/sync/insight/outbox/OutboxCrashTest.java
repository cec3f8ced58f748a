package io.ebbmesh.sync.insight.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.ebbmesh.protocol.block.BlockDecoder;
import io.ebbmesh.protocol.block.BlockException;
import io.ebbmesh.protocol.insight.Insight;
import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.protocol.insight.LossRecord;
import io.ebbmesh.protocol.insight.SeqRanges;
import io.ebbmesh.protocol.reading.SourcePosition;
import io.ebbmesh.sync.clock.SeededChance;
import io.ebbmesh.sync.insight.outbox.LaneReader.BlockRef;
import io.ebbmesh.sync.insight.outbox.LaneReader.HeldBlocks;
import io.ebbmesh.sync.insight.outbox.LaneReader.LaneHead;
import io.ebbmesh.sync.journal.EbbmeshLog;
import io.ebbmesh.sync.journal.EbbmeshLogSetup;
import io.ebbmesh.sync.journal.EbbmeshReadJournal;
import io.ebbmesh.sync.pki.FixedClock;
import io.ebbmesh.sync.storage.MemoryStorage;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.actor.BootstrapSetup;
import org.apache.pekko.actor.setup.ActorSystemSetup;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.persistence.query.PersistenceQuery;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The whole outbox on the segment log, over a storage that forgets what was not synced. */
class OutboxCrashTest {

  private static final Config CONFIG =
      ConfigFactory.parseString(
              """
              ebbmesh.sync.outbox {
                restart-min = 1ms
                restart-max = 5ms
                max-block-insights = 20
                merge { max-insights = 60, min-blocks = 3 }
                max-waiting-insights = 60
                snapshot-every-events = 15
              }
              ebbmesh.sync.log { segment-size = 256 KiB, max-record-size = 64 KiB }
              pekko.loglevel = OFF
              pekko.stdout-loglevel = OFF
              """)
          .withFallback(ConfigFactory.load());

  private static final List<String> SOURCES = List.of("a", "b", "c");
  private static final long PATIENCE_SECONDS = 30;
  private static final int FLIPS = 12;
  private static final int SEGMENT_HEADER_BYTES = 4_096;

  private Config config = CONFIG;
  private MemoryStorage storage = new MemoryStorage();
  private final Map<String, Map<Long, Long>> accepted = new TreeMap<>();

  OutboxCrashTest() {
    SOURCES.forEach(source -> accepted.put(source, new ConcurrentSkipListMap<>()));
  }

  private ActorTestKit start(long seed) {
    return ActorTestKit.create(
        ActorSystem.create(
            Behaviors.<Void>empty(),
            "crash",
            ActorSystemSetup.create(
                BootstrapSetup.create(config),
                new EbbmeshLogSetup(storage, new SeededChance(seed)))));
  }

  private Outboxes.LaneActors open(ActorTestKit kit, long seed) {
    EbbmeshLog log = EbbmeshLog.get(kit.system());
    TestProbe<Outboxes.Opened> opened = kit.createTestProbe(Outboxes.Opened.class);
    kit.spawn(
        Outboxes.create(
            OutboxSettings.of(config),
            log.storage(),
            FixedClock.right(Instant.parse("2026-11-24T10:00:00Z")),
            new SeededChance(seed),
            Set.of(Lane.INSIGHT),
            LaneJournal.of(kit.system()),
            opened.getRef()));
    Outboxes.Opened told =
        opened.expectMessageClass(Outboxes.Opened.class, Duration.ofSeconds(PATIENCE_SECONDS));
    return Objects.requireNonNull(told.lanes().get(Lane.INSIGHT));
  }

  private void produce(ActorTestKit kit, Outboxes.LaneActors lane, long last) {
    accepted.forEach(
        (source, seqs) ->
            kit.spawn(RepeatingProducer.create(lane.intake(), source, 40, last, seqs)));
  }

  private long acceptedCount() {
    return accepted.values().stream().mapToLong(Map::size).sum();
  }

  private void awaitAccepted(ActorTestKit kit, long count) {
    kit.createTestProbe()
        .awaitAssert(
            Duration.ofSeconds(PATIENCE_SECONDS),
            Duration.ofMillis(1),
            () -> {
              assertThat(acceptedCount()).isGreaterThanOrEqualTo(count);
              return null;
            });
  }

  private LaneHead head(ActorTestKit kit, Outboxes.LaneActors lane) {
    TestProbe<LaneReader.Reply> reader = kit.createTestProbe(LaneReader.Reply.class);
    lane.log().tell(new LaneReader.Watch(-1, reader.getRef()));
    return reader.expectMessageClass(LaneHead.class);
  }

  /** What the journal has, by sequence number. */
  private static Map<Long, Insight> stored(ActorTestKit kit) throws Exception {
    List<Object> events = new ArrayList<>();
    PersistenceQuery.get(kit.system())
        .getReadJournalFor(EbbmeshReadJournal.class, EbbmeshLog.QUERY)
        .currentEventsByPersistenceId(LaneReader.persistenceId(Lane.INSIGHT), 0, Long.MAX_VALUE)
        .runForeach(envelope -> events.add(envelope.event()), kit.system())
        .toCompletableFuture()
        .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    Map<Long, Insight> insights = new TreeMap<>();
    for (Object event : events) {
      if (event instanceof LaneEvent.HoldsBlock holds) {
        addAll(holds, insights);
      }
    }
    return insights;
  }

  private static void addAll(LaneEvent.HoldsBlock holds, Map<Long, Insight> insights)
      throws BlockException {
    long seq = holds.seqs().first();
    for (Insight insight : BlockDecoder.decode(BlockDecoder.parse(holds.block()))) {
      Insight known = insights.put(seq++, insight);
      if (holds instanceof LaneEvent.BlocksMerged && known != null) {
        assertThat(known).usingRecursiveComparison().isEqualTo(insight);
      } else {
        assertThat(known).isNull();
      }
    }
    assertThat(seq).isEqualTo(holds.seqs().last() + 1);
  }

  /** Each accepted position is stored once, under the number told, and none overtook another. */
  private void check(ActorTestKit kit, Outboxes.LaneActors lane) throws Exception {
    Map<Long, Insight> stored = stored(kit);
    LaneHead head = head(kit, lane);
    assertThat(head.losses()).isEmpty();
    assertThat(head.nextSeq()).isEqualTo(stored.size() + 1L);
    Map<String, Long> positions = new TreeMap<>();
    stored.forEach(
        (seq, insight) -> {
          String source = Objects.requireNonNull(insight.source()).source();
          long position = insight.source().position();
          assertThat(position).isEqualTo(positions.merge(source, 1L, Long::sum));
          Long told = Objects.requireNonNull(accepted.get(source)).get(position);
          assertThat(told == null || told == 0 || told.equals(seq)).isTrue();
        });
    accepted.forEach(
        (source, seqs) ->
            assertThat(positions.getOrDefault(source, 0L)).isGreaterThanOrEqualTo(lastOf(seqs)));
  }

  private static long lastOf(Map<Long, Long> seqs) {
    return seqs.keySet().stream().mapToLong(position -> position).max().orElse(0);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void whatWasAcceptedSurvivesPowerCuts(long seed) throws Exception {
    SplittableRandom random = new SplittableRandom(seed);
    for (int opening = 0; opening < 6; opening++) {
      ActorTestKit kit = start(random.nextLong());
      Outboxes.LaneActors lane = open(kit, random.nextLong());
      check(kit, lane);
      produce(kit, lane, Long.MAX_VALUE);
      awaitAccepted(kit, acceptedCount() + random.nextInt(400));
      storage.crash(new SeededChance(random.nextLong()));
      kit.shutdownTestKit();
    }
    ActorTestKit kit = start(0);
    check(kit, open(kit, 0));
    kit.shutdownTestKit();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void noneOvertakesAnotherWhenSyncsFail(long seed) throws Exception {
    SplittableRandom random = new SplittableRandom(seed);
    ActorTestKit kit = start(seed);
    Outboxes.LaneActors lane = open(kit, seed);
    AtomicInteger left = new AtomicInteger(12);
    storage.failSyncs(
        path -> path.startsWith("log/") && random.nextInt(25) == 0 && left.getAndDecrement() > 0);
    produce(kit, lane, 1_000);
    awaitAccepted(kit, 3_000);
    assertThat(left.get()).isLessThanOrEqualTo(6);
    check(kit, lane);
    kit.shutdownTestKit();
    kit = start(seed + 100);
    check(kit, open(kit, seed));
    kit.shutdownTestKit();
  }

  @Test
  void whatAFlippedBitHitsIsDeclaredLostAndNothingElse() throws Exception {
    // What is merged is on the disk twice, and no flip loses it.
    config =
        ConfigFactory.parseString("ebbmesh.sync.outbox.merge.min-blocks = 1000")
            .withFallback(CONFIG);
    ActorTestKit kit = start(1);
    produce(kit, open(kit, 1), 105);
    awaitAccepted(kit, 315);
    kit.shutdownTestKit();
    MemoryStorage intact = storage.copy();
    SplittableRandom random = new SplittableRandom(7);
    long declared = 0;
    for (int flip = 0; flip < FLIPS; flip++) {
      storage = intact.copy();
      flipBit(random, flip % 2 == 0);
      kit = start(flip);
      declared += checkDeclared(kit, open(kit, flip));
      kit.shutdownTestKit();
    }
    assertThat(declared).isPositive();
  }

  /**
   * @param anywhere in any file; else in a record of the log
   */
  private void flipBit(SplittableRandom random, boolean anywhere) throws IOException {
    List<String> paths =
        storage.paths().stream()
            .filter(path -> !path.contains("free") && !path.endsWith("lock"))
            .filter(path -> anywhere || path.endsWith(".seg"))
            .toList();
    String path = paths.get(random.nextInt(paths.size()));
    byte[] content = storage.content(path);
    int used = content.length;
    while (content[used - 1] == 0) {
      used--;
    }
    storage.flipBit(path, random.nextLong(anywhere ? 0 : 8L * SEGMENT_HEADER_BYTES, 8L * used));
  }

  /** As the uplink does when the journal does not give a block that the lane holds. */
  private static void reportUnreadable(
      ActorTestKit kit, Outboxes.LaneActors lane, Map<Long, Insight> stored) {
    TestProbe<LaneReader.Reply> reader = kit.createTestProbe(LaneReader.Reply.class);
    lane.log().tell(new LaneReader.NextBlocks(0, 1_000, Long.MAX_VALUE, reader.getRef()));
    for (BlockRef block : reader.expectMessageClass(HeldBlocks.class).blocks()) {
      if (!stored.containsKey(block.seqs().first())) {
        lane.log().tell(new LaneReader.Unreadable(block));
      }
    }
  }

  /** Each number is stored as it was accepted, or declared lost. */
  private long checkDeclared(ActorTestKit kit, Outboxes.LaneActors lane) throws Exception {
    Map<Long, Insight> stored = stored(kit);
    reportUnreadable(kit, lane, stored);
    SeqRanges lost = SeqRanges.EMPTY;
    for (LossRecord loss : head(kit, lane).losses()) {
      lost = lost.plus(loss.ranges());
    }
    for (Map.Entry<String, Map<Long, Long>> source : accepted.entrySet()) {
      for (Map.Entry<Long, Long> position : source.getValue().entrySet()) {
        Insight insight = stored.get(position.getValue());
        if (insight == null) {
          assertThat(lost.contains(position.getValue())).isTrue();
        } else {
          assertThat(insight.source())
              .isEqualTo(new SourcePosition(source.getKey(), position.getKey()));
        }
      }
    }
    return lost.count();
  }
}
