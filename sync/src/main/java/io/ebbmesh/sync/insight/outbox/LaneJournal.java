package io.ebbmesh.sync.insight.outbox;

import io.ebbmesh.sync.journal.EbbmeshLog;
import io.ebbmesh.sync.journal.EbbmeshReadJournal;
import io.ebbmesh.sync.journal.Trim;
import io.ebbmesh.sync.log.LogSettings;
import io.ebbmesh.sync.log.SegmentLog;
import java.io.IOException;
import java.util.List;
import org.apache.pekko.actor.ClassicActorSystemProvider;
import org.apache.pekko.persistence.query.PersistenceQuery;

/** What the outbox needs of the journal beside writing: to read single events, and to give up. */
public interface LaneJournal {

  /** Sends a trim to the journal. */
  void trim(Trim trim);

  /**
   * Reads single events, in the order named; one that cannot be read is left out. Returns at once;
   * the reader hears of them on a thread that may block.
   */
  void read(String persistenceId, long[] eventNrs, EbbmeshReadJournal.RunReader reader);

  /**
   * Numbers of events that take much room for little: written again, they would give it back.
   *
   * @param share of a file below which it is worth to write again what lives in it
   * @param mostBytes of events to name
   */
  List<Long> sparse(String persistenceId, double share, long mostBytes);

  /** What the journal takes of its disk, and what is free there. */
  Room room() throws IOException;

  /**
   * @param liveBytes of files that hold events
   * @param emptyBytes of files that wait to be written again
   * @param usableBytes that can still be written
   * @param fileBytes of one file
   */
  record Room(long liveBytes, long emptyBytes, long usableBytes, long fileBytes) {

    long usedBytes() {
      return liveBytes + emptyBytes;
    }
  }

  /** The journal of an ActorSystem. */
  static LaneJournal of(ClassicActorSystemProvider system) {
    EbbmeshLog log = EbbmeshLog.get(system);
    EbbmeshReadJournal reads =
        PersistenceQuery.get(system).getReadJournalFor(EbbmeshReadJournal.class, EbbmeshLog.QUERY);
    long fileBytes =
        LogSettings.of(system.classicSystem().settings().config().getConfig("ebbmesh.sync.log"))
            .segmentBytes();
    return new LaneJournal() {
      @Override
      public void trim(Trim trim) {
        log.trim(trim);
      }

      @Override
      public void read(String persistenceId, long[] eventNrs, EbbmeshReadJournal.RunReader reader) {
        reads.readEach(persistenceId, eventNrs, reader);
      }

      @Override
      public List<Long> sparse(String persistenceId, double share, long mostBytes) {
        return log.sparse(persistenceId, share, mostBytes);
      }

      @Override
      public Room room() throws IOException {
        SegmentLog.Usage usage = log.usage();
        return new Room(
            usage.segmentBytes(), usage.freeBytes(), log.storage().usableBytes(), fileBytes);
      }
    };
  }
}
