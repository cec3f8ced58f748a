package io.ebbmesh.sim.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.protocol.insight.SeqRange;
import io.ebbmesh.protocol.insight.SeqRanges;
import io.ebbmesh.sim.process.LaneSeq;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class CrashBooksTest {

  private static final CrashBooks.Held NOTHING = CrashBooks.Held.NOTHING;

  private final Map<String, LaneSeq> accepted =
      new TreeMap<>(Map.of("a", new LaneSeq(Lane.ALARM, 1), "b", new LaneSeq(Lane.ALARM, 2)));
  private final Set<String> posted = Set.of("a", "b", "c");

  @Test
  void whatWasAcceptedAndIsStoredOnceIsGood() {
    CrashBooks books = books(List.of(row("a"), row("b")), NOTHING);

    assertThat(books.good()).isTrue();
    assertThat(books.produced()).isEqualTo(2);
    assertThat(books.stored()).isEqualTo(2);
  }

  @Test
  void whatIsStoredWithoutItsProducerHavingHeardItWasProducedToo() {
    CrashBooks books = books(List.of(row("a"), row("b"), row("c")), NOTHING);

    assertThat(books.good()).isTrue();
    assertThat(books.accepted()).isEqualTo(2);
    assertThat(books.produced()).isEqualTo(3);
  }

  @Test
  void whatWasAcceptedAndIsNowhereIsLostAndDoesNotBalance() {
    CrashBooks books = books(List.of(row("a"), row("c")), NOTHING);

    assertThat(books.acceptedButLost()).isEqualTo(1);
    assertThat(books.lostKeys()).containsExactly("b");
    assertThat(books.balanced()).isFalse();
  }

  @Test
  void whatWasAcceptedAndDeclaredLostBalancesAndIsStillABrokenPromise() {
    CrashBooks books = books(List.of(row("a")), lost(2, 5));

    assertThat(books.balanced()).isTrue();
    assertThat(books.declaredLost()).isEqualTo(1);
    assertThat(books.burnt()).isEqualTo(3);
    assertThat(books.acceptedButLost()).isEqualTo(1);
    assertThat(books.good()).isFalse();
  }

  @Test
  void numbersThatATornTailMayHaveHadStandApart() {
    CrashBooks books = books(List.of(row("a"), row("b")), lost(3, 1_002));

    assertThat(books.good()).isTrue();
    assertThat(books.declaredLost()).isZero();
    assertThat(books.burnt()).isEqualTo(1_000);
  }

  @Test
  void whatIsPendingOrQuarantinedIsNotLost() {
    CrashBooks books = books(List.of(), held(ranges(1, 1), SeqRanges.EMPTY, ranges(2, 2)));

    assertThat(books.quarantined()).isEqualTo(1);
    assertThat(books.pending()).isEqualTo(1);
    assertThat(books.good()).isTrue();
  }

  @Test
  void aRowWithTheSourceOfAnotherIsADuplicate() {
    CrashBooks books = books(List.of(row("a"), row("b"), row("a")), NOTHING);

    assertThat(books.duplicates()).isEqualTo(1);
    assertThat(books.stored()).isEqualTo(2);
    assertThat(books.good()).isFalse();
  }

  @Test
  void aRowThatNobodyPostedDoesNotBalance() {
    assertThat(books(List.of(row("a"), row("b"), row("x")), NOTHING).balanced()).isFalse();
    assertThat(
            books(List.of(row("a"), row("b"), new CrashBooks.Row("csv/c", 1, 0)), NOTHING)
                .balanced())
        .isFalse();
  }

  @Test
  void aLaneAtTheHubThatDoesNotBalanceIsNotGood() {
    var held = new CrashBooks.Held(false, Map.of());

    assertThat(books(List.of(row("a"), row("b")), held).good()).isFalse();
  }

  @Test
  void whatAggregatesStandForIsNotLost() {
    CrashBooks books = books(List.of(row("a"), fold(1, 3), fold(2, 1)), folded(2, 5));

    assertThat(books.folded()).isEqualTo(1);
    assertThat(books.good()).isTrue();
  }

  @Test
  void aggregatesThatStandForMoreOrLessThanWasFoldedDoNotBalance() {
    assertThat(books(List.of(row("a"), fold(1, 3)), folded(2, 5)).balanced()).isFalse();
    assertThat(books(List.of(row("a"), row("b"), fold(1, 1)), NOTHING).balanced()).isFalse();
  }

  @Test
  void anAggregateThatIsThereTwiceIsADuplicate() {
    CrashBooks books = books(List.of(row("a"), fold(1, 2), fold(1, 2)), folded(2, 5));

    assertThat(books.duplicates()).isEqualTo(1);
  }

  @Test
  void theBacklogIsThatOfAllLanes() {
    assertThat(NodeStatus.backlog("{\"node\":\"n\",\"backlog\":{\"alarm\":2,\"insight\":40}}"))
        .isEqualTo(42);
    assertThat(NodeStatus.backlog("{\"error\":\"busy\"}")).isEqualTo(-1);
  }

  private CrashBooks books(List<CrashBooks.Row> rows, CrashBooks.Held held) {
    return CrashBooks.of(accepted, posted::contains, rows, held);
  }

  private static CrashBooks.Row row(String key) {
    return new CrashBooks.Row("http/" + key, 1, 0);
  }

  private static CrashBooks.Held lost(long first, long last) {
    return held(SeqRanges.EMPTY, ranges(first, last), SeqRanges.EMPTY);
  }

  private static CrashBooks.Row fold(long position, double insights) {
    return new CrashBooks.Row("fold/insight", position, insights);
  }

  private static CrashBooks.Held folded(long first, long last) {
    return new CrashBooks.Held(
        true,
        Map.of(
            Lane.ALARM,
            new CrashBooks.Numbers(
                SeqRanges.EMPTY, SeqRanges.EMPTY, ranges(first, last), SeqRanges.EMPTY)));
  }

  private static CrashBooks.Held held(SeqRanges quarantined, SeqRanges lost, SeqRanges pending) {
    return new CrashBooks.Held(
        true,
        Map.of(Lane.ALARM, new CrashBooks.Numbers(quarantined, lost, SeqRanges.EMPTY, pending)));
  }

  private static SeqRanges ranges(long first, long last) {
    return SeqRanges.of(new SeqRange(first, last));
  }
}
