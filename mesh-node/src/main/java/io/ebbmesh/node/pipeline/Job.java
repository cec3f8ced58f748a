package io.ebbmesh.node.pipeline;

import io.ebbmesh.node.detector.Features;
import io.ebbmesh.node.ingress.ReadingOutcome;
import io.ebbmesh.protocol.insight.Insight;
import io.ebbmesh.protocol.reading.Reading;
import io.ebbmesh.protocol.reading.SourcePosition;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;

/**
 * One reading on its way through the pipeline.
 *
 * <pre>
 * state       input                     next
 * LOCAL       decided                   DECIDED
 * LOCAL       failed, or too late       NEIGHBOUR
 * LOCAL,      decided, but no number;   REFUSED, once all before it in its source are decided
 *   NEIGHBOUR input that cannot be
 * NEIGHBOUR   decided                   DECIDED
 * NEIGHBOUR   failed, or too late       WAITING; a single reading past its deadline is given up
 * WAITING     retry delay over          LOCAL;   a single reading past its deadline is given up
 * DECIDED     all before it in its      (offered to the outbox, which answers, see {@link Offers})
 *             source are decided
 * </pre>
 *
 * An answer to an attempt before the current one changes nothing.
 */
final class Job {

  enum State {
    LOCAL,
    NEIGHBOUR,
    WAITING,
    DECIDED,
    REFUSED
  }

  final long id;
  final Reading reading;
  final Features features;
  final @Nullable ActorRef<Pipeline.Reply> producer;
  final @Nullable CompletableFuture<ReadingOutcome> outcome;
  final long giveUpNanos;

  State state = State.LOCAL;
  int attempt;
  long dueNanos;

  /** What the device here said last, and then a neighbour; empty if none did. */
  String localFailure = "";

  String neighbourFailure = "";

  /** Why it is refused for good. */
  String refusal = "";

  @Nullable Insight insight;

  /** What else is made of the reading; durable before its insight is offered. */
  List<Insight> extras = List.of();

  /** Extras that the outbox has not accepted. */
  int openExtras;

  /** It ended before its insight was offered. */
  boolean ended;

  Job(
      long id,
      Reading reading,
      Features features,
      @Nullable ActorRef<Pipeline.Reply> producer,
      @Nullable CompletableFuture<ReadingOutcome> outcome,
      long giveUpNanos) {
    this.id = id;
    this.reading = reading;
    this.features = features;
    this.producer = producer;
    this.outcome = outcome;
    this.giveUpNanos = giveUpNanos;
  }

  static Job ofSource(
      long id, Reading reading, Features features, ActorRef<Pipeline.Reply> producer) {
    return new Job(id, reading, features, producer, null, Long.MAX_VALUE);
  }

  static Job single(
      long id,
      Reading reading,
      Features features,
      CompletableFuture<ReadingOutcome> outcome,
      long giveUpNanos) {
    return new Job(id, reading, features, null, outcome, giveUpNanos);
  }

  /** Whether nothing more is asked about it. */
  boolean isSettled() {
    return state == State.DECIDED || state == State.REFUSED;
  }

  /** Why nobody decides it. */
  String failure() {
    return neighbourFailure.isEmpty()
        ? "the device here: " + localFailure
        : "the device here: " + localFailure + "; neighbours: " + neighbourFailure;
  }

  boolean isSingle() {
    return outcome != null;
  }

  /** Whether the outbox knows a repetition of it. */
  boolean isRepeatable() {
    return reading.source() != null;
  }

  long position() {
    SourcePosition source = reading.source();
    return source == null ? 0 : source.position();
  }

  /** Nanoseconds until a single reading is given up; plenty for a source's. */
  long leftNanos(long now) {
    return isSingle() ? giveUpNanos - now : Long.MAX_VALUE;
  }

  ReadingOutcome.@Nullable Decision decision() {
    return insight == null
        ? null
        : new ReadingOutcome.Decision(insight.kind(), insight.label(), insight.score());
  }
}
