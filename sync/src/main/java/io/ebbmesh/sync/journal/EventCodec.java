package io.ebbmesh.sync.journal;

import io.ebbmesh.sync.log.SegmentLog;
import java.io.IOException;
import java.io.NotSerializableException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.persistence.PersistentRepr;
import org.jspecify.annotations.Nullable;

/**
 * An event as the body of a log record: a small head, then the payload's bytes.
 *
 * <p>Head, little-endian: version u8, flags u8, serializer id i32, timestamp i64, writer (16 bytes
 * or a string), event manifest, serializer manifest, and metadata if there is some. Strings are u16
 * length and UTF-8.
 */
final class EventCodec {

  private static final byte VERSION = 1;
  private static final byte FLAG_WRITER_IS_UUID = 1;
  private static final byte FLAG_METADATA = 2;
  private static final int FIXED_BYTES = 14;

  private final PayloadCodec payloads;

  EventCodec(PayloadCodec payloads) {
    this.payloads = payloads;
  }

  /**
   * @throws NotSerializableException if no serializer is configured for it
   */
  SegmentLog.Entry encode(PersistentRepr event) throws NotSerializableException {
    PayloadCodec.Stored payload = payloads.store(event.payload());
    PayloadCodec.@Nullable Stored metadata =
        event.metadata().isDefined() ? payloads.store(event.metadata().get()) : null;
    UUID uuid = canonicalUuid(event.writerUuid());
    byte[] writer = uuid == null ? utf8(event.writerUuid()) : new byte[0];
    byte[] eventManifest = utf8(event.manifest());
    byte[] manifest = utf8(payload.manifest());
    byte[] metadataManifest = metadata == null ? new byte[0] : utf8(metadata.manifest());
    int length =
        FIXED_BYTES
            + (uuid == null ? 2 + writer.length : 16)
            + 2
            + eventManifest.length
            + 2
            + manifest.length;
    if (metadata != null) {
      length += 4 + 2 + metadataManifest.length + 4 + metadata.bytes().length;
    }
    ByteBuffer head = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    int flags = (uuid == null ? 0 : FLAG_WRITER_IS_UUID) | (metadata == null ? 0 : FLAG_METADATA);
    head.put(VERSION).put((byte) flags);
    head.putInt(payload.serializerId()).putLong(event.timestamp());
    if (uuid == null) {
      putString(head, writer);
    } else {
      head.putLong(uuid.getMostSignificantBits()).putLong(uuid.getLeastSignificantBits());
    }
    putString(head, eventManifest);
    putString(head, manifest);
    if (metadata != null) {
      head.putInt(metadata.serializerId());
      putString(head, metadataManifest);
      head.putInt(metadata.bytes().length).put(metadata.bytes());
    }
    return new SegmentLog.Entry(event.sequenceNr(), head.flip(), ByteBuffer.wrap(payload.bytes()));
  }

  /**
   * @throws IOException if a newer program wrote it, no serializer reads it, or it ends too early
   */
  PersistentRepr decode(String persistenceId, long sequenceNr, ByteBuffer body) throws IOException {
    try {
      return read(persistenceId, sequenceNr, body);
    } catch (BufferUnderflowException e) {
      throw new IOException(
          persistenceId + ": event " + sequenceNr + " of " + body.remaining() + " bytes is cut", e);
    }
  }

  private PersistentRepr read(String persistenceId, long sequenceNr, ByteBuffer body)
      throws IOException {
    ByteBuffer in = body.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    int version = in.get();
    if (version != VERSION) {
      throw new IOException(
          persistenceId
              + ": event "
              + sequenceNr
              + " has format version "
              + version
              + ", but this program knows only "
              + VERSION
              + ": start the newer program again");
    }
    int flags = in.get();
    int serializerId = in.getInt();
    long timestamp = in.getLong();
    String writer =
        (flags & FLAG_WRITER_IS_UUID) != 0
            ? new UUID(in.getLong(), in.getLong()).toString()
            : string(in);
    String eventManifest = string(in);
    String manifest = string(in);
    Object metadata = null;
    if ((flags & FLAG_METADATA) != 0) {
      int metadataSerializer = in.getInt();
      String metadataManifest = string(in);
      metadata =
          payloads.restore(
              new PayloadCodec.Stored(
                  metadataSerializer, metadataManifest, bytes(in, in.getInt())));
    }
    Object payload =
        payloads.restore(
            new PayloadCodec.Stored(serializerId, manifest, bytes(in, in.remaining())));
    PersistentRepr event =
        PersistentRepr.apply(
                payload,
                sequenceNr,
                persistenceId,
                eventManifest,
                false,
                ActorRef.noSender(),
                writer)
            .withTimestamp(timestamp);
    return metadata == null ? event : event.withMetadata(metadata);
  }

  private static @Nullable UUID canonicalUuid(String text) {
    if (text.length() != 36) {
      return null;
    }
    try {
      UUID uuid = UUID.fromString(text);
      return uuid.toString().equals(text) ? uuid : null;
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private static byte[] utf8(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    if (bytes.length > 0xFFFF) {
      throw new IllegalArgumentException(
          "a manifest of " + bytes.length + " bytes is over 65535: choose a shorter one");
    }
    return bytes;
  }

  static void putString(ByteBuffer out, byte[] utf8) {
    out.putShort((short) utf8.length).put(utf8);
  }

  static String string(ByteBuffer in) {
    return new String(bytes(in, Short.toUnsignedInt(in.getShort())), StandardCharsets.UTF_8);
  }

  /**
   * Takes memory only for what is there.
   *
   * @throws BufferUnderflowException if that is less than {@code length}, or {@code length} is
   *     negative
   */
  static byte[] bytes(ByteBuffer in, int length) {
    if (length < 0 || length > in.remaining()) {
      throw new BufferUnderflowException();
    }
    byte[] bytes = new byte[length];
    in.get(bytes);
    return bytes;
  }
}
