package io.ebbmesh.sync.insight.uplink;

import io.ebbmesh.sync.storage.Storage;
import io.ebbmesh.sync.storage.TwoCopyFile;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Keeps what was spent of the budget of a metered link, in two copies.
 *
 * <p>Payload, big-endian: uint8 version (1), int64 day, int64 bytes, int64 of them bulk.
 */
final class MeterFile {

  static final String PATH = "outbox/metered";

  private static final byte VERSION = 1;
  private static final int BYTES = 1 + 3 * Long.BYTES;

  private final TwoCopyFile file;

  /**
   * @param storage of the outbox, in which the folder of the path exists already
   */
  MeterFile(Storage storage) {
    this.file = new TwoCopyFile(storage, PATH);
  }

  /**
   * What was spent when it was last written; nothing if it never was, or by a newer program, in a
   * form that is not known here.
   *
   * @throws IOException if it cannot be read; the next write replaces it
   */
  Metering.Spent read() throws IOException {
    byte[] payload = file.readAndRepair();
    if (payload == null || payload.length != BYTES || payload[0] != VERSION) {
      return Metering.Spent.NOTHING;
    }
    ByteBuffer in = ByteBuffer.wrap(payload, 1, BYTES - 1);
    long day = in.getLong();
    return new Metering.Spent(day, Math.max(0, in.getLong()), Math.max(0, in.getLong()));
  }

  /** Durable when this returns. */
  void write(Metering.Spent spent) throws IOException {
    ByteBuffer out = ByteBuffer.allocate(BYTES);
    out.put(VERSION).putLong(spent.day()).putLong(spent.bytes()).putLong(spent.bulkBytes());
    file.write(out.array());
  }
}
