package io.ebbmesh.sync.log;

import io.ebbmesh.protocol.time.Chance;
import io.ebbmesh.sync.failpoint.Failpoint;
import io.ebbmesh.sync.log.Checkpoint.Mark;
import io.ebbmesh.sync.log.Checkpoint.Trims;
import io.ebbmesh.sync.log.LogIndex.Moved;
import io.ebbmesh.sync.storage.StorageFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The one writer of a log: appends to the active segment, syncs groups, and goes on in a new
 * segment when the active one is full or a write failed. Used by one thread at a time.
 */
final class LogWriter {

  private static final ByteBuffer EMPTY = ByteBuffer.allocate(0);

  private final SegmentFiles files;
  private final LogIndex index;
  private final LogSettings settings;
  private final SegmentStarter starter;
  private final DamageReport report;
  private final SegmentOutput.Buffer buffer = new SegmentOutput.Buffer();
  private final PendingGroup group = new PendingGroup();
  private Set<PersistenceIndex> touched = new LinkedHashSet<>();

  private @Nullable Segment active;
  private @Nullable SegmentOutput output;
  private int syncedUpTo;
  private int footerBytes;
  private long nextId;

  /** A write or sync of the active segment failed: only what was synced before is believed. */
  private boolean failed;

  /** Of the group since the last commit something is lost, so all of it is. */
  private boolean groupLost;

  LogWriter(
      SegmentFiles files,
      LogIndex index,
      LogSettings settings,
      Chance chance,
      DamageReport report) {
    this.files = files;
    this.index = index;
    this.settings = settings;
    this.starter = new SegmentStarter(files, index, settings, chance, report, buffer);
    this.report = report;
  }

  /** Goes on in a segment that was stopped in order. */
  void continueIn(Segment segment, long nextSegmentId) throws IOException {
    nextId = nextSegmentId;
    use(segment, files.open(segment.path));
  }

  /** Starts a new segment; what the older one holds from {@code cut} on moves into it. */
  void startAfter(@Nullable Segment older, int cut, long nextSegmentId) throws IOException {
    nextId = nextSegmentId;
    startSegment(older, cut, true);
    recycleDead();
  }

  private void use(Segment segment, StorageFile file) {
    active = segment;
    output = new SegmentOutput(file, segment.salt, segment.end, settings.gatherBytes(), buffer);
    syncedUpTo = segment.end;
    footerBytes = SegmentFooter.length(segment);
  }

  /**
   * Appends the records of one atomic write; they are durable after {@link #commit}.
   *
   * @throws RecordTooLargeException if it is over a limit; nothing was written and the log goes on
   * @throws IOException if the outcome of the whole group is unknown
   */
  void append(PersistenceIndex owner, List<SegmentLog.Entry> entries) throws IOException {
    int total = checked(owner, entries);
    prepare(
        total,
        SegmentFooter.RUN_BYTES + owner.name.length + entries.size() * SegmentFooter.RECORD_BYTES,
        false);
    Failpoint.APPEND.reached();
    try {
      for (int i = 0; i < entries.size(); i++) {
        SegmentLog.Entry entry = entries.get(i);
        byte flags = i + 1 < entries.size() ? RecordFormat.FLAG_MORE : 0;
        flags |= i > 0 ? RecordFormat.FLAG_CONTINUES : 0;
        int length = entry.head().remaining() + entry.rest().remaining();
        int offset =
            output()
                .put(
                    RecordFormat.KIND_EVENT,
                    flags,
                    owner.name,
                    entry.sequenceNr(),
                    syncedUpTo,
                    entry.head(),
                    entry.rest());
        group.add(owner, entry.sequenceNr(), offset, length);
        owner.appended = entry.sequenceNr();
      }
    } catch (IOException | RuntimeException e) {
      throw failed(e);
    }
  }

  private int checked(PersistenceIndex owner, List<SegmentLog.Entry> entries) {
    if (owner.name.length > RecordFormat.MAX_NAME_BYTES) {
      throw new RecordTooLargeException(
          "persistence id "
              + owner.id
              + " is longer than "
              + RecordFormat.MAX_NAME_BYTES
              + " bytes: choose a shorter one");
    }
    long total = 0;
    long bodies = 0;
    long last = Math.max(owner.appended, owner.highest);
    for (SegmentLog.Entry entry : entries) {
      int length = entry.head().remaining() + entry.rest().remaining();
      bodies += length;
      total += RecordFormat.totalLength(owner.name.length, length);
      if (entry.sequenceNr() <= last) {
        throw new IllegalArgumentException(
            owner.id
                + ": sequence number "
                + entry.sequenceNr()
                + " is not above "
                + last
                + ": does another actor write under the same persistence id?");
      }
      last = entry.sequenceNr();
    }
    if (bodies > settings.maxRecordBytes() || total > settings.segmentBytes() / 2) {
      throw new RecordTooLargeException(
          owner.id
              + ": "
              + bodies
              + " bytes in one write are over ebbmesh.sync.log.max-record-size ("
              + settings.maxRecordBytes()
              + " bytes): write smaller events or raise the limit");
    }
    return (int) total;
  }

  /** Gives up records; durable after {@link #commit}, and only then are they gone. */
  void giveUp(PersistenceIndex owner, Trims next) throws IOException {
    if (next.trimmed().ranges().size() > settings.maxTrimRanges()) {
      throw new RecordTooLargeException(
          owner.id
              + " would have "
              + next.trimmed().ranges().size()
              + " trimmed ranges, over ebbmesh.sync.log.max-trim-ranges ("
              + settings.maxTrimRanges()
              + "): trim older records first");
    }
    Mark mark = new Mark(Math.max(owner.appended, owner.highest), next);
    prepare(2 * RecordFormat.totalLength(owner.name.length, mark.length()), 0, true);
    try {
      output()
          .putTwice(RecordFormat.KIND_MARK, owner.name, mark.highest(), syncedUpTo, mark.body());
    } catch (IOException | RuntimeException e) {
      throw failed(e);
    }
    owner.requested = next;
    group.trim(owner, next);
  }

  /** Makes sure that a healthy segment with room for so many bytes is there. */
  private void prepare(int bytes, int indexBytes, boolean givesBack) throws IOException {
    if (groupLost) {
      throw new IOException("an earlier write of the same group failed");
    }
    try {
      if (failed) {
        repair();
      }
      Segment segment = active();
      if (output().position() + bytes + footerBytes + indexBytes > segment.capacityBytes) {
        sync();
        seal();
        startSegment(segment, segment.end, givesBack);
      } else if (output().position() - syncedUpTo + bytes > settings.gatherBytes()) {
        sync();
      }
      footerBytes += indexBytes;
    } catch (IOException | RuntimeException e) {
      throw failed(e);
    }
  }

  /**
   * Makes everything appended so far durable with one write and one sync.
   *
   * @return persistence ids with new records
   * @throws IOException if the outcome of what was appended since the last commit is unknown
   */
  Set<PersistenceIndex> commit() throws IOException {
    if (groupLost) {
      groupLost = false;
      touched.clear();
      throw new IOException("a write of the group failed; see the damage report");
    }
    try {
      if (!failed) {
        sync();
      }
    } catch (IOException | RuntimeException e) {
      failed(e);
      groupLost = false;
      throw new IOException("the group could not be made durable: " + e.getMessage(), e);
    }
    recycleDead();
    Set<PersistenceIndex> changed = touched;
    if (!changed.isEmpty()) {
      touched = new LinkedHashSet<>();
    }
    return changed;
  }

  private void sync() throws IOException {
    SegmentOutput out = output();
    if (out.position() == syncedUpTo) {
      return;
    }
    Failpoint.SYNC.reached();
    out.sync();
    Failpoint.SYNCED.reached();
    syncedUpTo = out.position();
    active().end = syncedUpTo;
    touched.addAll(group.touched());
    index.publish(group, active());
    group.clear();
  }

  private void seal() throws IOException {
    index.seal(active());
    output().writeFooter(active());
  }

  /** Nothing that was appended since the last sync is believed any more. */
  private IOException failed(Exception cause) {
    failed = true;
    groupLost = true;
    group.forget();
    report.add(
        new StoreIssue(
            StoreIssue.Kind.WRITE_FAILED,
            active == null ? "" : active.path,
            0,
            null,
            0,
            String.valueOf(cause.getMessage())));
    return cause instanceof IOException io ? io : new IOException(cause);
  }

  /** Goes on in a new file, into which the last synced page is written again. */
  private void repair() throws IOException {
    Segment segment = active();
    int page = syncedUpTo & -SegmentHeader.BLOCK_BYTES;
    int cut = syncedUpTo;
    for (Moved record : index.liveFrom(segment, 0)) {
      if (record.offset() + record.totalBytes() > page) {
        cut = record.offset();
        break;
      }
    }
    startSegment(segment, cut, true);
  }

  private void startSegment(@Nullable Segment older, int cut, boolean reserve) throws IOException {
    SegmentOutput previous = output;
    Segment segment = starter.start(nextId++, older, cut, reserve);
    use(segment, files.open(segment.path));
    failed = false;
    if (previous != null) {
      previous.close();
    }
  }

  /** Recycles segments with nothing live, after the manifest without them is durable. */
  private void recycleDead() {
    List<Segment> dead = failed ? List.of() : index.claimDead();
    if (dead.isEmpty()) {
      return;
    }
    try {
      ByteBuffer manifest = Checkpoint.manifest(index.manifest(active(), null, 0));
      prepare(2 * RecordFormat.totalLength(0, manifest.remaining()), 0, true);
      // Taken anew: the room may have been made by starting a segment, with a manifest of its own.
      manifest = Checkpoint.manifest(index.manifest(active(), null, 0));
      output()
          .putTwice(
              RecordFormat.KIND_MANIFEST, RecordFormat.NO_NAME, syncedUpTo, syncedUpTo, manifest);
      sync();
      Failpoint.RECYCLE.reached();
      for (Segment segment : dead) {
        files.recycle(segment.path);
      }
    } catch (IOException | RuntimeException e) {
      // What was committed stays committed; the next opening recycles what was left.
      failed(e);
      groupLost = false;
    }
  }

  /** Stops in order: a later opening knows that every damage is damage and not a torn tail. */
  void close() throws IOException {
    if (output == null) {
      return;
    }
    try {
      if (!failed) {
        sync();
        int room = RecordFormat.totalLength(0, 0);
        if (output.position() + room + footerBytes <= active().capacityBytes) {
          output.put(
              RecordFormat.KIND_CLEAN_STOP,
              (byte) 0,
              RecordFormat.NO_NAME,
              0,
              syncedUpTo,
              EMPTY.duplicate(),
              EMPTY.duplicate());
          output.sync();
        }
      }
    } finally {
      output.close();
      output = null;
    }
  }

  private Segment active() {
    if (active == null) {
      throw new IllegalStateException("the log is not open");
    }
    return active;
  }

  private SegmentOutput output() {
    if (output == null) {
      throw new IllegalStateException("the log is closed");
    }
    return output;
  }
}
