package io.ebbmesh.sync.insight.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.sync.insight.outbox.Ladder.Bounds;
import io.ebbmesh.sync.insight.outbox.Ladder.Rung;
import io.ebbmesh.sync.insight.outbox.Ladder.Step;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Quotas as in reference.conf: alarm 100 %, insight 90 %, aggregate 50 %, sample 25 %. */
class LadderTest {

  private static final OutboxSettings SETTINGS = OutboxSettings.of(ConfigFactory.load());
  private static final long BUDGET = 10_000;

  private final Set<Rung> exhausted = EnumSet.noneOf(Rung.class);

  private final Begun begun = new Begun();

  private static Ladder ladder(long alarm, long insight, long aggregate, long sample) {
    return ladder(alarm, insight, aggregate, sample, false);
  }

  private static Ladder ladder(
      long alarm, long insight, long aggregate, long sample, boolean foldsWait) {
    return new Ladder(
        SETTINGS,
        BUDGET,
        new EnumMap<>(
            Map.of(
                Lane.ALARM, alarm,
                Lane.INSIGHT, insight,
                Lane.AGGREGATE, aggregate,
                Lane.SAMPLE, sample)),
        foldsWait);
  }

  private Step next(Ladder ladder) {
    ladder.look(begun);
    return ladder.next(begun, exhausted);
  }

  /** Of a relief that begins now. */
  private Step first(Ladder ladder) {
    begun.clear();
    return next(ladder);
  }

  @Test
  void nothingIsGivenUpBelowQuotasAndBudget() {
    assertThat(first(ladder(2_000, 2_000, 2_000, 2_000))).isNull();
  }

  @Test
  void aLaneOverItsOwnQuotaGivesUpDownToTheEndOfRelief() {
    assertThat(first(ladder(0, 0, 0, 2_300))).isEqualTo(new Step(Rung.DROP_SAMPLES, 300));
    assertThat(first(ladder(0, 8_200, 0, 10))).isEqualTo(new Step(Rung.FOLD_INSIGHTS, 1_000));
    assertThat(first(ladder(0, 0, 4_600, 10))).isEqualTo(new Step(Rung.DROP_AGGREGATES, 600));
  }

  @Test
  void aReliefThatHasBegunGoesOnToItsEndAndBeginsAnewAtItsStart() {
    assertThat(next(ladder(0, 0, 0, 2_100))).isNull();
    assertThat(next(ladder(0, 0, 0, 2_300))).isEqualTo(new Step(Rung.DROP_SAMPLES, 300));
    assertThat(next(ladder(0, 0, 0, 2_100))).isEqualTo(new Step(Rung.DROP_SAMPLES, 100));
    assertThat(next(ladder(0, 0, 0, 2_000))).isNull();
    assertThat(next(ladder(0, 0, 0, 2_100))).isNull();
  }

  @Test
  void aReliefForTheBudgetOfAllLanesGoesOnToItsEndToo() {
    assertThat(next(ladder(5_000, 3_900, 0, 0))).isNull();
    assertThat(next(ladder(5_000, 4_000, 0, 0))).isEqualTo(new Step(Rung.FOLD_INSIGHTS, 1_000));
    assertThat(next(ladder(5_000, 3_900, 0, 0))).isEqualTo(new Step(Rung.FOLD_INSIGHTS, 900));
    assertThat(next(ladder(5_000, 3_001, 0, 0))).isEqualTo(new Step(Rung.FOLD_INSIGHTS, 900));
    assertThat(next(ladder(5_000, 3_000, 0, 0))).isNull();
    assertThat(next(ladder(5_000, 3_900, 0, 0))).isNull();
  }

  @Test
  void aReliefForTheBudgetIsNoneForTheQuotaOfALane() {
    assertThat(next(ladder(1_500, 7_500, 0, 0))).isEqualTo(new Step(Rung.FOLD_INSIGHTS, 1_000));
    assertThat(next(ladder(500, 7_500, 0, 0))).isNull();
  }

  @Test
  void whileFoldsWaitNothingBelowThemIsDroppedThatHasRoom() {
    assertThat(next(ladder(3_000, 5_000, 1_400, 0)))
        .extracting(Step::rung)
        .isEqualTo(Rung.FOLD_INSIGHTS);
    assertThat(next(ladder(3_000, 5_000, 1_400, 0, true))).isNull();
    assertThat(next(ladder(3_000, 5_000, 1_400, 90, true)))
        .as("samples need no fold")
        .isEqualTo(new Step(Rung.DROP_SAMPLES, 1_490));
    assertThat(next(ladder(3_000, 5_000, 1_500, 0, true)))
        .as("a twentieth is left")
        .isEqualTo(new Step(Rung.DROP_AGGREGATES, 500));
    exhausted.add(Rung.DROP_AGGREGATES);
    assertThat(next(ladder(3_000, 5_000, 1_500, 0, true)))
        .isEqualTo(new Step(Rung.DROP_INSIGHTS, 500));
    assertThat(next(ladder(3_000, 5_000, 1_400, 0)))
        .as("a fold was moved")
        .extracting(Step::rung)
        .isEqualTo(Rung.FOLD_INSIGHTS);
  }

  @Test
  void whileFoldsWaitTheQuotaOfInsightsIsFilledBeforeTheyAreDropped() {
    assertThat(next(ladder(0, 8_500, 0, 0, true))).isNull();
    assertThat(next(ladder(0, 8_550, 0, 0, true))).isEqualTo(new Step(Rung.DROP_INSIGHTS, 450));
    assertThat(next(ladder(0, 1_000, 4_600, 0, true)))
        .as("aggregates have a quota of their own")
        .isEqualTo(new Step(Rung.DROP_AGGREGATES, 600));
  }

  @Test
  void whileFoldsWaitALaneAsksForReliefWhenThatIsTheLastResort() {
    assertThat(ladder(0, 8_200, 0, 0, true).bounds(Lane.INSIGHT))
        .isEqualTo(new Bounds(8_550, 9_000));
    assertThat(ladder(0, 8_200, 0, 0, true).isOver(Lane.INSIGHT)).isFalse();
    assertThat(ladder(0, 8_200, 0, 0, false).isOver(Lane.INSIGHT)).isTrue();
  }

  @Test
  void overTheBudgetSamplesGoFirstThenInsightsFoldThenAggregatesGoAndAlarmsStay() {
    Ladder full = ladder(3_000, 3_000, 2_000, 1_000);
    assertThat(first(full)).isEqualTo(new Step(Rung.DROP_SAMPLES, 1_000));
    exhausted.add(Rung.DROP_SAMPLES);
    assertThat(first(full)).isEqualTo(new Step(Rung.FOLD_INSIGHTS, 1_000));
    exhausted.add(Rung.FOLD_INSIGHTS);
    assertThat(first(full)).isEqualTo(new Step(Rung.DROP_AGGREGATES, 1_000));
    exhausted.add(Rung.DROP_AGGREGATES);
    assertThat(first(full)).isEqualTo(new Step(Rung.DROP_INSIGHTS, 1_000));
    exhausted.add(Rung.DROP_INSIGHTS);
    assertThat(first(full)).isNull();
    assertThat(first(ladder(10_000, 0, 0, 0))).isNull();
  }

  @Test
  void aLaneTakesWhatItsQuotaAndTheBudgetLeave() {
    Ladder ladder = ladder(1_000, 2_000, 0, 2_000);
    assertThat(ladder.bounds(Lane.SAMPLE)).isEqualTo(new Bounds(2_250, 2_500));
    assertThat(ladder.bounds(Lane.ALARM)).isEqualTo(new Bounds(5_000, 6_000));
    assertThat(ladder(9_500, 1_000, 0, 0).bounds(Lane.ALARM)).isEqualTo(new Bounds(9_000, 9_500));
  }
}
