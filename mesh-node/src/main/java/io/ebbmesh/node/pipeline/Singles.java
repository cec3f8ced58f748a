package io.ebbmesh.node.pipeline;

import io.ebbmesh.node.ingress.ReadingOutcome;
import io.ebbmesh.protocol.reading.SourcePosition;
import io.ebbmesh.sync.insight.outbox.Outbox;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Readings whose producers do not wait, and the answers that are remembered for repetitions.
 *
 * <p>One that can be repeated begins when the outbox said that it does not know it: otherwise it is
 * a repetition, which takes no part in windows and is not decided again. They begin in the order in
 * which they came.
 */
final class Singles {

  /** One that waits for the outbox to say whether it is known, or for those before it. */
  private static final class Arrival {
    final Pipeline.Single single;
    final long giveUpNanos;
    boolean ready;

    Arrival(Pipeline.Single single, long giveUpNanos) {
      this.single = single;
      this.giveUpNanos = giveUpNanos;
      this.ready = single.reading().source() == null;
    }
  }

  private final PipelineSettings settings;
  private final Deque<Arrival> arrivals = new ArrayDeque<>();
  private final Map<SourcePosition, Arrival> arriving = new LinkedHashMap<>();
  private final Map<Long, Job> inFlight = new LinkedHashMap<>();
  private final Map<SourcePosition, Job> repeatable = new LinkedHashMap<>();
  private final Map<SourcePosition, ReadingOutcome.Accepted> remembered;

  Singles(PipelineSettings settings) {
    this.settings = settings;
    int limit = settings.limits().rememberedAnswers();
    this.remembered =
        new LinkedHashMap<>(16, 0.75f, true) {
          private static final long serialVersionUID = 1;

          @Override
          protected boolean removeEldestEntry(
              Map.Entry<SourcePosition, ReadingOutcome.Accepted> eldest) {
            return size() > limit;
          }
        };
  }

  /** Answers a reading that need not or cannot be begun; false if it is to be begun. */
  boolean refuses(Pipeline.Single single, boolean serving) {
    SourcePosition source = single.reading().source();
    ReadingOutcome.Accepted known = source == null ? null : remembered.get(source);
    if (known != null) {
      single.outcome().complete(known);
    } else if (!serving) {
      single
          .outcome()
          .complete(
              new ReadingOutcome.Undecided(
                  "no release of model '"
                      + settings.model()
                      + "' has arrived yet; repeat the reading once the hub has delivered one"));
    } else if (source != null && (repeatable.containsKey(source) || arriving.containsKey(source))) {
      single
          .outcome()
          .complete(
              new ReadingOutcome.Busy(
                  "the same reading is being decided", settings.timing().retryDelay()));
    } else if (inFlight.size() + arrivals.size() >= settings.limits().maxSingles()) {
      single
          .outcome()
          .complete(
              new ReadingOutcome.Busy(
                  "ebbmesh.node.pipeline.max-singles = "
                      + settings.limits().maxSingles()
                      + " readings are on their way",
                  settings.timing().retryDelay()));
    } else {
      return false;
    }
    return true;
  }

  /** Takes one that is to be begun; one with a source once {@link #stands} says so. */
  void arrive(Pipeline.Single single, long now) {
    Arrival arrival = new Arrival(single, now + settings.timing().decideTimeout().toNanos());
    arrivals.add(arrival);
    if (single.reading().source() != null) {
      arriving.put(single.reading().source(), arrival);
    }
  }

  /** The outbox says what it knows: a repetition is answered. */
  void stands(SourcePosition key, Standing standing) {
    Arrival arrival = arriving.get(key);
    if (arrival == null) {
      return;
    }
    Outbox.Attached highest = standing.highest();
    arrival.ready = true;
    if (highest.position() >= key.position()) {
      long seq = highest.position() == key.position() ? highest.seq() : 0;
      leave(arrival, new ReadingOutcome.Accepted(highest.lane(), seq, null));
    }
  }

  /** The next one to begin; null if there is none yet. */
  Pipeline.@Nullable Single next() {
    Arrival first = arrivals.peek();
    if (first == null || !first.ready) {
      return null;
    }
    arrivals.remove();
    if (first.single.reading().source() != null) {
      arriving.remove(first.single.reading().source());
    }
    return first.single;
  }

  boolean noneArrived() {
    return arrivals.isEmpty();
  }

  /** Gives those up whose time is over. */
  void tick(long now) {
    for (Arrival arrival : new ArrayList<>(arrivals)) {
      if (now - arrival.giveUpNanos >= 0) {
        leave(
            arrival,
            new ReadingOutcome.Unknown("the outbox does not say whether it has the reading"));
      }
    }
  }

  private void leave(Arrival arrival, ReadingOutcome outcome) {
    arrivals.remove(arrival);
    if (arrival.single.reading().source() != null) {
      arriving.remove(arrival.single.reading().source());
    }
    arrival.single.outcome().complete(outcome);
  }

  void reject(Pipeline.Single single, String message) {
    single
        .outcome()
        .complete(new ReadingOutcome.Rejected(ReadingOutcome.RejectReason.INVALID, message));
  }

  void begin(Job job) {
    inFlight.put(job.id, job);
    if (job.reading.source() != null) {
      repeatable.put(job.reading.source(), job);
    }
  }

  /** Nothing decided in time. */
  void undecided(Job job) {
    end(
        job,
        new ReadingOutcome.Undecided(
            "no device here or at a neighbour decided within "
                + settings.timing().decideTimeout().toMillis()
                + " ms; "
                + job.failure()));
  }

  /** No device will ever decide it. */
  void refused(Job job) {
    end(job, new ReadingOutcome.Rejected(ReadingOutcome.RejectReason.INVALID, job.refusal));
  }

  /** The outbox answered. */
  void ended(OfferBook.Ended end) {
    Job job = end.job();
    switch (end.outcome()) {
      case ACCEPTED -> {
        var accepted = new ReadingOutcome.Accepted(end.lane(), end.seq(), job.decision());
        if (job.reading.source() != null) {
          remembered.put(job.reading.source(), accepted);
        }
        end(job, accepted);
      }
      case INVALID ->
          end(job, new ReadingOutcome.Rejected(ReadingOutcome.RejectReason.INVALID, end.message()));
      case BUSY ->
          end(job, new ReadingOutcome.Busy(end.message(), settings.timing().outboxRetryDelay()));
      case UNKNOWN -> end(job, new ReadingOutcome.Unknown(end.message()));
    }
  }

  /** The pipeline stops. */
  void giveUpAll() {
    arrivals.forEach(
        arrival ->
            arrival.single.outcome().complete(new ReadingOutcome.Unknown("the node is stopping")));
    arrivals.clear();
    arriving.clear();
    inFlight
        .values()
        .forEach(
            job -> {
              if (job.outcome != null) {
                job.outcome.complete(new ReadingOutcome.Unknown("the node is stopping"));
              }
            });
    inFlight.clear();
    repeatable.clear();
  }

  private void end(Job job, ReadingOutcome outcome) {
    inFlight.remove(job.id);
    if (job.reading.source() != null) {
      repeatable.remove(job.reading.source());
    }
    if (job.outcome != null) {
      job.outcome.complete(outcome);
    }
  }
}
