package io.ebbmesh.sync.storage;

/** How long the syncs of a {@link MemoryStorage} take. */
@FunctionalInterface
public interface SyncDelay {

  /**
   * A file or directory is being synced, or a file preallocated.
   *
   * @return nanoseconds until it is durable, counted from when the disk has done all before it
   */
  long syncStarts(String path);
}
