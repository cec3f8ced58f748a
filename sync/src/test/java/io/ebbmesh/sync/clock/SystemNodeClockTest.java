package io.ebbmesh.sync.clock;

import static org.assertj.core.api.Assertions.assertThat;

import io.ebbmesh.protocol.time.BootTime;
import io.ebbmesh.protocol.time.ClockQuality;
import io.ebbmesh.sync.storage.MemoryStorage;
import io.ebbmesh.sync.storage.TwoCopyFile;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SystemNodeClockTest {

  private static final long BUILD = Instant.parse("2026-11-24T00:00:00Z").toEpochMilli();
  private static final long DAY = Duration.ofDays(1).toMillis();
  private static final long SECOND_NANOS = 1_000_000_000L;
  private static final UUID PROCESS = new UUID(0, 99);
  private static final ClockSettings SETTINGS =
      new ClockSettings(Duration.ofHours(1), Duration.ofDays(7300));

  private final Machine machine = new Machine();
  private final MemoryStorage storage = new MemoryStorage();

  /** A machine whose clocks are set by hand. */
  private static final class Machine implements Ticks {
    long nanos = 5 * SECOND_NANOS;
    long wall = 0;
    long uptime = 5 * SECOND_NANOS;
    @Nullable UUID boot = new UUID(0, 1);

    void pass(Duration time) {
      nanos += time.toNanos();
      uptime += time.toNanos();
      wall += time.toMillis();
    }

    void reboot(long wallMillis) {
      boot = new UUID(0, 2);
      nanos = SECOND_NANOS;
      uptime = SECOND_NANOS;
      wall = wallMillis;
    }

    @Override
    public long monotonicNanos() {
      return nanos;
    }

    @Override
    public long wallMillis() {
      return wall;
    }

    @Override
    public @Nullable UUID kernelBootId() {
      return boot;
    }

    @Override
    public long uptimeNanos() {
      return uptime;
    }
  }

  @Test
  void in1970TheBuildTimeIsTheLowerBound() {
    SystemNodeClock clock = start();
    machine.pass(Duration.ofSeconds(2));
    expect(clock, BUILD + 2_000, ClockQuality.LOWER_BOUND);
  }

  @Test
  void aPlausibleWallClockRaisesTheLowerBoundEvenWhenItIsSetLate() {
    SystemNodeClock clock = start();
    machine.wall = BUILD + DAY;
    expect(clock, BUILD + DAY, ClockQuality.LOWER_BOUND);
  }

  @Test
  void aWallClockDecadesAheadOfTheBuildIsNotBelieved() {
    machine.wall = BUILD + 30_000 * DAY;
    expect(start(), BUILD, ClockQuality.LOWER_BOUND);
  }

  @Test
  void whatTheWallClockSaidBeforeItWasSetRightIsForgotten() {
    machine.wall = BUILD + 1_825 * DAY;
    SystemNodeClock clock = start();
    expect(clock, BUILD + 1_825 * DAY, ClockQuality.LOWER_BOUND);
    machine.wall = BUILD + DAY;
    expect(clock, BUILD + DAY, ClockQuality.LOWER_BOUND);
    clock.persist();
    machine.reboot(BUILD + 2 * DAY);
    expect(start(), BUILD + 2 * DAY, ClockQuality.LOWER_BOUND);
  }

  @Test
  void aCarriedWallClockThatIsSetBehindTheHubsLastWordIsOnlyALowerBound() {
    start().synchronise(BUILD + DAY, machine.nanos);
    machine.reboot(BUILD + 1_825 * DAY);
    SystemNodeClock clock = start();
    expect(clock, BUILD + 1_825 * DAY, ClockQuality.CARRIED);
    clock.persist();
    machine.wall = 0;
    expect(clock, BUILD + DAY, ClockQuality.LOWER_BOUND);
    machine.wall = BUILD + 3 * DAY;
    expect(start(), BUILD + 3 * DAY, ClockQuality.CARRIED);
  }

  @Test
  void theHubsWordIsTakenAndGrowsWithTheMonotonicClock() {
    SystemNodeClock clock = start();
    long heardAt = machine.nanos;
    machine.pass(Duration.ofSeconds(3));
    clock.synchronise(BUILD + 10 * DAY, heardAt);
    expect(clock, BUILD + 10 * DAY + 3_000, ClockQuality.SYNCHRONISED);
  }

  @Test
  void aHubThatLivesBeforeTheBuildIsNotBelieved() {
    SystemNodeClock clock = start();
    clock.synchronise(BUILD - 1, machine.nanos);
    expect(clock, BUILD, ClockQuality.LOWER_BOUND);
  }

  @Test
  void aRestartInTheSameBootStaysSynchronised() {
    start().synchronise(BUILD + DAY, machine.nanos);
    machine.pass(Duration.ofMinutes(5));
    expect(start(), BUILD + DAY + 300_000, ClockQuality.SYNCHRONISED);
  }

  @Test
  void theNextBootCarriesOnIfTheWallClockIsNotBehindWhatWasKept() {
    start().synchronise(BUILD + DAY, machine.nanos);
    machine.reboot(BUILD + 2 * DAY);
    expect(start(), BUILD + 2 * DAY, ClockQuality.CARRIED);
  }

  @Test
  void theNextBootIn1970StartsFromWhatWasKept() {
    start().synchronise(BUILD + DAY, machine.nanos);
    machine.reboot(0);
    expect(start(), BUILD + DAY, ClockQuality.LOWER_BOUND);
  }

  @Test
  void withoutAHubEverTheWallClockIsOnlyALowerBound() {
    machine.wall = BUILD + DAY;
    start().persist();
    machine.reboot(BUILD + 2 * DAY);
    expect(start(), BUILD + 2 * DAY, ClockQuality.LOWER_BOUND);
  }

  @Test
  void theEstimateIsKeptOncePerInterval() {
    SystemNodeClock clock = start();
    clock.synchronise(BUILD + DAY, machine.nanos);
    long writes = storage.mutations();
    machine.pass(Duration.ofMinutes(59));
    clock.now();
    clock.synchronise(BUILD + DAY + 1, machine.nanos);
    assertThat(storage.mutations()).isEqualTo(writes);
    machine.pass(Duration.ofMinutes(1));
    clock.now();
    assertThat(storage.mutations()).isGreaterThan(writes);
    machine.reboot(0);
    assertThat(start().now().wallMillis()).isGreaterThan(BUILD + DAY + 60_000);
  }

  @Test
  void oneFlippedBitLosesNothingAndTwoAreSetAside() throws Exception {
    start().synchronise(BUILD + DAY, machine.nanos);
    machine.reboot(0);
    storage.flipBit("clock.a", 200);
    expect(start(), BUILD + DAY, ClockQuality.LOWER_BOUND);
    storage.flipBit("clock.a", 200);
    storage.flipBit("clock.b", 200);
    expect(start(), BUILD, ClockQuality.LOWER_BOUND);
    assertThat(storage.paths()).contains("clock.a.damaged", "clock.b.damaged");
  }

  @Test
  void aDiskThatCannotBeWrittenDoesNotStopTheClock() {
    SystemNodeClock clock = start();
    storage.failWrites(path -> true);
    clock.synchronise(BUILD + DAY, machine.nanos);
    expect(clock, BUILD + DAY, ClockQuality.SYNCHRONISED);
  }

  @Test
  void aMonotonicClockThatIsNotTheKernelsGetsABootOfItsOwn() {
    assertThat(start().now().bootId()).isEqualTo(machine.boot);
    machine.nanos = -56L * 365 * 86_400 * SECOND_NANOS;
    assertThat(start().now().bootId()).isEqualTo(PROCESS);
    machine.nanos = machine.uptime + 11 * SECOND_NANOS;
    assertThat(start().now().bootId()).isEqualTo(PROCESS);
    machine.nanos = machine.uptime;
    machine.boot = null;
    assertThat(start().now().bootId()).isEqualTo(PROCESS);
  }

  @Test
  void theKeptFormStaysReadable() throws Exception {
    BootTime time = new BootTime(new UUID(1, 2), 3, 4, ClockQuality.SYNCHRONISED);
    String golden =
        "01"
            + "0000000000000001"
            + "0000000000000002"
            + "0000000000000003"
            + "0000000000000004"
            + "02";
    assertThat(HexFormat.of().formatHex(ClockRecord.encode(time))).isEqualTo(golden);
    assertThat(ClockRecord.decode(HexFormat.of().parseHex(golden))).isEqualTo(time);
  }

  @Test
  void theBuildSaysWhenItWas() {
    assertThat(BuildTime.millis()).isGreaterThanOrEqualTo(BUILD);
  }

  @Test
  void theRealMachineHasAPlausibleClock() {
    BootTime now = HubClock.create(PROCESS).now();
    assertThat(now.wallMillis()).isGreaterThanOrEqualTo(BUILD);
  }

  private SystemNodeClock start() {
    return SystemNodeClock.create(
        machine, new TwoCopyFile(storage, "clock"), Runnable::run, PROCESS, BUILD, SETTINGS);
  }

  private static void expect(SystemNodeClock clock, long wallMillis, ClockQuality quality) {
    BootTime now = clock.now();
    assertThat(now.quality()).isEqualTo(quality);
    assertThat(now.wallMillis()).isEqualTo(wallMillis);
  }
}
