package io.ebbmesh.sync.insight.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ebbmesh.protocol.block.BlockEncoder;
import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.protocol.insight.LossReason;
import io.ebbmesh.protocol.insight.LossRecord;
import io.ebbmesh.protocol.insight.SeqRange;
import io.ebbmesh.protocol.insight.SeqRanges;
import io.ebbmesh.protocol.time.BootTime;
import io.ebbmesh.protocol.time.ClockQuality;
import io.ebbmesh.sync.insight.outbox.LaneEvent.Acknowledged;
import io.ebbmesh.sync.insight.outbox.LaneEvent.BlockAppended;
import io.ebbmesh.sync.insight.outbox.LaneEvent.BlocksMerged;
import io.ebbmesh.sync.insight.outbox.LaneEvent.RangeDeclaredLost;
import io.ebbmesh.sync.insight.outbox.LaneEvent.SourceHead;
import io.ebbmesh.sync.insight.outbox.LaneReader.BlockRef;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LaneStateTest {

  private static final int SOURCES = 3;

  private final LaneState state = LaneState.empty(SOURCES);
  private long eventNr;

  private void apply(LaneEvent event) {
    state.apply(++eventNr, event);
  }

  private static BlockAppended block(long first, long last, SourceHead... heads) {
    return new BlockAppended(new SeqRange(first, last), new byte[10], List.of(heads));
  }

  private static SeqRanges ranges(long... firstsAndLasts) {
    SeqRanges all = SeqRanges.EMPTY;
    for (int i = 0; i < firstsAndLasts.length; i += 2) {
      all = all.plus(new SeqRange(firstsAndLasts[i], firstsAndLasts[i + 1]));
    }
    return all;
  }

  private List<SeqRange> held() {
    return state.blocks().after(0, 1_000, Long.MAX_VALUE, SeqRanges.EMPTY).stream()
        .map(BlockRef::seqs)
        .toList();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 20261124, -1})
  void everyNumberIsHeldAcknowledgedOrLostAfterAnyEvents(long seed) {
    RandomLane lane = new RandomLane(seed, SOURCES);
    for (int step = 0; step < 400; step++) {
      lane.step();
      lane.check();
    }
  }

  @Test
  void theBooksCountWhatIsLostApartFromWhatIsPending() {
    apply(block(1, 10));
    apply(new Acknowledged(ranges(1, 4), 0));
    apply(
        new RangeDeclaredLost(
            new LossRecord(
                Lane.INSIGHT, 1, ranges(3, 5, 11, 12), LossReason.DAMAGED, 0, new byte[0])));
    assertThat(state.books(Lane.INSIGHT))
        .isEqualTo(new LaneReader.LaneBooks(Lane.INSIGHT, 12, 4, 3, 5, 1, 10, 1));
  }

  @Test
  void aBlockStaysUntilAllOfItIsAcknowledged() {
    apply(block(1, 10));
    apply(new Acknowledged(ranges(1, 4, 6, 10), 0));
    assertThat(held()).containsExactly(new SeqRange(1, 10));
    apply(new Acknowledged(ranges(5, 5), 0));
    assertThat(held()).isEmpty();
    assertThat(state.acknowledged()).isEqualTo(ranges(1, 10));
  }

  @Test
  void anAcknowledgementOfWhatWasLostOrNeverWrittenCountsOnlyTheRest() {
    apply(block(1, 10));
    apply(Losses.damaged(Lane.INSIGHT, 2, ranges(1, 10), 0));
    apply(block(11, 20));
    apply(new Acknowledged(ranges(1, 50), 2));
    assertThat(state.lost()).isEqualTo(ranges(1, 10));
    assertThat(state.acknowledged()).isEqualTo(ranges(11, 20));
    assertThat(state.unacknowledgedLosses()).isEmpty();
    assertThat(state.missing().isEmpty()).isTrue();
  }

  private void lose(int id, LossReason reason, SeqRanges ranges, byte... sketch) {
    apply(
        new RangeDeclaredLost(new LossRecord(Lane.INSIGHT, id, ranges, reason, 0, sketch.clone())));
  }

  @Test
  void aLossRecordTakesThePlaceOfThoseThatSayNothingMore() {
    apply(block(1, 40));
    lose(2, LossReason.QUOTA, ranges(1, 5), (byte) 1);
    lose(3, LossReason.QUOTA, ranges(6, 10));
    lose(4, LossReason.FOLDED, ranges(11, 12));
    lose(5, LossReason.QUOTA, ranges(13, 15));
    lose(6, LossReason.QUOTA, ranges(1, 10, 16, 20));
    assertThat(state.unacknowledgedLosses())
        .extracting(LossRecord::id)
        .containsExactly(2L, 4L, 5L, 6L);
    assertThat(state.lost()).isEqualTo(ranges(1, 20));
  }

  @Test
  void whatIsAcknowledgedCannotBeLostAnyMore() {
    apply(block(1, 10));
    apply(new Acknowledged(ranges(1, 5), 0));
    apply(Losses.damaged(Lane.INSIGHT, 3, ranges(1, 10), 0));
    assertThat(state.acknowledged()).isEqualTo(ranges(1, 5));
    assertThat(state.lost()).isEqualTo(ranges(6, 10));
    assertThat(held()).isEmpty();
  }

  @Test
  void aDamagedEventLeavesAHoleThatIsNamed() {
    apply(block(1, 10));
    eventNr++;
    apply(block(21, 30));
    assertThat(state.missing()).isEqualTo(ranges(11, 20));
    List<LaneEvent> declared = Losses.declarations(Lane.INSIGHT, state, eventNr, 0, 7);
    assertThat(declared).hasSize(1);
    apply(declared.get(0));
    assertThat(state.missing().isEmpty()).isTrue();
    assertThat(state.unacknowledgedLosses().get(0).id()).isEqualTo(eventNr);
  }

  @Test
  void unreadableEventsAtTheEndBurnAsManyNumbersAsTheyMayHaveHad() {
    apply(block(1, 10));
    long burnt = Losses.burnt(state, eventNr + 2, 5);
    assertThat(burnt).isEqualTo(20);
    List<LaneEvent> declared = Losses.declarations(Lane.INSIGHT, state, eventNr + 2, burnt, 7);
    eventNr += 2;
    apply(declared.get(0));
    assertThat(((RangeDeclaredLost) declared.get(0)).loss().ranges()).isEqualTo(ranges(11, 30));
    assertThat(state.nextSeq()).isEqualTo(31);
  }

  @Test
  void anUnreadableEventBurnsNumbersUntilAnotherSaysWhereTheyWentOn() {
    apply(block(1, 10));
    eventNr++;
    apply(new Acknowledged(ranges(1, 5), 0));
    assertThat(Losses.burnt(state, eventNr, 10)).isEqualTo(10);
    apply(Losses.declarations(Lane.INSIGHT, state, eventNr, 10, 7).get(0));
    assertThat(state.lost()).isEqualTo(ranges(11, 20));
    assertThat(Losses.burnt(state, eventNr, 10)).isZero();
    eventNr++;
    apply(new Acknowledged(ranges(6, 10), 0));
    apply(block(31, 40));
    assertThat(Losses.burnt(state, eventNr, 10)).isZero();
    assertThat(state.missing()).isEqualTo(ranges(21, 30));
  }

  @Test
  void aBlockThatReusesNumbersIsRefused() {
    apply(block(1, 10));
    assertThatThrownBy(() -> apply(block(10, 12)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("10..12");
  }

  @Test
  void oneBlockTakesThePlaceOfItsNeighbours() {
    apply(block(1, 2));
    apply(block(3, 4));
    apply(block(5, 6));
    apply(block(7, 8));
    apply(new BlocksMerged(new SeqRange(3, 6), new byte[15]));
    assertThat(held()).containsExactly(new SeqRange(1, 2), new SeqRange(3, 6), new SeqRange(7, 8));
    assertThat(state.heldBytes()).isEqualTo(35);
    assertThat(state.blocks().after(2, 1, 1, SeqRanges.EMPTY).get(0).eventNr()).isEqualTo(5);
    assertThatThrownBy(() -> apply(new BlocksMerged(new SeqRange(2, 8), new byte[15])))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("cuts a block");
  }

  @Test
  void theLeastRecentlyUsedSourceIsForgottenAtTheLimit() {
    apply(block(1, 3, head("a", 1, 1), head("b", 1, 2), head("c", 1, 3)));
    apply(block(4, 5, head("a", 2, 4), head("d", 1, 5)));
    assertThat(state.sources().copy())
        .containsExactly(head("c", 1, 3), head("a", 2, 4), head("d", 1, 5));
    assertThat(state.sources().of("b")).isNull();
  }

  private static SourceHead head(String source, long position, long seq) {
    return new SourceHead(source, position, seq);
  }

  @Test
  void onlyEventsThatHoldNothingMayBeDeleted() {
    apply(block(1, 2));
    apply(block(3, 4));
    apply(block(5, 6));
    apply(Losses.damaged(Lane.INSIGHT, 4, ranges(3, 4), 0));
    apply(new Acknowledged(ranges(1, 2), 0));
    apply(state.trimmed());
    assertThat(state.deletable(state.trimFloor())).isEqualTo(ranges(1, 2, 4, 5));
  }

  @Test
  void aMergedBlockSaysWhatItsPartsSaidWhenTheseCannotBeReadAnyMore() {
    apply(block(1, 2));
    eventNr += 4;
    apply(new BlocksMerged(new SeqRange(3, 9), new byte[15]));
    apply(block(10, 11));
    assertThat(held())
        .containsExactly(new SeqRange(1, 2), new SeqRange(3, 9), new SeqRange(10, 11));
    assertThat(state.missing().isEmpty()).isTrue();
    assertThat(state.largestBlock()).isEqualTo(2);
  }

  @Test
  void aMergedBlockTellsThePositionsOfPartsThatCannotBeReadAnyMore() {
    BootTime base = new BootTime(new UUID(1, 2), 0, 0, ClockQuality.LOWER_BOUND);
    BlockEncoder encoder = new BlockEncoder(1);
    for (long position = 11; position <= 14; position++) {
      encoder.add(Samples.insight("a", position));
    }
    byte[] merged = encoder.encode(Lane.INSIGHT, 1, base).bytes();
    apply(block(1, 2, head("a", 12, 2)));
    eventNr++;
    apply(new BlocksMerged(new SeqRange(1, 4), merged));
    apply(block(5, 6));
    assertThat(state.sources().of("a")).isEqualTo(head("a", 14, 4));
  }

  @Test
  void mergingGivesTheRoomOfTheSmallBlocksBack() {
    for (int i = 1; i <= 9; i++) {
      apply(block(i, i));
    }
    apply(new BlocksMerged(new SeqRange(1, 9), new byte[15]));
    assertThat(state.releasedBytes()).isEqualTo(90);
    assertThat(state.blocks().after(0, 10, 1_000, SeqRanges.EMPTY)).hasSize(1);
    apply(new Acknowledged(ranges(1, 9), 0));
    assertThat(state.heldBytes()).isZero();
  }

  @Test
  void recoveryWithoutAnyOldEventNeedsOnlyTheTrim() {
    apply(block(1, 2));
    apply(block(3, 4));
    apply(new Acknowledged(ranges(1, 2), 0));
    apply(Losses.damaged(Lane.INSIGHT, 4, ranges(5, 6), 0));
    LaneState recovered = LaneState.empty(SOURCES);
    recovered.apply(2, block(3, 4));
    recovered.apply(5, state.trimmed());
    assertThat(recovered.missing().isEmpty()).isTrue();
    assertThat(recovered.unacknowledgedLosses()).isEqualTo(state.unacknowledgedLosses());
    assertThat(recovered.nextSeq()).isEqualTo(7);
    assertThat(recovered.totals()).isEqualTo(state.totals());
  }

  @Test
  void blocksAreNamedAWindowAtATime() {
    for (int i = 0; i < 10; i++) {
      apply(block(2 * i + 1, 2 * i + 2));
    }
    assertThat(state.blocks().after(0, 3, Long.MAX_VALUE, SeqRanges.EMPTY)).hasSize(3);
    assertThat(state.blocks().after(4, 100, 25, SeqRanges.EMPTY))
        .extracting(BlockRef::seqs)
        .containsExactly(new SeqRange(5, 6), new SeqRange(7, 8));
    assertThat(state.blocks().after(0, 1, 1, SeqRanges.EMPTY)).hasSize(1);
    assertThat(state.blocks().after(16, 100, 1_000, ranges(17, 18)))
        .extracting(BlockRef::seqs)
        .containsExactly(new SeqRange(19, 20));
  }
}
