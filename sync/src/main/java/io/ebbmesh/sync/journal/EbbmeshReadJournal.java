package io.ebbmesh.sync.journal;

import com.typesafe.config.Config;
import io.ebbmesh.sync.log.LogReader;
import java.io.IOException;
import java.util.concurrent.Executor;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.persistence.query.EventEnvelope;
import org.apache.pekko.persistence.query.javadsl.CurrentEventsByPersistenceIdQuery;
import org.apache.pekko.persistence.query.javadsl.EventsByPersistenceIdQuery;
import org.apache.pekko.persistence.query.javadsl.ReadJournal;
import org.apache.pekko.stream.ActorAttributes;
import org.apache.pekko.stream.javadsl.Source;
import org.jspecify.annotations.Nullable;

/**
 * Streams durable events of one persistence id, in ascending order, reading as fast as they are
 * asked for. Damaged events are left out and reported in {@link EbbmeshLog#damage}.
 */
public final class EbbmeshReadJournal
    implements ReadJournal, CurrentEventsByPersistenceIdQuery, EventsByPersistenceIdQuery {

  private final EbbmeshLog store;
  private final EventCodec codec;
  private final String dispatcher;
  private final Executor readers;

  /** Hears a run of events, on a thread of the read dispatcher. */
  public interface RunReader {

    void onEvent(long sequenceNr, Object event);

    /**
     * The run is over.
     *
     * @param failure null if all of it was read
     */
    void onEnd(@Nullable Exception failure);
  }

  EbbmeshReadJournal(ExtendedActorSystem system, Config config) {
    store = EbbmeshLog.get(system);
    codec = new EventCodec(store.payloads());
    dispatcher = config.getString("read-dispatcher");
    readers = system.dispatchers().lookup(dispatcher);
  }

  /**
   * Reads events that are durable now in one go, which costs far less than a stream; for a caller
   * that has bounded how much it is.
   *
   * @param toSequenceNr last one that is wanted
   */
  public void readRun(
      String persistenceId, long fromSequenceNr, long toSequenceNr, RunReader reader) {
    readers.execute(
        () -> {
          try (LogReader log = store.log().reader(persistenceId)) {
            long next = fromSequenceNr;
            while (log.next(next, toSequenceNr)) {
              long number = log.sequenceNr();
              reader.onEvent(number, codec.decode(persistenceId, number, log.body()).payload());
              next = number + 1;
            }
          } catch (IOException | RuntimeException e) {
            reader.onEnd(e);
            return;
          }
          reader.onEnd(null);
        });
  }

  /**
   * Reads single events that are durable now, in the order named; one that is not there is left
   * out.
   */
  public void readEach(String persistenceId, long[] sequenceNrs, RunReader reader) {
    readers.execute(
        () -> {
          try (LogReader log = store.log().reader(persistenceId)) {
            for (long number : sequenceNrs) {
              if (log.next(number, number)) {
                reader.onEvent(number, codec.decode(persistenceId, number, log.body()).payload());
              }
            }
          } catch (IOException | RuntimeException e) {
            reader.onEnd(e);
            return;
          }
          reader.onEnd(null);
        });
  }

  /** Events that are durable when the stream starts; completes after the last of them. */
  @Override
  public Source<EventEnvelope, NotUsed> currentEventsByPersistenceId(
      String persistenceId, long fromSequenceNr, long toSequenceNr) {
    return events(persistenceId, fromSequenceNr, toSequenceNr, false);
  }

  /** Events that are durable, and those that become it; completes at {@code toSequenceNr}. */
  @Override
  public Source<EventEnvelope, NotUsed> eventsByPersistenceId(
      String persistenceId, long fromSequenceNr, long toSequenceNr) {
    return events(persistenceId, fromSequenceNr, toSequenceNr, true);
  }

  private Source<EventEnvelope, NotUsed> events(String id, long from, long to, boolean live) {
    return Source.fromGraph(new EventsStage(store.log(), codec, id, from, to, live))
        .withAttributes(ActorAttributes.dispatcher(dispatcher));
  }
}
