package io.ebbmesh.sim.world;

import io.ebbmesh.protocol.time.Chance;
import io.ebbmesh.sync.clock.SeededChance;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import scala.Function0;
import scala.concurrent.BlockContext;
import scala.concurrent.BlockContext$;
import scala.concurrent.CanAwait;

/**
 * Runs everything that happens in a simulation, one event after another, on the thread that made
 * it.
 *
 * <p>A task of a process is ready at once; among tasks that are ready together chance picks, as
 * cores and locks would. Timers ring in the order of their time, then of their making. A task that
 * blocks on a device takes virtual time ({@link #spend}): what it does afterwards happens later,
 * and the actor that ran it takes its next message only then.
 */
public final class World {

  /** How far behind the head of the queue a task may be and still be picked. */
  private static final int WINDOW = 4;

  private static final long FNV_OFFSET = 0xcbf29ce484222325L;
  private static final long FNV_PRIME = 0x100000001b3L;

  private final long seed;
  private final Thread thread = Thread.currentThread();
  private final Trace trace;
  private final Chance interleaving;
  private final TaskQueue ready = new TaskQueue();
  private final TimerHeap timers = new TimerHeap();
  private final List<Runnable> afterEach = new ArrayList<>();
  private final BlockContext blocking = new Draining();

  private long nowNanos;
  private long spentNanos;
  private @Nullable SimProcess running;
  private @Nullable Runnable runningTask;
  private long draws;
  private int drawsLeft;
  private boolean halted;
  private volatile @Nullable IllegalStateException intruder;

  /**
   * @param seed equal seeds give equal runs
   */
  public World(long seed, Trace trace) {
    this.seed = seed;
    this.trace = trace;
    this.interleaving = chance("world/interleaving");
  }

  public long seed() {
    return seed;
  }

  /** Virtual nanoseconds since the world began. */
  public long nowNanos() {
    return nowNanos + spentNanos;
  }

  public Trace trace() {
    return trace;
  }

  /** Chance of its own for each name, so that one part more does not change another's luck. */
  public Chance chance(String name) {
    long hash = FNV_OFFSET;
    for (byte each : name.getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ each) * FNV_PRIME;
    }
    return new SeededChance(Trace.mix(seed + Trace.mix(hash)));
  }

  /** Runs {@code check} after every event. */
  public void afterEach(Runnable check) {
    afterEach.add(check);
  }

  /**
   * Lets something happen later; a thing of the world, which no crash of a process undoes.
   *
   * @return cancels it
   */
  public Timer after(long delayNanos, Runnable action) {
    requireOwnThread();
    return timers.add(at(delayNanos), null, action);
  }

  /** Lets something happen at a time of the world, at the earliest now. */
  public Timer at(long timeNanos, Runnable action) {
    return after(timeNanos - nowNanos(), action);
  }

  private long at(long delayNanos) {
    long at = nowNanos() + Math.max(0, delayNanos);
    return at < 0 ? Long.MAX_VALUE : at;
  }

  /**
   * The running task blocks for this long: what it does from here on happens that much later.
   *
   * @throws IllegalStateException if no task of a process is running
   */
  public void spend(long nanos) {
    if (running == null) {
      throw new IllegalStateException("only a task of a process can spend time");
    }
    spentNanos += nanos;
  }

  /** How long the running task has blocked so far. */
  long spentNanos() {
    return spentNanos;
  }

  /** The process whose task is running; null if it is the world itself. */
  public @Nullable SimProcess running() {
    return running;
  }

  /** A task that a process handed to one of its executors. */
  void submit(SimProcess process, Runnable task) {
    requireOwnThread();
    if (!process.alive()) {
      return;
    }
    long free = process.busyUntil(task);
    if (spentNanos > 0 || free > nowNanos) {
      timers.add(Math.max(nowNanos(), free), process, task);
    } else {
      ready.add(process, task);
    }
  }

  /** A timer that a process set. */
  Timer schedule(SimProcess process, long delayNanos, Runnable action) {
    requireOwnThread();
    return timers.add(at(delayNanos), process, action);
  }

  /** Pekko swallows what an executor throws; so the world remembers it, and stops. */
  private void requireOwnThread() {
    if (Thread.currentThread() != thread) {
      IllegalStateException found =
          new IllegalStateException(
              "thread '"
                  + Thread.currentThread().getName()
                  + "' acts in a simulation: what is simulated must not use threads of its own");
      intruder = found;
      throw found;
    }
  }

  /** Runs until nothing is left to do before {@code untilNanos}, or someone halts the world. */
  public void runUntil(long untilNanos) {
    requireOwnThread();
    BlockContext$.MODULE$.withBlockContext(
        blocking,
        () -> {
          loop(untilNanos);
          return null;
        });
  }

  /** The present event is the last one. */
  public void halt() {
    halted = true;
  }

  public boolean halted() {
    return halted;
  }

  private void loop(long untilNanos) {
    while (!halted) {
      if (intruder != null) {
        throw intruder;
      }
      if (!ready.isEmpty()) {
        ready.take(pick());
        run(ready.takenProcess(), ready.takenTask());
        continue;
      }
      Timer next = timers.peek();
      if (next == null || next.atNanos() > untilNanos) {
        nowNanos = Math.max(nowNanos, untilNanos);
        return;
      }
      timers.remove();
      nowNanos = next.atNanos();
      if (next.ring()) {
        run(next.process(), next.action());
      }
    }
  }

  /** Index in the queue; two bits of chance for each task. */
  private int pick() {
    int size = ready.size();
    if (size == 1) {
      return 0;
    }
    if (drawsLeft == 0) {
      draws = interleaving.nextLong();
      drawsLeft = Long.SIZE / 2;
    }
    int draw = (int) (draws & (WINDOW - 1));
    draws >>>= 2;
    drawsLeft--;
    return draw < size ? draw : 0;
  }

  private void run(@Nullable SimProcess process, Runnable task) {
    if (process != null && !process.alive()) {
      return;
    }
    trace.step(nowNanos, process == null ? 0 : process.number());
    running = process;
    runningTask = task;
    try {
      task.run();
    } catch (RuntimeException e) {
      // A process that was killed in the middle of a task unwinds somehow.
      if (process == null || process.alive()) {
        throw e;
      }
    } finally {
      if (spentNanos > 0 && process != null) {
        process.busy(task, nowNanos + spentNanos, nowNanos);
      }
      spentNanos = 0;
      running = null;
      runningTask = null;
    }
    for (int i = 0; i < afterEach.size(); i++) {
      afterEach.get(i).run();
    }
  }

  /**
   * Runs an actor system's start, which waits for actors of its own: meanwhile its tasks run.
   *
   * @param process that starts
   */
  <T> T starting(SimProcess process, Function0<T> start) {
    SimProcess outer = running;
    running = process;
    try {
      return BlockContext$.MODULE$.withBlockContext(blocking, start);
    } finally {
      running = outer;
    }
  }

  /** A thread that would block runs what its own process has ready instead. */
  private final class Draining implements BlockContext {

    @Override
    public <T> T blockOn(Function0<T> thunk, CanAwait permission) {
      SimProcess waiting = running;
      Runnable task = runningTask;
      if (waiting != null) {
        while (ready.takeOf(waiting)) {
          trace.step(nowNanos, waiting.number());
          ready.takenTask().run();
        }
        runningTask = task;
      }
      return thunk.apply();
    }
  }
}
