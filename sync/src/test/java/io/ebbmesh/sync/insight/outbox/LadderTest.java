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
  private static final Set<Lane> NONE = EnumSet.noneOf(Lane.class);

  private final Set<Rung> exhausted = EnumSet.noneOf(Rung.class);

  private static Ladder ladder(long alarm, long insight, long aggregate, long sample) {
    return new Ladder(
        SETTINGS,
        BUDGET,
        new EnumMap<>(
            Map.of(
                Lane.ALARM, alarm,
                Lane.INSIGHT, insight,
                Lane.AGGREGATE, aggregate,
                Lane.SAMPLE, sample)));
  }

  @Test
  void nothingIsGivenUpBelowQuotasAndBudget() {
    assertThat(ladder(2_000, 2_000, 2_000, 2_000).next(NONE, exhausted)).isNull();
  }

  @Test
  void aLaneOverItsOwnQuotaGivesUpDownToTheEndOfRelief() {
    assertThat(ladder(0, 0, 0, 2_300).next(NONE, exhausted))
        .isEqualTo(new Step(Rung.DROP_SAMPLES, 300));
    assertThat(ladder(0, 8_200, 0, 10).next(NONE, exhausted))
        .isEqualTo(new Step(Rung.FOLD_INSIGHTS, 1_000));
    assertThat(ladder(0, 0, 4_600, 10).next(NONE, exhausted))
        .isEqualTo(new Step(Rung.DROP_AGGREGATES, 600));
  }

  @Test
  void aReliefThatHasBegunGoesOnToItsEnd() {
    assertThat(ladder(0, 0, 0, 2_100).next(NONE, exhausted)).isNull();
    assertThat(ladder(0, 0, 0, 2_100).next(EnumSet.of(Lane.SAMPLE), exhausted))
        .isEqualTo(new Step(Rung.DROP_SAMPLES, 100));
  }

  @Test
  void overTheBudgetSamplesGoFirstThenInsightsFoldThenAggregatesGoAndAlarmsStay() {
    Ladder full = ladder(3_000, 3_000, 2_000, 1_000);
    assertThat(full.next(NONE, exhausted)).isEqualTo(new Step(Rung.DROP_SAMPLES, 1_000));
    exhausted.add(Rung.DROP_SAMPLES);
    assertThat(full.next(NONE, exhausted)).isEqualTo(new Step(Rung.FOLD_INSIGHTS, 1_000));
    exhausted.add(Rung.FOLD_INSIGHTS);
    assertThat(full.next(NONE, exhausted)).isEqualTo(new Step(Rung.DROP_AGGREGATES, 1_000));
    exhausted.add(Rung.DROP_AGGREGATES);
    assertThat(full.next(NONE, exhausted)).isEqualTo(new Step(Rung.DROP_INSIGHTS, 1_000));
    exhausted.add(Rung.DROP_INSIGHTS);
    assertThat(full.next(NONE, exhausted)).isNull();
    assertThat(ladder(10_000, 0, 0, 0).next(NONE, EnumSet.noneOf(Rung.class))).isNull();
  }

  @Test
  void aLaneTakesWhatItsQuotaAndTheBudgetLeave() {
    Ladder ladder = ladder(1_000, 2_000, 0, 2_000);
    assertThat(ladder.bounds(Lane.SAMPLE)).isEqualTo(new Bounds(2_250, 2_500));
    assertThat(ladder.bounds(Lane.ALARM)).isEqualTo(new Bounds(5_000, 6_000));
    assertThat(ladder(9_500, 1_000, 0, 0).bounds(Lane.ALARM)).isEqualTo(new Bounds(9_000, 9_500));
  }
}
