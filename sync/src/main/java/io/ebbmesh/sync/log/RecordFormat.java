package io.ebbmesh.sync.log;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * How a record lies in a segment: header, body, and the header once more, each padded to 8 bytes.
 *
 * <p>All numbers are little-endian. The second header makes one flipped bit in the first one cost
 * nothing: who wrote which sequence number is known whatever happens to the body. See {@code
 * docs/segment-log-format.md}.
 */
final class RecordFormat {

  static final int HEADER_MAGIC = 0x52424245; // EBBR
  static final int TRAILER_MAGIC = 0x54424245; // EBBT

  static final int ALIGNMENT = 8;
  static final int MAX_NAME_BYTES = 255;

  static final int AT_MAGIC = 0;
  static final int AT_CRC = 4;
  static final int AT_SALT = 8;
  static final int AT_SEQUENCE = 16;
  static final int AT_BODY_LENGTH = 24;
  static final int AT_BODY_CRC = 28;
  static final int AT_SYNCED = 32;
  static final int AT_NAME_LENGTH = 36;
  static final int AT_KIND = 38;
  static final int AT_FLAGS = 39;
  static final int AT_NAME = 40;

  static final byte KIND_EVENT = 1;
  static final byte KIND_MANIFEST = 2;
  static final byte KIND_MARK = 3;
  static final byte KIND_CLEAN_STOP = 4;

  /** More records of the same atomic write follow directly. */
  static final byte FLAG_MORE = 1;

  /** Records of the same atomic write stand directly before. */
  static final byte FLAG_CONTINUES = 2;

  static final byte[] NO_NAME = new byte[0];

  private RecordFormat() {}

  static int pad(int length) {
    return (length + ALIGNMENT - 1) & -ALIGNMENT;
  }

  static int headerLength(int nameLength) {
    return pad(AT_NAME + nameLength);
  }

  static int totalLength(int nameLength, int bodyLength) {
    return 2 * headerLength(nameLength) + pad(bodyLength);
  }

  /** Writes records into a buffer; holds the checksum that it reuses. */
  static final class Encoder {
    private final CRC32C crc = new CRC32C();

    /**
     * Puts one record at the buffer's position, which is then behind it.
     *
     * @param syncedUpTo everything before this offset of the segment is known to be durable
     * @param head first part of the body; consumed
     * @param rest second part of the body; consumed
     */
    void put(
        ByteBuffer out,
        long salt,
        byte kind,
        byte flags,
        byte[] name,
        long sequenceNr,
        int syncedUpTo,
        ByteBuffer head,
        ByteBuffer rest) {
      int start = out.position();
      int headerLength = headerLength(name.length);
      int bodyStart = start + headerLength;
      int bodyLength = head.remaining() + rest.remaining();
      out.position(bodyStart);
      out.put(head).put(rest);
      zero(out, pad(bodyLength) - bodyLength);
      int trailer = out.position();

      out.putInt(start + AT_MAGIC, HEADER_MAGIC);
      out.putLong(start + AT_SALT, salt);
      out.putLong(start + AT_SEQUENCE, sequenceNr);
      out.putInt(start + AT_BODY_LENGTH, bodyLength);
      out.putInt(start + AT_BODY_CRC, checksum(out, bodyStart, bodyLength));
      out.putInt(start + AT_SYNCED, syncedUpTo);
      out.putShort(start + AT_NAME_LENGTH, (short) name.length);
      out.put(start + AT_KIND, kind);
      out.put(start + AT_FLAGS, flags);
      out.position(start + AT_NAME);
      out.put(name);
      zero(out, bodyStart - out.position());
      out.putInt(start + AT_CRC, checksum(out, start + AT_SALT, headerLength - AT_SALT));

      out.put(trailer, out, start, headerLength);
      out.putInt(trailer + AT_MAGIC, TRAILER_MAGIC);
      out.position(trailer + headerLength);
    }

    private int checksum(ByteBuffer buffer, int from, int length) {
      int position = buffer.position();
      int limit = buffer.limit();
      crc.reset();
      buffer.limit(from + length).position(from);
      crc.update(buffer);
      buffer.limit(limit).position(position);
      return (int) crc.getValue();
    }

    private static void zero(ByteBuffer out, int count) {
      for (int i = 0; i < count; i++) {
        out.put((byte) 0);
      }
    }
  }

  /** One record header, read in place; reused for the next. */
  static final class Parser {
    private final CRC32C crc = new CRC32C();
    private final ByteBuffer view;
    private final ByteBuffer image;
    private final long salt;

    private int at;
    private int nameLength;
    private int bodyLength;

    /**
     * @param image bytes of a segment, little-endian; index 0 may be any offset of it
     */
    Parser(ByteBuffer image, long salt) {
      this.image = image;
      this.view = image.duplicate();
      this.salt = salt;
    }

    /** Whether an intact header or trailer, as {@code magic} says, of this segment is there. */
    boolean parse(int index, int limit, int magic) {
      if (index + AT_NAME > limit
          || image.getInt(index + AT_MAGIC) != magic
          || image.getLong(index + AT_SALT) != salt) {
        return false;
      }
      int name = Short.toUnsignedInt(image.getShort(index + AT_NAME_LENGTH));
      int body = image.getInt(index + AT_BODY_LENGTH);
      int headerLength = headerLength(name);
      if (name > MAX_NAME_BYTES || body < 0 || index + headerLength > limit) {
        return false;
      }
      if (checksum(index + AT_SALT, headerLength - AT_SALT) != image.getInt(index + AT_CRC)) {
        return false;
      }
      at = index;
      nameLength = name;
      bodyLength = body;
      return true;
    }

    /** Whether the body that starts at {@code index} is the one that the header speaks of. */
    boolean bodyIntact(int index) {
      return checksum(index, bodyLength) == image.getInt(at + AT_BODY_CRC);
    }

    private int checksum(int from, int length) {
      crc.reset();
      view.limit(from + length).position(from);
      crc.update(view);
      return (int) crc.getValue();
    }

    int headerBytes() {
      return headerLength(nameLength);
    }

    int bodyLength() {
      return bodyLength;
    }

    int totalBytes() {
      return totalLength(nameLength, bodyLength);
    }

    long sequenceNr() {
      return image.getLong(at + AT_SEQUENCE);
    }

    int syncedUpTo() {
      return image.getInt(at + AT_SYNCED);
    }

    byte kind() {
      return image.get(at + AT_KIND);
    }

    byte flags() {
      return image.get(at + AT_FLAGS);
    }

    boolean nameIs(byte[] name) {
      if (name.length != nameLength) {
        return false;
      }
      for (int i = 0; i < nameLength; i++) {
        if (image.get(at + AT_NAME + i) != name[i]) {
          return false;
        }
      }
      return true;
    }

    byte[] name() {
      byte[] name = new byte[nameLength];
      image.get(at + AT_NAME, name);
      return name;
    }
  }
}
