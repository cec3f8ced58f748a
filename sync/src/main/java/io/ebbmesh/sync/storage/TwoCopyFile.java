package io.ebbmesh.sync.storage;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * A small value kept in two files, {@code path.a} and {@code path.b}, so that neither a torn write
 * nor a flipped bit loses it.
 *
 * <p>Form of a copy, big-endian: magic {@code EBM2}, uint16 version (1), uint64 generation, uint32
 * length, payload, CRC32C over everything before it. A write replaces one copy after the other,
 * each by rename, or in place when no file can be made; of two readable copies the one with the
 * higher generation counts. Not for use from several threads at once.
 */
public final class TwoCopyFile {

  /** Largest payload. */
  public static final int MAX_PAYLOAD_BYTES = 2 * 1024 * 1024;

  private static final int MAGIC = 0x45424D32;
  private static final short VERSION = 1;
  private static final int HEADER_BYTES = 4 + 2 + 8 + 4;
  private static final int CRC_BYTES = 4;

  private final Storage storage;
  private final String path;
  private final String directory;

  /**
   * @param path without the ending of the copies; its directory must exist before the first write
   */
  public TwoCopyFile(Storage storage, String path) {
    this.storage = storage;
    this.path = path;
    int slash = path.lastIndexOf('/');
    this.directory = slash < 0 ? "" : path.substring(0, slash);
  }

  /** Neither copy of a value can be read, though there is at least one. */
  public static final class DamagedException extends IOException {
    private static final long serialVersionUID = 1;

    DamagedException(String message) {
      super(message);
    }
  }

  private record Copy(long generation, byte[] payload) {}

  /**
   * Reads the value and changes nothing.
   *
   * @return the payload; null if it was never written
   * @throws DamagedException if there are copies and none can be read
   */
  public byte @Nullable [] read() throws IOException {
    Copy best = best(copy("a"), copy("b"));
    return best == null ? absent() : best.payload;
  }

  /**
   * Reads the value and writes a missing, damaged or older copy again.
   *
   * @return as {@link #read}
   */
  public byte @Nullable [] readAndRepair() throws IOException {
    Copy a = copy("a");
    Copy b = copy("b");
    Copy best = best(a, b);
    if (best == null) {
      return absent();
    }
    if (a == null || a.generation < best.generation) {
      replace("a", best);
    }
    if (b == null || b.generation < best.generation) {
      replace("b", best);
    }
    return best.payload;
  }

  /** Replaces the value; durable when this returns. */
  public void write(byte[] payload) throws IOException {
    if (payload.length > MAX_PAYLOAD_BYTES) {
      throw new IOException(
          path + ": " + payload.length + " bytes are more than the limit of " + MAX_PAYLOAD_BYTES);
    }
    Copy a = copy("a");
    Copy b = copy("b");
    Copy best = best(a, b);
    Copy next = new Copy(best == null ? 1 : best.generation + 1, payload);
    // The copy that is overwritten first must not be the only readable one.
    String first = best != null && best == a ? "b" : "a";
    replace(first, next);
    replace(first.equals("a") ? "b" : "a", next);
  }

  /**
   * Moves what is left of a damaged value out of the way, so that a new one can be written.
   *
   * @param suffix appended to the names of the copies
   */
  public void setAside(String suffix) throws IOException {
    for (String which : new String[] {"a", "b"}) {
      if (storage.exists(name(which))) {
        storage.rename(name(which), name(which) + suffix);
      }
    }
    storage.syncDirectory(directory);
  }

  private byte @Nullable [] absent() throws IOException {
    if (storage.exists(name("a")) || storage.exists(name("b"))) {
      throw new DamagedException(
          "both copies of " + path + " are damaged or written by a newer program");
    }
    return null;
  }

  private static @Nullable Copy best(@Nullable Copy a, @Nullable Copy b) {
    if (a == null || b == null) {
      return a == null ? b : a;
    }
    return b.generation > a.generation ? b : a;
  }

  private String name(String which) {
    return path + "." + which;
  }

  private @Nullable Copy copy(String which) throws IOException {
    if (!storage.exists(name(which))) {
      return null;
    }
    ByteBuffer bytes;
    try (StorageFile file = storage.open(name(which))) {
      long size = file.size();
      if (size < HEADER_BYTES + CRC_BYTES
          || size > HEADER_BYTES + MAX_PAYLOAD_BYTES + (long) CRC_BYTES) {
        return null;
      }
      bytes = ByteBuffer.allocate((int) size);
      if (file.read(0, bytes) != size) {
        throw new EOFException(name(which) + " became shorter while it was read");
      }
    }
    bytes.flip();
    CRC32C crc = new CRC32C();
    crc.update(bytes.array(), 0, bytes.limit() - CRC_BYTES);
    if (bytes.getInt() != MAGIC
        || bytes.getShort() != VERSION
        || bytes.getInt(bytes.limit() - CRC_BYTES) != (int) crc.getValue()) {
      return null;
    }
    long generation = bytes.getLong();
    int length = bytes.getInt();
    if (length != bytes.remaining() - CRC_BYTES) {
      return null;
    }
    byte[] payload = new byte[length];
    bytes.get(payload);
    return new Copy(generation, payload);
  }

  private void replace(String which, Copy copy) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(HEADER_BYTES + copy.payload.length + CRC_BYTES);
    bytes.putInt(MAGIC).putShort(VERSION).putLong(copy.generation).putInt(copy.payload.length);
    bytes.put(copy.payload);
    CRC32C crc = new CRC32C();
    crc.update(bytes.array(), 0, bytes.position());
    bytes.putInt((int) crc.getValue()).flip();
    String temporary = name(which) + ".tmp";
    try {
      storage.unlink(temporary);
      try (StorageFile file = storage.create(temporary, 0)) {
        file.write(0, bytes.duplicate());
        file.sync();
      }
      storage.rename(temporary, name(which));
      storage.syncDirectory(directory);
    } catch (IOException e) {
      overwrite(which, bytes, e);
      storage.unlink(temporary);
    }
  }

  /**
   * A full disk takes no new file, but what one has can be written over: the other copy is whole.
   */
  private void overwrite(String which, ByteBuffer bytes, IOException cause) throws IOException {
    if (!storage.exists(name(which))) {
      throw cause;
    }
    try (StorageFile file = storage.open(name(which))) {
      int length = bytes.remaining();
      file.write(0, bytes);
      file.truncate(length);
      file.sync();
    } catch (IOException e) {
      cause.addSuppressed(e);
      throw cause;
    }
  }
}
