package io.ebbmesh.sync.storage;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;

/**
 * The part of a file system that durable state needs, rooted at one directory.
 *
 * <p>Paths are relative, with {@code /} between names. All calls block and may be made from any
 * thread; of one {@link StorageFile}, {@link StorageFile#read} may be called from any thread, all
 * else by one thread at a time. A call that throws has an unknown outcome: what was not synced may
 * or may not be there.
 */
public interface Storage {

  /** Names in {@code directory}, sorted; empty if there is no such directory. */
  List<String> list(String directory) throws IOException;

  boolean exists(String path) throws IOException;

  /** Creates the directory and its parents, durably. */
  void createDirectories(String directory) throws IOException;

  /**
   * Creates a file whose {@code preallocateBytes} are allocated and written with zeros and synced,
   * so that a later {@link StorageFile#sync} inside that length changes no metadata. The directory
   * entry is durable only after {@link #syncDirectory}.
   *
   * @throws java.nio.file.FileAlreadyExistsException if the path is taken
   */
  StorageFile create(String path, long preallocateBytes) throws IOException;

  /** Opens an existing file for reading and writing. */
  StorageFile open(String path) throws IOException;

  /** Renames atomically, replacing {@code to}; durable after {@link #syncDirectory}. */
  void rename(String from, String to) throws IOException;

  /** Removes a file; removing what is not there is not an error. */
  void unlink(String path) throws IOException;

  /** Makes creations, renames and removals in {@code directory} durable. */
  void syncDirectory(String directory) throws IOException;

  /** Bytes that can still be written by this process. */
  long usableBytes() throws IOException;

  /**
   * Takes the exclusive right to write below this root until closed.
   *
   * @throws IOException with a message for the operator if another process holds it
   */
  Closeable lock() throws IOException;
}
