package io.ebbmesh.protocol.block;

import io.ebbmesh.protocol.block.BlockException.Reason;
import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.protocol.insight.SeqRange;
import io.ebbmesh.protocol.time.BootTime;
import io.ebbmesh.protocol.time.ClockQuality;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.UUID;
import java.util.zip.CRC32C;

/** Where each field of the fixed header lies (docs/block-format.md), in little-endian order. */
final class BlockLayout {

  static final int CURRENT_VERSION = 1;

  // The first 32 bytes are the same in every version, so that any program can tell a damaged block
  // from one that is too new, and knows whose numbers it holds.
  static final int MAGIC = 0x4B4C42EB;
  static final int MAGIC_AT = 0;
  static final int VERSION_AT = 4;
  static final int LANE_AT = 6;
  static final int LENGTH_AT = 8;
  static final int CRC_AT = 12;
  static final int FIRST_SEQ_AT = 16;
  static final int COUNT_AT = 24;
  static final int DICTIONARY_AT = 28;
  static final int FROZEN_BYTES = 32;

  static final int BOOT_ID_AT = 32;
  static final int MONOTONIC_AT = 48;
  static final int WALL_AT = 56;
  static final int PLAIN_LENGTH_AT = 64;
  static final int COMPRESSED_LENGTH_AT = 68;
  static final int QUALITY_AT = 72;
  static final int HEADER_BYTES = 73;

  private BlockLayout() {}

  /** Writes everything but the checksum. */
  static void write(byte[] bytes, BlockHeader header, int compressedBytes) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    buffer.putInt(MAGIC_AT, MAGIC);
    buffer.putShort(VERSION_AT, (short) header.formatVersion());
    buffer.put(LANE_AT, (byte) header.lane().code());
    buffer.putInt(LENGTH_AT, bytes.length);
    buffer.putLong(FIRST_SEQ_AT, header.seqs().first());
    buffer.putInt(COUNT_AT, header.count());
    buffer.putInt(DICTIONARY_AT, header.dictionaryId());
    buffer.putLong(BOOT_ID_AT, header.base().bootId().getMostSignificantBits());
    buffer.putLong(BOOT_ID_AT + 8, header.base().bootId().getLeastSignificantBits());
    buffer.putLong(MONOTONIC_AT, header.base().monotonicNanos());
    buffer.putLong(WALL_AT, header.base().wallMillis());
    buffer.putInt(PLAIN_LENGTH_AT, header.plainBytes());
    buffer.putInt(COMPRESSED_LENGTH_AT, compressedBytes);
    buffer.put(QUALITY_AT, (byte) header.base().quality().code());
  }

  static void seal(byte[] bytes) {
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(CRC_AT, crc(bytes));
  }

  /** CRC32C (RFC 3720, appendix B.4) over everything but the checksum itself. */
  private static int crc(byte[] bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, CRC_AT);
    crc.update(bytes, CRC_AT + 4, bytes.length - CRC_AT - 4);
    return (int) crc.getValue();
  }

  /** Checks the whole block, then reads its header. */
  static BlockHeader read(byte[] bytes, BlockLimits limits) throws BlockException {
    if (bytes.length < FROZEN_BYTES) {
      throw damaged("has " + bytes.length + " bytes, fewer than a header");
    }
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    if (buffer.getInt(MAGIC_AT) != MAGIC) {
      throw damaged("does not start with the magic of a block");
    }
    if (buffer.getInt(LENGTH_AT) != bytes.length) {
      throw damaged("says it has " + buffer.getInt(LENGTH_AT) + " bytes, not " + bytes.length);
    }
    if (buffer.getInt(CRC_AT) != crc(bytes)) {
      throw damaged("does not match its checksum");
    }
    int version = Short.toUnsignedInt(buffer.getShort(VERSION_AT));
    if (version > CURRENT_VERSION) {
      throw tooNew("has format version " + version + ", newer than " + CURRENT_VERSION);
    }
    int dictionary = buffer.getInt(DICTIONARY_AT);
    if (dictionary != 0 && BlockDictionary.of(dictionary) == null) {
      throw tooNew("needs the unknown dictionary " + Integer.toUnsignedString(dictionary));
    }
    if (version == 0 || bytes.length < HEADER_BYTES) {
      throw damaged("has no header of version " + CURRENT_VERSION);
    }
    return checked(buffer, version, limits);
  }

  private static BlockHeader checked(ByteBuffer buffer, int version, BlockLimits limits)
      throws BlockException {
    int count = buffer.getInt(COUNT_AT);
    int plainBytes = buffer.getInt(PLAIN_LENGTH_AT);
    int compressedBytes = buffer.getInt(COMPRESSED_LENGTH_AT);
    int room = buffer.capacity() - HEADER_BYTES;
    checkLimit("bytes", buffer.capacity(), limits.maxEncodedBytes());
    checkLimit("insights", Integer.toUnsignedLong(count), limits.maxInsights());
    checkLimit("plain bytes", Integer.toUnsignedLong(plainBytes), limits.maxPlainBytes());
    if (compressedBytes < 0 || compressedBytes > room) {
      throw damaged("says its columns take " + compressedBytes + " of " + room + " bytes");
    }
    if (compressedBytes == 0 && plainBytes > room) {
      throw damaged("says its plain columns take " + plainBytes + " of " + room + " bytes");
    }
    if (compressedBytes > 0 && !limits.ratioAllowed(plainBytes, compressedBytes)) {
      throw new BlockException(
          Reason.OVER_LIMIT,
          "block unpacks to more than " + limits.maxRatio() + " times its compressed length");
    }
    int dictionary = buffer.getInt(DICTIONARY_AT);
    if (compressedBytes == 0 && dictionary != 0) {
      throw damaged("needs dictionary " + dictionary + " for columns that are not compressed");
    }
    long first = buffer.getLong(FIRST_SEQ_AT);
    if (first < 1 || count < 1 || first > Long.MAX_VALUE - count) {
      throw damaged("says it holds " + count + " insights from " + first);
    }
    UUID bootId = new UUID(buffer.getLong(BOOT_ID_AT), buffer.getLong(BOOT_ID_AT + 8));
    try {
      Lane lane = Lane.ofCode(Byte.toUnsignedInt(buffer.get(LANE_AT)));
      ClockQuality quality = ClockQuality.ofCode(Byte.toUnsignedInt(buffer.get(QUALITY_AT)));
      BootTime base =
          new BootTime(bootId, buffer.getLong(MONOTONIC_AT), buffer.getLong(WALL_AT), quality);
      SeqRange seqs = new SeqRange(first, first + count - 1);
      return new BlockHeader(version, lane, seqs, base, dictionary, plainBytes);
    } catch (IllegalArgumentException e) {
      // The checksum holds, so a newer program wrote a code that this one does not know.
      throw tooNew("has an " + e.getMessage());
    }
  }

  private static void checkLimit(String what, long declared, int limit) throws BlockException {
    if (declared > limit) {
      throw new BlockException(
          Reason.OVER_LIMIT, "block declares " + declared + " " + what + ", limit is " + limit);
    }
  }

  static int compressedBytes(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt(COMPRESSED_LENGTH_AT);
  }

  /** Whether the bytes start like a block; nothing else is checked. */
  static boolean isBlock(byte[] bytes) {
    return bytes.length >= FROZEN_BYTES
        && ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt(MAGIC_AT) == MAGIC;
  }

  /** Format version of bytes that start like a block. */
  static int version(byte[] bytes) {
    short version = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getShort(VERSION_AT);
    return Short.toUnsignedInt(version);
  }

  /** Number of the dictionary of bytes that start like a block; 0 if there is none. */
  static int dictionary(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt(DICTIONARY_AT);
  }

  static BlockException damaged(String problem) {
    return new BlockException(Reason.DAMAGED, "block " + problem);
  }

  static BlockException tooNew(String problem) {
    return new BlockException(Reason.TOO_NEW, "block " + problem);
  }
}
