package io.ebbmesh.protocol.insight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SeqRangesTest {

  private static final int NUMBERS = 120;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void behavesLikeASetOfNumbers(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    SeqRanges ranges = SeqRanges.EMPTY;
    BitSet model = new BitSet();
    for (int step = 0; step < 400; step++) {
      SeqRange range = range(random);
      if (random.nextInt(3) > 0) {
        ranges = ranges.plus(range);
        model.set((int) range.first(), (int) range.last() + 1);
      } else {
        ranges = ranges.minus(range);
        model.clear((int) range.first(), (int) range.last() + 1);
      }
      assertSame(ranges, model);
      assertQuestions(ranges, model, range(random));
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void setsAreAddedAndTakenAwayAsAWhole(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    for (int round = 0; round < 200; round++) {
      BitSet first = new BitSet();
      BitSet second = new BitSet();
      SeqRanges a = set(random, first);
      SeqRanges b = set(random, second);
      BitSet sum = (BitSet) first.clone();
      sum.or(second);
      BitSet rest = (BitSet) first.clone();
      rest.andNot(second);

      assertSame(a.plus(b), sum);
      assertSame(a.minus(b), rest);
      assertThat(b.plus(a)).isEqualTo(a.plus(b)).hasSameHashCodeAs(a.plus(b));
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void aListInAnyOrderIsTheSumOfItsRanges(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    for (int round = 0; round < 200; round++) {
      List<SeqRange> list = new ArrayList<>();
      SeqRanges sum = SeqRanges.EMPTY;
      for (int i = random.nextInt(20); i > 0; i--) {
        list.add(range(random));
        sum = sum.plus(list.get(list.size() - 1));
      }
      assertThat(SeqRanges.of(list)).isEqualTo(sum);
    }
  }

  @Test
  void rangesThatTouchBecomeOne() {
    SeqRanges ranges = SeqRanges.of(List.of(new SeqRange(4, 6), new SeqRange(1, 3)));
    assertThat(ranges.ranges()).containsExactly(new SeqRange(1, 6));
  }

  @Test
  void theLastNumberOfAllCanBeHeld() {
    SeqRange end = new SeqRange(Long.MAX_VALUE, Long.MAX_VALUE);
    SeqRanges ranges = SeqRanges.of(end).plus(new SeqRange(1, 1));
    assertThat(ranges.contains(Long.MAX_VALUE)).isTrue();
    assertThat(ranges.minus(end)).isEqualTo(SeqRanges.of(new SeqRange(1, 1)));
    assertThat(ranges.plus(new SeqRange(2, Long.MAX_VALUE - 1)).ranges())
        .containsExactly(new SeqRange(1, Long.MAX_VALUE));
  }

  @Test
  void aRangeStartsAtOneAndDoesNotRunBackwards() {
    assertThatIllegalArgumentException().isThrownBy(() -> new SeqRange(0, 1));
    assertThatIllegalArgumentException().isThrownBy(() -> new SeqRange(5, 4));
  }

  private static SeqRanges set(SplittableRandom random, BitSet model) {
    List<SeqRange> ranges = new ArrayList<>();
    for (int i = random.nextInt(10); i > 0; i--) {
      SeqRange range = range(random);
      ranges.add(range);
      model.set((int) range.first(), (int) range.last() + 1);
    }
    return SeqRanges.of(ranges);
  }

  private static SeqRange range(SplittableRandom random) {
    int first = 1 + random.nextInt(NUMBERS);
    return new SeqRange(first, first + random.nextInt(9));
  }

  private static void assertSame(SeqRanges ranges, BitSet model) {
    List<SeqRange> expected = new ArrayList<>();
    for (int first = model.nextSetBit(0); first >= 0; ) {
      int end = model.nextClearBit(first);
      expected.add(new SeqRange(first, end - 1));
      first = model.nextSetBit(end);
    }
    assertThat(ranges.ranges()).isEqualTo(expected);
    assertThat(ranges.count()).isEqualTo(model.cardinality());
    assertThat(ranges.isEmpty()).isEqualTo(model.isEmpty());
  }

  private static void assertQuestions(SeqRanges ranges, BitSet model, SeqRange asked) {
    BitSet part = model.get((int) asked.first(), (int) asked.last() + 1);
    assertThat(ranges.contains(asked.first())).isEqualTo(model.get((int) asked.first()));
    assertThat(ranges.containsAll(asked)).isEqualTo(part.cardinality() == asked.count());
    assertThat(ranges.intersects(asked)).isEqualTo(!part.isEmpty());
  }

  @Test
  void withinKeepsWhatLiesBetweenTheBounds() {
    SeqRanges set = SeqRanges.of(List.of(new SeqRange(2, 5), new SeqRange(8, 9)));
    assertThat(set.within(new SeqRange(1, Long.MAX_VALUE))).isEqualTo(set);
    assertThat(set.within(new SeqRange(4, 8)))
        .isEqualTo(SeqRanges.of(List.of(new SeqRange(4, 5), new SeqRange(8, 8))));
    assertThat(set.within(new SeqRange(6, 7))).isEqualTo(SeqRanges.EMPTY);
    assertThat(set.within(new SeqRange(10, 20))).isEqualTo(SeqRanges.EMPTY);
  }
}
