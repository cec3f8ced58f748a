package io.ebbmesh.sync.insight.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.protocol.insight.LossReason;
import io.ebbmesh.protocol.time.ClockQuality;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Samples live an hour here; the clock is moved by hand. */
class TimeToLiveTest {

  private static final Duration FIVE_YEARS = Duration.ofDays(5 * 365);

  private final SmallDisk disk = new SmallDisk("ebbmesh.sync.lanes.sample.time-to-live = 1 hour");

  @AfterEach
  void close() {
    disk.close();
  }

  private long lost() {
    return disk.books(Lane.SAMPLE).lost();
  }

  @Test
  void whatIsOlderThanItsTimeIsDeclaredExpiredAndNotSent() {
    disk.produce(Lane.SAMPLE, 5);
    disk.clock.pass(Duration.ofMinutes(50));
    disk.produce(Lane.SAMPLE, 5);
    disk.clock.pass(Duration.ofMinutes(11));
    disk.await(() -> lost() == 5);
    assertThat(disk.losses(Lane.SAMPLE)).allMatch(loss -> loss.reason() == LossReason.EXPIRED);
    assertThat(disk.nextBlocks(Lane.SAMPLE, 10).get(0).seqs().first()).isEqualTo(6);
    disk.assertBalanced();
  }

  @Test
  void aClockThatIsSetExpiresNothing() {
    disk.produce(Lane.SAMPLE, 5);
    disk.clock.setWall(FIVE_YEARS, ClockQuality.LOWER_BOUND);
    disk.looks();
    disk.clock.setWall(FIVE_YEARS, ClockQuality.SYNCHRONISED);
    disk.looks();
    disk.clock.setWall(FIVE_YEARS.negated(), ClockQuality.SYNCHRONISED);
    disk.looks();
    assertThat(lost()).isZero();
  }

  @Test
  void acrossAPowerCutTimeCountsWhenAHubVouchedForBothEnds() {
    disk.produce(Lane.SAMPLE, 5);
    disk.clock.boot(Duration.ofMinutes(59), ClockQuality.SYNCHRONISED);
    disk.reopen();
    disk.looks();
    assertThat(lost()).isZero();
    disk.clock.pass(Duration.ofMinutes(2));
    disk.await(() -> lost() == 5);
  }

  @Test
  void acrossAPowerCutAnUnsynchronisedClockDoesNotCountButTheTimeSinceDoes() {
    disk.produce(Lane.SAMPLE, 5);
    disk.clock.boot(FIVE_YEARS, ClockQuality.CARRIED);
    disk.reopen();
    disk.clock.pass(Duration.ofMinutes(59));
    disk.looks();
    assertThat(lost()).isZero();
    disk.clock.pass(Duration.ofMinutes(2));
    disk.await(() -> lost() == 5);
  }

  @Test
  void lanesWithoutATimeToLiveKeepWhatTheyHave() {
    disk.produce(Lane.ALARM, 5);
    disk.produce(Lane.SAMPLE, 5);
    disk.clock.pass(FIVE_YEARS);
    disk.await(() -> lost() == 5);
    assertThat(disk.books(Lane.ALARM).pending()).isEqualTo(5);
  }
}
