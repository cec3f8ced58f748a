package io.ebbmesh.sync.model.activate;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Which releases of one model a node holds on to; 0 is none.
 *
 * <p>Form, big-endian: version (1), int64 floor, int64 active, int64 previous.
 *
 * @param floor lowest release that may still become active
 * @param active the release that serves
 * @param previous the release that serves if the active one is damaged
 */
record SlotPointer(long floor, long active, long previous) {

  static final SlotPointer EMPTY = new SlotPointer(0, 0, 0);

  private static final byte VERSION = 1;
  private static final int BYTES = 1 + 3 * Long.BYTES;

  /** After the release passed everything; what served until now is kept as previous. */
  SlotPointer activated(long release, long servedUntilNow) {
    long kept = servedUntilNow == release ? previous : servedUntilNow;
    return new SlotPointer(Math.max(floor, release), release, kept);
  }

  byte[] encode() {
    return ByteBuffer.allocate(BYTES)
        .put(VERSION)
        .putLong(floor)
        .putLong(active)
        .putLong(previous)
        .array();
  }

  static SlotPointer decode(byte[] bytes) throws IOException {
    if (bytes.length < 1 || bytes[0] != VERSION) {
      throw new IOException("a slot pointer is of another version than " + VERSION);
    }
    if (bytes.length != BYTES) {
      throw new IOException("a slot pointer has " + bytes.length + " bytes, not " + BYTES);
    }
    ByteBuffer fields = ByteBuffer.wrap(bytes, 1, BYTES - 1);
    return new SlotPointer(fields.getLong(), fields.getLong(), fields.getLong());
  }
}
