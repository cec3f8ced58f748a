package io.ebbmesh.accelerator.infer;

import java.util.List;
import java.util.function.Function;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * One session of a release and what it is doing.
 *
 * <pre>
 * state    | event                        | next
 * OPENING  | opened                       | IDLE
 * OPENING  | failed                       | WAITING, for twice as long as the last time
 * IDLE     | started                      | RUNNING
 * RUNNING  | finished                     | IDLE; the next failure waits for the shortest time again
 * RUNNING  | failed                       | WAITING
 * IDLE     | failed (its worker died)     | WAITING
 * WAITING  | reopening                    | OPENING
 * OPENING, IDLE, RUNNING, WAITING | retired | RETIRED: its worker ends after what it is doing
 * RETIRED  | anything                     | RETIRED
 * </pre>
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
  private List<Pending> batch = List.of();

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

  void opened() {
    if (state == State.OPENING) {
      state = State.IDLE;
    }
  }

  void started(List<Pending> batch, long nowNanos) {
    if (state != State.IDLE) {
      throw new IllegalStateException(this + " cannot start a batch");
    }
    state = State.RUNNING;
    this.batch = batch;
    startedNanos = nowNanos;
  }

  void finished() {
    batch = List.of();
    if (state == State.RUNNING) {
      state = State.IDLE;
      failures = 0;
    }
  }

  void failed() {
    batch = List.of();
    if (state != State.RETIRED) {
      state = State.WAITING;
      failures++;
    }
  }

  /** What was started and neither finished nor failed. */
  List<Pending> running() {
    return batch;
  }

  void reopening(ActorRef<SessionWorker.Command> newWorker) {
    if (state != State.WAITING) {
      throw new IllegalStateException(this + " is not waiting");
    }
    state = State.OPENING;
    worker = newWorker;
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
