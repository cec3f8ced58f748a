package io.ebbmesh.protocol.block;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Writes columns into two sections: one that zstd compresses, and one for bytes that look like
 * noise, which would only slow it down and spoil its statistics.
 */
final class ColumnWriter {

  /** Every byte of the plane is 0. */
  static final int ZERO = 0;

  /** Only the bytes that are not 0, with the gaps between them. */
  static final int SPARSE = 1;

  /** All bytes, in the compressed section. */
  static final int DENSE = 2;

  /** All bytes, in the noise section. */
  static final int NOISE = 3;

  /** Columns shorter than this are varints: there is nothing to be won by planes. */
  static final int MIN_PLANE_ROWS = 8;

  private static final int SPARSE_FRACTION = 8;
  private static final int MIN_NOISE_ROWS = 64;

  private byte[] packed = new byte[4096];
  private int packedBytes;
  private byte[] noise = new byte[4096];
  private int noiseBytes;
  private byte[] plane = new byte[1024];
  private final int[] histogram = new int[256];

  byte[] packed() {
    return packed;
  }

  int packedBytes() {
    return packedBytes;
  }

  byte[] noise() {
    return noise;
  }

  int noiseBytes() {
    return noiseBytes;
  }

  void clear() {
    packedBytes = 0;
    noiseBytes = 0;
  }

  void writeByte(int value) {
    ensurePacked(1);
    packed[packedBytes++] = (byte) value;
  }

  void writeInt(int value) {
    ensurePacked(4);
    for (int shift = 0; shift < 32; shift += 8) {
      packed[packedBytes++] = (byte) (value >>> shift);
    }
  }

  void writeVarint(long value) {
    ensurePacked(10);
    long rest = value;
    while ((rest & ~0x7FL) != 0) {
      packed[packedBytes++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    packed[packedBytes++] = (byte) rest;
  }

  void writeString(String value) {
    byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
    writeVarint(utf8.length);
    ensurePacked(utf8.length);
    System.arraycopy(utf8, 0, packed, packedBytes, utf8.length);
    packedBytes += utf8.length;
  }

  /** Writes {@code rows} unsigned numbers; small ones take little room. */
  void writeColumn(long[] values, int rows) {
    if (rows < MIN_PLANE_ROWS) {
      for (int i = 0; i < rows; i++) {
        writeVarint(values[i]);
      }
      return;
    }
    long all = 0;
    for (int i = 0; i < rows; i++) {
      all |= values[i];
    }
    int planes = (71 - Long.numberOfLeadingZeros(all)) / 8;
    writeByte(planes);
    for (int p = 0; p < planes; p++) {
      writePlane(values, rows, p * 8);
    }
  }

  private void writePlane(long[] values, int rows, int shift) {
    if (plane.length < rows) {
      plane = new byte[Math.max(rows, plane.length * 2)];
    }
    int nonZero = 0;
    for (int i = 0; i < rows; i++) {
      int value = (int) (values[i] >>> shift) & 0xFF;
      plane[i] = (byte) value;
      nonZero += (-value) >>> 31;
    }
    if (nonZero == 0) {
      writeByte(ZERO);
    } else if (nonZero * SPARSE_FRACTION <= rows) {
      writeByte(SPARSE);
      writeSparse(rows, nonZero);
    } else if (rows >= MIN_NOISE_ROWS && nonZero * 8L >= rows * 7L && looksLikeNoise(rows)) {
      writeByte(NOISE);
      if (noise.length - noiseBytes < rows) {
        noise = Arrays.copyOf(noise, Math.max(noise.length * 2, noiseBytes + rows));
      }
      System.arraycopy(plane, 0, noise, noiseBytes, rows);
      noiseBytes += rows;
    } else {
      writeByte(DENSE);
      ensurePacked(rows);
      System.arraycopy(plane, 0, packed, packedBytes, rows);
      packedBytes += rows;
    }
  }

  private void writeSparse(int rows, int nonZero) {
    writeVarint(nonZero);
    int next = 0;
    for (int i = 0; i < rows; i++) {
      if (plane[i] != 0) {
        writeVarint(i - next);
        next = i + 1;
      }
    }
    ensurePacked(nonZero);
    for (int i = 0; i < rows; i++) {
      if (plane[i] != 0) {
        packed[packedBytes++] = plane[i];
      }
    }
  }

  /** Whether the bytes repeat no more often than evenly distributed ones would. */
  private boolean looksLikeNoise(int rows) {
    long squares = 0;
    for (int i = 0; i < rows; i++) {
      squares += 2L * histogram[plane[i] & 0xFF]++ + 1;
    }
    for (int i = 0; i < rows; i++) {
      histogram[plane[i] & 0xFF] = 0;
    }
    double expected = rows + (double) rows * (rows - 1) / 256;
    return squares < expected * 1.2;
  }

  private void ensurePacked(int bytes) {
    if (packed.length - packedBytes < bytes) {
      packed = Arrays.copyOf(packed, Math.max(packed.length * 2, packedBytes + bytes));
    }
  }
}
