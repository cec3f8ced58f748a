package io.ebbmesh.sync.insight.ingest;

import static io.ebbmesh.sync.insight.store.Samples.INCARNATION;
import static io.ebbmesh.sync.insight.store.Samples.LANE;
import static io.ebbmesh.sync.insight.store.Samples.NODE;
import static io.ebbmesh.sync.insight.store.Samples.ranges;
import static org.assertj.core.api.Assertions.assertThat;

import io.ebbmesh.protocol.block.BlockEncoder;
import io.ebbmesh.protocol.insight.Insight;
import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.protocol.insight.LossReason;
import io.ebbmesh.protocol.insight.LossRecord;
import io.ebbmesh.protocol.insight.SeqRange;
import io.ebbmesh.protocol.insight.SeqRanges;
import io.ebbmesh.protocol.session.Frame;
import io.ebbmesh.sync.clock.SeededChance;
import io.ebbmesh.sync.insight.store.InsightStore.Cursor;
import io.ebbmesh.sync.insight.store.InsightStore.LaneKey;
import io.ebbmesh.sync.insight.store.MemoryInsightStore;
import io.ebbmesh.sync.insight.store.Samples;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

class IngestMachineTest {

  private static final long SECOND = 1_000_000_000L;
  private static final long CREDIT = 100_000;

  private final BlockEncoder encoder = new BlockEncoder(1);
  private final MemoryInsightStore store = new MemoryInsightStore();
  private final List<Frame> sent = new ArrayList<>();
  private final IngestDriver ingest = session(Map.of());
  private long now = SECOND;

  private IngestDriver session(Map<Lane, SeqRanges> held) {
    return new IngestDriver(store, NODE, INCARNATION, held, CREDIT, new SeededChance(1), sent::add);
  }

  private Frame.BlockPush block(Lane lane, long first, long last) {
    for (long seq = first; seq <= last; seq++) {
      encoder.add(Samples.insight(seq));
    }
    return new Frame.BlockPush(
        lane, new SeqRange(first, last), encoder.encode(lane, first, Samples.BASE).bytes());
  }

  private Frame.BlockPush block(long first, long last) {
    return block(Lane.INSIGHT, first, last);
  }

  private static Frame.BlockPush damaged(Frame.BlockPush push) {
    byte[] bytes = push.block().clone();
    bytes[bytes.length / 2] ^= 1;
    return new Frame.BlockPush(push.lane(), push.seqs(), bytes);
  }

  /** As a program of a later version might write it: the first 32 bytes never change. */
  private static Frame.BlockPush tooNew(Frame.BlockPush push) {
    byte[] bytes = push.block().clone();
    bytes[4] = 99;
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, 12);
    crc.update(bytes, 16, bytes.length - 16);
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(12, (int) crc.getValue());
    return new Frame.BlockPush(push.lane(), push.seqs(), bytes);
  }

  private void push(Frame... frames) {
    for (Frame frame : frames) {
      ingest.frame(now, frame);
    }
  }

  private void decodeAll() {
    while (ingest.decode(now)) {}
  }

  private void answerAll() {
    while (ingest.answer(now)) {}
  }

  private static Frame.Ack ack(Frame.BlockPush push) {
    return new Frame.Ack(push.lane(), SeqRanges.of(push.seqs()), 0, push.block().length);
  }

  @Test
  void a_block_is_acknowledged_after_its_commit_and_not_before() {
    Frame.BlockPush push = block(1, 10);
    push(push);
    assertThat(store.waiting()).isZero();
    decodeAll();
    assertThat(store.waiting()).isEqualTo(1);
    answerAll();
    assertThat(sent).isEmpty();
    store.commit();
    answerAll();
    assertThat(sent).containsExactly(ack(push));
    assertThat(ingest.outstandingBytes()).isZero();
  }

  @Test
  void several_blocks_of_a_lane_are_under_way_and_keep_their_order() {
    Frame.BlockPush first = block(1, 5);
    Frame.BlockPush second = block(6, 9);
    Frame.BlockPush third = block(10, 30);
    push(first, second, third);
    decodeAll();
    assertThat(store.waiting()).isEqualTo(3);
    store.commit();
    answerAll();
    assertThat(sent).containsExactly(ack(first), ack(second), ack(third));
    assertThat(store.rows(LANE)).hasSize(30);
  }

  @Test
  void what_is_held_is_compared_acknowledged_and_not_stored_again() {
    push(block(1, 10));
    settle();
    sent.clear();
    IngestDriver next = session(Map.of(Lane.INSIGHT, ranges(1, 10)));
    Frame.BlockPush push = block(2, 10);
    next.frame(now, push);
    settle(next);
    assertThat(sent).containsExactly(ack(push));
    assertThat(next.troubles()).isEmpty();
    assertThat(store.rows(LANE)).hasSize(10);
  }

  @Test
  void another_insight_under_a_known_number_changes_nothing_and_is_reported() {
    push(block(1, 10));
    settle();
    sent.clear();
    Map<Long, Insight> before = Map.copyOf(store.rows(LANE));
    encoder.add(Samples.insight(5));
    encoder.add(Samples.insight(777));
    Frame.BlockPush other =
        new Frame.BlockPush(
            Lane.INSIGHT,
            new SeqRange(5, 6),
            encoder.encode(Lane.INSIGHT, 5, Samples.BASE).bytes());
    push(other);
    settle();
    assertThat(sent).containsExactly(ack(other));
    assertThat(ingest.troubles()).containsExactly(Trouble.CONFLICT);
    assertThat(store.rows(LANE)).isEqualTo(before);
  }

  @Test
  void neighbours_that_were_merged_over_what_is_held_store_only_the_rest() {
    push(block(1, 5), block(8, 9));
    settle();
    push(block(1, 12));
    settle();
    assertThat(store.rows(LANE)).hasSize(12);
    assertThat(ingest.troubles()).isEmpty();
  }

  @Test
  void a_lane_that_the_node_does_not_have_is_refused_and_the_others_go_on() {
    Frame.BlockPush wrong = block(Lane.SAMPLE, 1, 5);
    Frame.BlockPush right = block(1, 5);
    push(wrong, right);
    settle();
    assertThat(sent).hasSize(2).contains(ack(right));
    assertThat(sent.get(0))
        .isInstanceOfSatisfying(
            Frame.BlockRefused.class,
            refused -> {
              assertThat(refused.lane()).isEqualTo(Lane.SAMPLE);
              assertThat(refused.reason()).isEqualTo(Frame.RefusalReason.BAD_FRAME);
              assertThat(refused.message()).contains("not lane sample");
            });
    assertThat(ingest.troubles()).containsExactly(Trouble.WRONG_LANE);
    assertThat(ingest.outstandingBytes()).isZero();
  }

  @Test
  void numbers_from_the_future_are_refused_and_their_lane_waits_for_the_next_session() {
    long most = 100 + 61 * IngestDriver.SETTINGS.maxInsightsPerSecond();
    Frame.BlockPush alarm = block(Lane.ALARM, 1, 2);
    push(block(most - 5, most + 1), block(1, 5), alarm);
    settle();
    assertThat(sent).hasSize(2).contains(ack(alarm));
    assertThat(((Frame.BlockRefused) sent.get(0)).message()).contains("max-insights-per-second");
    assertThat(store.rows(LANE)).isEmpty();

    sent.clear();
    Frame.BlockPush last = block(most - 5, most);
    IngestDriver next = session(Map.of());
    next.frame(now, last);
    settle(next);
    assertThat(sent).containsExactly(ack(last));
  }

  @Test
  void a_loss_from_the_future_is_refused_like_a_block() {
    push(loss(1, ranges(5, 5, Long.MAX_VALUE - 1, Long.MAX_VALUE)));
    settle();
    assertThat(ingest.troubles()).containsExactly(Trouble.FROM_THE_FUTURE);
    assertThat(store.cursor(LANE)).isEqualTo(Cursor.EMPTY);
  }

  private static Frame.LossDeclared loss(long id, SeqRanges ranges) {
    return new Frame.LossDeclared(
        new LossRecord(Lane.INSIGHT, id, ranges, LossReason.QUOTA, 0, new byte[0]));
  }

  /** Until nothing is left to do. */
  private void settle() {
    settle(ingest);
  }

  private void settle(IngestDriver session) {
    boolean more = true;
    while (more) {
      store.commit();
      more = session.decode(now) || session.answer(now);
    }
  }

  @Test
  void a_repeated_block_waits_for_the_commit_of_the_first() {
    Frame.BlockPush push = block(1, 5);
    push(push, push);
    decodeAll();
    answerAll();
    assertThat(sent).isEmpty();
    store.commit();
    answerAll();
    assertThat(sent).containsExactly(ack(push), ack(push));
    assertThat(store.rows(LANE)).hasSize(5);
  }

  @Test
  void a_cursor_that_another_session_moved_is_learnt_and_planned_anew() {
    push(block(1, 5), block(6, 9));
    // The node's old session was still storing.
    store.apply(Samples.block(SeqRanges.EMPTY, 1, 3));
    store.commit();
    decodeAll();
    store.commit();
    answerAll();
    assertThat(sent).isEmpty();
    store.commit();
    answerAll();
    assertThat(sent).hasSize(2);
    assertThat(store.cursor(LANE).held()).isEqualTo(ranges(1, 9));
    assertThat(store.rows(LANE)).hasSize(9);
  }

  @Test
  void a_damaged_block_is_quarantined_with_its_bytes_and_the_lane_goes_on() {
    Frame.BlockPush bad = damaged(block(1, 5));
    Frame.BlockPush good = block(6, 7);
    push(bad, good);
    decodeAll();
    store.commit();
    answerAll();
    assertThat(sent).containsExactly(ack(bad), ack(good));
    assertThat(store.cursor(LANE).quarantined()).isEqualTo(ranges(1, 5));
    assertThat(store.quarantined(LANE).get(0).bytes()).isEqualTo(bad.block());
  }

  @Test
  void a_block_that_says_another_range_than_its_frame_is_damaged() {
    Frame.BlockPush push = block(1, 5);
    push(new Frame.BlockPush(Lane.INSIGHT, new SeqRange(2, 6), push.block()));
    decodeAll();
    store.commit();
    answerAll();
    assertThat(store.cursor(LANE).quarantined()).isEqualTo(ranges(2, 6));
    assertThat(store.quarantined(LANE).get(0).problem()).contains("1..5").contains("2..6");
  }

  @Test
  void a_block_that_is_too_new_stops_its_lane_alone_and_is_not_acknowledged() {
    Frame.BlockPush good = block(1, 5);
    Frame.BlockPush later = tooNew(block(6, 9));
    Frame.BlockPush alarm = block(Lane.ALARM, 1, 2);
    push(good, later, block(10, 11), alarm);
    decodeAll();
    store.commit();
    answerAll();
    assertThat(sent).contains(ack(good), ack(alarm)).hasSize(3);
    Frame.BlockRefused refused =
        (Frame.BlockRefused)
            sent.stream().filter(Frame.BlockRefused.class::isInstance).findFirst().orElseThrow();
    assertThat(refused.seqs()).isEqualTo(later.seqs());
    assertThat(refused.reason()).isEqualTo(Frame.RefusalReason.UPGRADE_HUB);
    assertThat(ingest.outstandingBytes()).isZero();
    push(block(10, 11));
    decodeAll();
    assertThat(store.waiting()).isZero();
    assertThat(store.cursor(LANE).held()).isEqualTo(ranges(1, 5));
  }

  @Test
  void a_loss_record_is_stored_and_acknowledged_by_its_number() {
    LossRecord loss =
        new LossRecord(Lane.INSIGHT, 17, ranges(1, 4), LossReason.QUOTA, 5, new byte[0]);
    push(new Frame.LossDeclared(loss), block(3, 8));
    decodeAll();
    store.commit();
    answerAll();
    assertThat(sent).first().isEqualTo(new Frame.Ack(Lane.INSIGHT, SeqRanges.EMPTY, 17, 0));
    assertThat(store.cursor(LANE).declaredLost()).isEqualTo(ranges(1, 4));
    assertThat(store.rows(LANE)).containsOnlyKeys(5L, 6L, 7L, 8L);
  }

  @Test
  void a_failing_store_stops_acknowledgements_and_not_the_session() {
    Frame.BlockPush first = block(1, 5);
    Frame.BlockPush second = block(6, 9);
    push(first, second);
    decodeAll();
    store.commitAndCrash();
    answerAll();
    assertThat(sent).isEmpty();
    assertThat(ingest.gaveUp()).isEmpty();
    // Nothing is tried before the wait is over; then the cursor says what became of it.
    ingest.wake(now);
    assertThat(store.waiting()).isZero();
    now += 40 * SECOND;
    ingest.wake(now);
    assertThat(store.waiting()).isEqualTo(1);
    settle();
    assertThat(sent).containsExactly(ack(first), ack(second));
    assertThat(ingest.troubles()).isEmpty();
    assertThat(store.rows(LANE)).hasSize(9);
  }

  @Test
  void what_a_crash_lost_is_stored_again_from_memory() {
    push(block(1, 5));
    decodeAll();
    store.crash();
    answerAll();
    for (int i = 0; i < 3; i++) {
      // Reading the cursors fails as well.
      now += 40 * SECOND;
      ingest.wake(now);
      store.crash();
      answerAll();
    }
    now += 40 * SECOND;
    ingest.wake(now);
    store.commit();
    answerAll();
    store.commit();
    answerAll();
    assertThat(sent).hasSize(1);
    assertThat(store.rows(LANE)).hasSize(5);
  }

  @Test
  void a_node_that_sends_beyond_its_credit_is_given_up() {
    Frame.BlockPush large =
        new Frame.BlockPush(Lane.INSIGHT, new SeqRange(1, 1), new byte[(int) CREDIT + 1]);
    push(large);
    assertThat(ingest.gaveUp()).isEmpty();
    push(block(2, 3));
    assertThat(ingest.gaveUp()).contains("credit of " + CREDIT);
  }

  @Test
  void a_block_may_not_name_more_numbers_than_a_block_holds() {
    push(new Frame.BlockPush(Lane.INSIGHT, new SeqRange(1, 100_000), new byte[100]));
    assertThat(ingest.gaveUp()).contains("more insights");
  }

  @Test
  void loss_records_that_wait_are_bounded() {
    for (int id = 1; id <= IngestDriver.SETTINGS.maxWaitingLosses() + 1; id++) {
      push(
          new Frame.LossDeclared(
              new LossRecord(
                  Lane.INSIGHT, id, ranges(id, id), LossReason.EXPIRED, 0, new byte[0])));
    }
    assertThat(ingest.gaveUp()).contains("max-waiting-losses");
  }

  @Test
  void decoded_insights_in_memory_are_bounded() {
    int perBlock = 10_000;
    IngestDriver wide =
        new IngestDriver(
            store, NODE, INCARNATION, Map.of(), 100_000_000, new SeededChance(1), sent::add);
    for (int i = 0; i < 8; i++) {
      wide.frame(now, block(i * (long) perBlock + 1, (i + 1) * (long) perBlock));
    }
    while (wide.decode(now)) {}
    assertThat(store.waiting()).isEqualTo(IngestDriver.SETTINGS.maxDecodedInsights() / perBlock);
    store.commit();
    while (wide.answer(now) || wide.decode(now)) {
      store.commit();
    }
    assertThat(store.rows(new LaneKey(NODE, INCARNATION, Lane.INSIGHT))).hasSize(8 * perBlock);
  }
}
