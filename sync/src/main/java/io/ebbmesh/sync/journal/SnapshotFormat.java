package io.ebbmesh.sync.journal;

import io.ebbmesh.sync.log.NewerFormatException;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a snapshot file, little-endian: magic, CRC32C over all that follows, version, then
 * sequence number, timestamp, persistence id, payload and perhaps metadata.
 */
final class SnapshotFormat {

  static final int VERSION = 1;

  /** Enough of a file to tell its version. */
  static final int PREFIX_BYTES = 16;

  private static final long MAGIC = 0x0A50414E53424245L; // EBBSNAP LF
  private static final int AT_CRC = 8;
  private static final int AT_VERSION = 12;

  private SnapshotFormat() {}

  /** What a snapshot file holds. */
  record Snapshot(
      String persistenceId,
      long sequenceNr,
      long timestamp,
      PayloadCodec.Stored payload,
      PayloadCodec.@Nullable Stored metadata) {}

  static ByteBuffer encode(Snapshot snapshot) {
    byte[] id = snapshot.persistenceId().getBytes(StandardCharsets.UTF_8);
    PayloadCodec.Stored metadata = snapshot.metadata();
    int length = PREFIX_BYTES + 16 + 2 + id.length + length(snapshot.payload()) + 1;
    length += metadata == null ? 0 : length(metadata);
    ByteBuffer out = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    out.putLong(MAGIC).putInt(0).putInt(VERSION);
    out.putLong(snapshot.sequenceNr()).putLong(snapshot.timestamp());
    EventCodec.putString(out, id);
    put(out, snapshot.payload());
    out.put((byte) (metadata == null ? 0 : 1));
    if (metadata != null) {
      put(out, metadata);
    }
    out.flip();
    out.putInt(AT_CRC, checksum(out));
    return out;
  }

  /**
   * @return null if the bytes are damaged
   * @throws NewerFormatException if they are intact and of a newer format
   */
  static @Nullable Snapshot decode(String path, ByteBuffer bytes) throws IOException {
    ByteBuffer in = bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    if (in.remaining() < PREFIX_BYTES
        || in.getLong(0) != MAGIC
        || in.getInt(AT_CRC) != checksum(in)) {
      return null;
    }
    int version = in.getInt(AT_VERSION);
    if (version > VERSION) {
      throw new NewerFormatException(path, version, VERSION);
    }
    in.position(PREFIX_BYTES);
    try {
      return read(in);
    } catch (BufferUnderflowException e) {
      return null;
    }
  }

  private static Snapshot read(ByteBuffer in) {
    long sequenceNr = in.getLong();
    long timestamp = in.getLong();
    String id = EventCodec.string(in);
    PayloadCodec.Stored payload = stored(in);
    PayloadCodec.Stored metadata = in.get() == 0 ? null : stored(in);
    return new Snapshot(id, sequenceNr, timestamp, payload, metadata);
  }

  private static int length(PayloadCodec.Stored stored) {
    return 4
        + 2
        + stored.manifest().getBytes(StandardCharsets.UTF_8).length
        + 4
        + stored.bytes().length;
  }

  private static void put(ByteBuffer out, PayloadCodec.Stored stored) {
    out.putInt(stored.serializerId());
    EventCodec.putString(out, stored.manifest().getBytes(StandardCharsets.UTF_8));
    out.putInt(stored.bytes().length).put(stored.bytes());
  }

  private static PayloadCodec.Stored stored(ByteBuffer in) {
    int serializerId = in.getInt();
    String manifest = EventCodec.string(in);
    return new PayloadCodec.Stored(serializerId, manifest, EventCodec.bytes(in, in.getInt()));
  }

  private static int checksum(ByteBuffer bytes) {
    ByteBuffer view = bytes.duplicate();
    view.position(AT_VERSION);
    CRC32C crc = new CRC32C();
    crc.update(view);
    return (int) crc.getValue();
  }
}
