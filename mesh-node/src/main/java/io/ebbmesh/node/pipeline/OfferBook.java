package io.ebbmesh.node.pipeline;

import io.ebbmesh.protocol.insight.Insight;
import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.sync.insight.outbox.LaneSettings.OnFull;
import io.ebbmesh.sync.insight.outbox.Outbox;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is offered to one lane and not answered yet, in the order in which it is offered.
 *
 * <pre>
 * answer                          effect on what is open
 * Accepted                        these are done
 * Rejected INVALID                this one is refused
 * Rejected BUSY, FULL             a single one is told to come back, if the lane rejects; then pause,
 *                                 and offer the rest again in order in the generation that was named
 * OutcomeUnknown                  singles without source are told so; the rest is offered again in
 *                                 order in the generation that was named
 * none for the outbox timeout     as OutcomeUnknown, in the generation in use
 * none for a single's patience    it is told to come back, or that its outcome is unknown
 * </pre>
 *
 * Nothing is offered before the first generation is known, nor in a pause.
 */
final class OfferBook {

  private static final Logger LOG = LoggerFactory.getLogger(OfferBook.class);
  private static final Lane[] LANES = Lane.values();

  /** Puts an offer on its way. */
  interface Sender {
    void send(long ticket, int generation, Insight insight);
  }

  /**
   * What became of an insight of a job.
   *
   * @param seq its number in {@code lane}; 0 if it is not accepted, or the number is not kept
   */
  record Ended(Job job, Insight insight, Lane lane, Outcome outcome, long seq, String message) {}

  /**
   * How long things take, in nanoseconds.
   *
   * @param pause after a rejection
   * @param timeout of an outbox that says nothing
   * @param patience of a single reading
   */
  record Times(long pause, long timeout, long patience) {}

  /** Kinds of end. */
  enum Outcome {
    ACCEPTED,
    INVALID,
    BUSY,
    UNKNOWN
  }

  private static final class Entry {
    final Job job;
    final Insight insight;
    final long addedNanos;
    @Nullable Integer sentIn;

    /** It was offered before, and nobody said what became of that. */
    boolean unclear;

    Entry(Job job, Insight insight, long addedNanos) {
      this.job = job;
      this.insight = insight;
      this.addedNanos = addedNanos;
    }
  }

  private final Lane lane;
  private final OnFull onFull;
  private final Times times;
  private final Sender sender;
  private final FullLane fullLane;
  private final Map<Long, Entry> open = new LinkedHashMap<>();
  private @Nullable Integer generation;
  private boolean paused;
  private long resumeNanos;
  private long heardNanos;
  private long lastTicket;
  private String lastMessage;
  private boolean isFull;

  /**
   * @param fullLane told when the lane has no room, and when it has
   */
  OfferBook(Lane lane, OnFull onFull, FullLane fullLane, Times times, Sender sender) {
    this.lane = lane;
    this.onFull = onFull;
    this.fullLane = fullLane;
    this.times = times;
    this.sender = sender;
    this.lastTicket = lane.ordinal();
    this.lastMessage = "lane " + lane.id() + " of the outbox does not answer";
  }

  /** The lane whose book gave out a ticket. */
  static Lane laneOf(long ticket) {
    return LANES[(int) (ticket % LANES.length)];
  }

  boolean isEmpty() {
    return open.isEmpty();
  }

  /** Offers a decided job behind all that is open. */
  void add(Job job, Insight insight, long now) {
    if (open.isEmpty()) {
      heardNanos = now;
    }
    Entry entry = new Entry(job, insight, now);
    lastTicket += LANES.length;
    open.put(lastTicket, entry);
    if (!paused && generation != null) {
      send(lastTicket, entry, generation);
    }
  }

  /** The outbox said in which generation it is. */
  void generation(int named, long now) {
    heardNanos = now;
    takeOver(named);
  }

  /** Takes an answer; returns the jobs that ended, in order. */
  List<Ended> answer(Outbox.Reply reply, long now) {
    heardNanos = now;
    List<Ended> ended = new ArrayList<>();
    if (reply instanceof Outbox.Accepted accepted) {
      String said = fullLane.taken(now);
      if (said != null) {
        LOG.info("{}", said);
      }
      for (int i = 0; i < accepted.tickets().length; i++) {
        end(accepted.tickets()[i], Outcome.ACCEPTED, accepted.seqs()[i], "", ended);
      }
    } else if (reply instanceof Outbox.Rejected rejected) {
      rejected(rejected, now, ended);
    } else if (reply instanceof Outbox.OutcomeUnknown unknown) {
      unknown(unknown, ended);
    } else if (reply instanceof Outbox.Attached attached) {
      takeOver(attached.generation());
    }
    return ended;
  }

  /** Ends a pause whose time is over, and repeats what was not answered for too long. */
  List<Ended> tick(long now) {
    List<Ended> ended = new ArrayList<>();
    endImpatient(now, ended);
    if (paused && now - resumeNanos >= 0) {
      paused = false;
      heardNanos = now;
      offerAgain();
    } else if (!paused && !open.isEmpty() && now - heardNanos >= times.timeout()) {
      heardNanos = now;
      for (Map.Entry<Long, Entry> each : List.copyOf(open.entrySet())) {
        Entry entry = each.getValue();
        if (entry.sentIn != null && entry.job.isRepeatable()) {
          entry.sentIn = null;
          entry.unclear = true;
        } else if (entry.sentIn != null) {
          end(each.getKey(), Outcome.UNKNOWN, 0, lastMessage, ended);
        }
      }
      offerAgain();
    }
    return ended;
  }

  /** A repetition finds out what became of one that was on its way. */
  private void endImpatient(long now, List<Ended> ended) {
    for (Map.Entry<Long, Entry> each : List.copyOf(open.entrySet())) {
      Entry entry = each.getValue();
      if (entry.job.isSingle() && now - entry.addedNanos >= times.patience()) {
        giveUp(each.getKey(), entry, ended);
      }
    }
  }

  /** Forgets jobs whose producer begins again. */
  void forget(String source) {
    open.values()
        .removeIf(
            entry -> {
              var position = entry.job.reading.source();
              return position != null && position.source().equals(source);
            });
  }

  private void rejected(Outbox.Rejected rejected, long now, List<Ended> ended) {
    Entry entry = open.get(rejected.ticket());
    if (rejected.reason() == Outbox.RejectReason.INVALID) {
      end(rejected.ticket(), Outcome.INVALID, 0, rejected.message(), ended);
      takeOver(rejected.generation());
      return;
    }
    lastMessage = rejected.message();
    isFull = rejected.reason() == Outbox.RejectReason.FULL;
    String said = isFull ? fullLane.full(lastMessage, now) : null;
    if (said != null) {
      String policy = onFull.name().toLowerCase(Locale.ROOT);
      LOG.warn("readings are refused or wait (on-full = {}): {}", policy, said);
    }
    if (entry != null) {
      notTaken(rejected.ticket(), entry, ended);
    }
    paused = true;
    resumeNanos = now + times.pause();
    takeOver(rejected.generation());
  }

  /** What was offered behind a refused one in the same generation is not taken either. */
  private void notTaken(long ticket, Entry refused, List<Ended> ended) {
    Integer refusedIn = refused.sentIn;
    refused.unclear = false;
    for (Map.Entry<Long, Entry> each : List.copyOf(open.entrySet())) {
      Entry entry = each.getValue();
      boolean otherwiseSent = entry.sentIn != null && !entry.sentIn.equals(refusedIn);
      if (each.getKey() < ticket || otherwiseSent) {
        continue;
      }
      entry.sentIn = null;
      if (entry.job.isSingle() && onFull == OnFull.REJECT) {
        giveUp(each.getKey(), entry, ended);
      }
    }
  }

  private void giveUp(long ticket, Entry entry, List<Ended> ended) {
    boolean written = entry.sentIn != null || entry.unclear;
    if (!written && isFull) {
      fullLane.refused();
    }
    end(ticket, written ? Outcome.UNKNOWN : Outcome.BUSY, 0, lastMessage, ended);
  }

  private void unknown(Outbox.OutcomeUnknown unknown, List<Ended> ended) {
    boolean current = false;
    for (long ticket : unknown.tickets()) {
      Entry entry = open.get(ticket);
      if (entry == null) {
        continue;
      }
      current |= entry.sentIn != null && entry.sentIn.equals(generation);
      if (!entry.job.isRepeatable() && entry.sentIn != null) {
        end(
            ticket,
            Outcome.UNKNOWN,
            0,
            "lane " + lane.id() + " of the outbox could not be written to",
            ended);
      }
    }
    // An outbox that was started anew may count from the beginning: what it says of an offer that
    // was made in the generation in use is news, whatever the number.
    if (current && generation != null && unknown.generation() != generation) {
      generation = null;
    }
    takeOver(unknown.generation());
  }

  private boolean isNewer(int named) {
    return generation == null || named - generation > 0;
  }

  private void takeOver(int named) {
    if (isNewer(named)) {
      generation = named;
      if (!paused) {
        offerAgain();
      }
    }
  }

  /** Everything that was not offered in this generation; what cannot be repeated only once. */
  private void offerAgain() {
    if (generation == null) {
      return;
    }
    int current = generation;
    for (Map.Entry<Long, Entry> each : open.entrySet()) {
      Entry entry = each.getValue();
      boolean again = entry.job.isRepeatable() || entry.sentIn == null;
      if (again && (entry.sentIn == null || entry.sentIn != current)) {
        send(each.getKey(), entry, current);
      }
    }
  }

  private void send(long ticket, Entry entry, int in) {
    entry.unclear |= entry.sentIn != null;
    entry.sentIn = in;
    sender.send(ticket, in, entry.insight);
  }

  private void end(long ticket, Outcome outcome, long seq, String message, List<Ended> ended) {
    Entry entry = open.remove(ticket);
    if (entry != null) {
      ended.add(new Ended(entry.job, entry.insight, lane, outcome, seq, message));
    }
  }
}
