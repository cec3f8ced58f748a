package io.ebbmesh.sim.machine;

import io.ebbmesh.accelerator.device.DeviceException;
import io.ebbmesh.sim.world.World;
import org.jspecify.annotations.Nullable;

/**
 * How an accelerator does: hot, hanging, broken or about to take its process with it. Used by the
 * world's thread.
 */
public final class DeviceHealth {

  private final World world;
  private final long inferenceNanos;
  private final Runnable crash;
  private double slowness = 1;
  private long hangsUntilNanos;
  private boolean broken;
  private @Nullable Runnable crashed;

  /**
   * @param inferenceNanos what one inference takes while the device is well
   * @param crash ends the process
   */
  DeviceHealth(World world, long inferenceNanos, Runnable crash) {
    this.world = world;
    this.inferenceNanos = inferenceNanos;
    this.crash = crash;
  }

  /** Every inference takes this many times as long, as with a processor that is too hot. */
  public void slowDown(double factor) {
    slowness = factor;
  }

  /** What runs or begins to run before then does not return earlier. */
  public void hang(long nanos) {
    hangsUntilNanos = world.nowNanos() + nanos;
  }

  /** Fails from now on, or works again. */
  public void breakDown(boolean now) {
    broken = now;
  }

  /**
   * The next inference crashes the process, as a native library can.
   *
   * @param then runs after that
   */
  public void crashNext(Runnable then) {
    crashed = then;
  }

  void open() throws DeviceException {
    fail();
    spend(inferenceNanos);
  }

  void run(int items) throws DeviceException {
    fail();
    spend((long) (inferenceNanos * items * slowness));
  }

  private void fail() throws DeviceException {
    Runnable then = crashed;
    if (then != null) {
      crashed = null;
      crash.run();
      then.run();
    }
    if (broken) {
      throw new DeviceException(DeviceException.Reason.FAILED, "the device does not answer");
    }
  }

  private void spend(long nanos) {
    long hang = Math.max(0, hangsUntilNanos - world.nowNanos());
    if (hang + nanos > 0) {
      world.spend(hang + nanos);
    }
  }
}
