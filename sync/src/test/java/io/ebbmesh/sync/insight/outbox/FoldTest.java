package io.ebbmesh.sync.insight.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import io.ebbmesh.protocol.block.Block;
import io.ebbmesh.protocol.block.BlockDecoder;
import io.ebbmesh.protocol.block.BlockException;
import io.ebbmesh.protocol.insight.Insight;
import io.ebbmesh.protocol.insight.InsightKind;
import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.protocol.insight.LossReason;
import io.ebbmesh.protocol.insight.SeqRange;
import io.ebbmesh.protocol.insight.SeqRanges;
import io.ebbmesh.protocol.time.ClockQuality;
import io.ebbmesh.sync.insight.outbox.LaneReader.BlockRef;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Lane insight may have 128 KiB here: about 1,500 insights. */
class FoldTest {

  /** Only the lane's quota folds: were all lanes short of room, aggregates might go, too. */
  private final SmallDisk disk =
      new SmallDisk(
          """
          ebbmesh.sync.lanes.insight.quota = 128 KiB
          ebbmesh.sync.outbox.disk-budget = 4 MiB
          """);

  @AfterEach
  void close() {
    disk.close();
  }

  private void produce(int count) {
    long goal = disk.produced(Lane.INSIGHT) + count;
    while (disk.produced(Lane.INSIGHT) < goal) {
      disk.produce(Lane.INSIGHT, (int) Math.min(50, goal - disk.produced(Lane.INSIGHT)));
    }
  }

  private List<Block> aggregateBlocks() throws Exception {
    List<Block> blocks = new ArrayList<>();
    long after = 0;
    for (List<BlockRef> refs = next(after); !refs.isEmpty(); refs = next(after)) {
      for (BlockRef ref : refs) {
        blocks.add(BlockDecoder.parse(disk.read(Lane.AGGREGATE, ref)));
        after = ref.seqs().first();
      }
    }
    disk.lane(Lane.AGGREGATE).log().tell(new LaneReader.StartOver());
    return blocks;
  }

  /** One answer ends before a run of small blocks. */
  private List<BlockRef> next(long after) {
    return disk.nextBlocks(Lane.AGGREGATE, after, 1_000);
  }

  private List<Insight> aggregates() throws Exception {
    List<Insight> all = new ArrayList<>();
    for (Block block : aggregateBlocks()) {
      all.addAll(BlockDecoder.decode(block));
    }
    return all;
  }

  /** Sum of how many insights the aggregates say that they are made of. */
  private long counted() {
    try {
      return aggregates().stream().mapToLong(aggregate -> (long) aggregate.score()).sum();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  /** When folds wait for long to be moved, insights are given up otherwise, too. */
  private long folded() {
    return disk.losses(Lane.INSIGHT).stream()
        .filter(loss -> loss.reason() == LossReason.FOLDED)
        .mapToLong(loss -> loss.ranges().count())
        .sum();
  }

  private void awaitMoved() {
    disk.await(() -> folded() > 0 && counted() == folded());
  }

  @Test
  void theOldestInsightsBecomeAggregatesOfTheirStreamsAndWindows() throws Exception {
    produce(2_600);
    awaitMoved();
    disk.assertBalanced();
    assertThat(disk.losses(Lane.INSIGHT)).allMatch(loss -> loss.reason() == LossReason.FOLDED);
    Insight first = aggregates().get(0);
    assertThat(first.kind()).isEqualTo(InsightKind.AGGREGATE);
    assertThat(first.stream()).isEqualTo("stream-1");
    assertThat(first.model()).isEqualTo("m@1");
    // Positions 1, 3, 5, 7, 9 of one a second, in a window of ten.
    assertThat(first.label()).isEqualTo("normal=5");
    assertThat(first.score()).isEqualTo(5);
    assertThat(first.values()).startsWith(1, 8, 1, 9, 5, 16);
    int centroids = 6 + 3 * 16;
    assertThat(first.values()[centroids]).isEqualTo(5);
    assertThat(first.values()[centroids + 1]).isEqualTo(1);
    assertThat(first.values()[centroids + 2]).isEqualTo(1);
    Insight second = aggregates().get(1);
    assertThat(second.label()).isEqualTo("normal=2,rare=2");
  }

  @Test
  void eachFoldedInsightIsCountedOnceThroughPowerCuts() {
    for (int cut = 0; cut < 8; cut++) {
      produce(400);
      disk.crash();
      disk.assertBalanced();
    }
    awaitMoved();
    // A look may fold more; what was counted twice would stay so.
    disk.looks();
    awaitMoved();
    disk.assertBalanced();
  }

  @Test
  void aggregatesKeepTheBootThatTheirTimesCountFrom() throws Exception {
    UUID boot = disk.clock.now().bootId();
    produce(800);
    disk.clock.boot(Duration.ofDays(1), ClockQuality.LOWER_BOUND);
    disk.reopen();
    produce(2_000);
    awaitMoved();
    Block block = aggregateBlocks().get(0);
    assertThat(block.header().base().bootId()).isEqualTo(boot);
    assertThat(block.header().base().wallMillis()).isEqualTo(SettableClock.START_WALL_MILLIS);
    assertThat(first(block).observedNanos()).isEqualTo(1_001_000_000L);
  }

  private static Insight first(Block block) throws BlockException {
    return BlockDecoder.decode(block).get(0);
  }

  @Test
  void aFoldThatIsNotMovedYetIsKeptThroughTrimsAndSnapshots() {
    LaneState state = LaneState.empty(10);
    byte[] block = {1};
    state.apply(1, new LaneEvent.BlockAppended(range(1, 9), block, List.of()));
    state.apply(
        2,
        new LaneEvent.RangeFolded(Losses.damaged(Lane.INSIGHT, 2, ranges(1, 9), 0).loss(), block));
    state.apply(3, state.trimmed());
    assertThat(state.deletable(4)).isEqualTo(ranges(1, 1).plus(range(3, 3)));
    LaneState recovered = LaneState.of(state.snapshot(), 10);
    assertThat(recovered.folds()).containsExactly(2L);
    recovered.apply(4, new LaneEvent.FoldMoved(2));
    assertThat(recovered.folds()).isEmpty();
    assertThat(recovered.deletable(4)).isEqualTo(ranges(1, 3));
  }

  @Test
  void aFoldThatWithItsLossRecordGivesNoRoomBackIsNotMade() {
    int folded = 10_000;
    Fold fold = new Fold(Duration.ofMinutes(1).toNanos(), 3);
    fold.add(disk.clock.now(), List.of(Samples.insight("a", 1), Samples.insight("a", 2)), folded);
    byte[] aggregates = Objects.requireNonNull(fold.encoded(0));
    assertThat(fold.encoded(folded - aggregates.length - 1)).isEqualTo(aggregates);
    assertThat(fold.encoded(folded - aggregates.length)).isNull();
  }

  @Test
  void aFoldThatKeepsAFileOfTheJournalIsNotTrimmedForAgainAndAgain() {
    byte[] block = {1};
    LaneState state = LaneState.empty(10);
    state.apply(1, new LaneEvent.BlockAppended(range(1, 9), block, List.of()));
    state.apply(
        2,
        new LaneEvent.RangeFolded(Losses.damaged(Lane.INSIGHT, 2, ranges(1, 9), 0).loss(), block));
    LaneJournal journal =
        new NoJournal() {
          @Override
          public List<Long> sparse(String persistenceId, double share, long mostBytes) {
            return List.of(2L);
          }
        };
    OutboxSettings settings = OutboxSettings.of(ConfigFactory.load());
    LaneMerger merger = new LaneMerger(Lane.INSIGHT, settings.merge(), 3, journal);
    assertThat(merger.compact(state, false, disk.kit.system().ignoreRef())).isFalse();
    state.apply(3, new LaneEvent.FoldMoved(2));
    assertThat(merger.compact(state, false, disk.kit.system().ignoreRef())).isTrue();
  }

  private static SeqRange range(long first, long last) {
    return new SeqRange(first, last);
  }

  private static SeqRanges ranges(long first, long last) {
    return SeqRanges.of(range(first, last));
  }
}
