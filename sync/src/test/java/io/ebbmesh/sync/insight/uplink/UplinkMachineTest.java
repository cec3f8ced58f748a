package io.ebbmesh.sync.insight.uplink;

import static io.ebbmesh.sync.insight.store.Samples.ranges;
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
import io.ebbmesh.sync.insight.uplink.UplinkMachine.Acknowledge;
import io.ebbmesh.sync.insight.uplink.UplinkMachine.AskForBlocks;
import io.ebbmesh.sync.insight.uplink.UplinkMachine.BlockRead;
import io.ebbmesh.sync.insight.uplink.UplinkMachine.BlocksIn;
import io.ebbmesh.sync.insight.uplink.UplinkMachine.Down;
import io.ebbmesh.sync.insight.uplink.UplinkMachine.Forked;
import io.ebbmesh.sync.insight.uplink.UplinkMachine.FrameIn;
import io.ebbmesh.sync.insight.uplink.UplinkMachine.GiveUp;
import io.ebbmesh.sync.insight.uplink.UplinkMachine.HeadIn;
import io.ebbmesh.sync.insight.uplink.UplinkMachine.Output;
import io.ebbmesh.sync.insight.uplink.UplinkMachine.Read;
import io.ebbmesh.sync.insight.uplink.UplinkMachine.ReadOver;
import io.ebbmesh.sync.insight.uplink.UplinkMachine.Rehome;
import io.ebbmesh.sync.insight.uplink.UplinkMachine.ReportUnreadable;
import io.ebbmesh.sync.insight.uplink.UplinkMachine.Send;
import io.ebbmesh.sync.insight.uplink.UplinkMachine.Standing;
import io.ebbmesh.sync.insight.uplink.UplinkMachine.StartOver;
import io.ebbmesh.sync.insight.uplink.UplinkMachine.Up;
import io.ebbmesh.sync.insight.uplink.UplinkMachine.Wake;
import io.ebbmesh.sync.insight.uplink.UplinkMachine.Watch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class UplinkMachineTest {

  private static final long SECOND = 1_000_000_000L;
  private static final int BLOCK_BYTES = 100;
  private static final UplinkSettings SETTINGS =
      UplinkSettings.of(ConfigFactory.defaultReference());

  private final UplinkMachine uplink =
      new UplinkMachine(List.of(Lane.INSIGHT), SETTINGS, Metering.Spent.NOTHING);
  private long now = SECOND;
  private long revision;

  private List<Output> feed(UplinkMachine.Input input) {
    return uplink.on(now, input);
  }

  private LaneHead head(long nextSeq, LossRecord... losses) {
    return new LaneHead(
        Lane.INSIGHT, ++revision, nextSeq, SeqRanges.EMPTY, Arrays.asList(losses), 1, 1);
  }

  private static Up up(long creditBytes, SeqRanges cursor) {
    return new Up(
        new Frame.Welcome(1, Map.of(Lane.INSIGHT, cursor), 0, 1, List.of(), creditBytes, 15_000));
  }

  /** Block {@code n} holds ten insights and is event {@code n}. */
  private static BlockRef ref(int n) {
    return new BlockRef(new SeqRange(n * 10L - 9, n * 10L), n, BLOCK_BYTES);
  }

  private static BlocksIn blocks(long afterSeq, int first, int last) {
    List<BlockRef> refs = new ArrayList<>();
    for (int n = first; n <= last; n++) {
      refs.add(ref(n));
    }
    return new BlocksIn(new HeldBlocks(Lane.INSIGHT, afterSeq, refs));
  }

  private static Read read(long id, int... blocks) {
    return new Read(
        Lane.INSIGHT, id, Arrays.stream(blocks).mapToObj(UplinkMachineTest::ref).toList());
  }

  private static BlockRead given(long readId, int n) {
    return new BlockRead(Lane.INSIGHT, readId, n, new byte[BLOCK_BYTES]);
  }

  private static Frame.Ack ack(int n) {
    return new Frame.Ack(Lane.INSIGHT, SeqRanges.of(ref(n).seqs()), 0, BLOCK_BYTES);
  }

  private static List<SeqRange> pushed(List<Output> out) {
    List<SeqRange> pushed = new ArrayList<>();
    for (Output output : out) {
      if (output instanceof Send send && send.frame() instanceof Frame.BlockPush push) {
        pushed.add(push.seqs());
      }
    }
    return pushed;
  }

  @Test
  void the_session_learns_the_heads_and_the_lane_is_watched_again() {
    assertThat(uplink.start())
        .containsExactly(new StartOver(Lane.INSIGHT), new Watch(Lane.INSIGHT, -1));
    assertThat(feed(new HeadIn(head(8))))
        .containsExactly(new Watch(Lane.INSIGHT, 1), new Standing(Map.of(Lane.INSIGHT, 7L)));
  }

  @Test
  void a_session_starts_from_the_oldest_block_and_tells_the_lane_what_the_hub_holds() {
    feed(new HeadIn(head(101)));
    assertThat(feed(up(1_000, ranges(1, 20))))
        .startsWith(new Acknowledge(Lane.INSIGHT, ranges(1, 20), 0))
        .last()
        .isEqualTo(
            new AskForBlocks(Lane.INSIGHT, 0, SETTINGS.maxReadBlocks(), SETTINGS.maxReadBytes()));
    // Of what is named, only what the hub does not hold is read.
    assertThat(feed(blocks(0, 1, 4))).contains(read(1, 3, 4));
  }

  @Test
  void no_more_than_the_credit_is_under_way() {
    feed(new HeadIn(head(101)));
    feed(up(250, SeqRanges.EMPTY));
    assertThat(feed(blocks(0, 1, 10))).contains(read(1, 1, 2));
    assertThat(pushed(feed(given(1, 1)))).containsExactly(ref(1).seqs());
    assertThat(pushed(feed(given(1, 2)))).containsExactly(ref(2).seqs());
    assertThat(feed(new ReadOver(Lane.INSIGHT, 1, true))).isEmpty();
    assertThat(uplink.totals(1).bytesInFlight()).isEqualTo(200);
    assertThat(feed(new FrameIn(ack(1))))
        .containsExactly(new Acknowledge(Lane.INSIGHT, SeqRanges.of(ref(1).seqs()), 0), read(2, 3));
  }

  @Test
  void a_block_above_the_credit_goes_alone() {
    feed(new HeadIn(head(101)));
    feed(up(50, SeqRanges.EMPTY));
    assertThat(feed(blocks(0, 1, 10))).contains(read(1, 1));
    assertThat(pushed(feed(given(1, 1)))).hasSize(1);
    assertThat(feed(new FrameIn(ack(1)))).contains(read(2, 2));
  }

  @Test
  void what_was_not_acknowledged_is_sent_again_in_the_next_session() {
    feed(new HeadIn(head(31)));
    feed(up(1_000, SeqRanges.EMPTY));
    feed(blocks(0, 1, 3));
    feed(given(1, 1));
    feed(given(1, 2));
    feed(new FrameIn(ack(1)));
    feed(new Down());
    assertThat(feed(given(1, 3))).isEmpty();
    feed(up(1_000, ranges(1, 10)));
    assertThat(feed(blocks(0, 1, 3))).contains(read(2, 2, 3));
    // What the old reading still gives is not sent twice.
    assertThat(feed(given(1, 2))).noneMatch(Send.class::isInstance);
    assertThat(pushed(feed(given(2, 2)))).containsExactly(ref(2).seqs());
  }

  @Test
  void loss_records_go_before_blocks_and_again_until_they_are_held() {
    LossRecord loss =
        new LossRecord(Lane.INSIGHT, 4, ranges(1, 10), LossReason.DAMAGED, 0, new byte[0]);
    feed(new HeadIn(head(31, loss)));
    List<Output> out = feed(up(1_000, SeqRanges.EMPTY));
    assertThat(out).first().isEqualTo(new Send(new Frame.LossDeclared(loss)));
    feed(new Down());
    assertThat(feed(up(1_000, SeqRanges.EMPTY))).contains(new Send(new Frame.LossDeclared(loss)));
    feed(new FrameIn(new Frame.Ack(Lane.INSIGHT, SeqRanges.EMPTY, 4, 0)));
    assertThat(feed(new HeadIn(head(31, loss)))).noneMatch(Send.class::isInstance);
  }

  @Test
  void loss_records_under_way_are_bounded_and_blocks_wait_for_the_rest() {
    LossRecord[] losses = new LossRecord[SETTINGS.maxLossesInFlight() + 1];
    for (int i = 0; i < losses.length; i++) {
      losses[i] =
          new LossRecord(
              Lane.INSIGHT, i + 1, ranges(i + 1, i + 1), LossReason.EXPIRED, 0, new byte[0]);
    }
    feed(new HeadIn(head(101, losses)));
    List<Output> out = feed(up(1_000, SeqRanges.EMPTY));
    assertThat(out).hasSize(SETTINGS.maxLossesInFlight()).allMatch(Send.class::isInstance);
    out = feed(new FrameIn(new Frame.Ack(Lane.INSIGHT, SeqRanges.EMPTY, 1, 0)));
    assertThat(out).contains(new Send(new Frame.LossDeclared(losses[losses.length - 1])));
    assertThat(out).last().isInstanceOf(AskForBlocks.class);
  }

  @Test
  void a_refused_block_stops_its_lane_until_the_next_session_and_gives_its_credit_back() {
    feed(new HeadIn(head(31)));
    feed(up(1_000, SeqRanges.EMPTY));
    feed(blocks(0, 1, 3));
    feed(given(1, 1));
    feed(
        new FrameIn(
            new Frame.BlockRefused(
                Lane.INSIGHT, ref(1).seqs(), Frame.RefusalReason.UPGRADE_HUB, "version 9")));
    assertThat(uplink.totals(1).bytesInFlight()).isZero();
    assertThat(feed(given(1, 2))).isEmpty();
    assertThat(feed(new HeadIn(head(41)))).containsExactly(new Watch(Lane.INSIGHT, 2));
    feed(new Down());
    assertThat(feed(up(1_000, SeqRanges.EMPTY))).last().isInstanceOf(AskForBlocks.class);
  }

  @Test
  void a_block_that_the_journal_does_not_give_is_reported_and_looked_for_later() {
    feed(new HeadIn(head(31)));
    feed(up(1_000, SeqRanges.EMPTY));
    feed(blocks(0, 1, 3));
    feed(given(1, 1));
    feed(given(1, 3));
    assertThat(feed(new ReadOver(Lane.INSIGHT, 1, true)))
        .containsExactly(new ReportUnreadable(Lane.INSIGHT, ref(2)));
    assertThat(uplink.totals(1).bytesInFlight()).isEqualTo(200);
    assertThat(uplink.wakeAtNanos()).isEqualTo(now + SETTINGS.retryDelayNanos());
    now = uplink.wakeAtNanos();
    assertThat(feed(new Wake()))
        .containsExactly(
            new AskForBlocks(Lane.INSIGHT, 10, SETTINGS.maxReadBlocks(), SETTINGS.maxReadBytes()));
  }

  @Test
  void a_wait_that_is_over_wakes_nobody_again_while_the_lane_waits_for_its_losses() {
    feed(new HeadIn(head(31)));
    feed(up(1_000, SeqRanges.EMPTY));
    feed(blocks(0, 1, 3));
    feed(new ReadOver(Lane.INSIGHT, 1, false));
    LossRecord[] losses = new LossRecord[SETTINGS.maxLossesInFlight() + 1];
    for (int i = 0; i < losses.length; i++) {
      losses[i] =
          new LossRecord(Lane.INSIGHT, i + 1, ranges(1, 1), LossReason.EXPIRED, 0, new byte[0]);
    }
    feed(new HeadIn(head(31, losses)));
    now = uplink.wakeAtNanos();
    feed(new Wake());
    assertThat(uplink.wakeAtNanos()).isGreaterThan(now);
  }

  @Test
  void a_reading_that_failed_is_no_loss() {
    feed(new HeadIn(head(31)));
    feed(up(1_000, SeqRanges.EMPTY));
    feed(blocks(0, 1, 3));
    assertThat(feed(new ReadOver(Lane.INSIGHT, 1, false))).isEmpty();
    now = uplink.wakeAtNanos();
    assertThat(feed(new Wake())).first().isInstanceOf(AskForBlocks.class);
  }

  @Test
  void blocks_that_are_in_flight_are_not_sent_again_after_a_failed_reading() {
    feed(new HeadIn(head(31)));
    feed(up(1_000, SeqRanges.EMPTY));
    feed(blocks(0, 1, 3));
    feed(given(1, 2));
    feed(new ReadOver(Lane.INSIGHT, 1, false));
    now = uplink.wakeAtNanos();
    feed(new Wake());
    // Block 2 is named once more, because block 1 before it was not given.
    assertThat(feed(blocks(0, 1, 3))).contains(read(2, 1, 3));
  }

  @Test
  void no_acknowledgement_within_the_deadline_gives_the_session_up() {
    feed(new HeadIn(head(31)));
    feed(up(1_000, SeqRanges.EMPTY));
    feed(blocks(0, 1, 3));
    now += 500 * SECOND;
    assertThat(feed(new Wake())).isEmpty();
    feed(given(1, 1));
    now += SETTINGS.progressDeadlineNanos(BLOCK_BYTES) - 1;
    assertThat(feed(new Wake())).isEmpty();
    now += 1;
    assertThat(feed(new Wake())).hasSize(1).first().isInstanceOf(GiveUp.class);
  }

  @Test
  void a_hub_that_says_that_its_store_is_away_is_waited_for_and_left_when_it_says_so_no_more() {
    feed(new HeadIn(head(31)));
    feed(up(1_000, SeqRanges.EMPTY));
    feed(blocks(0, 1, 3));
    feed(given(1, 1));
    BootTime time = new BootTime(new UUID(7, 7), 1, 1, ClockQuality.CARRIED);
    for (int i = 0; i < 40; i++) {
      now += 15 * SECOND;
      feed(new FrameIn(new Frame.Heartbeat(time, true)));
      assertThat(feed(new Wake())).isEmpty();
    }
    feed(new FrameIn(new Frame.Heartbeat(time, false)));
    now += SETTINGS.progressDeadlineNanos(BLOCK_BYTES);
    assertThat(feed(new Wake())).hasSize(1).first().isInstanceOf(GiveUp.class);
  }

  @Test
  void an_answer_that_waited_for_the_store_does_not_make_the_window_smaller() {
    feed(new HeadIn(head(2_001)));
    feed(up(1_000_000, SeqRanges.EMPTY));
    feed(blocks(0, 1, 3));
    feed(given(1, 1));
    now += SECOND / 100;
    feed(new FrameIn(ack(1)));
    feed(given(1, 2));
    now += 600 * SECOND;
    feed(
        new FrameIn(
            new Frame.Heartbeat(new BootTime(new UUID(7, 7), 1, 1, ClockQuality.CARRIED), true)));
    long before = uplink.windowBytes();
    now += SECOND;
    feed(new FrameIn(ack(2)));
    assertThat(uplink.windowBytes()).isEqualTo(before);
  }

  @Test
  void a_long_block_may_take_as_long_as_on_the_slowest_link() {
    int bytes = 1 << 20;
    BlockRef block = new BlockRef(new SeqRange(1, 10), 1, bytes);
    feed(new HeadIn(head(11)));
    feed(up(bytes, SeqRanges.EMPTY));
    feed(new BlocksIn(new HeldBlocks(Lane.INSIGHT, 0, List.of(block))));
    feed(new BlockRead(Lane.INSIGHT, 1, 1, new byte[bytes]));
    long onItsWay = bytes * SECOND / SETTINGS.slowestLinkBytes();
    now += SETTINGS.progressDeadlineNanos() + onItsWay - 1;
    assertThat(feed(new Wake())).isEmpty();
    now += 1;
    assertThat(feed(new Wake())).hasSize(1).first().isInstanceOf(GiveUp.class);
  }

  @Test
  void totals_count_what_was_sent_and_what_was_acknowledged() {
    feed(new HeadIn(head(31)));
    feed(up(1_000, SeqRanges.EMPTY));
    feed(blocks(0, 1, 3));
    feed(given(1, 1));
    feed(given(1, 2));
    feed(new FrameIn(ack(1)));
    assertThat(uplink.totals(1))
        .isEqualTo(new Uplink.Totals(2, 20, 200, 10, 100, 0, 200, 0, Uplink.WaitsFor.NOTHING));
  }

  @Test
  void lanes_take_turns() {
    UplinkMachine both =
        new UplinkMachine(List.of(Lane.ALARM, Lane.INSIGHT), SETTINGS, Metering.Spent.NOTHING);
    for (Lane lane : List.of(Lane.ALARM, Lane.INSIGHT)) {
      both.on(now, new HeadIn(new LaneHead(lane, 1, 1_001, SeqRanges.EMPTY, List.of(), 9, 9)));
    }
    both.on(now, new Up(new Frame.Welcome(1, Map.of(), 0, 1, List.of(), 100, 15_000)));
    List<Lane> order = new ArrayList<>();
    List<Output> out = new ArrayList<>();
    for (Lane lane : List.of(Lane.ALARM, Lane.INSIGHT)) {
      List<BlockRef> refs = new ArrayList<>();
      for (int n = 1; n <= 20; n++) {
        refs.add(ref(n));
      }
      out.addAll(both.on(now, new BlocksIn(new HeldBlocks(lane, 0, refs))));
    }
    for (int i = 0; i < 10; i++) {
      Read read = (Read) out.stream().filter(Read.class::isInstance).findFirst().orElseThrow();
      order.add(read.lane());
      out.clear();
      BlockRef ref = read.blocks().get(0);
      both.on(now, new BlockRead(read.lane(), read.readId(), ref.eventNr(), new byte[100]));
      out.addAll(
          both.on(
              now,
              new FrameIn(new Frame.Ack(read.lane(), SeqRanges.of(ref.seqs()), 0, BLOCK_BYTES))));
    }
    assertThat(order).contains(Lane.ALARM, Lane.INSIGHT);
    assertThat(order.stream().filter(Lane.ALARM::equals).count()).isBetween(3L, 7L);
  }

  @Test
  void a_copy_parts_where_the_hub_says_but_keeps_what_was_acknowledged_and_gives_up_no_number() {
    feed(new HeadIn(head(41)));
    feed(up(1_000, ranges(1, 10)));
    feed(new Down());
    assertThat(forkPoint(Map.of(Lane.INSIGHT, 21L))).isEqualTo(21);
    // The hub knows no further back than what it acknowledged, whatever it says.
    assertThat(forkPoint(Map.of(Lane.INSIGHT, 5L))).isEqualTo(11);
    // It may know more of the other store than this one ever had.
    assertThat(forkPoint(Map.of(Lane.INSIGHT, 90L))).isEqualTo(41);
    // The other store never wrote to the lane: all is shared.
    assertThat(forkPoint(Map.of())).isEqualTo(41);
  }

  private long forkPoint(Map<Lane, Long> told) {
    List<Output> out = feed(new Forked(told));
    assertThat(out).hasSize(1);
    return ((Rehome) out.get(0)).forkPoints().get(Lane.INSIGHT);
  }

  @Test
  void a_copy_whose_gap_was_not_acknowledged_parts_before_it() {
    feed(new HeadIn(head(41)));
    feed(up(1_000, ranges(1, 10).plus(new SeqRange(31, 40))));
    assertThat(forkPoint(Map.of(Lane.INSIGHT, 5L))).isEqualTo(11);
  }
}
