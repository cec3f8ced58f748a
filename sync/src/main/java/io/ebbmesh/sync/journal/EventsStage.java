package io.ebbmesh.sync.journal;

import io.ebbmesh.sync.log.LogReader;
import io.ebbmesh.sync.log.SegmentLog;
import java.io.IOException;
import java.util.Optional;
import org.apache.pekko.persistence.PersistentRepr;
import org.apache.pekko.persistence.query.EventEnvelope;
import org.apache.pekko.persistence.query.Offset;
import org.apache.pekko.stream.Attributes;
import org.apache.pekko.stream.Outlet;
import org.apache.pekko.stream.SourceShape;
import org.apache.pekko.stream.stage.AbstractOutHandler;
import org.apache.pekko.stream.stage.AsyncCallback;
import org.apache.pekko.stream.stage.GraphStage;
import org.apache.pekko.stream.stage.GraphStageLogic;
import org.jspecify.annotations.Nullable;
import scala.jdk.javaapi.OptionConverters;

/** Reads one event per demand; at the head a live one waits for the next commit. */
final class EventsStage extends GraphStage<SourceShape<EventEnvelope>> {

  private final SegmentLog log;
  private final EventCodec codec;
  private final String persistenceId;
  private final long from;
  private final long to;
  private final boolean live;
  private final Outlet<EventEnvelope> out = Outlet.create("events");
  private final SourceShape<EventEnvelope> shape = SourceShape.of(out);

  EventsStage(
      SegmentLog log, EventCodec codec, String persistenceId, long from, long to, boolean live) {
    this.log = log;
    this.codec = codec;
    this.persistenceId = persistenceId;
    this.from = from;
    this.to = to;
    this.live = live;
  }

  @Override
  public SourceShape<EventEnvelope> shape() {
    return shape;
  }

  @Override
  public GraphStageLogic createLogic(Attributes inheritedAttributes) {
    return new Logic();
  }

  private final class Logic extends GraphStageLogic {
    private final LogReader reader = log.reader(persistenceId);
    private long next = from;
    private long last = to;
    private @Nullable Runnable endListening;

    Logic() {
      super(shape);
      setHandler(
          out,
          new AbstractOutHandler() {
            @Override
            public void onPull() throws IOException {
              emit();
            }
          });
    }

    @Override
    public void preStart() {
      if (live) {
        AsyncCallback<Long> committed =
            createAsyncCallback(
                none -> {
                  if (isAvailable(out)) {
                    emit();
                  }
                });
        endListening = log.onCommit(persistenceId, () -> committed.invoke(0L));
      } else {
        last = Math.min(to, log.highestSequenceNr(persistenceId));
      }
    }

    private void emit() throws IOException {
      if (next <= last && reader.next(next, last)) {
        long sequenceNr = reader.sequenceNr();
        PersistentRepr event = codec.decode(persistenceId, sequenceNr, reader.body());
        next = sequenceNr + 1;
        push(out, envelope(event));
        if (next > last) {
          complete(out);
        }
      } else if (!live || next > last || log.highestSequenceNr(persistenceId) >= last) {
        complete(out);
      }
    }

    private EventEnvelope envelope(PersistentRepr event) {
      Optional<Object> metadata = OptionConverters.toJava(event.metadata());
      return new EventEnvelope(
          Offset.sequence(event.sequenceNr()),
          persistenceId,
          event.sequenceNr(),
          event.payload(),
          event.timestamp(),
          OptionConverters.toScala(metadata));
    }

    @Override
    public void postStop() throws IOException {
      if (endListening != null) {
        endListening.run();
      }
      reader.close();
    }
  }
}
