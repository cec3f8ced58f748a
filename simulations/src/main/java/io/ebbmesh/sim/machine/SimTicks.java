package io.ebbmesh.sim.machine;

import io.ebbmesh.sim.world.World;
import io.ebbmesh.sync.clock.Ticks;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What the operating system of a simulated machine says about time. */
final class SimTicks implements Ticks {

  private static final long NANOS_PER_MILLI = 1_000_000L;

  private final World world;
  private final long epochMillis;
  private long bootedNanos;
  private @Nullable UUID bootId;
  private long wallErrorMillis;

  /**
   * @param epochMillis the true time at which the world began, milliseconds since 1970
   */
  SimTicks(World world, long epochMillis) {
    this.world = world;
    this.epochMillis = epochMillis;
  }

  /** The machine starts: its monotonic clock begins anew. */
  void boot(UUID id) {
    bootId = id;
    bootedNanos = world.nowNanos();
  }

  long trueMillis() {
    return epochMillis + world.nowNanos() / NANOS_PER_MILLI;
  }

  /** The real-time clock shows this from now on. */
  void setWall(long millis) {
    wallErrorMillis = millis - trueMillis();
  }

  void stepWall(long millis) {
    wallErrorMillis += millis;
  }

  @Override
  public long monotonicNanos() {
    return world.nowNanos() - bootedNanos;
  }

  @Override
  public long wallMillis() {
    return trueMillis() + wallErrorMillis;
  }

  @Override
  public @Nullable UUID kernelBootId() {
    return bootId;
  }

  @Override
  public long uptimeNanos() {
    return monotonicNanos();
  }
}
