package io.ebbmesh.sync.log;

import io.ebbmesh.protocol.time.Chance;
import io.ebbmesh.sync.storage.SeededChance;
import io.ebbmesh.sync.storage.Storage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A log with small files, and records whose bodies tell who they are. */
final class LogFixture {

  static final String DIRECTORY = "log";

  /** Small, so that a test sees many segments. */
  static final LogSettings SMALL = new LogSettings(32 * 1024, 8 * 1024, 2, 1_000, 1_000);

  private LogFixture() {}

  static SegmentLog open(Storage storage, long seed) throws IOException {
    return open(storage, SMALL, new SeededChance(seed));
  }

  static SegmentLog open(Storage storage, LogSettings settings, Chance chance) throws IOException {
    return SegmentLog.open(
        storage, DIRECTORY, settings, chance, new DamageReport(settings.maxIssues()));
  }

  /** A body that is determined by its record and a version: the first 16 bytes name the record. */
  static byte[] body(String id, long sequenceNr, int version, int length) {
    byte[] body = new byte[Math.max(16, length)];
    new java.util.SplittableRandom(id.hashCode() * 31L + sequenceNr * 7 + version).nextBytes(body);
    ByteBuffer.wrap(body).putLong(sequenceNr).putInt(id.hashCode()).putInt(version);
    return body;
  }

  static SegmentLog.Entry entry(String id, long sequenceNr, int version, int length) {
    byte[] body = body(id, sequenceNr, version, length);
    int half = body.length / 2;
    return new SegmentLog.Entry(
        sequenceNr,
        ByteBuffer.wrap(body, 0, half),
        ByteBuffer.wrap(body, half, body.length - half));
  }

  static void append(SegmentLog log, String id, long sequenceNr, int length) throws IOException {
    log.append(id, List.of(entry(id, sequenceNr, 0, length)));
  }

  /** All records of one persistence id as a reader sees them. */
  static Map<Long, byte[]> read(SegmentLog log, String id) throws IOException {
    Map<Long, byte[]> found = new TreeMap<>();
    try (LogReader reader = log.reader(id)) {
      long from = 1;
      while (reader.next(from, Long.MAX_VALUE)) {
        byte[] body = new byte[reader.body().remaining()];
        reader.body().get(body);
        found.put(reader.sequenceNr(), body);
        from = reader.sequenceNr() + 1;
      }
    }
    return found;
  }

  static List<Long> numbers(SegmentLog log, String id) throws IOException {
    return new ArrayList<>(read(log, id).keySet());
  }
}
