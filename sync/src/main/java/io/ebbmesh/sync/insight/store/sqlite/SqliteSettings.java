package io.ebbmesh.sync.insight.store.sqlite;

import com.typesafe.config.Config;
import java.util.concurrent.TimeUnit;

/**
 * Limits of the store; keys and meaning are in {@code reference.conf} under {@code
 * ebbmesh.sync.hub-store}.
 */
public record SqliteSettings(
    int maxWaitingChanges,
    int maxBatchRows,
    int cachedTexts,
    long busyTimeoutMillis,
    int cacheKibibytes,
    int checkpointPages,
    long maxBytes,
    long maxKnownRuns,
    long quarantineBytes) {

  /** Three days: more is a setting with the wrong unit. */
  private static final long MAX_BUSY_MILLIS = 259_200_000;

  private static final long MIN_BYTES = 256 * 1024;

  private static final long MIN_QUARANTINE_BYTES = 64 * 1024;

  /** Quarantine is not what the space of a store is for. */
  private static final long QUARANTINE_SHARE = 10;

  public SqliteSettings {
    check("max-waiting-changes", maxWaitingChanges, 1, 10_000_000);
    check("max-batch-rows", maxBatchRows, 1, 10_000_000);
    check("cached-texts", cachedTexts, 1, 100_000_000);
    check("busy-timeout (milliseconds)", busyTimeoutMillis, 1, MAX_BUSY_MILLIS);
    check("cache (KiB)", cacheKibibytes, 64, Integer.MAX_VALUE);
    check("checkpoint-pages", checkpointPages, 1, 10_000_000);
    check("max-size (bytes)", maxBytes, MIN_BYTES, Long.MAX_VALUE);
    check("max-known-runs", maxKnownRuns, 1, 100_000_000);
    check("quarantine.max-size (bytes)", quarantineBytes, MIN_QUARANTINE_BYTES, Long.MAX_VALUE);
  }

  private static void check(String key, long value, long least, long most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          "ebbmesh.sync.hub-store." + key + " is " + value + ": choose " + least + " to " + most);
    }
  }

  /** Reads the section {@code ebbmesh.sync.hub-store}. */
  public static SqliteSettings of(Config store) {
    return new SqliteSettings(
        store.getInt("max-waiting-changes"),
        store.getInt("max-batch-rows"),
        store.getInt("cached-texts"),
        store.getDuration("busy-timeout", TimeUnit.MILLISECONDS),
        (int) Math.min(Integer.MAX_VALUE, store.getBytes("cache") / 1024),
        store.getInt("checkpoint-pages"),
        store.getBytes("max-size"),
        store.getLong("max-known-runs"),
        store.getBytes("quarantine.max-size"));
  }

  /**
   * With no more in quarantine than a share of what the store may have: else retention would delete
   * insights to make room for damaged blocks.
   */
  SqliteSettings within(Retention retention) {
    long room = retention.maxBytes() == 0 ? maxBytes : Math.min(maxBytes, retention.maxBytes());
    long most = Math.max(MIN_QUARANTINE_BYTES, room / QUARANTINE_SHARE);
    return new SqliteSettings(
        maxWaitingChanges,
        maxBatchRows,
        cachedTexts,
        busyTimeoutMillis,
        cacheKibibytes,
        checkpointPages,
        maxBytes,
        maxKnownRuns,
        Math.min(quarantineBytes, most));
  }
}
