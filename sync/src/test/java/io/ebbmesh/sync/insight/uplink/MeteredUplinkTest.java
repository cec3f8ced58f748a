package io.ebbmesh.sync.insight.uplink;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.protocol.insight.LossReason;
import io.ebbmesh.protocol.insight.LossRecord;
import io.ebbmesh.protocol.insight.SeqRange;
import io.ebbmesh.protocol.insight.SeqRanges;
import io.ebbmesh.protocol.session.Frame;
import io.ebbmesh.protocol.time.BootTime;
import io.ebbmesh.protocol.time.ClockQuality;
import io.ebbmesh.sync.insight.outbox.LaneReader.BlockRef;
import io.ebbmesh.sync.insight.outbox.LaneReader.HeldBlocks;
import io.ebbmesh.sync.insight.outbox.LaneReader.LaneHead;
import io.ebbmesh.sync.insight.uplink.UplinkMachine.Output;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Alarms and insights on a metered link, whose hub acknowledges each block at once. */
class MeteredUplinkTest {

  private static final int BLOCK_BYTES = 10_000;
  private static final long BUDGET = 200_000;
  private static final long HOUR = 3_600_000_000_000L;
  private static final long MORNING = Instant.parse("2026-03-01T08:00:00Z").toEpochMilli();

  private UplinkMachine uplink =
      machine(
          "day-budget = " + BUDGET + ", bulk-hours = \"22-6\", remember-every = 20, gather = 0 s");
  private final Map<Lane, TreeMap<Long, BlockRef>> held = new EnumMap<>(Lane.class);
  private final Map<Lane, Long> nextSeq = new EnumMap<>(Lane.class);
  private final Map<Lane, SeqRanges> acknowledged = new EnumMap<>(Lane.class);
  private final List<Frame.BlockPush> arrived = new ArrayList<>();
  private final List<Frame.LossDeclared> losses = new ArrayList<>();
  private final List<Output> told = new ArrayList<>();
  private int asked;
  private long revision;
  private long now;

  MeteredUplinkTest() {
    for (Lane lane : List.of(Lane.ALARM, Lane.INSIGHT)) {
      held.put(lane, new TreeMap<>());
      nextSeq.put(lane, 1L);
      acknowledged.put(lane, SeqRanges.EMPTY);
      produce(lane, 0);
    }
  }

  private static UplinkMachine machine(String metered) {
    UplinkSettings settings =
        UplinkSettings.of(
            ConfigFactory.parseString("ebbmesh.sync.uplink.metered { " + metered + " }")
                .withFallback(ConfigFactory.defaultReference()));
    return new UplinkMachine(List.of(Lane.ALARM, Lane.INSIGHT), settings, Metering.Spent.NOTHING);
  }

  private void up() {
    tellTime();
    feed(new UplinkMachine.Up(new Frame.Welcome(1, Map.of(), 0, 1, List.of(), 1 << 20, 15_000)));
  }

  private void tellTime() {
    feed(
        new UplinkMachine.TimeIs(
            new BootTime(
                new UUID(0, 1), now, MORNING + now / 1_000_000, ClockQuality.SYNCHRONISED)));
  }

  private void produce(Lane lane, int blocks, LossRecord... lost) {
    TreeMap<Long, BlockRef> to = held.get(lane);
    for (int i = 0; i < blocks; i++) {
      SeqRange seqs = new SeqRange(nextSeq.get(lane), nextSeq.get(lane) + 9);
      to.put(seqs.first(), new BlockRef(seqs, seqs.last() / 10, BLOCK_BYTES));
      nextSeq.put(lane, seqs.last() + 1);
    }
    feed(
        new UplinkMachine.HeadIn(
            new LaneHead(
                lane,
                ++revision,
                nextSeq.get(lane),
                acknowledged.get(lane),
                List.of(lost),
                to.size(),
                (long) to.size() * BLOCK_BYTES)));
  }

  private void feed(UplinkMachine.Input input) {
    for (Output output : uplink.on(now, input)) {
      if (output instanceof UplinkMachine.AskForBlocks ask) {
        asked++;
        List<BlockRef> next =
            held.get(ask.lane()).tailMap(ask.afterSeq(), false).values().stream()
                .limit(ask.maxBlocks())
                .toList();
        feed(new UplinkMachine.BlocksIn(new HeldBlocks(ask.lane(), ask.afterSeq(), next)));
      } else if (output instanceof UplinkMachine.Read read) {
        for (BlockRef ref : read.blocks()) {
          feed(
              new UplinkMachine.BlockRead(
                  read.lane(), read.readId(), ref.eventNr(), new byte[BLOCK_BYTES]));
        }
        feed(new UplinkMachine.ReadOver(read.lane(), read.readId(), true));
      } else if (output instanceof UplinkMachine.Send send
          && send.frame() instanceof Frame.BlockPush push) {
        arrived.add(push);
        held.get(push.lane()).remove(push.seqs().first());
        SeqRanges seqs = SeqRanges.of(push.seqs());
        acknowledged.put(push.lane(), acknowledged.get(push.lane()).plus(seqs));
        feed(new UplinkMachine.FrameIn(new Frame.Ack(push.lane(), seqs, 0, BLOCK_BYTES)));
      } else if (output instanceof UplinkMachine.Send send
          && send.frame() instanceof Frame.LossDeclared loss) {
        losses.add(loss);
        feed(
            new UplinkMachine.FrameIn(
                new Frame.Ack(loss.loss().lane(), SeqRanges.EMPTY, loss.loss().id(), 0)));
      } else {
        told.add(output);
      }
    }
  }

  /** Lets time pass to this hour since the start, ringing whenever the uplink asks for it. */
  private void until(long hour) {
    int wakes = 0;
    while (uplink.wakeAtNanos() <= hour * HOUR) {
      now = Math.max(now, uplink.wakeAtNanos());
      tellTime();
      feed(new UplinkMachine.Wake());
      assertThat(++wakes).as("wakes").isLessThan(10);
    }
    now = hour * HOUR;
  }

  private long arrivedOf(Lane lane) {
    return arrived.stream().filter(push -> push.lane() == lane).count();
  }

  private void assertNothingFailed() {
    assertThat(told).noneMatch(output -> output instanceof UplinkMachine.GiveUp);
  }

  @Test
  void bulkWaitsForItsHoursAndAlarmsGoAtOnce() {
    up();
    produce(Lane.INSIGHT, 5);
    produce(Lane.ALARM, 1);
    assertThat(arrivedOf(Lane.INSIGHT)).isZero();
    assertThat(arrivedOf(Lane.ALARM)).isEqualTo(1);
    assertThat(uplink.totals(now).waitsFor()).isEqualTo(Uplink.WaitsFor.HOURS);
    assertThat(told).contains(new UplinkMachine.Waiting(Uplink.WaitsFor.HOURS));
    until(13);
    assertThat(arrivedOf(Lane.INSIGHT)).isZero();
    until(14);
    assertThat(arrivedOf(Lane.INSIGHT)).isEqualTo(5);
    assertThat(uplink.totals(now).waitsFor()).isEqualTo(Uplink.WaitsFor.NOTHING);
    assertNothingFailed();
  }

  @Test
  void eachDaySpendsItsBudgetAndNoMoreUntilAllIsThere() {
    produce(Lane.INSIGHT, 45);
    up();
    until(14);
    // In the evening of the first day, what remains of its budget; the next one begins at midnight.
    assertThat(arrivedOf(Lane.INSIGHT)).isEqualTo(18);
    assertThat(uplink.totals(now).spentToday()).isBetween(BUDGET * 9 / 10, BUDGET);
    assertThat(uplink.totals(now).waitsFor()).isEqualTo(Uplink.WaitsFor.BUDGET);
    until(16);
    assertThat(arrivedOf(Lane.INSIGHT)).isEqualTo(36);
    until(39);
    assertThat(arrivedOf(Lane.INSIGHT)).isEqualTo(36);
    until(40);
    assertThat(arrived).extracting(Frame.BlockPush::seqs).doesNotHaveDuplicates().hasSize(45);
    assertThat(held.get(Lane.INSIGHT)).isEmpty();
    assertNothingFailed();
  }

  @Test
  void alarmsAndLossRecordsGoWithoutABudgetAndCount() {
    up();
    produce(Lane.ALARM, 30);
    assertThat(arrivedOf(Lane.ALARM)).isEqualTo(30);
    long spent = uplink.totals(now).spentToday();
    assertThat(spent).isGreaterThan(30L * BLOCK_BYTES);
    SeqRanges gone = SeqRanges.of(new SeqRange(1, 10));
    produce(
        Lane.INSIGHT, 2, new LossRecord(Lane.INSIGHT, 1, gone, LossReason.DAMAGED, 0, new byte[9]));
    assertThat(losses).hasSize(1);
    assertThat(uplink.totals(now).spentToday()).isGreaterThan(spent);
    until(14);
    assertThat(arrivedOf(Lane.INSIGHT)).as("the budget is used up by alarms").isZero();
    until(16);
    assertThat(arrivedOf(Lane.INSIGHT)).isEqualTo(2);
  }

  @Test
  void aLaneThatWaitsIsNotLateAndAsksForNothingThatMayBeMerged() {
    up();
    int before = asked;
    for (int hour = 1; hour < 14; hour++) {
      until(hour);
      produce(Lane.INSIGHT, 1);
    }
    assertThat(asked).isEqualTo(before);
    until(14);
    assertThat(arrived).extracting(push -> push.seqs().first()).isSorted().hasSize(13);
    assertThat(arrived).allMatch(Frame.BlockPush::backfilled);
    produce(Lane.INSIGHT, 1);
    assertThat(arrived).last().matches(push -> !push.backfilled());
  }

  @Test
  void withMuchGatheredWhatIsNewGoesBesideIt() {
    up();
    produce(Lane.INSIGHT, 30);
    until(14);
    until(16);
    produce(Lane.INSIGHT, 1);
    assertThat(arrived).last().matches(push -> push.seqs().first() == 301 && !push.backfilled());
    assertThat(arrived).extracting(Frame.BlockPush::seqs).doesNotHaveDuplicates().hasSize(31);
  }

  @Test
  void whatIsNewGathersForAWhileAndAlarmsDoNot() {
    uplink = machine("day-budget = 10 MiB, gather = 5 minutes");
    produce(Lane.ALARM, 0);
    produce(Lane.INSIGHT, 0);
    up();
    produce(Lane.INSIGHT, 1);
    assertThat(arrivedOf(Lane.INSIGHT)).as("the first goes at once").isEqualTo(1);
    for (int i = 1; i < 30; i++) {
      now += 10_000_000_000L;
      produce(Lane.INSIGHT, 1);
      produce(Lane.ALARM, 1);
    }
    assertThat(arrivedOf(Lane.INSIGHT)).isEqualTo(1);
    assertThat(arrivedOf(Lane.ALARM)).isEqualTo(29);
    assertThat(uplink.wakeAtNanos()).isEqualTo(300_000_000_000L);
    now = uplink.wakeAtNanos();
    feed(new UplinkMachine.Wake());
    assertThat(arrivedOf(Lane.INSIGHT)).isEqualTo(30);
    assertThat(arrived).noneMatch(Frame.BlockPush::backfilled);
    assertNothingFailed();
  }

  @Test
  void whatIsSpentIsToldToBeWrittenDownSeldom() {
    produce(Lane.INSIGHT, 45);
    up();
    until(40);
    long writes = told.stream().filter(o -> o instanceof UplinkMachine.Remember).count();
    assertThat(writes).isBetween(8L, 12L);
  }
}
