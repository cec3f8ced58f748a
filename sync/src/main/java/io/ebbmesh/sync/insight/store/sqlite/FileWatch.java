package io.ebbmesh.sync.insight.store.sqlite;

import io.ebbmesh.sync.insight.store.StoreException;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Notices that the store's file, or its write-ahead log, was deleted or replaced while it is open:
 * the system goes on to write what has no name any more, and nobody would ever find it. Looked at
 * after each commit and before anyone is told. What is put back is taken again.
 */
final class FileWatch {

  private final Path file;
  private final Path log;
  private @Nullable FileIdentity knownFile;
  private @Nullable FileIdentity knownLog;

  FileWatch(Path file, Path log) {
    this.file = file;
    this.log = log;
  }

  /**
   * Before a connection is made, which would make a new, empty file.
   *
   * @throws StoreException if the file is not the one that was opened first
   */
  void checkFile() {
    if (knownFile == null) {
      knownFile = identity(file);
    }
    if (!knownFile.isAtPath()) {
      throw new StoreException(
          file
              + ": the store was deleted or replaced while the hub runs; nothing is acknowledged"
              + " until the file is put back, or the hub is started again on another one");
    }
  }

  /** A connection has both files open now. */
  void transactionBegan() {
    if (knownLog == null) {
      knownLog = identity(log);
    }
  }

  /**
   * After a commit.
   *
   * @throws StoreException if what was committed is not in the files at their paths
   */
  void check() {
    checkFile();
    if (knownLog != null && !knownLog.isAtPath()) {
      throw new StoreException(
          log
              + ": the log of the store was deleted or replaced while the hub runs; leave it alone"
              + " (what it held is copied into the store now)");
    }
  }

  /** The next connection may have another log. */
  void disconnected() {
    knownLog = null;
  }

  private static FileIdentity identity(Path path) {
    try {
      return FileIdentity.of(path);
    } catch (IOException e) {
      throw new StoreException(path + ": is gone while the hub runs (" + e.getMessage() + ")", e);
    }
  }
}
