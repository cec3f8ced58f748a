package io.ebbmesh.node.pipeline;

import io.ebbmesh.node.pipeline.OfferBook.Ended;
import io.ebbmesh.node.pipeline.OfferBook.Outcome;
import io.ebbmesh.protocol.insight.Insight;
import io.ebbmesh.protocol.insight.InsightKind;
import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.protocol.reading.SourcePosition;
import io.ebbmesh.sync.insight.outbox.Outbox;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;

/**
 * Sends each insight to the lane of its kind, each reading once in effect.
 *
 * <p>A lane knows a repetition of what it took itself; decided anew, a reading may belong to
 * another lane. So what is unanswered of one source is in one lane at any time: the next insight
 * for another lane, and all behind it, wait until the answers are there. Then the highest position
 * that any lane knows says how far the source is durable, and no lane need know of the others.
 *
 * <p>The extras of a reading go to lanes that are always the same, and as sources of their own.
 * They go first: the acceptance of the reading's insight says that all of it is durable, and a
 * reading that is repeated because that one was not finds the extras known.
 */
final class Offers {

  /** One source: what of it is unanswered, and what waits behind it. */
  private static final class Turn {
    Lane lane = Lane.INSIGHT;
    int unanswered;
    final Deque<Job> waiting = new ArrayDeque<>();
  }

  private final Map<Lane, OfferBook> books = new EnumMap<>(Lane.class);
  private final Map<String, Turn> turns = new LinkedHashMap<>();

  /**
   * @param doors of all lanes
   * @param answers where the outbox answers
   */
  Offers(Map<Lane, LaneDoor> doors, OfferBook.Times times, ActorRef<Outbox.Reply> answers) {
    doors.forEach(
        (lane, door) ->
            books.put(
                lane,
                new OfferBook(
                    lane,
                    door.onFull(),
                    new FullLane(lane, door.refused()),
                    times,
                    (ticket, generation, insight) ->
                        door.intake()
                            .tell(new Outbox.Offer(ticket, generation, insight, answers)))));
  }

  /** Where insights of a kind belong. */
  static Lane laneOf(InsightKind kind) {
    return switch (kind) {
      case ANOMALY -> Lane.ALARM;
      case CLASSIFICATION, DETECTION -> Lane.INSIGHT;
      case AGGREGATE -> Lane.AGGREGATE;
      case SAMPLE -> Lane.SAMPLE;
    };
  }

  boolean isEmpty() {
    return books.values().stream().allMatch(OfferBook::isEmpty);
  }

  /** Offers a decided job behind all that is open of its source. */
  void add(Job job, long now) {
    if (laneOf(insight(job).kind()) == Lane.ALARM) {
      // It holds the values itself, and does not wait for a sample.
      job.extras = job.extras.stream().filter(extra -> extra.kind() != InsightKind.SAMPLE).toList();
    }
    job.openExtras = job.extras.size();
    for (Insight extra : job.extras) {
      book(laneOf(extra.kind())).add(job, extra, now);
    }
    String source = source(job);
    if (source == null) {
      offerIfReady(job, now);
    } else {
      Turn turn = turns.computeIfAbsent(source, name -> new Turn());
      turn.waiting.add(job);
      goOn(source, turn, now);
    }
  }

  /** A lane said in which generation it is. */
  void generation(Outbox.Attached attached, long now) {
    book(attached.lane()).generation(attached.generation(), now);
  }

  /** Takes an answer; returns the jobs that ended, in order. */
  List<Ended> answer(Outbox.Reply reply, long now) {
    Lane lane;
    if (reply instanceof Outbox.Accepted accepted) {
      lane = OfferBook.laneOf(accepted.tickets()[0]);
    } else if (reply instanceof Outbox.Rejected rejected) {
      lane = OfferBook.laneOf(rejected.ticket());
    } else if (reply instanceof Outbox.OutcomeUnknown unknown && unknown.tickets().length > 0) {
      lane = OfferBook.laneOf(unknown.tickets()[0]);
    } else {
      return List.of();
    }
    return settle(book(lane).answer(reply, now), now);
  }

  /** Time went on. */
  List<Ended> tick(long now) {
    List<Ended> ended = new ArrayList<>();
    for (OfferBook book : books.values()) {
      ended.addAll(settle(book.tick(now), now));
    }
    return ended;
  }

  /** Forgets jobs whose producer begins again. */
  void forget(String source) {
    turns.remove(source);
    books.values().forEach(book -> book.forget(source));
  }

  private List<Ended> settle(List<Ended> answered, long now) {
    List<Ended> ended = new ArrayList<>();
    for (Ended end : answered) {
      Job job = end.job();
      if (end.insight() != job.insight) {
        extraEnded(end, ended, now);
        continue;
      }
      ended.add(end);
      String source = source(job);
      Turn turn = source == null ? null : turns.get(source);
      if (source != null && turn != null) {
        turn.unanswered--;
        goOn(source, turn, now);
      }
    }
    return ended;
  }

  private void extraEnded(Ended end, List<Ended> ended, long now) {
    Job job = end.job();
    if (job.ended) {
      return;
    }
    job.openExtras--;
    String source = source(job);
    Turn turn = source == null ? null : turns.get(source);
    if (end.outcome() == Outcome.BUSY || end.outcome() == Outcome.UNKNOWN) {
      job.ended = true;
      ended.add(end);
      if (turn != null) {
        turn.waiting.remove(job);
      }
    } else if (source == null) {
      offerIfReady(job, now);
    }
    if (source != null && turn != null) {
      goOn(source, turn, now);
    }
  }

  private void goOn(String source, Turn turn, long now) {
    Job next = turn.waiting.peek();
    while (next != null && next.openExtras == 0) {
      Lane lane = laneOf(insight(next).kind());
      if (turn.unanswered > 0 && turn.lane != lane) {
        return;
      }
      turn.lane = lane;
      turn.unanswered++;
      turn.waiting.remove();
      book(lane).add(next, insight(next), now);
      next = turn.waiting.peek();
    }
    if (next == null && turn.unanswered == 0) {
      turns.remove(source);
    }
  }

  private void offerIfReady(Job job, long now) {
    if (job.openExtras == 0) {
      book(laneOf(insight(job).kind())).add(job, insight(job), now);
    }
  }

  private static Insight insight(Job job) {
    return Objects.requireNonNull(job.insight);
  }

  private OfferBook book(Lane lane) {
    return Objects.requireNonNull(books.get(lane));
  }

  private static @Nullable String source(Job job) {
    SourcePosition position = job.reading.source();
    return position == null ? null : position.source();
  }
}
