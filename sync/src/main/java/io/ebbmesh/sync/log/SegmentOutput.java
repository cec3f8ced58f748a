package io.ebbmesh.sync.log;

import io.ebbmesh.sync.storage.StorageFile;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Gathers records in one reused direct buffer and writes them to one segment file at once. */
final class SegmentOutput implements Closeable {

  private static final int INITIAL_BYTES = 8 * 1024;

  /** Direct memory that outlives one segment: the next one's output takes it over. */
  static final class Buffer {
    private ByteBuffer bytes = allocate(INITIAL_BYTES);

    private static ByteBuffer allocate(int capacity) {
      return ByteBuffer.allocateDirect(capacity).order(ByteOrder.LITTLE_ENDIAN);
    }
  }

  private final StorageFile file;
  private final Buffer shared;
  private final long salt;
  private final int gatherBytes;
  private final RecordFormat.Encoder encoder = new RecordFormat.Encoder();

  /** Offset in the file of the buffer's first byte. */
  private int start;

  /**
   * @param position offset in the file at which to go on
   * @param gatherBytes written at once at most, but for a larger record
   */
  SegmentOutput(StorageFile file, long salt, int position, int gatherBytes, Buffer shared) {
    this.file = file;
    this.salt = salt;
    this.start = position;
    this.gatherBytes = gatherBytes;
    this.shared = shared;
    shared.bytes.clear();
  }

  /** Offset at which the next record will be. */
  int position() {
    return start + shared.bytes.position();
  }

  int put(
      byte kind,
      byte flags,
      byte[] name,
      long sequenceNr,
      int syncedUpTo,
      ByteBuffer head,
      ByteBuffer rest)
      throws IOException {
    reserve(RecordFormat.totalLength(name.length, head.remaining() + rest.remaining()));
    int offset = position();
    encoder.put(shared.bytes, salt, kind, flags, name, sequenceNr, syncedUpTo, head, rest);
    return offset;
  }

  /** What cannot be found out again is written twice: one flipped bit costs one copy. */
  void putTwice(byte kind, byte[] name, long sequenceNr, int syncedUpTo, ByteBuffer body)
      throws IOException {
    ByteBuffer none = ByteBuffer.allocate(0);
    put(kind, (byte) 0, name, sequenceNr, syncedUpTo, body.duplicate(), none);
    put(kind, (byte) 0, name, sequenceNr, syncedUpTo, body, none);
  }

  void put(SegmentHeader header) throws IOException {
    reserve(SegmentHeader.BLOCK_BYTES);
    header.put(shared.bytes);
  }

  /** Makes room in the buffer, which grows up to what is gathered or one record needs. */
  private void reserve(int length) throws IOException {
    ByteBuffer bytes = shared.bytes;
    if (length <= bytes.remaining()) {
      return;
    }
    int wanted = bytes.position() + length;
    if (wanted > gatherBytes && bytes.position() > 0) {
      write();
      wanted = length;
    }
    if (wanted > bytes.capacity()) {
      int capacity = Math.max(Integer.highestOneBit(wanted - 1) << 1, bytes.capacity());
      shared.bytes = Buffer.allocate(capacity);
      shared.bytes.put(bytes.flip());
    }
  }

  /** Hands what is gathered to the file; not durable before {@link #sync}. */
  private void write() throws IOException {
    ByteBuffer bytes = shared.bytes;
    if (bytes.position() == 0) {
      return;
    }
    int length = bytes.position();
    bytes.flip();
    file.write(start, bytes);
    bytes.clear();
    start += length;
  }

  void sync() throws IOException {
    write();
    file.sync();
  }

  /** Writes the index of the sealed segment to the end of its file, if there is room. */
  void writeFooter(Segment segment) throws IOException {
    write();
    int length = SegmentFooter.length(segment);
    if (segment.end + length > segment.capacityBytes) {
      return;
    }
    reserve(length);
    SegmentFooter.put(segment, shared.bytes);
    shared.bytes.flip();
    file.write(segment.capacityBytes - length, shared.bytes);
    shared.bytes.clear();
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
