package io.ebbmesh.sync.log;

import io.ebbmesh.protocol.insight.SeqRanges;
import io.ebbmesh.protocol.time.Chance;
import io.ebbmesh.sync.storage.Storage;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Set;

/**
 * One log for many persistence ids: appended records become durable together with one write and one
 * sync, and are read back by (persistence id, sequence number).
 *
 * <p>Appending, giving up, committing and closing are for one thread at a time; everything else may
 * be called from any thread and sees only what is durable.
 */
public final class SegmentLog implements Closeable {

  private final SegmentFiles files;
  private final LogIndex index;
  private final LogWriter writer;
  private final DamageReport report;
  private final CommitListeners listeners = new CommitListeners();

  /**
   * One record to append; its body is {@code head} followed by {@code rest}. Both are consumed.
   *
   * @param sequenceNr above all numbers of its persistence id so far
   */
  public record Entry(long sequenceNr, ByteBuffer head, ByteBuffer rest) {}

  /**
   * How much room a log takes.
   *
   * @param segmentBytes of segments that hold records
   * @param freeBytes of files that wait to be written again
   */
  public record Usage(long segmentBytes, long freeBytes) {}

  private SegmentLog(SegmentFiles files, LogIndex index, LogWriter writer, DamageReport report) {
    this.files = files;
    this.index = index;
    this.writer = writer;
    this.report = report;
  }

  /**
   * Opens the log in a directory, making it if there is none. Damage does not keep it from opening:
   * it is reported. What was not proven durable before is made durable before this returns.
   *
   * @param chance for the salts of new segments
   * @param report to which damage is added
   * @throws NewerFormatException if a newer program wrote there; nothing was touched
   * @throws IOException if the directory cannot be read or written
   */
  public static SegmentLog open(
      Storage storage, String directory, LogSettings settings, Chance chance, DamageReport report)
      throws IOException {
    SegmentFiles files = new SegmentFiles(storage, directory, settings);
    LogIndex index = new LogIndex();
    LogWriter writer = new LogWriter(files, index, settings, chance, report);
    StoreOpener.Opened opened = new StoreOpener(storage, directory, files, index, report).open();
    if (opened.clean() && opened.last() != null) {
      writer.continueIn(opened.last(), opened.nextId());
    } else {
      writer.startAfter(opened.last(), opened.cut(), opened.nextId());
    }
    SegmentLog log = new SegmentLog(files, index, writer, report);
    log.prepareFree();
    return log;
  }

  /**
   * Appends the records of one atomic write: all of them are replayed later, or none. Durable and
   * visible after {@link #commit}.
   *
   * @throws RecordTooLargeException if it is over a limit; nothing of it was written
   * @throws IllegalArgumentException if the numbers do not ascend
   * @throws IOException if the outcome of everything since the last commit is unknown; each append
   *     fails until {@link #commit} was called and failed too
   */
  public void append(String persistenceId, List<Entry> entries) throws IOException {
    writer.append(index.intern(persistenceId), entries);
  }

  /** Gives up all records up to a number; durable and visible after {@link #commit}. */
  public void deleteTo(String persistenceId, long sequenceNr) throws IOException {
    PersistenceIndex owner = index.intern(persistenceId);
    long bounded = Math.min(sequenceNr, Math.max(owner.appended, owner.highest));
    writer.giveUp(owner, owner.requested.deleteTo(bounded));
  }

  /** Gives up ranges of records; durable and visible after {@link #commit}. */
  public void trim(String persistenceId, SeqRanges ranges) throws IOException {
    PersistenceIndex owner = index.intern(persistenceId);
    writer.giveUp(owner, owner.requested.trim(ranges));
  }

  /**
   * Makes everything since the last commit durable and visible.
   *
   * @throws IOException if its outcome is unknown; the next append goes on in a new file
   */
  public void commit() throws IOException {
    Set<PersistenceIndex> changed = writer.commit();
    listeners.tell(changed);
  }

  /** Highest number that was ever written, whether it can still be read or not; 0 if none. */
  public long highestSequenceNr(String persistenceId) {
    return index.highest(persistenceId);
  }

  /** Highest number of a record that is there; 0 if none. */
  public long lastReadableSequenceNr(String persistenceId) {
    return index.lastReadable(persistenceId);
  }

  /** Highest number that was ever trimmed by {@link #trim}; 0 if none. */
  public long trimFloor(String persistenceId) {
    return index.trims(persistenceId).floor();
  }

  /**
   * Numbers of live records that keep old, nearly empty segments from being given back, oldest
   * first.
   *
   * @param share of a segment below which what lives in it makes it nearly empty
   * @param mostBytes of records to name
   */
  public List<Long> sparse(String persistenceId, double share, long mostBytes) {
    return index.sparse(persistenceId, share, mostBytes);
  }

  /** All persistence ids that ever wrote, sorted. */
  public List<String> persistenceIds() {
    return index.ids();
  }

  public LogReader reader(String persistenceId) {
    return new LogReader(persistenceId, index, files, report);
  }

  /**
   * Calls back on the committing thread after new records of a persistence id became visible.
   *
   * @param listener quick, and throws nothing
   * @return ends the calls
   */
  public Runnable onCommit(String persistenceId, Runnable listener) {
    return listeners.add(persistenceId, listener);
  }

  /** Reads every record once, so that all damage is in the report. */
  public void verify() throws IOException {
    for (String id : persistenceIds()) {
      try (LogReader reader = reader(id)) {
        long from = 1;
        while (reader.next(from, Long.MAX_VALUE)) {
          from = reader.sequenceNr() + 1;
        }
      }
    }
  }

  public DamageReport damage() {
    return report;
  }

  public Usage usage() {
    long bytes = 0;
    for (Segment segment : index.segments()) {
      bytes += segment.capacityBytes;
    }
    return new Usage(bytes, files.freeBytes());
  }

  /** Whether {@link #prepareFree} has something to do. */
  public boolean wantsFree() {
    return files.wantsFree();
  }

  /** Allocates the next segment's file ahead of need; a failure is only reported. */
  public void prepareFree() {
    try {
      files.prepareFree();
    } catch (IOException e) {
      report.add(
          new StoreIssue(
              StoreIssue.Kind.WRITE_FAILED, "", 0, null, 0, String.valueOf(e.getMessage())));
    }
  }

  /** Commits and stops in order. */
  @Override
  public void close() throws IOException {
    writer.close();
  }
}
