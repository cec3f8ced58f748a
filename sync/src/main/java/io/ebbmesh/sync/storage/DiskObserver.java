package io.ebbmesh.sync.storage;

/** Sees what changes a {@link MemoryStorage}, in order: two runs that differ are found here. */
@FunctionalInterface
public interface DiskObserver {

  /** What was done. */
  enum Kind {
    CREATE,
    WRITE,
    SYNC,
    TRUNCATE,
    RENAME,
    UNLINK
  }

  /**
   * It has been done; a write that failed in the middle is seen with the part that was written, a
   * sync that failed is not seen.
   *
   * @param path of a rename {@code from -> to}
   * @param length bytes written or preallocated, the size after a truncation, or 0
   * @param crc32c of the bytes written, or 0
   */
  void done(Kind kind, String path, long length, int crc32c);
}
