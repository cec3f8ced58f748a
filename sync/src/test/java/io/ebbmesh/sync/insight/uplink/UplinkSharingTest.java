package io.ebbmesh.sync.insight.uplink;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.protocol.insight.SeqRange;
import io.ebbmesh.protocol.insight.SeqRanges;
import io.ebbmesh.protocol.session.Frame;
import io.ebbmesh.sync.insight.outbox.LaneReader.BlockRef;
import io.ebbmesh.sync.insight.outbox.LaneReader.HeldBlocks;
import io.ebbmesh.sync.insight.outbox.LaneReader.LaneHead;
import io.ebbmesh.sync.insight.uplink.UplinkMachine.Output;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Lanes and flows of a lane on one link, whose hub acknowledges when the test says so. */
class UplinkSharingTest {

  private static final int BLOCK_BYTES = 1_000;
  private static final long CREDIT = 16_000;
  private static final UplinkSettings SETTINGS =
      UplinkSettings.of(ConfigFactory.defaultReference());

  /** What a lane holds: blocks of ten insights. */
  private static final class Held {
    final TreeMap<Long, BlockRef> blocks = new TreeMap<>();
    SeqRanges acknowledged = SeqRanges.EMPTY;
    long nextSeq = 1;
    long revision;
  }

  private final Map<Lane, Held> held = new EnumMap<>(Lane.class);
  private final UplinkMachine uplink =
      new UplinkMachine(List.of(Lane.values()), SETTINGS, Metering.Spent.NOTHING);
  private final Deque<Frame.BlockPush> link = new ArrayDeque<>();
  private final List<Frame.BlockPush> arrived = new ArrayList<>();
  private long now = 1;

  UplinkSharingTest() {
    for (Lane lane : Lane.values()) {
      held.put(lane, new Held());
      tellHead(lane);
    }
  }

  private Held of(Lane lane) {
    Held found = held.get(lane);
    if (found == null) {
      throw new IllegalArgumentException(lane.id());
    }
    return found;
  }

  private void produce(Lane lane, int blocks) {
    Held to = of(lane);
    for (int i = 0; i < blocks; i++) {
      SeqRange seqs = new SeqRange(to.nextSeq, to.nextSeq + 9);
      to.blocks.put(seqs.first(), new BlockRef(seqs, seqs.last() / 10, BLOCK_BYTES));
      to.nextSeq += 10;
    }
    tellHead(lane);
  }

  private void tellHead(Lane lane) {
    Held from = of(lane);
    long bytes = (long) from.blocks.size() * BLOCK_BYTES;
    feed(
        new UplinkMachine.HeadIn(
            new LaneHead(
                lane,
                ++from.revision,
                from.nextSeq,
                from.acknowledged,
                List.of(),
                from.blocks.size(),
                bytes)));
  }

  private void up(Map<Lane, SeqRanges> cursors) {
    feed(new UplinkMachine.Up(new Frame.Welcome(1, cursors, 0, 1, List.of(), CREDIT, 15_000)));
  }

  private void feed(UplinkMachine.Input input) {
    for (Output output : uplink.on(now, input)) {
      if (output instanceof UplinkMachine.AskForBlocks ask) {
        List<BlockRef> next =
            of(ask.lane()).blocks.tailMap(ask.afterSeq(), false).values().stream()
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
        link.add(push);
      }
    }
  }

  /** The oldest block on the link reaches the hub, which acknowledges it at once. */
  private void deliver(int blocks) {
    for (int i = 0; i < blocks; i++) {
      Frame.BlockPush push = link.remove();
      now += 1_000_000;
      arrived.add(push);
      Held lane = of(push.lane());
      lane.blocks.remove(push.seqs().first());
      lane.acknowledged = lane.acknowledged.plus(push.seqs());
      feed(
          new UplinkMachine.FrameIn(
              new Frame.Ack(push.lane(), SeqRanges.of(push.seqs()), 0, BLOCK_BYTES)));
    }
  }

  private long arrivedOf(Lane lane) {
    return arrived.stream().filter(push -> push.lane() == lane).count();
  }

  private List<Long> firstsOf(Lane lane) {
    return arrived.stream()
        .filter(push -> push.lane() == lane)
        .map(push -> push.seqs().first())
        .toList();
  }

  @Test
  void lanesShareTheLinkByTheirWeights() {
    for (Lane lane : Lane.values()) {
      produce(lane, 200);
    }
    up(Map.of());
    deliver(300);
    assertThat(arrivedOf(Lane.ALARM)).isBetween(150L, 170L);
    assertThat(arrivedOf(Lane.INSIGHT)).isBetween(70L, 90L);
    assertThat(arrivedOf(Lane.AGGREGATE)).isBetween(34L, 46L);
    assertThat(arrivedOf(Lane.SAMPLE)).isBetween(15L, 25L);
  }

  @Test
  void aLoneAlarmIsTheNextBlockThoughTheLinkIsFull() {
    produce(Lane.INSIGHT, 200);
    produce(Lane.SAMPLE, 200);
    up(Map.of());
    deliver(50);
    Frame.BlockPush last = link.getLast();
    produce(Lane.ALARM, 1);
    assertThat(link.getLast()).isNotSameAs(last);
    assertThat(link.getLast().lane()).isEqualTo(Lane.ALARM);
  }

  @Test
  void aLaneThatWasIdleHasNoClaimToWhatTheOthersTookMeanwhile() {
    produce(Lane.INSIGHT, 300);
    up(Map.of());
    deliver(200);
    produce(Lane.AGGREGATE, 100);
    deliver(60);
    assertThat(arrivedOf(Lane.AGGREGATE)).isBetween(10L, 25L);
  }

  @Test
  void withABacklogWhatIsNewArrivesAtOnceAndTheRestFillsFromTheOldest() {
    produce(Lane.INSIGHT, 400);
    up(Map.of());
    deliver(10);
    produce(Lane.INSIGHT, 1);
    deliver(20);
    List<Long> firsts = firstsOf(Lane.INSIGHT);
    assertThat(firsts.subList(0, 10))
        .containsExactly(1L, 11L, 21L, 31L, 41L, 51L, 61L, 71L, 81L, 91L);
    assertThat(firsts).contains(4_001L);
    for (Frame.BlockPush push : arrived) {
      assertThat(push.backfilled()).isEqualTo(push.seqs().first() < 4_001);
    }
  }

  @Test
  void bothFlowsMeetAndEverythingArrivesOnce() {
    produce(Lane.INSIGHT, 300);
    up(Map.of());
    for (int i = 0; i < 100; i++) {
      produce(Lane.INSIGHT, 1);
      deliver(4);
    }
    assertThat(link).isEmpty();
    assertThat(firstsOf(Lane.INSIGHT)).doesNotHaveDuplicates().hasSize(400);
    produce(Lane.INSIGHT, 1);
    assertThat(link).hasSize(1);
    deliver(1);
    arrived.clear();
    produce(Lane.SAMPLE, 200);
    produce(Lane.INSIGHT, 200);
    deliver(100);
    // One flow with the whole weight of its lane again: 4 to 1.
    assertThat(arrivedOf(Lane.INSIGHT)).isGreaterThan(61);
  }

  @Test
  void aLittleIsSentInItsOrder() {
    produce(Lane.INSIGHT, 20);
    up(Map.of());
    produce(Lane.INSIGHT, 20);
    deliver(40);
    assertThat(firstsOf(Lane.INSIGHT)).isSorted().hasSize(40);
    assertThat(arrived.get(19).backfilled()).isTrue();
    assertThat(arrived.get(20).backfilled()).isFalse();
  }

  @Test
  void whenTheLinkIsTooSlowSendingGoesOnAtTheHeadAndFillsTheGapLater() {
    up(Map.of());
    for (int second = 0; second < 200; second++) {
      produce(Lane.INSIGHT, 10);
      now += 1_000_000_000L;
      deliver(Math.min(link.size(), 4));
    }
    long newest = firstsOf(Lane.INSIGHT).stream().mapToLong(first -> first).max().orElseThrow();
    assertThat(of(Lane.INSIGHT).nextSeq - newest).isLessThan(70 * 100);
    while (!link.isEmpty()) {
      deliver(1);
    }
    assertThat(firstsOf(Lane.INSIGHT)).doesNotHaveDuplicates().hasSize(2_000);
  }

  @Test
  void aHubWithAsManyGapsAsAllowedGetsThemClosedFirst() {
    produce(Lane.INSIGHT, 400);
    SeqRanges cursor = SeqRanges.EMPTY;
    for (int i = 0; i < SETTINGS.maxRanges(); i++) {
      cursor = cursor.plus(new SeqRange(20L * i + 11, 20L * i + 20));
    }
    up(Map.of(Lane.INSIGHT, cursor));
    produce(Lane.INSIGHT, 1);
    deliver(100);
    assertThat(firstsOf(Lane.INSIGHT)).isSorted().startsWith(1L, 21L).doesNotContain(4_001L);
  }
}
