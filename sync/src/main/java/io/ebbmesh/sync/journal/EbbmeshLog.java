package io.ebbmesh.sync.journal;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.ebbmesh.protocol.time.Chance;
import io.ebbmesh.sync.clock.SystemChance;
import io.ebbmesh.sync.log.DamageReport;
import io.ebbmesh.sync.log.LogSettings;
import io.ebbmesh.sync.log.SegmentLog;
import io.ebbmesh.sync.storage.FileStorage;
import io.ebbmesh.sync.storage.Storage;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.ClassicActorSystemProvider;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.actor.Extension;
import org.apache.pekko.persistence.Persistence;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one store of an ActorSystem: its segment log, its snapshots and what was found damaged. May
 * be used from any thread.
 *
 * <p>A node asks for it before it starts an actor, so that a store that cannot be opened stops the
 * start with a message instead of a recovery that times out.
 */
public final class EbbmeshLog implements Extension {

  /** Plugin id of the journal. */
  public static final String JOURNAL = "ebbmesh.sync.journal";

  /** Plugin id of the snapshot store. */
  public static final String SNAPSHOTS = "ebbmesh.sync.snapshot";

  /** Plugin id of the read journal. */
  public static final String QUERY = "ebbmesh.sync.query";

  private static final Logger LOGGER = LoggerFactory.getLogger(EbbmeshLog.class);
  private static final String LOG_DIRECTORY = "log";

  private final ExtendedActorSystem system;
  private final Storage storage;
  private final SegmentLog log;
  private final SnapshotFiles snapshots;
  private final PayloadCodec payloads;

  /**
   * The store of an ActorSystem, opened at the first call.
   *
   * @throws StoreException if it cannot be opened; the message names the remedy
   */
  public static EbbmeshLog get(ClassicActorSystemProvider system) {
    return EbbmeshLogId.INSTANCE.get(system);
  }

  private EbbmeshLog(ExtendedActorSystem system, Storage storage, Chance chance, boolean isQuiet)
      throws IOException {
    Config config = system.settings().config();
    LogSettings settings = LogSettings.of(config.getConfig("ebbmesh.sync.log"));
    this.system = system;
    this.storage = storage;
    Closeable lock = storage.lock();
    try {
      DamageReport report = new DamageReport(settings.maxIssues());
      snapshots =
          new SnapshotFiles(
              storage, report, SnapshotFiles.Settings.of(config.getConfig(SNAPSHOTS)));
      snapshots.checkFormats();
      log = SegmentLog.open(storage, LOG_DIRECTORY, settings, chance, report);
      payloads = new PayloadCodec(system);
      if (!isQuiet) {
        report.issues().forEach(issue -> LOGGER.warn("the store reports: {}", issue));
      }
    } catch (IOException | RuntimeException e) {
      lock.close();
      throw e;
    }
    system.registerOnTermination(() -> close(lock));
  }

  static EbbmeshLog open(ExtendedActorSystem system) {
    try {
      Optional<EbbmeshLogSetup> setup = system.settings().setup().get(EbbmeshLogSetup.class);
      if (setup.isPresent()) {
        return new EbbmeshLog(
            system, setup.get().storage(), setup.get().chance(), setup.get().isQuiet());
      }
      String directory = system.settings().config().getString("ebbmesh.sync.store.dir");
      if (directory.isBlank()) {
        throw new StoreException("ebbmesh.sync.store.dir is not set: name the store's directory");
      }
      return new EbbmeshLog(
          system, FileStorage.create(Path.of(directory)), new SystemChance(), false);
    } catch (IOException e) {
      throw new StoreException("the store cannot be opened: " + e.getMessage(), e);
    }
  }

  private void close(Closeable lock) {
    try {
      log.close();
    } catch (IOException e) {
      LOGGER.warn("the store was not stopped in order: {}", e.getMessage());
    } finally {
      try {
        lock.close();
      } catch (IOException e) {
        LOGGER.warn("the store's lock was not given back: {}", e.getMessage());
      }
    }
  }

  /** What the store found wrong with itself so far; grows as damaged records are met. */
  public DamageReport damage() {
    return log.damage();
  }

  /** Reads every record once, so that all damage is in the report; blocks. */
  public void verify() throws IOException {
    log.verify();
  }

  /** Highest sequence number that was ever written, readable or not; 0 if none. */
  public long highestSequenceNr(String persistenceId) {
    return log.highestSequenceNr(persistenceId);
  }

  /** Highest sequence number that is there and was not found damaged; 0 if none. */
  public long lastReadableSequenceNr(String persistenceId) {
    return log.lastReadableSequenceNr(persistenceId);
  }

  /** Sequence number of the newest durable snapshot; 0 if there is none. */
  public long snapshotSequenceNr(String persistenceId) throws IOException {
    return snapshots.newest(persistenceId);
  }

  /** All persistence ids that ever wrote, sorted. */
  public List<String> persistenceIds() {
    return log.persistenceIds();
  }

  /**
   * Numbers of events that keep old, nearly empty segments from being given back, oldest first.
   *
   * @param share of a segment below which what lives in it makes it nearly empty
   * @param mostBytes of events to name
   */
  public List<Long> sparse(String persistenceId, double share, long mostBytes) {
    return log.sparse(persistenceId, share, mostBytes);
  }

  /** Room that the log takes. */
  public SegmentLog.Usage usage() {
    return log.usage();
  }

  /** Where everything of this ActorSystem is stored; for small files of other owners. */
  public Storage storage() {
    return storage;
  }

  /** Sends a trim to the journal, which answers when the records are given up durably. */
  public void trim(Trim trim) {
    Persistence.get(system)
        .journalFor(JOURNAL, ConfigFactory.empty())
        .tell(trim, ActorRef.noSender());
  }

  SegmentLog log() {
    return log;
  }

  SnapshotFiles snapshots() {
    return snapshots;
  }

  PayloadCodec payloads() {
    return payloads;
  }
}
