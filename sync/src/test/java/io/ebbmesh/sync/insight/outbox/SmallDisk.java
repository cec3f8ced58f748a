package io.ebbmesh.sync.insight.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.ebbmesh.protocol.insight.Insight;
import io.ebbmesh.protocol.insight.InsightKind;
import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.protocol.insight.LossRecord;
import io.ebbmesh.protocol.insight.SeqRange;
import io.ebbmesh.protocol.insight.SeqRanges;
import io.ebbmesh.protocol.reading.SourcePosition;
import io.ebbmesh.sync.clock.SeededChance;
import io.ebbmesh.sync.insight.outbox.LaneReader.BlockRef;
import io.ebbmesh.sync.insight.outbox.LaneReader.LaneBooks;
import io.ebbmesh.sync.insight.outbox.LaneReader.LaneHead;
import io.ebbmesh.sync.insight.outbox.Outbox.Accepted;
import io.ebbmesh.sync.insight.outbox.Outbox.Attached;
import io.ebbmesh.sync.insight.outbox.Outbox.Rejected;
import io.ebbmesh.sync.journal.EbbmeshLogSetup;
import io.ebbmesh.sync.journal.EbbmeshReadJournal.RunReader;
import io.ebbmesh.sync.storage.MemoryStorage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.apache.pekko.actor.BootstrapSetup;
import org.apache.pekko.actor.setup.ActorSystemSetup;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.jspecify.annotations.Nullable;

/** All lanes of an outbox on our journal, over a small disk in memory; a test produces by hand. */
final class SmallDisk implements AutoCloseable {

  private static final String BASE =
      """
      ebbmesh.sync.outbox {
        acknowledge-interval = 1ms
        restart-min = 1ms
        restart-max = 5ms
        disk-budget = 512 KiB
        disk-reserve = 64 KiB
        relief { interval = 20ms, step-size = 32 KiB, fold-window = 10s }
        merge { max-insights = 100, min-blocks = 4, max-size = 8 KiB }
      }
      ebbmesh.sync.lanes { sample.linger = 0s, aggregate.linger = 0s }
      ebbmesh.sync.log { segment-size = 64 KiB, max-record-size = 16 KiB, recycled-files = 1 }
      pekko.loglevel = OFF
      pekko.stdout-loglevel = OFF
      """;

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  final MemoryStorage storage = new MemoryStorage();
  final SettableClock clock = new SettableClock();
  private final Config config;
  private final SplittableRandom random = new SplittableRandom(11);
  private final Map<Lane, Long> positions = new EnumMap<>(Lane.class);
  private final Map<Lane, Long> produced = new EnumMap<>(Lane.class);
  private long starts;
  ActorTestKit kit;
  private @Nullable ActorRef<Outboxes.Command> outboxes;
  private Map<Lane, Outboxes.LaneActors> lanes;

  SmallDisk(String overrides) {
    config =
        ConfigFactory.parseString(overrides)
            .withFallback(ConfigFactory.parseString(BASE))
            .withFallback(ConfigFactory.load());
    kit = start();
    lanes = open();
  }

  private ActorTestKit start() {
    starts++;
    return ActorTestKit.create(
        ActorSystem.create(
            Behaviors.<Void>empty(),
            "small-disk",
            ActorSystemSetup.create(
                BootstrapSetup.create(config),
                new EbbmeshLogSetup(storage, new SeededChance(starts)))));
  }

  private Map<Lane, Outboxes.LaneActors> open() {
    TestProbe<Outboxes.Opened> opened = kit.createTestProbe(Outboxes.Opened.class);
    outboxes =
        kit.spawn(
            Outboxes.create(
                OutboxSettings.of(config),
                storage,
                clock,
                new SeededChance(starts),
                EnumSet.allOf(Lane.class),
                LaneJournal.of(kit.system()),
                opened.getRef()));
    return opened.receiveMessage(PATIENCE).lanes();
  }

  void reopen() {
    kit.shutdownTestKit();
    kit = start();
    lanes = open();
  }

  void crash() {
    storage.crash(new SeededChance(random.nextLong()));
    reopen();
  }

  Outboxes.LaneActors lane(Lane lane) {
    return Objects.requireNonNull(lanes.get(lane));
  }

  /** Incompressible insights of two streams, one observed each second. */
  private Insight insight(Lane lane, long position) {
    float[] values = new float[16];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextDouble();
    }
    return new Insight(
        lane == Lane.SAMPLE ? InsightKind.SAMPLE : InsightKind.CLASSIFICATION,
        "stream-" + position % 2,
        "m@1",
        position % 4 == 0 ? "rare" : "normal",
        "",
        clock.monotonicNanos() + position * 1_000_000_000L,
        position,
        values,
        new SourcePosition("src-" + lane.id(), position));
  }

  /** Offers a batch until all of it is accepted or the lane is full; returns what it was told. */
  @Nullable Rejected produce(Lane lane, int count) {
    TestProbe<Outbox.Reply> probe = kit.createTestProbe(Outbox.Reply.class);
    lane(lane).intake().tell(new Outbox.Attach("src-" + lane.id(), probe.getRef()));
    Attached attached = (Attached) probe.receiveMessage(PATIENCE);
    assertThat(attached.position()).isEqualTo(positions.getOrDefault(lane, 0L));
    int accepted = 0;
    for (int i = 0; i < count; i++) {
      long position = attached.position() + 1 + i;
      lane(lane)
          .intake()
          .tell(
              new Outbox.Offer(
                  position, attached.generation(), insight(lane, position), probe.getRef()));
    }
    @Nullable Rejected rejected = null;
    int answered = 0;
    while (answered < count) {
      Outbox.Reply reply = probe.receiveMessage(PATIENCE);
      if (reply instanceof Accepted some) {
        answered += some.tickets().length;
        accepted += some.tickets().length;
      } else if (reply instanceof Rejected no) {
        answered++;
        rejected = rejected == null ? no : rejected;
      } else {
        answered += ((Outbox.OutcomeUnknown) reply).tickets().length;
      }
    }
    positions.merge(lane, (long) accepted, Long::sum);
    produced.merge(lane, (long) accepted, Long::sum);
    return rejected;
  }

  long produced(Lane lane) {
    return produced.getOrDefault(lane, 0L);
  }

  LaneBooks books(Lane lane) {
    TestProbe<LaneBooks> probe = kit.createTestProbe(LaneBooks.class);
    lane(lane).log().tell(new LaneReader.GetBooks(probe.getRef()));
    return probe.receiveMessage(PATIENCE);
  }

  LaneHead head(Lane lane) {
    TestProbe<LaneReader.Reply> probe = kit.createTestProbe(LaneReader.Reply.class);
    lane(lane).log().tell(new LaneReader.GetHead(probe.getRef()));
    return (LaneHead) probe.receiveMessage(PATIENCE);
  }

  List<LossRecord> losses(Lane lane) {
    return head(lane).losses();
  }

  List<BlockRef> nextBlocks(Lane lane, int most) {
    return nextBlocks(lane, 0, most);
  }

  List<BlockRef> nextBlocks(Lane lane, long after, int most) {
    TestProbe<LaneReader.Reply> probe = kit.createTestProbe(LaneReader.Reply.class);
    lane(lane).log().tell(new LaneReader.NextBlocks(after, most, 1 << 20, probe.getRef()));
    return ((LaneReader.HeldBlocks) probe.receiveMessage(PATIENCE)).blocks();
  }

  void acknowledgeAll(Lane lane) {
    long last = books(lane).produced();
    if (last > 0) {
      lane(lane)
          .log()
          .tell(new LaneReader.Acknowledge(SeqRanges.of(new SeqRange(1, last)), Long.MAX_VALUE));
    }
  }

  /** The block's bytes, as the uplink reads them. */
  byte[] read(Lane lane, BlockRef ref) throws Exception {
    CompletableFuture<byte[]> block = new CompletableFuture<>();
    LaneJournal.of(kit.system())
        .read(
            LaneReader.persistenceId(lane),
            new long[] {ref.eventNr()},
            new RunReader() {
              @Override
              public void onEvent(long eventNr, Object event) {
                block.complete(((LaneEvent.HoldsBlock) event).block());
              }

              @Override
              public void onEnd(@Nullable Exception failure) {
                block.completeExceptionally(new AssertionError("not there: " + ref));
              }
            });
    return block.get(20, TimeUnit.SECONDS);
  }

  DiskReport report() {
    TestProbe<DiskReport> probe = kit.createTestProbe(DiskReport.class);
    Objects.requireNonNull(outboxes).tell(new Outboxes.GetDisk(probe.getRef()));
    return probe.receiveMessage(PATIENCE);
  }

  /** Waits until the keeper has looked at the disk and at what is old, after this call. */
  void looks() {
    // One may be half done; each look that follows one for the ages ends it.
    long before = report().looks();
    await(() -> report().looks() >= before + 4);
  }

  void await(BooleanSupplier condition) {
    kit.createTestProbe()
        .awaitAssert(
            PATIENCE,
            Duration.ofMillis(2),
            () -> {
              assertThat(condition.getAsBoolean()).isTrue();
              return null;
            });
  }

  /** What the test produced is acknowledged, declared lost or pending, each number once. */
  void assertBalanced() {
    for (Lane lane : Lane.values()) {
      LaneBooks books = books(lane);
      assertThat(books.acknowledged() + books.lost() + books.pending()).isEqualTo(books.produced());
      if (lane != Lane.AGGREGATE) {
        assertThat(books.produced()).isEqualTo(produced(lane));
      }
    }
  }

  List<SeqRange> lost(Lane lane) {
    List<SeqRange> lost = new ArrayList<>();
    losses(lane).forEach(loss -> lost.addAll(loss.ranges().ranges()));
    return lost;
  }

  @Override
  public void close() {
    kit.shutdownTestKit();
  }
}
