package io.ebbmesh.sync.journal;

import com.typesafe.config.Config;
import io.ebbmesh.protocol.insight.SeqRange;
import io.ebbmesh.sync.log.LogReader;
import io.ebbmesh.sync.log.RecordTooLargeException;
import io.ebbmesh.sync.log.SegmentLog;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.NoSerializationVerificationNeeded;
import org.apache.pekko.dispatch.Futures;
import org.apache.pekko.japi.pf.ReceiveBuilder;
import org.apache.pekko.persistence.AtomicWrite;
import org.apache.pekko.persistence.PersistentRepr;
import org.apache.pekko.persistence.journal.japi.AsyncWriteJournal;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.PartialFunction;
import scala.concurrent.ExecutionContext;
import scala.concurrent.Future;
import scala.concurrent.Promise;
import scala.jdk.javaapi.CollectionConverters;
import scala.runtime.BoxedUnit;

/**
 * The journal plugin: what waits in its mailbox becomes durable with one write and one sync.
 *
 * <p>A write is only appended, and a message to itself makes the group durable: it stands in the
 * mailbox behind all writes that waited already. So an idle journal syncs at once, on its own
 * thread, and a busy one gathers while it syncs. It never waits for another task.
 */
public final class EbbmeshJournal extends AsyncWriteJournal {

  private static final Logger LOGGER = LoggerFactory.getLogger(EbbmeshJournal.class);

  private final EbbmeshLog store;
  private final SegmentLog log;
  private final EventCodec codec;
  private final ExecutionContext replayDispatcher;
  private final ExecutionContext preallocateDispatcher;
  private List<Waiting> group = new ArrayList<>();
  private boolean commitSent;
  private boolean preallocating;

  /** Someone who is told when the group is durable or lost. */
  private interface Waiting {
    void durable();

    void lost(IOException cause);
  }

  /** To itself. */
  private enum Internal implements NoSerializationVerificationNeeded {
    COMMIT,
    PREALLOCATED
  }

  /**
   * @param config the plugin's section
   */
  public EbbmeshJournal(Config config) {
    store = EbbmeshLog.get(context().system());
    log = store.log();
    codec = new EventCodec(store.payloads());
    replayDispatcher =
        context().system().dispatchers().lookup(config.getString("replay-dispatcher"));
    preallocateDispatcher =
        context().system().dispatchers().lookup(config.getString("preallocate-dispatcher"));
  }

  @Override
  public PartialFunction<Object, BoxedUnit> receivePluginInternal() {
    return ReceiveBuilder.create()
        .matchEquals(Internal.COMMIT, message -> commit())
        .matchEquals(Internal.PREALLOCATED, message -> preallocating = false)
        .match(Trim.class, this::trim)
        .build()
        .onMessage();
  }

  @Override
  public Future<Iterable<Optional<Exception>>> doAsyncWriteMessages(
      Iterable<AtomicWrite> messages) {
    List<Optional<Exception>> results = new ArrayList<>();
    boolean rejected = false;
    try {
      for (AtomicWrite write : messages) {
        Optional<Exception> rejection = append(write);
        rejected |= rejection.isPresent();
        results.add(rejection);
      }
    } catch (IOException | IllegalArgumentException e) {
      LOGGER.error("a write failed, its outcome is unknown: {}", e.getMessage());
      if (!group.isEmpty() || e instanceof IOException) {
        sendCommit();
      }
      return Futures.failed(e);
    }
    return whenDurable(rejected ? results : List.of());
  }

  /** Empty if appended; the reason if this write alone cannot be. */
  private Optional<Exception> append(AtomicWrite write) throws IOException {
    List<SegmentLog.Entry> entries = new ArrayList<>(write.payload().size());
    try {
      for (PersistentRepr event : CollectionConverters.asJava(write.payload())) {
        entries.add(codec.encode(event));
      }
    } catch (Exception e) {
      LOGGER.error("an event of {} cannot be serialized: {}", write.persistenceId(), e.toString());
      return Optional.of(e);
    }
    try {
      log.append(write.persistenceId(), entries);
      return Optional.empty();
    } catch (RecordTooLargeException e) {
      LOGGER.error("a write of {} was rejected: {}", write.persistenceId(), e.getMessage());
      return Optional.of(e);
    }
  }

  @Override
  public Future<Void> doAsyncDeleteMessagesTo(String persistenceId, long toSequenceNr) {
    try {
      log.deleteTo(persistenceId, toSequenceNr);
    } catch (IOException | RecordTooLargeException e) {
      sendCommit();
      return Futures.failed(e);
    }
    return whenDurable(null);
  }

  private void trim(Trim trim) {
    List<SeqRange> ranges = trim.ranges().ranges();
    if (ranges.isEmpty()) {
      trim.replyTo().tell(new Trim.Trimmed(trim.persistenceId(), trim.ranges()));
      return;
    }
    try {
      long snapshot = store.snapshots().newest(trim.persistenceId());
      if (ranges.get(ranges.size() - 1).last() > snapshot) {
        refuse(trim, snapshot, "the newest durable snapshot does not cover all of it");
        return;
      }
      log.trim(trim.persistenceId(), trim.ranges());
      tellWhenDurable(
          new Waiting() {
            @Override
            public void durable() {
              trim.replyTo().tell(new Trim.Trimmed(trim.persistenceId(), trim.ranges()));
            }

            @Override
            public void lost(IOException cause) {
              fail(trim, cause);
            }
          });
    } catch (RecordTooLargeException e) {
      refuse(trim, 0, e.getMessage());
    } catch (IOException e) {
      sendCommit();
      fail(trim, e);
    }
  }

  private static void refuse(Trim trim, long snapshot, @Nullable String reason) {
    trim.replyTo()
        .tell(
            new Trim.Refused(
                trim.persistenceId(), trim.ranges(), snapshot, String.valueOf(reason)));
  }

  private static void fail(Trim trim, IOException cause) {
    trim.replyTo()
        .tell(
            new Trim.Failed(
                trim.persistenceId(), trim.ranges(), String.valueOf(cause.getMessage())));
  }

  private <T> Future<T> whenDurable(@Nullable T result) {
    Promise<T> promise = Futures.promise();
    tellWhenDurable(
        new Waiting() {
          @Override
          public void durable() {
            promise.success(result);
          }

          @Override
          public void lost(IOException cause) {
            promise.failure(cause);
          }
        });
    return promise.future();
  }

  private void tellWhenDurable(Waiting waiting) {
    group.add(waiting);
    sendCommit();
  }

  private void sendCommit() {
    if (!commitSent) {
      commitSent = true;
      self().tell(Internal.COMMIT, ActorRef.noSender());
    }
  }

  private void commit() {
    commitSent = false;
    List<Waiting> done = group;
    group = new ArrayList<>(done.size());
    try {
      log.commit();
    } catch (IOException e) {
      LOGGER.error("a group of writes is lost, its outcome is unknown: {}", e.getMessage());
      done.forEach(waiting -> waiting.lost(e));
      return;
    }
    done.forEach(Waiting::durable);
    preallocate();
  }

  /** The next segment's file is made elsewhere, so that no write waits for it. */
  private void preallocate() {
    if (!preallocating && log.wantsFree()) {
      preallocating = true;
      ActorRef journal = self();
      preallocateDispatcher.execute(
          () -> {
            try {
              log.prepareFree();
            } finally {
              journal.tell(Internal.PREALLOCATED, ActorRef.noSender());
            }
          });
    }
  }

  @Override
  public Future<Long> doAsyncReadHighestSequenceNr(String persistenceId, long fromSequenceNr) {
    if (!group.isEmpty()) {
      // A restarted actor must not get numbers that its lost predecessor's writes still take.
      commit();
    }
    return Futures.successful(log.highestSequenceNr(persistenceId));
  }

  @Override
  public Future<Void> doAsyncReplayMessages(
      String persistenceId,
      long fromSequenceNr,
      long toSequenceNr,
      long max,
      Consumer<PersistentRepr> replayCallback) {
    return Futures.future(
        () -> {
          replay(persistenceId, fromSequenceNr, toSequenceNr, max, replayCallback);
          return null;
        },
        replayDispatcher);
  }

  private void replay(
      String persistenceId, long from, long to, long max, Consumer<PersistentRepr> callback)
      throws IOException {
    try (LogReader reader = log.reader(persistenceId)) {
      long next = from;
      for (long count = 0; count < max && reader.next(next, to); count++) {
        callback.accept(codec.decode(persistenceId, reader.sequenceNr(), reader.body()));
        next = reader.sequenceNr() + 1;
      }
    }
  }

  @Override
  public void postStop() {
    if (!group.isEmpty()) {
      commit();
    }
  }
}
