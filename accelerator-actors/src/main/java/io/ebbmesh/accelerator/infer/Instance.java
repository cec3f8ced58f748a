package io.ebbmesh.accelerator.infer;

import java.util.List;
import java.util.function.Function;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * One session of a release and what it is doing.
 *
 * <pre>
 * state   | event                    | next
 * OPENING | opened                   | IDLE
 * OPENING | failed                   | WAITING, for twice as long as the last time
 * IDLE    | given a batch            | RUNNING
 * RUNNING | given a batch            | RUNNING, with that batch ahead
 * RUNNING | finished, a batch ahead  | RUNNING that one
 * RUNNING | finished, none ahead     | IDLE
 * IDLE    | failed: its worker died  | WAITING
 * RUNNING | failed                   | WAITING; the batch ahead goes back to the queue
 * WAITING | reopening                | OPENING
 * any     | retired                  | RETIRED: the worker ends after what it was given
 * RETIRED | anything                 | RETIRED
 * </pre>
 *
 * A run that finished makes the next failure wait for the shortest time again.
 */
final class Instance {

  enum State {
    OPENING,
    IDLE,
    RUNNING,
    WAITING,
    RETIRED
  }

  private final Generation generation;
  private final int number;
  private ActorRef<SessionWorker.Command> worker;
  private State state = State.OPENING;
  private int failures;
  private long startedNanos;
  private List<Pending> running = List.of();
  private List<Pending> ahead = List.of();

  /**
   * @param spawn starts the worker; sees only generation and number
   */
  Instance(
      Generation generation,
      int number,
      Function<Instance, ActorRef<SessionWorker.Command>> spawn) {
    this.generation = generation;
    this.number = number;
    this.worker = spawn.apply(this);
  }

  Generation generation() {
    return generation;
  }

  ActorRef<SessionWorker.Command> worker() {
    return worker;
  }

  State state() {
    return state;
  }

  /** When what it runs was begun. */
  long startedNanos() {
    return startedNanos;
  }

  List<Pending> running() {
    return running;
  }

  List<Pending> ahead() {
    return ahead;
  }

  /** Whether it may be given a batch while it runs another. */
  boolean takesAhead() {
    return state == State.RUNNING && ahead.isEmpty();
  }

  void opened() {
    if (state == State.OPENING) {
      state = State.IDLE;
    }
  }

  void given(List<Pending> batch, long nowNanos) {
    if (state == State.IDLE) {
      state = State.RUNNING;
      running = batch;
      startedNanos = nowNanos;
    } else if (takesAhead()) {
      ahead = batch;
    } else {
      throw new IllegalStateException(this + " cannot take a batch");
    }
  }

  void finished(long nowNanos) {
    running = ahead;
    ahead = List.of();
    startedNanos = nowNanos;
    failures = 0;
    if (state == State.RUNNING && running.isEmpty()) {
      state = State.IDLE;
    }
  }

  void failed() {
    running = List.of();
    ahead = List.of();
    if (state != State.RETIRED) {
      state = State.WAITING;
      failures++;
    }
  }

  void reopening(Function<Instance, ActorRef<SessionWorker.Command>> spawn) {
    if (state != State.WAITING) {
      throw new IllegalStateException(this + " is not waiting");
    }
    state = State.OPENING;
    worker = spawn.apply(this);
  }

  void retired() {
    state = State.RETIRED;
  }

  /** How long to wait after the failure that just happened. */
  long backoffNanos(long minNanos, long maxNanos) {
    long backoff = minNanos;
    for (int i = 1; i < failures && backoff < maxNanos; i++) {
      backoff = Math.min(maxNanos, backoff * 2);
    }
    return backoff;
  }

  /** Whether requests given to it can be expected to be answered. */
  boolean works(long nowNanos, long stuckNanos) {
    return state == State.IDLE || (state == State.RUNNING && nowNanos - startedNanos < stuckNanos);
  }

  @Override
  public String toString() {
    return "instance " + number + " of " + generation.release() + " (" + state + ")";
  }
}
