package io.ebbmesh.sync.insight.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.ebbmesh.protocol.block.BlockDecoder;
import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.protocol.insight.SeqRange;
import io.ebbmesh.protocol.insight.SeqRanges;
import io.ebbmesh.sync.clock.SeededChance;
import io.ebbmesh.sync.insight.outbox.LaneReader.BlockRef;
import io.ebbmesh.sync.insight.outbox.LaneReader.HeldBlocks;
import io.ebbmesh.sync.insight.outbox.LaneReader.LaneHead;
import io.ebbmesh.sync.journal.EbbmeshLog;
import io.ebbmesh.sync.journal.EbbmeshLogSetup;
import io.ebbmesh.sync.journal.EbbmeshReadJournal;
import io.ebbmesh.sync.pki.FixedClock;
import io.ebbmesh.sync.storage.MemoryStorage;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.BootstrapSetup;
import org.apache.pekko.actor.setup.ActorSystemSetup;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A lane whose insights come one at a time, on our journal over a disk in memory. */
final class LaneMergingTest {

  private static final Config CONFIG =
      ConfigFactory.parseString(
              """
              ebbmesh.sync.outbox {
                acknowledge-interval = 1ms
                trim-at-size = 1 KiB
                merge { max-insights = 50, min-blocks = 4 }
              }
              ebbmesh.sync.log { segment-size = 64 KiB, max-record-size = 16 KiB }
              pekko.loglevel = ERROR
              """)
          .withFallback(ConfigFactory.load());

  private final MemoryStorage storage = new MemoryStorage();
  private ActorTestKit kit = start();
  private @Nullable ActorRef<Outboxes.Command> outboxes;
  private Outboxes.@Nullable LaneActors quietLane;
  private Outboxes.LaneActors lane = open(1);
  private @Nullable Producer producer;
  private long offered;

  private ActorTestKit start() {
    return ActorTestKit.create(
        ActorSystem.create(
            Behaviors.<Void>empty(),
            "merging",
            ActorSystemSetup.create(
                BootstrapSetup.create(CONFIG), new EbbmeshLogSetup(storage, new SeededChance(3)))));
  }

  private Outboxes.LaneActors open(long seed) {
    TestProbe<Outboxes.Opened> opened = kit.createTestProbe(Outboxes.Opened.class);
    kit.spawn(
        Outboxes.create(
            OutboxSettings.of(CONFIG),
            storage,
            FixedClock.right(Instant.parse("2026-11-24T10:00:00Z")),
            new SeededChance(seed),
            Set.of(Lane.INSIGHT, Lane.ALARM),
            LaneJournal.of(kit.system()),
            opened.getRef()));
    Outboxes.Opened open = opened.receiveMessage(Duration.ofSeconds(20));
    outboxes = open.outboxes();
    quietLane = Objects.requireNonNull(open.lanes().get(Lane.ALARM));
    return Objects.requireNonNull(open.lanes().get(Lane.INSIGHT));
  }

  private void reopen() {
    kit.shutdownTestKit();
    kit = start();
    producer = null;
    lane = open(2);
  }

  @AfterEach
  void stop() {
    kit.shutdownTestKit();
  }

  private void offerOneByOne(int count) {
    if (producer == null) {
      producer = new Producer(kit, lane.intake());
      producer.attach("a");
    }
    for (int i = 0; i < count; i++) {
      offered++;
      producer.offer(offered, Samples.insight("a", offered));
      producer.accepted(1);
    }
  }

  private LaneHead head() {
    TestProbe<LaneReader.Reply> reader = kit.createTestProbe(LaneReader.Reply.class);
    lane.log().tell(new LaneReader.GetHead(reader.getRef()));
    return reader.expectMessageClass(LaneHead.class);
  }

  private void awaitHeldBlocks(int blocks) {
    kit.createTestProbe()
        .awaitAssert(
            Duration.ofSeconds(20),
            Duration.ofMillis(2),
            () -> {
              assertThat(head().heldBlocks()).isEqualTo(blocks);
              return null;
            });
  }

  private List<BlockRef> nextBlocks(long after) {
    TestProbe<LaneReader.Reply> reader = kit.createTestProbe(LaneReader.Reply.class);
    lane.log().tell(new LaneReader.NextBlocks(after, 100, 1_000_000, reader.getRef()));
    return reader.expectMessageClass(HeldBlocks.class).blocks();
  }

  private List<SeqRange> nextSeqs(long after) {
    return nextBlocks(after).stream().map(BlockRef::seqs).toList();
  }

  private byte[] read(BlockRef ref) throws Exception {
    CompletableFuture<byte[]> block = new CompletableFuture<>();
    LaneJournal.of(kit.system())
        .read(
            LaneReader.persistenceId(Lane.INSIGHT),
            new long[] {ref.eventNr()},
            new EbbmeshReadJournal.RunReader() {
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

  @Test
  void fullRunsBecomeOneBlockAndTheRestIsMergedBeforeItIsSent() throws Exception {
    offerOneByOne(220);
    awaitHeldBlocks(4 + 20);
    List<BlockRef> first = nextBlocks(0);
    assertThat(first)
        .extracting(BlockRef::seqs)
        .containsExactly(
            new SeqRange(1, 50),
            new SeqRange(51, 100),
            new SeqRange(101, 150),
            new SeqRange(151, 200));
    assertThat(nextSeqs(200)).containsExactly(new SeqRange(201, 220));
    assertThat(BlockDecoder.decode(BlockDecoder.parse(read(first.get(1)))).get(7))
        .usingRecursiveComparison()
        .isEqualTo(Samples.insight("a", 58));
  }

  @Test
  void fewSmallBlocksGoAsTheyAre() {
    offerOneByOne(3);
    assertThat(nextSeqs(0))
        .containsExactly(new SeqRange(1, 1), new SeqRange(2, 2), new SeqRange(3, 3));
  }

  @Test
  void whatTheReaderWasToldOfStaysAsItIsUntilItStartsOver() {
    offerOneByOne(3);
    assertThat(nextSeqs(0)).hasSize(3);
    offerOneByOne(47);
    assertThat(nextSeqs(3)).containsExactly(new SeqRange(4, 50));
    assertThat(head().heldBlocks()).isEqualTo(3 + 1);
    lane.log().tell(new LaneReader.StartOver());
    awaitHeldBlocks(1);
  }

  @Test
  void aBlockThatWasMergedMeanwhileIsNotDeclaredLost() {
    offerOneByOne(3);
    BlockRef old = nextBlocks(0).get(0);
    lane.log().tell(new LaneReader.StartOver());
    offerOneByOne(60);
    awaitHeldBlocks(1 + 13);
    lane.log().tell(new LaneReader.Unreadable(old));
    LaneHead head = head();
    assertThat(head.losses()).isEmpty();
    assertThat(head.nextSeq()).isEqualTo(64);
  }

  @Test
  void aTrimGivesTheSmallBlocksBackAndAReopeningFindsTheLargeOnes() {
    offerOneByOne(500);
    awaitHeldBlocks(10);
    long used = EbbmeshLog.get(kit.system()).usage().segmentBytes();
    reopen();
    assertThat(head().heldBlocks()).isEqualTo(10);
    assertThat(used).isLessThan(500 * 300);
    lane.log().tell(new LaneReader.Acknowledge(SeqRanges.of(new SeqRange(1, 500)), 0));
    awaitHeldBlocks(0);
    assertThat(head().acknowledged()).isEqualTo(SeqRanges.of(new SeqRange(1, 500)));
  }

  @Test
  void filesAreGivenBackThoughAQuietLaneAndLargeBlocksLieInEachOfThem() {
    Outboxes.LaneActors quiet = Objects.requireNonNull(quietLane);
    Producer alarms = new Producer(kit, quiet.intake());
    alarms.attach("b");
    for (int round = 1; round <= 30; round++) {
      alarms.offer(round, Samples.insight("b", round));
      alarms.accepted(1);
      quiet.log().tell(new LaneReader.Acknowledge(SeqRanges.of(new SeqRange(1, round)), 0));
      offerOneByOne(100);
    }
    awaitHeldBlocks(3_000 / 50);
    kit.createTestProbe()
        .awaitAssert(
            Duration.ofSeconds(20),
            Duration.ofMillis(20),
            () -> {
              // 3,000 blocks of one took 14 files, in which 60 large blocks and 30 alarms lie.
              offerOneByOne(1);
              assertThat(EbbmeshLog.get(kit.system()).usage().segmentBytes())
                  .isLessThanOrEqualTo(6 * 64 * 1024);
              return null;
            });
    assertThat(head().losses()).isEmpty();
  }

  @Test
  void insightsThatWaitForASlowHubAreMergedAgainAndAgainAsTheyCome() {
    for (int round = 0; round < 10; round++) {
      offerOneByOne(10);
      lane.log().tell(new LaneReader.StartOver());
      assertThat(nextSeqs(0)).isNotEmpty();
    }
    lane.log().tell(new LaneReader.StartOver());
    assertThat(nextSeqs(0).size()).isLessThanOrEqualTo(4);
  }

  private void part(long at) {
    TestProbe<Outboxes.Identity> identity = kit.createTestProbe(Outboxes.Identity.class);
    ActorRef<Outboxes.Command> store = Objects.requireNonNull(outboxes);
    store.tell(new Outboxes.GetIdentity(identity.getRef()));
    store.tell(
        new Outboxes.Rehome(
            identity.receiveMessage().identity().incarnation(),
            Map.of(Lane.INSIGHT, at),
            identity.getRef()));
    assertThat(identity.receiveMessage().identity().ancestry().ownFrom(Lane.INSIGHT)).isEqualTo(at);
  }

  @Test
  void noBlocksAreMergedOverAForkPointAlsoAfterTheNextOpening() {
    offerOneByOne(20);
    part(16);
    reopen();
    offerOneByOne(63);
    part(81);
    offerOneByOne(4);
    awaitHeldBlocks(2 + 15 + 7);
    assertThat(nextSeqs(0)).containsExactly(new SeqRange(1, 15), new SeqRange(16, 65));
    assertThat(nextSeqs(65)).containsExactly(new SeqRange(66, 80));
    assertThat(nextSeqs(80)).containsExactly(new SeqRange(81, 87));
  }

  @Test
  void aBlockThatWasMergedBeforeTheStorePartedInItStaysAsItIs() {
    offerOneByOne(10);
    assertThat(nextSeqs(0)).containsExactly(new SeqRange(1, 10));
    part(6);
    lane.log().tell(new LaneReader.StartOver());
    offerOneByOne(4);
    assertThat(nextSeqs(0)).containsExactly(new SeqRange(1, 10));
    assertThat(nextSeqs(10)).containsExactly(new SeqRange(11, 14));
  }
}
