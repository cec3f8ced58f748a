package io.ebbmesh.sync.log;

import io.ebbmesh.sync.log.LogIndex.Location;
import io.ebbmesh.sync.storage.StorageFile;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Reads the durable records of one persistence id in ascending order, a window of the file at a
 * time. Used by one thread at a time; what is trimmed meanwhile is left out.
 */
public final class LogReader implements Closeable {

  /** A reader that goes on looks further ahead each time: often the first record is all. */
  private static final int FIRST_WINDOW_BYTES = 4 * 1024;

  private static final int MAX_WINDOW_BYTES = 64 * 1024;

  private final String persistenceId;
  private final byte[] name;
  private final LogIndex index;
  private final SegmentFiles files;
  private final DamageReport report;

  private ByteBuffer window = ByteBuffer.allocate(0);
  private int windowBytes = FIRST_WINDOW_BYTES;
  private int windowStart;
  private @Nullable Segment segment;
  private @Nullable StorageFile file;
  private long sequenceNr;
  private @Nullable ByteBuffer body;

  LogReader(String persistenceId, LogIndex index, SegmentFiles files, DamageReport report) {
    this.persistenceId = persistenceId;
    this.name = persistenceId.getBytes(StandardCharsets.UTF_8);
    this.index = index;
    this.files = files;
    this.report = report;
  }

  /**
   * Goes to the first readable record with a number in [{@code from}, {@code to}]; damaged ones are
   * reported and passed over. At the end the reader holds no file.
   *
   * @return false if there is none
   */
  public boolean next(long from, long to) throws IOException {
    long wanted = from;
    while (wanted <= to) {
      Location location = index.hold(persistenceId, wanted);
      if (location == null) {
        break;
      }
      use(location.segment());
      if (location.sequenceNr() > to) {
        break;
      }
      body = read(location);
      sequenceNr = location.sequenceNr();
      if (body != null) {
        return true;
      }
      report.add(
          RecordReads.damaged(
              location.segment(), location.offset(), persistenceId, location.sequenceNr()));
      wanted = location.sequenceNr() + 1;
    }
    close();
    return false;
  }

  /** Number of the record that {@link #next} found. */
  public long sequenceNr() {
    return sequenceNr;
  }

  /** Body of the record that {@link #next} found, little-endian; valid until the next call. */
  public ByteBuffer body() {
    if (body == null) {
      throw new IllegalStateException("no record: call next first");
    }
    return body;
  }

  /** Takes over one hold on a segment and keeps exactly one while its file is open. */
  private void use(Segment next) throws IOException {
    if (next == segment) {
      index.release(next);
      return;
    }
    close();
    segment = next;
    file = files.open(next.path);
    windowStart = 0;
    window.clear().limit(0);
  }

  private @Nullable ByteBuffer read(Location location) throws IOException {
    int total = RecordFormat.totalLength(name.length, location.bodyLength());
    int at = location.offset() - windowStart;
    if (at >= 0 && at + total <= window.limit()) {
      ByteBuffer found = bodyAt(at, location);
      if (found != null) {
        return found;
      }
      // The window may be older than the record.
    }
    return load(location.offset(), total, location.segment()) ? bodyAt(0, location) : null;
  }

  private @Nullable ByteBuffer bodyAt(int at, Location location) {
    return RecordReads.body(
        window, at, location.segment().salt, name, location.sequenceNr(), location.bodyLength());
  }

  private boolean load(int offset, int total, Segment from) throws IOException {
    if (file == null) {
      throw new IllegalStateException("the reader is closed");
    }
    int wanted = Math.max(total, Math.min(windowBytes, from.capacityBytes - offset));
    if (window.capacity() < wanted) {
      // Direct memory is dear to make and dear to give back; one small read does without.
      ByteBuffer made =
          wanted <= FIRST_WINDOW_BYTES
              ? ByteBuffer.allocate(wanted)
              : ByteBuffer.allocateDirect(wanted);
      window = made.order(ByteOrder.LITTLE_ENDIAN);
    }
    windowBytes = Math.min(2 * windowBytes, MAX_WINDOW_BYTES);
    windowStart = offset;
    window.clear().limit(wanted);
    if (RecordReads.readOrProveDamage(file, offset, window)) {
      window.flip();
      return true;
    }
    // Something in the window cannot be read; the record alone perhaps can.
    window.clear().limit(total);
    boolean readable = RecordReads.readOrProveDamage(file, offset, window);
    window.flip();
    return readable;
  }

  /** Lets go of the file; the reader can be used again. */
  @Override
  public void close() throws IOException {
    body = null;
    Segment held = segment;
    StorageFile open = file;
    segment = null;
    file = null;
    if (open != null) {
      open.close();
    }
    if (held != null) {
      index.release(held);
    }
  }
}
