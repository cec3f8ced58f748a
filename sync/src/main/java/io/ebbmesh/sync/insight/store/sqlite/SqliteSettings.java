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
    long maxBytes) {

  /** Reads the section {@code ebbmesh.sync.hub-store}. */
  public static SqliteSettings of(Config store) {
    return new SqliteSettings(
        store.getInt("max-waiting-changes"),
        store.getInt("max-batch-rows"),
        store.getInt("cached-texts"),
        store.getDuration("busy-timeout", TimeUnit.MILLISECONDS),
        Math.toIntExact(store.getBytes("cache") / 1024),
        store.getInt("checkpoint-pages"),
        store.getBytes("max-size"));
  }

  SqliteSettings withMaxBytes(long bytes) {
    return new SqliteSettings(
        maxWaitingChanges,
        maxBatchRows,
        cachedTexts,
        busyTimeoutMillis,
        cacheKibibytes,
        checkpointPages,
        bytes);
  }
}
