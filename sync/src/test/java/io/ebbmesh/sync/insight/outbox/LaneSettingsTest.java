package io.ebbmesh.sync.insight.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.typesafe.config.ConfigFactory;
import io.ebbmesh.protocol.insight.Lane;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class LaneSettingsTest {

  private static LaneSettings of(Lane lane, String overrides) {
    return LaneSettings.of(
        ConfigFactory.parseString(overrides).withFallback(ConfigFactory.load()), lane);
  }

  @Test
  void alarmsWeighMostAndWaitForNothing() {
    assertThat(Arrays.stream(Lane.values()).map(lane -> of(lane, "").weight()))
        .containsExactly(8, 4, 2, 1);
    assertThat(of(Lane.ALARM, "").linger()).isZero();
    assertThat(of(Lane.INSIGHT, "").linger()).isZero();
    assertThat(of(Lane.SAMPLE, "").linger()).isEqualTo(Duration.ofMillis(250));
  }

  @Test
  void aBlockAlwaysFitsIntoARecordOfTheLog() {
    OutboxSettings settings =
        OutboxSettings.of(
            ConfigFactory.parseString("ebbmesh.sync.log.max-record-size = 32 KiB")
                .withFallback(ConfigFactory.load()));
    assertThat(settings.maxBlockBytes()).isEqualTo(16 * 1024);
    assertThat(settings.merge().maxBytes()).isEqualTo(16 * 1024);
  }

  @Test
  void aDiskBudgetOfLessThanFourFilesOfTheLogIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                OutboxSettings.of(
                    ConfigFactory.parseString("ebbmesh.sync.outbox.disk-budget = 63 MiB")
                        .withFallback(ConfigFactory.load())))
        .withMessage(
            "ebbmesh.sync.outbox.disk-budget is 66060288: choose at least 4 times"
                + " ebbmesh.sync.log.segment-size (16777216), or smaller segments");
  }

  @Test
  void aQuotaIsAShareOfTheBudgetOrASize() {
    assertThat(of(Lane.SAMPLE, "").quota().ofBudget(1_000)).isEqualTo(250);
    LaneSettings.Quota size = of(Lane.SAMPLE, "ebbmesh.sync.lanes.sample.quota = 2 KiB").quota();
    assertThat(size.ofBudget(1_000_000)).isEqualTo(2_048);
    assertThat(size.ofBudget(1_000)).isEqualTo(1_000);
  }

  @ParameterizedTest
  @CsvSource({
    "weight, 0, choose 1 to 1000",
    "weight, 1001, choose 1 to 1000",
    "max-block-insights, 0, choose 1 to",
    "max-block-size, 3 MiB, choose 1 to 2097152",
    "linger, 2 minutes, choose 0 s to 60 s",
    "time-to-live, -1 s, or 0 s to keep all",
    "quota, 0%, above 0% and up to 100%",
    "quota, 101%, above 0% and up to 100%",
    "quota, plenty, such as 64 MiB",
    "on-full, drop, choose reject or wait"
  })
  void aBadValueIsRefusedBySettingAndRemedy(String key, String value, String remedy) {
    String setting = "ebbmesh.sync.lanes.aggregate." + key;
    assertThatIllegalArgumentException()
        .isThrownBy(() -> of(Lane.AGGREGATE, setting + " = \"" + value + "\""))
        .withMessageContaining(setting + " is ")
        .withMessageContaining(remedy);
  }
}
