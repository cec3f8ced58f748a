package io.ebbmesh.sync.insight.outbox;

import io.ebbmesh.sync.storage.Storage;
import io.ebbmesh.sync.storage.StorageFile;
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
    if (!storage.exists(FILE)) {
      return 0;
    }
    try (StorageFile file = storage.open(FILE)) {
      return file.size();
    }
  }

  /**
   * Makes or removes the file, as the disk allows; one of another size is left from other settings
   * or a crash.
   *
   * @param needed free bytes that the journal needs to go on
   * @return bytes that are kept now
   */
  long keep(long needed) throws IOException {
    if (storage.exists(FILE) && (kept() != bytes || storage.usableBytes() < needed)) {
      storage.unlink(FILE);
      storage.syncDirectory("");
    }
    if (!storage.exists(FILE) && bytes > 0 && storage.usableBytes() >= 2 * needed + bytes) {
      storage.create(FILE, bytes).close();
      storage.syncDirectory("");
    }
    return kept();
  }
}
