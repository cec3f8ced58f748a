package io.ebbmesh.protocol.block;

import java.nio.charset.StandardCharsets;

/** Reads what {@link ColumnWriter} wrote, and trusts none of it. */
final class ColumnReader {

  private final byte[] packed;
  private int packedAt;
  private final int packedEnd;
  private final byte[] noise;
  private int noiseAt;

  /**
   * @param noise holds the noise section from {@code noiseAt} to its end
   */
  ColumnReader(byte[] packed, int packedAt, int packedEnd, byte[] noise, int noiseAt) {
    this.packed = packed;
    this.packedAt = packedAt;
    this.packedEnd = packedEnd;
    this.noise = noise;
    this.noiseAt = noiseAt;
  }

  int readByte() throws BlockException {
    return packed[take(1)] & 0xFF;
  }

  int readInt() throws BlockException {
    int at = take(4);
    return (packed[at] & 0xFF)
        | (packed[at + 1] & 0xFF) << 8
        | (packed[at + 2] & 0xFF) << 16
        | (packed[at + 3] & 0xFF) << 24;
  }

  long readVarint() throws BlockException {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      int next = readByte();
      value |= (long) (next & 0x7F) << shift;
      if (next < 0x80) {
        return value;
      }
    }
    throw BlockLayout.damaged("has a number of more than ten bytes");
  }

  /** A varint from 0 to {@code max}. */
  int readCount(String what, int max) throws BlockException {
    long value = readVarint();
    if (value < 0 || value > max) {
      throw BlockLayout.damaged(
          "declares " + value + " " + what + " where at most " + max + " fit");
    }
    return (int) value;
  }

  String readString(int maxChars) throws BlockException {
    int length = readCount("bytes of text", Math.min(maxChars * 3, packedEnd - packedAt));
    int at = take(length);
    String value = new String(packed, at, length, StandardCharsets.UTF_8);
    if (value.length() > maxChars) {
      throw BlockLayout.damaged("has a text of more than " + maxChars + " characters");
    }
    return value;
  }

  /** Fills {@code values} up to {@code rows}. */
  void readColumn(long[] values, int rows) throws BlockException {
    if (rows < ColumnWriter.MIN_PLANE_ROWS) {
      for (int i = 0; i < rows; i++) {
        values[i] = readVarint();
      }
      return;
    }
    int planes = readByte();
    if (planes > 8) {
      throw BlockLayout.damaged("has a column of " + planes + " byte planes");
    }
    for (int i = 0; i < rows; i++) {
      values[i] = 0;
    }
    for (int p = 0; p < planes; p++) {
      readPlane(values, rows, p * 8);
    }
  }

  private void readPlane(long[] values, int rows, int shift) throws BlockException {
    int mode = readByte();
    switch (mode) {
      case ColumnWriter.ZERO:
        break;
      case ColumnWriter.SPARSE:
        readSparse(values, rows, shift);
        break;
      case ColumnWriter.DENSE:
        merge(values, rows, shift, packed, take(rows));
        break;
      case ColumnWriter.NOISE:
        if (noise.length - noiseAt < rows) {
          throw BlockLayout.damaged("ends inside a column");
        }
        merge(values, rows, shift, noise, noiseAt);
        noiseAt += rows;
        break;
      default:
        throw BlockLayout.damaged("has a byte plane of unknown kind " + mode);
    }
  }

  private static void merge(long[] values, int rows, int shift, byte[] bytes, int at) {
    for (int i = 0; i < rows; i++) {
      values[i] |= (bytes[at + i] & 0xFFL) << shift;
    }
  }

  private void readSparse(long[] values, int rows, int shift) throws BlockException {
    int nonZero = readCount("sparse rows", rows);
    int[] at = new int[nonZero];
    int next = 0;
    for (int i = 0; i < nonZero; i++) {
      at[i] = next + readCount("rows to skip", rows - 1 - next);
      next = at[i] + 1;
    }
    int bytes = take(nonZero);
    for (int i = 0; i < nonZero; i++) {
      values[at[i]] |= (packed[bytes + i] & 0xFFL) << shift;
    }
  }

  /** All bytes of both sections were read. */
  void expectEnd() throws BlockException {
    if (packedAt != packedEnd || noiseAt != noise.length) {
      throw BlockLayout.damaged("has bytes left over after its last column");
    }
  }

  private int take(int bytes) throws BlockException {
    if (packedEnd - packedAt < bytes) {
      throw BlockLayout.damaged("ends inside a column");
    }
    int at = packedAt;
    packedAt += bytes;
    return at;
  }
}
