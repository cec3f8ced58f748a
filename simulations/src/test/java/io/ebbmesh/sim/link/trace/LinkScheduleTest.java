package io.ebbmesh.sim.link.trace;

import static io.ebbmesh.sim.link.trace.LinkCondition.DOWN;
import static io.ebbmesh.sim.link.trace.LinkCondition.UNSAID;
import static io.ebbmesh.sim.link.trace.LinkCondition.UP;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ebbmesh.sim.link.trace.TraceFiles.Step;
import org.junit.jupiter.api.Test;

class LinkScheduleTest {

  private static final LinkCondition SLOW = LinkCondition.rates(100, 1_000);

  private static final LinkSchedule UP_SLOW_DOWN =
      LinkSchedule.builder().from(0, UP).from(10, SLOW).from(30, DOWN).build(100);

  @Test
  void aStepHoldsFromItsStartUntilTheNext() {
    assertThat(UP_SLOW_DOWN.at(9)).isEqualTo(UP);
    assertThat(UP_SLOW_DOWN.at(10)).isEqualTo(SLOW);
    assertThat(UP_SLOW_DOWN.at(29)).isEqualTo(SLOW);
    assertThat(UP_SLOW_DOWN.at(30)).isEqualTo(DOWN);
  }

  @Test
  void theStepsRepeatAfterThePeriod() {
    assertThat(TraceFiles.walk(UP_SLOW_DOWN, 120))
        .containsExactly(
            new Step(0, UP),
            new Step(10, SLOW),
            new Step(30, DOWN),
            new Step(100, UP),
            new Step(110, SLOW));
    assertThat(UP_SLOW_DOWN.nextChange(1_000_000_000_029L)).isEqualTo(1_000_000_000_030L);
  }

  @Test
  void theLastStepHoldsForEverWithoutAPeriod() {
    LinkSchedule once = LinkSchedule.builder().from(0, UP).from(10, DOWN).build(LinkSchedule.ONCE);
    assertThat(once.nextChange(9)).isEqualTo(10);
    assertThat(once.nextChange(10)).isEqualTo(Long.MAX_VALUE);
    assertThat(once.at(Long.MAX_VALUE)).isEqualTo(DOWN);
    assertThat(once.shifted(9).at(0)).isEqualTo(UP);
    assertThat(once.shifted(9).nextChange(0)).isEqualTo(1);
    assertThat(once.shifted(9).shifted(9).at(0)).isEqualTo(DOWN);
    assertThat(once.shifted(10).at(Long.MAX_VALUE)).isEqualTo(DOWN);
  }

  @Test
  void equalNeighboursAreOneStepAlsoWhereThePeriodBegins() {
    LinkSchedule merged =
        LinkSchedule.builder().from(0, UP).from(5, UP).from(10, DOWN).from(50, UP).build(100);
    assertThat(merged.size()).isEqualTo(3);
    assertThat(TraceFiles.walk(merged, 160))
        .containsExactly(
            new Step(0, UP),
            new Step(10, DOWN),
            new Step(50, UP),
            new Step(110, DOWN),
            new Step(150, UP));
  }

  @Test
  void aScheduleOfOneConditionNeverChanges() {
    LinkSchedule one = LinkSchedule.builder().from(0, UP).from(5, UP).build(100);
    assertThat(one.nextChange(7)).isEqualTo(Long.MAX_VALUE);
    assertThat(LinkSchedule.always(SLOW).at(123)).isEqualTo(SLOW);
  }

  @Test
  void aNodeStartsAnywhereInTheTrace() {
    LinkSchedule shifted = UP_SLOW_DOWN.shifted(25);
    assertThat(TraceFiles.walk(shifted, 80))
        .containsExactly(new Step(0, SLOW), new Step(5, DOWN), new Step(75, UP));
    assertThat(shifted.shifted(90).at(0)).isEqualTo(SLOW);
    assertThat(UP_SLOW_DOWN.shifted(1_000_030).at(0)).isEqualTo(DOWN);
  }

  @Test
  void theNextChangeIsTheFirstMomentOfAnotherConditionWhereverOneAsks() {
    for (int shift : new int[] {0, 1, 29, 30, 99}) {
      LinkSchedule schedule = UP_SLOW_DOWN.shifted(shift);
      for (long at = 0; at < 250; at++) {
        long expected = at + 1;
        while (schedule.at(expected).equals(schedule.at(at))) {
          expected++;
        }
        assertThat(schedule.nextChange(at)).as("%d shifted by %d", at, shift).isEqualTo(expected);
      }
    }
  }

  @Test
  void theBaseSaysWhatTheTraceLeavesUnsaid() {
    LinkCondition base = new LinkCondition(true, 1, 2, 3, 4, 0.5);
    assertThat(UP.over(base)).isEqualTo(base);
    assertThat(new LinkCondition(true, 9, UNSAID, 0, UNSAID, 0).over(base))
        .isEqualTo(new LinkCondition(true, 9, 2, 0, 4, 0));
    assertThat(DOWN.over(base).up()).isFalse();
    assertThat(UP.over(DOWN).up()).isFalse();
    assertThat(UP_SLOW_DOWN.shifted(5).over(base).at(5))
        .isEqualTo(new LinkCondition(true, 100, 1_000, 3, 4, 0.5));
  }

  @Test
  void stepsThatDoNotBeginAtZeroOrAscendAreRefused() {
    assertThatThrownBy(() -> LinkSchedule.builder().from(1, UP)).hasMessageContaining("ascend");
    assertThatThrownBy(() -> LinkSchedule.builder().from(0, UP).from(0, DOWN))
        .hasMessageContaining("ascend");
    assertThatThrownBy(() -> LinkSchedule.builder().from(0, UP).from(5, UP).build(5))
        .hasMessageContaining("period");
    assertThatThrownBy(() -> LinkSchedule.builder().build(5)).hasMessageContaining("at 0");
    assertThatThrownBy(() -> UP_SLOW_DOWN.at(-1)).hasMessageContaining("before the start");
    assertThatThrownBy(() -> UP_SLOW_DOWN.shifted(-1)).hasMessageContaining("before the start");
  }

  @Test
  void aConditionOfImpossibleValuesIsRefused() {
    assertThatThrownBy(() -> new LinkCondition(true, Double.NaN, 0, 0, 0, 0))
        .hasMessageContaining("upBitsPerSecond");
    assertThatThrownBy(() -> new LinkCondition(true, 0, -2, 0, 0, 0))
        .hasMessageContaining("downBitsPerSecond");
    assertThatThrownBy(() -> new LinkCondition(true, 0, 0, -2, 0, 0))
        .hasMessageContaining("latencyNanos");
    assertThatThrownBy(() -> new LinkCondition(true, 0, 0, 0, 0, 1.1)).hasMessageContaining("loss");
    assertThatThrownBy(() -> LinkCondition.rates(0, Double.POSITIVE_INFINITY))
        .hasMessageContaining("downBitsPerSecond");
  }
}
