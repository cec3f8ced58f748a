package io.ebbmesh.sync.insight.store.sqlite;

import java.nio.file.Path;
import java.sql.SQLException;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * When retention deletes: at intervals, in small transactions between those that store. A step may
 * delete twice what was stored since the last one, so that it keeps up with any ingest and costs it
 * a fixed share. Used by the store's one thread.
 */
final class Sweep {

  private static final Logger LOG = LoggerFactory.getLogger(Sweep.class);
  private static final long NANOS_PER_MILLI = 1_000_000;

  private final Path path;
  private final Retention retention;
  private final LongSupplier arrivals;
  private long dueAtNanos = System.nanoTime();
  private long storedRows;
  private long deletedRows;

  /**
   * @param arrivals the time by which insights grow old
   */
  Sweep(Path path, Retention retention, LongSupplier arrivals) {
    this.path = path;
    this.retention = retention;
    this.arrivals = arrivals;
  }

  /** How long the thread may wait for work; 0 if a step is due. */
  long waitNanos() {
    return retention.keepsAll() ? Long.MAX_VALUE : Math.max(0, dueAtNanos - System.nanoTime());
  }

  void stored(int rows) {
    storedRows += rows;
  }

  /** Deletes a step's worth in a transaction of its own, if one is due. */
  void step(StoreWriter to) throws SQLException {
    int most = (int) Math.min(Integer.MAX_VALUE, Math.max(retention.stepRows(), 2 * storedRows));
    to.begin();
    int deleted = to.deleteExpired(retention, arrivals.getAsLong(), most);
    to.commit();
    storedRows = 0;
    deletedRows += deleted;
    if (deleted < most) {
      if (deletedRows > 0) {
        LOG.info(
            "{}: retention deleted {} insights; {} MiB are in use",
            path,
            deletedRows,
            to.usedBytes() >> 20);
      }
      deletedRows = 0;
      pause();
    }
  }

  /** Nothing until the next interval. */
  void pause() {
    dueAtNanos = System.nanoTime() + retention.intervalMillis() * NANOS_PER_MILLI;
  }
}
