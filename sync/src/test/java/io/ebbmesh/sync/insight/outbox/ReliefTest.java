package io.ebbmesh.sync.insight.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.ebbmesh.protocol.codec.LossSketchCodec;
import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.protocol.insight.LossReason;
import io.ebbmesh.protocol.insight.LossRecord;
import io.ebbmesh.protocol.insight.LossSketch;
import io.ebbmesh.protocol.insight.SeqRanges;
import io.ebbmesh.sync.insight.outbox.Outbox.RejectReason;
import io.ebbmesh.sync.insight.outbox.Outbox.Rejected;
import io.ebbmesh.sync.journal.EbbmeshLog;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** An outbox that is offered more than its disk takes. */
class ReliefTest {

  private final SmallDisk disk = new SmallDisk("");

  @AfterEach
  void close() {
    disk.close();
  }

  private void produceUntilRoom(Lane lane, int count) {
    for (int left = count; left > 0; left -= 50) {
      long goal = disk.produced(lane) + 50;
      while (disk.produced(lane) < goal) {
        disk.produce(lane, (int) (goal - disk.produced(lane)));
      }
    }
  }

  @Test
  void oldSamplesGoForNewOnesAndTheLossRecordsSayWhatWentAndWhen() throws Exception {
    produceUntilRoom(Lane.SAMPLE, 4_000);
    disk.await(() -> !disk.losses(Lane.SAMPLE).isEmpty());
    disk.assertBalanced();
    assertThat(disk.storage.usedBytes()).isLessThan(1 << 20);
    LossRecord first = disk.losses(Lane.SAMPLE).get(0);
    assertThat(first.reason()).isEqualTo(LossReason.QUOTA);
    assertThat(first.ranges().ranges()).hasSize(1);
    assertThat(first.ranges().contains(1)).isTrue();
    LossSketch sketch = LossSketchCodec.decode(first.sketch());
    assertThat(sketch.insights()).isEqualTo(first.ranges().count());
    assertThat(sketch.firstObservedWallMillis()).isEqualTo(SettableClock.START_WALL_MILLIS + 1_000);
    assertThat(sketch.lastObservedWallMillis())
        .isEqualTo(SettableClock.START_WALL_MILLIS + 1_000 * first.ranges().count());
    assertThat(sketch.streams().stream().mapToLong(LossSketch.Count::insights).sum())
        .isEqualTo(sketch.insights());
    assertThat(sketch.labels())
        .extracting(LossSketch.Count::name)
        .containsExactly("normal", "rare");
  }

  @Test
  void alarmsAreNeverGivenUpAndRefusedAtLast() {
    produceUntilRoom(Lane.SAMPLE, 500);
    @Nullable Rejected refused = null;
    while (refused == null || refused.reason() != RejectReason.FULL) {
      refused = disk.produce(Lane.ALARM, 20);
      long samples = disk.books(Lane.SAMPLE).pending();
      if (refused != null && samples > 0) {
        // They go, unless files were emptied meanwhile and there is room without that.
        disk.await(
            () -> disk.books(Lane.SAMPLE).pending() == 0 || disk.produce(Lane.ALARM, 1) == null);
        refused = null;
      }
    }
    assertThat(Objects.requireNonNull(refused).message())
        .contains("ebbmesh.sync.lanes.alarm.quota")
        .containsPattern("lane alarm is full: it holds [1-9]\\d* of [1-9]\\d* bytes")
        .contains("ebbmesh.sync.outbox.disk-budget");
    assertThat(disk.books(Lane.ALARM).lost()).isZero();
    assertThat(disk.books(Lane.SAMPLE).pending()).isZero();
    disk.assertBalanced();
    disk.acknowledgeAll(Lane.ALARM);
    disk.await(() -> disk.produce(Lane.ALARM, 1) == null);
    disk.assertBalanced();
  }

  @Test
  void aDiskFullOfAlarmsIsNotLookedAtAllTheTime() {
    try (SmallDisk rare = new SmallDisk("ebbmesh.sync.outbox.relief.interval = 1 hour")) {
      rare.await(() -> rare.report().looks() > 0);
      rare.await(
          () -> {
            Rejected refused = rare.produce(Lane.ALARM, 50);
            return refused != null && refused.reason() == RejectReason.FULL;
          });
      long looks = rare.report().looks();
      for (int i = 0; i < 300; i++) {
        rare.report();
      }
      assertThat(rare.report().looks()).isLessThan(looks + 10);
    }
  }

  @Test
  void lossesThatWaitForTheHubAreToldTogetherWhenThereAreMany() {
    try (SmallDisk small =
        new SmallDisk("ebbmesh.sync.outbox.relief { sketched-losses = 2, step-size = 1 KiB }")) {
      small.await(
          () -> {
            small.produce(Lane.SAMPLE, 50);
            return small.books(Lane.SAMPLE).lost() > 1_500;
          });
      // Relief may still be under way.
      small.await(
          () -> {
            long lost = SeqRanges.of(small.lost(Lane.SAMPLE)).count();
            return small.losses(Lane.SAMPLE).size() == 3 && lost == small.books(Lane.SAMPLE).lost();
          });
      small.assertBalanced();
    }
  }

  @Test
  void filesStayNearTheBudgetThoughAlarmsLieInEachOfThem() {
    for (int round = 0; round < 120; round++) {
      produceUntilRoom(Lane.SAMPLE, 100);
      disk.produce(Lane.ALARM, 20);
    }
    EbbmeshLog log = EbbmeshLog.get(disk.kit.system());
    disk.await(() -> log.usage().segmentBytes() <= 512 << 10);
    assertThat(disk.books(Lane.ALARM).lost()).isZero();
    disk.assertBalanced();
  }

  @Test
  void booksBalanceAfterPowerCutsInTheMiddleOfIt() {
    for (int cut = 0; cut < 6; cut++) {
      produceUntilRoom(Lane.SAMPLE, 600);
      produceUntilRoom(Lane.ALARM, 20);
      disk.crash();
      disk.assertBalanced();
    }
    assertThat(disk.books(Lane.SAMPLE).lost()).isPositive();
    assertThat(disk.books(Lane.ALARM).lost()).isZero();
  }

  @Test
  void aFullDiskIsTrimmedFromTheReserveAndTakesInsightsAgain() {
    produceUntilRoom(Lane.SAMPLE, 200);
    produceUntilRoom(Lane.INSIGHT, 400);
    disk.await(() -> disk.storage.exists(DiskReserve.FILE));
    disk.storage.limitCapacity(disk.storage.usedBytes());
    produceUntilRoom(Lane.ALARM, 300);
    assertThat(disk.books(Lane.ALARM).lost()).isZero();
    disk.assertBalanced();
    disk.reopen();
    disk.assertBalanced();
  }
}
