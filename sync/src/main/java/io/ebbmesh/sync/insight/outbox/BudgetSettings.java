package io.ebbmesh.sync.insight.outbox;

import com.typesafe.config.Config;
import java.time.Duration;

/**
 * What the outbox may take of the disk and how it stays below that; see {@code disk-budget} and
 * {@code relief} in {@code ebbmesh.sync.outbox}.
 *
 * @param diskBytes most that all lanes together take, however much is free
 * @param reserveBytes kept apart on the disk, for what gives room back
 * @param startPercent of a quota or the budget at which insights are given up
 * @param endPercent of it to which that goes on
 * @param stepBytes blocks that one step gives up, under one loss record
 * @param sketchedLosses loss records that wait for the hub and say what was lost; further ones say
 *     only which numbers
 * @param interval how often the disk and the ages are looked at
 * @param foldWindow observed time that one aggregate of folded insights covers
 * @param warnBelow a forecast below it is an alarm
 */
public record BudgetSettings(
    long diskBytes,
    long reserveBytes,
    int startPercent,
    int endPercent,
    long stepBytes,
    int sketchedLosses,
    Duration interval,
    Duration foldWindow,
    Duration warnBelow) {

  /** One that is written, one of which the last records are needed, and two that are full. */
  private static final int MIN_SEGMENTS = 4;

  public BudgetSettings {
    OutboxSettings.within("disk-budget", diskBytes, 1, Long.MAX_VALUE);
    OutboxSettings.within("disk-reserve", reserveBytes, 0, Long.MAX_VALUE);
    OutboxSettings.within("relief.start", startPercent, 2, 100);
    OutboxSettings.within("relief.end", endPercent, 1, 99);
    if (endPercent >= startPercent) {
      throw new IllegalArgumentException(
          "ebbmesh.sync.outbox.relief.start is "
              + startPercent
              + " and relief.end is "
              + endPercent
              + ": set both, end below start");
    }
    OutboxSettings.within("relief.step-size", stepBytes, 1, 64L << 20);
    OutboxSettings.within("relief.sketched-losses", sketchedLosses, 0, 10_000);
    OutboxSettings.within("relief.interval", interval.toMillis(), 1, 3_600_000);
    OutboxSettings.within("relief.fold-window", foldWindow.toMillis(), 1, Integer.MAX_VALUE);
    OutboxSettings.within("relief.warn-below", warnBelow.toMillis(), 0, Long.MAX_VALUE);
  }

  /**
   * The log gives room back a file at a time.
   *
   * @param segmentBytes of a file of the log
   * @throws IllegalArgumentException if the budget is less than a few files
   */
  void requireSegments(long segmentBytes) {
    if (diskBytes / MIN_SEGMENTS < segmentBytes) {
      throw new IllegalArgumentException(
          OutboxSettings.PATH
              + ".disk-budget is "
              + diskBytes
              + ": choose at least "
              + MIN_SEGMENTS
              + " times ebbmesh.sync.log.segment-size ("
              + segmentBytes
              + "), or smaller segments");
    }
  }

  /** Percent at which insights are dropped although they could be folded, if that took no time. */
  int lastPercent() {
    return (startPercent + 100) / 2;
  }

  /** Reads the section of the outbox. */
  static BudgetSettings of(Config outbox) {
    Config relief = outbox.getConfig("relief");
    return new BudgetSettings(
        outbox.getMemorySize("disk-budget").toBytes(),
        outbox.getMemorySize("disk-reserve").toBytes(),
        relief.getInt("start"),
        relief.getInt("end"),
        relief.getMemorySize("step-size").toBytes(),
        relief.getInt("sketched-losses"),
        relief.getDuration("interval"),
        relief.getDuration("fold-window"),
        relief.getDuration("warn-below"));
  }

  /**
   * What files of the journal may take.
   *
   * @param room as the journal has it now
   * @param reserved of the reserve that is on the disk
   */
  long files(LaneJournal.Room room, long reserved) {
    long free = Math.max(0, room.usableBytes() - Math.max(0, reserveBytes - reserved));
    return Math.min(diskBytes, saturated(room.usedBytes(), free));
  }

  /**
   * What blocks of all lanes may take of that. Files are given back whole: what is trimmed of the
   * oldest and newest still takes room, and so does {@code dead}.
   *
   * @param dead bytes of files that stay though no block needs them
   */
  long budget(LaneJournal.Room room, long reserved, long dead) {
    long files = files(room, reserved);
    long blocks = Math.max(files / 2, files - 2 * room.fileBytes());
    return Math.max(files / 4, blocks - dead);
  }

  private static long saturated(long a, long b) {
    return a > Long.MAX_VALUE - b ? Long.MAX_VALUE : a + b;
  }
}
