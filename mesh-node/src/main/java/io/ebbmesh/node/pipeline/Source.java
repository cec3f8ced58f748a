package io.ebbmesh.node.pipeline;

import java.util.ArrayDeque;
import java.util.Deque;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;

/** One attached producer: its readings are offered in the order in which they came. */
final class Source {

  static final String BEHIND_REFUSED = "a reading before it was refused";

  final String name;
  final int number;
  final ActorRef<Pipeline.Reply> producer;

  /** Whether nothing behind a refused reading is taken. */
  final boolean endsAtRefusal;

  /** Readings that are not offered yet; at most the credit. */
  final Deque<Job> queue = new ArrayDeque<>();

  /** Where the outbox says it stands; negative until it says so. */
  long position = -1;

  boolean isAttached;

  /** It ended at a reading that was refused. */
  boolean ended;

  long lastPosition;
  int inFlight;

  Source(String name, int number, ActorRef<Pipeline.Reply> producer, boolean endsAtRefusal) {
    this.name = name;
    this.number = number;
    this.producer = producer;
    this.endsAtRefusal = endsAtRefusal;
  }

  /** Why the reading with this position is not taken; null if it is. */
  @Nullable String whyNot(long submitted, int credit) {
    if (ended) {
      return BEHIND_REFUSED;
    }
    if (submitted <= lastPosition) {
      return "position " + submitted + " does not ascend from " + lastPosition;
    }
    return inFlight < credit
        ? null
        : "no credit: ebbmesh.node.pipeline.source-credit = "
            + credit
            + " readings are on their way";
  }

  /** A reading of it is not taken. */
  void refused(long position, String message) {
    ended |= endsAtRefusal;
    producer.tell(new Pipeline.Refused(position, message));
  }
}
