package io.ebbmesh.sync.insight.outbox;

import io.ebbmesh.sync.storage.Storage;
import java.io.IOException;

/**
 * Space that is taken on the disk for what gives space back: loss records, snapshots, trims. The
 * file is removed when the disk is full, whoever filled it, and made again when there is room.
 */
final class DiskReserve {

  static final String FILE = "reserve";

  private final Storage storage;
  private final long bytes;

  DiskReserve(Storage storage, long bytes) {
    this.storage = storage;
    this.bytes = bytes;
  }

  /** Bytes that are kept on the disk now. */
  long kept() throws IOException {
    return storage.exists(FILE) ? bytes : 0;
  }

  /**
   * Makes or removes the file, as the disk allows.
   *
   * @param needed free bytes that the journal needs to go on
   * @return bytes that are kept now
   */
  long keep(long needed) throws IOException {
    long usable = storage.usableBytes();
    if (kept() > 0) {
      if (usable < needed) {
        storage.unlink(FILE);
        storage.syncDirectory("");
      }
    } else if (bytes > 0 && usable >= 2 * needed + bytes) {
      storage.create(FILE, bytes).close();
      storage.syncDirectory("");
    }
    return kept();
  }
}
