package io.ebbmesh.sync.storage;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/** One open file of a {@link Storage}. */
public interface StorageFile extends Closeable {

  long size() throws IOException;

  /**
   * Fills {@code target} from {@code position} until it is full or the file ends.
   *
   * @return bytes read; less than {@code target.remaining()} only at the end of the file
   */
  int read(long position, ByteBuffer target) throws IOException;

  /** Writes all of {@code source} at {@code position}, growing the file if it must. */
  void write(long position, ByteBuffer source) throws IOException;

  /**
   * Makes all written bytes of this file durable (fdatasync). After a failed sync the file must not
   * be written again: the kernel may have dropped the dirty pages and would report the next sync as
   * good.
   */
  void sync() throws IOException;

  void truncate(long size) throws IOException;
}
