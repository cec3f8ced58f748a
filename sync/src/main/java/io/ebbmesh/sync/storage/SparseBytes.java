package io.ebbmesh.sync.storage;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Bytes in pages that exist only where something other than zero was written: thousands of nodes
 * with preallocated files fit into one heap.
 */
final class SparseBytes {

  static final int PAGE_BYTES = 512;

  private static final byte[] ZEROS = new byte[PAGE_BYTES];

  /** Ascending; of both arrays the first {@code count} places are used. */
  private long[] numbers;

  private byte[][] pages;
  private int count;
  private long size;

  SparseBytes(long size) {
    this(new long[0], new byte[0][], size);
  }

  private SparseBytes(long[] numbers, byte[][] pages, long size) {
    this.numbers = numbers;
    this.pages = pages;
    this.count = pages.length;
    this.size = size;
  }

  long size() {
    return size;
  }

  SparseBytes copy() {
    byte[][] copies = new byte[count][];
    for (int i = 0; i < count; i++) {
      copies[i] = pages[i].clone();
    }
    return new SparseBytes(Arrays.copyOf(numbers, count), copies, size);
  }

  /** Puts {@code length} bytes into {@code target}: zeros behind the end. */
  void read(long position, ByteBuffer target, int length) {
    for (int done = 0; done < length; ) {
      long at = position + done;
      int offset = (int) (at % PAGE_BYTES);
      int part = Math.min(length - done, PAGE_BYTES - offset);
      int index = indexOf(at / PAGE_BYTES);
      target.put(index < 0 ? ZEROS : pages[index], offset, part);
      done += part;
    }
  }

  /** Writes {@code bytes[from..to)} at {@code position}, growing if it must. */
  void write(long position, byte[] bytes, int from, int to) {
    for (int done = from; done < to; ) {
      long at = position + done - from;
      int offset = (int) (at % PAGE_BYTES);
      int part = Math.min(to - done, PAGE_BYTES - offset);
      int index = indexOf(at / PAGE_BYTES);
      if (index >= 0 || !Arrays.equals(bytes, done, done + part, ZEROS, 0, part)) {
        System.arraycopy(bytes, done, page(index, at / PAGE_BYTES), offset, part);
      }
      done += part;
    }
    if (from < to) {
      size = Math.max(size, position + to - from);
    }
  }

  /** Cuts off what is behind the new end, or grows by zeros. */
  void resize(long newSize) {
    if (newSize < size) {
      int index = indexOf(newSize / PAGE_BYTES);
      if (index >= 0) {
        Arrays.fill(pages[index], (int) (newSize % PAGE_BYTES), PAGE_BYTES, (byte) 0);
      }
      count = index >= 0 ? index + 1 : -index - 1;
      numbers = Arrays.copyOf(numbers, count);
      pages = Arrays.copyOf(pages, count);
    }
    size = newSize;
  }

  void flip(long position, int mask) {
    long number = position / PAGE_BYTES;
    page(indexOf(number), number)[(int) (position % PAGE_BYTES)] ^= (byte) mask;
  }

  private int indexOf(long number) {
    // Most writes append.
    if (count == 0 || numbers[count - 1] < number) {
      return -count - 1;
    }
    return Arrays.binarySearch(numbers, 0, count, number);
  }

  private byte[] page(int index, long number) {
    if (index >= 0) {
      return pages[index];
    }
    int at = -index - 1;
    if (count == numbers.length) {
      int capacity = count + count / 4 + 2;
      numbers = Arrays.copyOf(numbers, capacity);
      pages = Arrays.copyOf(pages, capacity);
    }
    System.arraycopy(numbers, at, numbers, at + 1, count - at);
    System.arraycopy(pages, at, pages, at + 1, count - at);
    numbers[at] = number;
    pages[at] = new byte[PAGE_BYTES];
    count++;
    return pages[at];
  }
}
