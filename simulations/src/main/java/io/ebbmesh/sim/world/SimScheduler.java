package io.ebbmesh.sim.world;

import com.typesafe.config.Config;
import java.util.concurrent.ThreadFactory;
import org.apache.pekko.actor.AbstractScheduler;
import org.apache.pekko.actor.Cancellable;
import org.apache.pekko.event.LoggingAdapter;
import org.jspecify.annotations.Nullable;
import scala.concurrent.ExecutionContext;
import scala.concurrent.duration.FiniteDuration;

/** Pekko's scheduler on the world's clock; made by Pekko, by name. */
public final class SimScheduler extends AbstractScheduler {

  private static final double MAX_FREQUENCY_HERTZ = 1e9;

  private final SimProcess process = SimProcess.current();

  /** As Pekko calls it. */
  public SimScheduler(Config config, LoggingAdapter log, ThreadFactory threads) {}

  @Override
  public Cancellable schedule(
      FiniteDuration initialDelay,
      FiniteDuration interval,
      Runnable runnable,
      ExecutionContext executor) {
    return new Repeating(interval.toNanos(), runnable, executor, initialDelay.toNanos());
  }

  @Override
  public Cancellable scheduleOnce(
      FiniteDuration delay, Runnable runnable, ExecutionContext executor) {
    return process.world().schedule(process, delay.toNanos(), () -> executor.execute(runnable));
  }

  @Override
  public double maxFrequency() {
    return MAX_FREQUENCY_HERTZ;
  }

  private final class Repeating implements Cancellable {

    private final long intervalNanos;
    private final Runnable runnable;
    private final ExecutionContext executor;
    private @Nullable Cancellable next;

    Repeating(long intervalNanos, Runnable runnable, ExecutionContext executor, long delayNanos) {
      this.intervalNanos = intervalNanos;
      this.runnable = runnable;
      this.executor = executor;
      next = process.world().schedule(process, delayNanos, this::ring);
    }

    private void ring() {
      next = process.world().schedule(process, intervalNanos, this::ring);
      executor.execute(runnable);
    }

    @Override
    public boolean cancel() {
      boolean running = next != null && next.cancel();
      next = null;
      return running;
    }

    @Override
    public boolean isCancelled() {
      return next == null;
    }
  }
}
