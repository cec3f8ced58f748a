package io.ebbmesh.sync.log;

import io.ebbmesh.sync.log.LogIndex.Moved;
import io.ebbmesh.sync.storage.StorageFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/** Reads single records and believes only what their checksums vouch for. */
final class RecordReads {

  private RecordReads() {}

  /**
   * The body of a record that stands whole at an index of a buffer.
   *
   * @return a view between position and limit; null if the record is damaged or another one
   */
  static @Nullable ByteBuffer body(
      ByteBuffer image, int at, long salt, byte[] name, long sequenceNr, int bodyLength) {
    RecordFormat.Parser parser = new RecordFormat.Parser(image, salt);
    return body(parser, image, at, name, sequenceNr, bodyLength);
  }

  private static @Nullable ByteBuffer body(
      RecordFormat.Parser parser,
      ByteBuffer image,
      int at,
      byte[] name,
      long sequenceNr,
      int bodyLength) {
    int end = at + RecordFormat.totalLength(name.length, bodyLength);
    int body = at + RecordFormat.headerLength(name.length);
    int trailer = body + RecordFormat.pad(bodyLength);
    boolean known =
        parser.parse(at, end, RecordFormat.HEADER_MAGIC)
            || parser.parse(trailer, end, RecordFormat.TRAILER_MAGIC);
    if (!known
        || parser.sequenceNr() != sequenceNr
        || parser.bodyLength() != bodyLength
        || !parser.nameIs(name)
        || !parser.bodyIntact(body)) {
      return null;
    }
    return image.slice(body, bodyLength).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Reads one record on its own; a damaged one is reported and null. */
  static @Nullable ByteBuffer body(
      StorageFile file, Segment segment, Moved record, DamageReport report) throws IOException {
    byte[] name = record.owner().name;
    ByteBuffer image = ByteBuffer.allocate(record.totalBytes()).order(ByteOrder.LITTLE_ENDIAN);
    ByteBuffer body = null;
    if (readOrProveDamage(file, record.offset(), image)) {
      body = body(image, 0, segment.salt, name, record.sequenceNr(), record.bodyLength());
    }
    if (body == null) {
      report.add(damaged(segment, record.offset(), record.owner().id, record.sequenceNr()));
    }
    return body;
  }

  /**
   * Reads until the target is full.
   *
   * @return false if these bytes cannot be read though the rest of the file can
   * @throws IOException if the file cannot be read at all
   */
  static boolean readOrProveDamage(StorageFile file, long offset, ByteBuffer target)
      throws IOException {
    try {
      file.read(offset, target);
      return !target.hasRemaining();
    } catch (IOException e) {
      file.read(0, ByteBuffer.allocate(SegmentHeader.COPY_BYTES));
      return false;
    }
  }

  static StoreIssue damaged(Segment segment, int offset, String persistenceId, long sequenceNr) {
    return new StoreIssue(
        StoreIssue.Kind.DAMAGED_RECORD,
        segment.path,
        offset,
        persistenceId,
        sequenceNr,
        "the record's checksum does not match; it is left out");
  }
}
