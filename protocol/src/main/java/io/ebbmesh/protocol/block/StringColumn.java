package io.ebbmesh.protocol.block;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Strings of one column as a dictionary in order of first appearance, and an index per row. */
final class StringColumn {

  private static final int FIRST_SLOTS = 64;

  private String[] entries = new String[16];
  private int size;
  private int chars;
  private int[] indices = new int[64];
  private int rows;

  // Open addressing; a slot holds index + 1, or 0 when it is free.
  private int[] slots = new int[FIRST_SLOTS];
  private @Nullable String lastString;
  private int lastIndex;

  /** Appends a row. */
  void add(String value) {
    if (rows == indices.length) {
      indices = Arrays.copyOf(indices, rows * 2);
    }
    indices[rows++] = indexOf(value);
  }

  @SuppressWarnings("ReferenceEquality") // producers mostly offer the very same object again
  private int indexOf(String value) {
    if (value == lastString) {
      return lastIndex;
    }
    int mask = slots.length - 1;
    int slot = spread(value) & mask;
    while (slots[slot] != 0) {
      String entry = entries[slots[slot] - 1];
      if (entry == value || entry.equals(value)) {
        return remember(value, slots[slot] - 1);
      }
      slot = (slot + 1) & mask;
    }
    if (size == entries.length) {
      entries = Arrays.copyOf(entries, size * 2);
    }
    entries[size++] = value;
    chars += value.length();
    slots[slot] = size;
    if (size * 2 > slots.length) {
      grow();
    }
    return remember(value, size - 1);
  }

  private int remember(String value, int index) {
    lastString = value;
    lastIndex = index;
    return index;
  }

  private void grow() {
    slots = new int[slots.length * 2];
    int mask = slots.length - 1;
    for (int i = 0; i < size; i++) {
      int slot = spread(entries[i]) & mask;
      while (slots[slot] != 0) {
        slot = (slot + 1) & mask;
      }
      slots[slot] = i + 1;
    }
  }

  private static int spread(String value) {
    int hash = value.hashCode();
    return hash ^ (hash >>> 15);
  }

  int size() {
    return size;
  }

  /** Length of all entries together. */
  int chars() {
    return chars;
  }

  String entry(int index) {
    return entries[index];
  }

  /** Index per row; only the first {@code rows} are set. */
  int[] indices() {
    return indices;
  }

  void clear() {
    Arrays.fill(entries, 0, size, null);
    if (slots.length > FIRST_SLOTS * 64) {
      slots = new int[FIRST_SLOTS];
    } else if (size > 0) {
      Arrays.fill(slots, 0);
    }
    size = 0;
    chars = 0;
    rows = 0;
    lastString = null;
  }
}
