package io.ebbmesh.sim.invariant;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RangesTest {

  @Test
  void an_empty_set_holds_nothing() {
    Ranges none = new Ranges();
    assertThat(none.count()).isZero();
    assertThat(none.last()).isZero();
    assertThat(none.contains(0)).isFalse();
    assertThat(none.contains(1)).isFalse();
  }

  @Test
  void a_number_that_fills_a_gap_joins_what_is_on_both_sides() {
    Ranges ranges = new Ranges();
    assertThat(ranges.add(1)).isTrue();
    assertThat(ranges.add(3)).isTrue();
    assertThat(ranges.contains(2)).isFalse();
    assertThat(ranges.add(2)).isTrue();
    assertThat(ranges.add(2)).isFalse();
    assertThat(ranges.count()).isEqualTo(3);
    assertThat(ranges.last()).isEqualTo(3);
  }

  @ParameterizedTest
  @ValueSource(ints = {8, 64, 1_000, 100_000})
  void it_says_what_a_sorted_set_says_whatever_is_added_in_whatever_order(int span) {
    for (int seed = 1; seed <= 20; seed++) {
      Random random = new Random(seed);
      Ranges ranges = new Ranges();
      TreeSet<Long> set = new TreeSet<>();
      long next = 1;
      for (int i = 0; i < 2_000; i++) {
        long number = random.nextInt(4) > 0 ? next++ : 1 + random.nextInt(span);
        assertThat(ranges.add(number)).isEqualTo(set.add(number));
        assertThat(ranges.count()).isEqualTo(set.size());
        assertThat(ranges.last()).isEqualTo(set.last());
        long asked = random.nextInt(span + 2);
        assertThat(ranges.contains(asked)).isEqualTo(set.contains(asked));
      }
    }
  }
}
