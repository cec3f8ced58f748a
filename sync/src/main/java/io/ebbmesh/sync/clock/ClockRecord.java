package io.ebbmesh.sync.clock;

import io.ebbmesh.protocol.time.BootTime;
import io.ebbmesh.protocol.time.ClockQuality;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.UUID;

/**
 * What the clock keeps across restarts: its last estimate.
 *
 * <p>Form, big-endian: version (1), 16 bytes boot id, int64 monotonic nanoseconds, int64 wall
 * milliseconds, quality code.
 */
final class ClockRecord {

  private static final byte VERSION = 1;
  private static final int BYTES = 1 + 16 + 8 + 8 + 1;

  private ClockRecord() {}

  static byte[] encode(BootTime time) {
    return ByteBuffer.allocate(BYTES)
        .put(VERSION)
        .putLong(time.bootId().getMostSignificantBits())
        .putLong(time.bootId().getLeastSignificantBits())
        .putLong(time.monotonicNanos())
        .putLong(time.wallMillis())
        .put((byte) time.quality().code())
        .array();
  }

  static BootTime decode(byte[] payload) throws IOException {
    if (payload.length < 1 || payload[0] != VERSION) {
      throw new IOException("clock record is of another version than " + VERSION);
    }
    if (payload.length != BYTES) {
      throw new IOException("clock record has " + payload.length + " bytes, not " + BYTES);
    }
    ByteBuffer bytes = ByteBuffer.wrap(payload, 1, BYTES - 1);
    UUID boot = new UUID(bytes.getLong(), bytes.getLong());
    try {
      return new BootTime(boot, bytes.getLong(), bytes.getLong(), ClockQuality.ofCode(bytes.get()));
    } catch (IllegalArgumentException e) {
      throw new IOException(e.getMessage(), e);
    }
  }
}
