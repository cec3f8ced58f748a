package io.ebbmesh.sync.insight.uplink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.protocol.time.BootTime;
import io.ebbmesh.protocol.time.ClockQuality;
import io.ebbmesh.sync.insight.uplink.Metering.Spent;
import io.ebbmesh.sync.insight.uplink.Uplink.WaitsFor;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MeteringTest {

  private static final long HOUR = 3_600_000_000_000L;
  private static final UUID BOOT = new UUID(0, 1);

  private static MeteredSettings settings(String metered) {
    return UplinkSettings.of(
            ConfigFactory.parseString("ebbmesh.sync.uplink.metered { " + metered + " }")
                .withFallback(ConfigFactory.defaultReference()))
        .metered();
  }

  /** At monotonic time zero it is then. */
  private static Metering at(String then, ClockQuality quality, String metered) {
    Metering metering = new Metering(settings(metered), Spent.NOTHING);
    metering.onTime(time(0, then, quality));
    return metering;
  }

  private static BootTime time(long nowNanos, String wall, ClockQuality quality) {
    return new BootTime(BOOT, nowNanos, Instant.parse(wall).toEpochMilli(), quality);
  }

  @ParameterizedTest
  @CsvSource({
    "21, HOURS",
    "22, NOTHING",
    "23, NOTHING",
    "24, NOTHING",
    "29, NOTHING",
    "30, HOURS",
    "45, HOURS"
  })
  void hoursOverMidnightBind(long hour, WaitsFor expected) {
    Metering metering = at("2026-03-01T00:00:00Z", ClockQuality.CARRIED, "bulk-hours = \"22-6\"");
    assertThat(metering.waitsFor(hour * HOUR, Lane.INSIGHT)).isEqualTo(expected);
    assertThat(metering.waitsFor(hour * HOUR, Lane.ALARM)).isEqualTo(WaitsFor.NOTHING);
  }

  @Test
  void hoursAreThoseOfTheZoneAndItsSummerTime() {
    String night = "bulk-hours = \"22-24\", zone = Europe/Berlin";
    Metering winter = at("2026-01-10T00:00:00Z", ClockQuality.SYNCHRONISED, night);
    assertThat(winter.changesAtNanos(0, WaitsFor.HOURS)).isEqualTo(21 * HOUR);
    Metering summer = at("2026-07-10T00:00:00Z", ClockQuality.SYNCHRONISED, night);
    assertThat(summer.changesAtNanos(0, WaitsFor.HOURS)).isEqualTo(20 * HOUR);
    assertThat(summer.waitsFor(20 * HOUR - 1, Lane.SAMPLE)).isEqualTo(WaitsFor.HOURS);
    assertThat(summer.waitsFor(20 * HOUR, Lane.SAMPLE)).isEqualTo(WaitsFor.NOTHING);
    assertThat(summer.waitsFor(22 * HOUR, Lane.SAMPLE)).isEqualTo(WaitsFor.HOURS);
    assertThat(summer.changesAtNanos(22 * HOUR, WaitsFor.HOURS)).isEqualTo(44 * HOUR);
  }

  @Test
  void aClockThatNobodySetOpensAndClosesNoHours() {
    Metering metering =
        at("2020-01-01T12:00:00Z", ClockQuality.LOWER_BOUND, "bulk-hours = \"22-6\"");
    assertThat(metering.waitsFor(0, Lane.INSIGHT)).isEqualTo(WaitsFor.NOTHING);
    metering.onTime(time(HOUR, "2026-03-01T12:00:00Z", ClockQuality.SYNCHRONISED));
    assertThat(metering.waitsFor(HOUR, Lane.INSIGHT)).isEqualTo(WaitsFor.HOURS);
  }

  @Test
  void aBudgetIsForADayOfTheZone() {
    Metering metering = at("2026-03-01T20:00:00Z", ClockQuality.CARRIED, "day-budget = 100000");
    metering.onSent(0, Lane.ALARM, 50_000, 1);
    assertThat(metering.waitsFor(0, Lane.INSIGHT)).isEqualTo(WaitsFor.NOTHING);
    assertThat(metering.fits(0, Lane.INSIGHT, 40_000, 0)).isTrue();
    assertThat(metering.fits(0, Lane.INSIGHT, 40_000, 20_000)).isFalse();
    assertThat(metering.waitsFor(0, Lane.INSIGHT)).isEqualTo(WaitsFor.BUDGET);
    assertThat(metering.changesAtNanos(0, WaitsFor.BUDGET)).isEqualTo(4 * HOUR);
    assertThat(metering.fits(0, Lane.ALARM, 1_000_000, 0)).isTrue();
    assertThat(metering.waitsFor(4 * HOUR - 1, Lane.INSIGHT)).isEqualTo(WaitsFor.BUDGET);
    assertThat(metering.waitsFor(4 * HOUR, Lane.INSIGHT)).isEqualTo(WaitsFor.NOTHING);
    assertThat(metering.spentBytes(4 * HOUR)).isZero();
  }

  @Test
  void withoutATrustedClockABudgetIsFor24Hours() {
    Metering metering = at("2020-01-01T23:00:00Z", ClockQuality.LOWER_BOUND, "day-budget = 100000");
    metering.onSent(0, Lane.INSIGHT, 100_000, 1);
    assertThat(metering.waitsFor(2 * HOUR, Lane.INSIGHT)).isEqualTo(WaitsFor.BUDGET);
    assertThat(metering.changesAtNanos(2 * HOUR, WaitsFor.BUDGET)).isEqualTo(24 * HOUR);
    assertThat(metering.waitsFor(24 * HOUR, Lane.INSIGHT)).isEqualTo(WaitsFor.NOTHING);
  }

  @Test
  void whatWasSpentCountsForTheDayThatAHubNames() {
    Metering metering = at("2020-01-01T23:00:00Z", ClockQuality.LOWER_BOUND, "day-budget = 100000");
    metering.onSent(0, Lane.INSIGHT, 100_000, 1);
    metering.onTime(time(HOUR, "2026-03-01T12:00:00Z", ClockQuality.SYNCHRONISED));
    assertThat(metering.waitsFor(HOUR, Lane.INSIGHT)).isEqualTo(WaitsFor.BUDGET);
    assertThat(metering.waitsFor(13 * HOUR, Lane.INSIGHT)).isEqualTo(WaitsFor.NOTHING);
  }

  @Test
  void aClockThatIsSetBackNeitherFreesABudgetNorLocksItForYears() {
    Metering metering = at("2031-03-01T12:00:00Z", ClockQuality.CARRIED, "day-budget = 100000");
    metering.onSent(0, Lane.INSIGHT, 100_000, 1);
    metering.onTime(time(1, "2026-03-01T12:00:00Z", ClockQuality.SYNCHRONISED));
    assertThat(metering.waitsFor(1, Lane.INSIGHT)).isEqualTo(WaitsFor.BUDGET);
    assertThat(metering.waitsFor(12 * HOUR + 1, Lane.INSIGHT)).isEqualTo(WaitsFor.NOTHING);
  }

  @Test
  void aBlockLargerThanABudgetGoesOnceADayAlone() {
    Metering metering = at("2026-03-01T20:00:00Z", ClockQuality.CARRIED, "day-budget = 100000");
    metering.onSent(0, Lane.ALARM, 10_000, 1);
    assertThat(metering.fits(0, Lane.INSIGHT, 200_000, 0)).isTrue();
    metering.onSent(0, Lane.INSIGHT, 200_000, 1);
    assertThat(metering.fits(0, Lane.INSIGHT, 200_000, 0)).isFalse();
    assertThat(metering.fits(4 * HOUR, Lane.INSIGHT, 200_000, 0)).isTrue();
  }

  @Test
  void aCrashForgetsNoMoreThanTheNamedShareAndAnEndNothing() {
    String tenth = "day-budget = 1000000, remember-every = 10";
    Metering metering = at("2026-03-01T00:00:00Z", ClockQuality.CARRIED, tenth);
    Spent onDisk = Spent.NOTHING;
    int writes = 0;
    for (int i = 0; i < 100; i++) {
      metering.onSent(0, Lane.INSIGHT, 9_000, 1);
      Spent write = metering.toRemember();
      writes += write == null ? 0 : 1;
      onDisk = write == null ? onDisk : write;
      assertThat(metering.spentBytes(0) - onDisk.bytes()).isLessThan(100_000);
    }
    assertThat(writes).isBetween(8, 10);
    Spent last = metering.toRememberAtTheEnd();
    assertThat(last).isNotNull().extracting(Spent::bytes).isEqualTo(metering.spentBytes(0));
  }

  @Test
  void whatWasSpentTodayIsSpentAfterARestartAndNotTomorrow() {
    Metering before = at("2026-03-01T10:00:00Z", ClockQuality.CARRIED, "day-budget = 100000");
    before.onSent(0, Lane.INSIGHT, 100_000, 1);
    Spent spent = before.toRemember();
    assertThat(spent).isNotNull();
    Metering after = new Metering(settings("day-budget = 100000"), spent);
    after.onTime(time(0, "2026-03-01T11:00:00Z", ClockQuality.CARRIED));
    assertThat(after.waitsFor(0, Lane.INSIGHT)).isEqualTo(WaitsFor.BUDGET);
    assertThat(after.toRememberAtTheEnd()).isNull();
    assertThat(after.waitsFor(13 * HOUR, Lane.INSIGHT)).isEqualTo(WaitsFor.NOTHING);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "day-budget = 1000",
        "remember-every = 0",
        "bulk-hours = \"25-3\"",
        "bulk-hours = \"6-6\"",
        "bulk-hours = \"at night\"",
        "zone = Atlantis",
        "bulk-lanes = [alarm]",
        "bulk-lanes = [movie]",
      })
  void aSettingOutOfRangeIsRefusedWithNameAndRemedy(String wrong) {
    String key = wrong.substring(0, wrong.indexOf(' '));
    assertThatThrownBy(() -> settings(wrong))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("ebbmesh.sync.uplink.metered." + key)
        .hasMessageMatching(".*(choose|leave).*");
  }
}
