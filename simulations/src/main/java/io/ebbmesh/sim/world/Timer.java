package io.ebbmesh.sim.world;

import org.apache.pekko.actor.Cancellable;
import org.jspecify.annotations.Nullable;

/** Something that happens at a time, unless it is cancelled before. */
public final class Timer implements Cancellable {

  private static final Runnable NOTHING = () -> {};

  private final long atNanos;
  private final @Nullable SimProcess process;
  private Runnable action;
  private boolean over;

  Timer(long atNanos, @Nullable SimProcess process, Runnable action) {
    this.atNanos = atNanos;
    this.process = process;
    this.action = action;
  }

  long atNanos() {
    return atNanos;
  }

  @Nullable SimProcess process() {
    return process;
  }

  Runnable action() {
    return action;
  }

  /** Its time has come. Returns whether it still counts. */
  boolean ring() {
    boolean counts = !over;
    over = true;
    return counts;
  }

  @Override
  public boolean cancel() {
    action = NOTHING;
    return ring();
  }

  @Override
  public boolean isCancelled() {
    return over && action == NOTHING;
  }
}
