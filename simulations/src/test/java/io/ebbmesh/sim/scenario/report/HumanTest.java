package io.ebbmesh.sim.scenario.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HumanTest {

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "850, 850 ns",
    "12500000, 12.5 ms",
    "999700000, 1 s",
    "1250000000, 1.25 s",
    "59960000000, 1 min",
    "150000000000, 2 min 30 s",
    "3599700000000, 1 h",
    "22320000000000, 6 h 12 min",
    "86399000000000, 1 d",
    "129600000000000, 1 d 12 h"
  })
  void durations_have_the_two_units_that_matter(long nanos, String expected) {
    assertThat(Human.duration(nanos)).isEqualTo(expected);
  }

  @Test
  void moments_are_exact() {
    assertThat(Human.moment(0)).isEqualTo("00:00:00");
    assertThat(Human.moment(22_323_250_000_000L)).isEqualTo("06:12:03.250");
    assertThat(Human.moment(2 * 86_400_000_000_000L)).isEqualTo("2 d 00:00:00");
  }

  @Test
  void numbers_have_three_digits_that_count_and_separators() {
    assertThat(Human.number(1_234_567)).isEqualTo("1,234,567");
    assertThat(Human.number(12.345)).isEqualTo("12.3");
    assertThat(Human.number(0.5)).isEqualTo("0.5");
    assertThat(Human.number(0)).isEqualTo("0");
    assertThat(Human.bytes(999)).isEqualTo("999 B");
    assertThat(Human.bytes(999_900)).isEqualTo("1 MB");
    assertThat(Human.percent(99.96)).isEqualTo("100%");
  }

  @Test
  void a_scale_has_round_steps_and_holds_its_highest_value() {
    assertThat(Scale.upTo(85_933, Unit.COUNT)).isEqualTo(new Scale(100_000, 25_000, Unit.COUNT));
    assertThat(Scale.upTo(100, Unit.NUMBER).top()).isEqualTo(100);
    assertThat(Scale.upTo(1, Unit.COUNT)).isEqualTo(new Scale(1, 1, Unit.COUNT));
    assertThat(Scale.upTo(0, Unit.COUNT).steps()).isEqualTo(1);
    assertThat(Scale.upTo(7, Unit.COUNT)).isEqualTo(new Scale(8, 2, Unit.COUNT));
  }
}
