package io.ebbmesh.sim.world;

import com.typesafe.config.Config;
import java.util.concurrent.ThreadFactory;
import org.apache.pekko.actor.AbstractScheduler;
import org.apache.pekko.actor.Cancellable;
import org.apache.pekko.event.LoggingAdapter;
import org.jspecify.annotations.Nullable;
import scala.concurrent.ExecutionContext;
import scala.concurrent.duration.FiniteDuration;

/**
 * Pekko's scheduler on the world's clock; made by Pekko, by name. What is due runs at once rather
 * than through its executor: both are the world's thread.
 */
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
    return new Repeating(interval.toNanos(), runnable, initialDelay.toNanos());
  }

  @Override
  public Cancellable scheduleOnce(
      FiniteDuration delay, Runnable runnable, ExecutionContext executor) {
    return process.world().schedule(process, delay.toNanos(), runnable);
  }

  @Override
  public double maxFrequency() {
    return MAX_FREQUENCY_HERTZ;
  }

  private final class Repeating implements Cancellable {

    private final long intervalNanos;
    private final Runnable runnable;
    private @Nullable Cancellable next;

    Repeating(long intervalNanos, Runnable runnable, long delayNanos) {
      this.intervalNanos = intervalNanos;
      this.runnable = runnable;
      next = process.world().schedule(process, delayNanos, this::ring);
    }

    private void ring() {
      next = process.world().schedule(process, intervalNanos, this::ring);
      runnable.run();
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
