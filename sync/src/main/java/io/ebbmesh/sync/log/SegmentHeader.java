package io.ebbmesh.sync.log;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The first block of a segment file, which holds the same 64 bytes twice.
 *
 * @param version of the file's format; the layout of these 64 bytes stays the same for ever
 * @param id of the segment, never used again in its store
 * @param salt random, in each record of the segment, so that what a recycled file held before is
 *     never taken for new
 * @param capacityBytes size of the file
 */
record SegmentHeader(int version, long id, long salt, int capacityBytes) {

  static final int VERSION = 1;
  static final int BLOCK_BYTES = 4096;
  static final int SECOND_COPY_AT = 2048;
  static final int COPY_BYTES = 64;

  private static final long MAGIC = 0x0A0D474553424245L; // EBBSEG CR LF
  private static final int AT_CRC = 8;
  private static final int AT_VERSION = 12;
  private static final int AT_ID = 16;
  private static final int AT_SALT = 24;
  private static final int AT_CAPACITY = 32;

  /** Puts the whole block at the buffer's position. */
  void put(ByteBuffer out) {
    byte[] block = new byte[BLOCK_BYTES];
    ByteBuffer view = ByteBuffer.wrap(block).order(ByteOrder.LITTLE_ENDIAN);
    for (int at : new int[] {0, SECOND_COPY_AT}) {
      view.putLong(at, MAGIC);
      view.putInt(at + AT_VERSION, version);
      view.putLong(at + AT_ID, id);
      view.putLong(at + AT_SALT, salt);
      view.putInt(at + AT_CAPACITY, capacityBytes);
      view.putInt(at + AT_CRC, checksum(block, at));
    }
    out.put(block);
  }

  /**
   * @param block the first {@link #BLOCK_BYTES} of a file, or what there is of them
   * @return null if neither copy is intact
   */
  static @Nullable SegmentHeader parse(byte[] block) {
    SegmentHeader first = parse(block, 0);
    return first != null ? first : parse(block, SECOND_COPY_AT);
  }

  private static @Nullable SegmentHeader parse(byte[] block, int at) {
    if (block.length < at + COPY_BYTES) {
      return null;
    }
    ByteBuffer view = ByteBuffer.wrap(block).order(ByteOrder.LITTLE_ENDIAN);
    if (view.getLong(at) != MAGIC || view.getInt(at + AT_CRC) != checksum(block, at)) {
      return null;
    }
    return new SegmentHeader(
        view.getInt(at + AT_VERSION),
        view.getLong(at + AT_ID),
        view.getLong(at + AT_SALT),
        view.getInt(at + AT_CAPACITY));
  }

  private static int checksum(byte[] block, int at) {
    CRC32C crc = new CRC32C();
    crc.update(block, at + AT_VERSION, COPY_BYTES - AT_VERSION);
    return (int) crc.getValue();
  }
}
