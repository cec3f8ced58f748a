package io.ebbmesh.node.pipeline;

import io.ebbmesh.node.ingress.ReadingOutcome;
import io.ebbmesh.protocol.insight.Insight;
import io.ebbmesh.protocol.reading.Reading;
import io.ebbmesh.protocol.reading.SourcePosition;
import java.util.LinkedHashMap;
import java.util.Map;

/** Readings whose producers do not wait, and the answers that are remembered for repetitions. */
final class Singles {

  private final PipelineSettings settings;
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

  /**
   * What an insight of the reading could not hold.
   *
   * @throws IllegalArgumentException naming the limit
   */
  static void check(Reading reading) {
    if (reading.stream().isEmpty() || reading.stream().length() > Insight.MAX_STRING_CHARS) {
      throw new IllegalArgumentException(
          "the name of a stream has 1 to "
              + Insight.MAX_STRING_CHARS
              + " characters, not "
              + reading.stream().length());
    }
    if (reading.values().length > Insight.MAX_VALUES) {
      throw new IllegalArgumentException(
          "a reading has at most "
              + Insight.MAX_VALUES
              + " channels, not "
              + reading.values().length);
    }
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
    } else if (source != null && repeatable.containsKey(source)) {
      single
          .outcome()
          .complete(
              new ReadingOutcome.Busy(
                  "the same reading is being decided", settings.timing().retryDelay()));
    } else if (inFlight.size() == settings.limits().maxSingles()) {
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
                + " ms; the last said: "
                + job.lastFailure));
  }

  /** The outbox answered. */
  void ended(OfferBook.Ended end) {
    Job job = end.job();
    switch (end.outcome()) {
      case ACCEPTED -> {
        var accepted = new ReadingOutcome.Accepted(end.seq(), job.decision());
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
