package io.ebbmesh.sync.insight.store.sqlite;

import com.typesafe.config.Config;
import java.util.concurrent.TimeUnit;

/**
 * How long and how much a hub keeps; keys and meaning are in {@code reference.conf} under {@code
 * ebbmesh.hub.retention}.
 *
 * @param maxAgeMillis since arrival; 0 for no limit
 * @param maxBytes of the store's pages in use; 0 for no limit
 * @param stepRows most rows that one transaction deletes while nothing is stored
 * @param intervalMillis between two looks at the limits
 * @param maxStepMillis that the hub's clock may be ahead of the elapsed time to be believed
 * @param maxDownMillis the same at the start, ahead of the newest arrival
 */
public record Retention(
    long maxAgeMillis,
    long maxBytes,
    int stepRows,
    long intervalMillis,
    long maxStepMillis,
    long maxDownMillis) {

  /** Keeps everything. */
  public static final Retention NONE = new Retention(0, 0, 1, 1, Long.MAX_VALUE, Long.MAX_VALUE);

  private static final long MIN_BYTES = 16L << 20;

  public Retention {
    if (stepRows < 1 || intervalMillis < 1) {
      throw new IllegalArgumentException(
          "ebbmesh.hub.retention.step-rows and interval must be at least 1 and 1 ms, not "
              + stepRows
              + " and "
              + intervalMillis
              + " ms");
    }
    if (maxStepMillis < 0 || maxDownMillis < 0) {
      throw new IllegalArgumentException(
          "ebbmesh.hub.retention.max-clock-step and max-down must not be negative");
    }
  }

  /**
   * Reads the section {@code ebbmesh.hub.retention}.
   *
   * @throws IllegalArgumentException naming the key, the limit and the remedy
   */
  public static Retention of(Config retention) {
    long maxBytes = retention.getBytes("max-size");
    if (maxBytes != 0 && maxBytes < MIN_BYTES) {
      throw new IllegalArgumentException(
          "ebbmesh.hub.retention.max-size must be 0 B (no limit) or at least 16 MiB, not "
              + maxBytes
              + " bytes");
    }
    return new Retention(
        retention.getDuration("max-age", TimeUnit.MILLISECONDS),
        maxBytes,
        retention.getInt("step-rows"),
        retention.getDuration("interval", TimeUnit.MILLISECONDS),
        retention.getDuration("max-clock-step", TimeUnit.MILLISECONDS),
        retention.getDuration("max-down", TimeUnit.MILLISECONDS));
  }

  boolean keepsAll() {
    return maxAgeMillis == 0 && maxBytes == 0;
  }
}
