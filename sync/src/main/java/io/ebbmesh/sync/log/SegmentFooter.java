package io.ebbmesh.sync.log;

import io.ebbmesh.sync.storage.StorageFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/**
 * The index of a sealed segment in its last bytes, so that opening a store reads no bodies. It is
 * only a shortcut: without it, or with a damaged one, the segment is scanned.
 */
final class SegmentFooter {

  static final int TRAILER_BYTES = 32;
  static final int RUN_BYTES = 16;
  static final int RECORD_BYTES = 12;

  private static final int MAGIC = 0x46424245; // EBBF

  private SegmentFooter() {}

  /** What was found at the end of a segment. */
  enum Found {
    INTACT,
    NONE,
    DAMAGED
  }

  static int length(Segment segment) {
    int length = TRAILER_BYTES;
    for (Run run : segment.runs) {
      length += RUN_BYTES + run.owner.name.length + run.count() * RECORD_BYTES;
    }
    return length;
  }

  /** Puts the footer, which belongs at the very end of the segment's file. */
  static void put(Segment segment, ByteBuffer out) {
    int start = out.position();
    for (Run run : segment.runs) {
      out.putShort((short) run.owner.name.length).putShort((short) 0).putInt(run.count());
      out.putLong(run.firstSeq).put(run.owner.name);
      for (int i = 0; i < run.count(); i++) {
        out.putInt((int) (run.seqAt(i) - run.firstSeq));
        out.putInt(run.offsetAt(i)).putInt(run.bodyLengthAt(i));
      }
    }
    int bodyLength = out.position() - start;
    int trailer = out.position();
    out.putInt(MAGIC).putInt(0).putLong(segment.salt).putInt(segment.end).putInt(bodyLength);
    out.putInt(segment.runs.size()).putInt(0);
    out.putInt(trailer + 4, checksum(out, start, out.position()));
  }

  /** The checksum over everything but itself. */
  private static int checksum(ByteBuffer buffer, int start, int end) {
    CRC32C crc = new CRC32C();
    ByteBuffer view = buffer.duplicate();
    view.limit(end - TRAILER_BYTES + 4).position(start);
    crc.update(view);
    view.limit(end).position(end - TRAILER_BYTES + 8);
    crc.update(view);
    return (int) crc.getValue();
  }

  /**
   * Adds the records of a segment to the index if its footer is intact and speaks of the same end.
   */
  static Found read(StorageFile file, Segment segment, LogIndex index) throws IOException {
    long capacity = file.size();
    ByteBuffer trailer = buffer(TRAILER_BYTES);
    if (capacity < TRAILER_BYTES
        || file.read(capacity - TRAILER_BYTES, trailer) < TRAILER_BYTES
        || trailer.getInt(0) != MAGIC
        || trailer.getLong(8) != segment.salt) {
      return Found.NONE;
    }
    int end = trailer.getInt(16);
    int bodyLength = trailer.getInt(20);
    int runs = trailer.getInt(24);
    if (bodyLength < 0 || bodyLength > capacity - TRAILER_BYTES) {
      return Found.DAMAGED;
    }
    ByteBuffer all = buffer(bodyLength + TRAILER_BYTES);
    file.read(capacity - all.capacity(), all);
    all.flip();
    if (all.limit() < all.capacity()
        || checksum(all, 0, all.capacity()) != trailer.getInt(4)
        || end != segment.end) {
      return Found.DAMAGED;
    }
    for (int i = 0; i < runs; i++) {
      readRun(all, segment, index);
    }
    return Found.INTACT;
  }

  private static void readRun(ByteBuffer in, Segment segment, LogIndex index) {
    byte[] name = new byte[Short.toUnsignedInt(in.getShort())];
    in.getShort();
    int count = in.getInt();
    long firstSeq = in.getLong();
    in.get(name);
    PersistenceIndex owner = index.intern(new String(name, StandardCharsets.UTF_8));
    for (int i = 0; i < count; i++) {
      owner.add(segment, firstSeq + in.getInt(), in.getInt(), in.getInt());
    }
  }

  private static ByteBuffer buffer(int length) {
    return ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
  }
}
