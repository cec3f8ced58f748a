package io.ebbmesh.sim.simulate;

import io.ebbmesh.sim.world.World;

/** Says on the terminal how far a run is, how fast, and when it will be over. */
final class Console implements Progress {

  private static final int SLICES = 2_000;
  private static final long EVERY_NANOS = 1_000_000_000L;
  private static final double NANOS = 1e9;

  @Override
  public void run(World world, long untilNanos) {
    long start = System.nanoTime();
    long said = start;
    for (int slice = 1; slice <= SLICES && !world.halted(); slice++) {
      world.runUntil(untilNanos / SLICES * slice + untilNanos % SLICES * slice / SLICES);
      long now = System.nanoTime();
      if (now - said >= EVERY_NANOS) {
        said = now;
        say(world, untilNanos, now - start);
      }
    }
    if (said != start) {
      System.err.printf("\r%80s\r", "");
    }
  }

  private static void say(World world, long untilNanos, long wallNanos) {
    double done = (double) world.nowNanos() / untilNanos;
    double left = done == 0 ? 0 : wallNanos / NANOS * (1 - done) / done;
    System.err.printf(
        "\r%s of %s, %,.0f times as fast as time, about %.0f s left   ",
        Times.text(world.nowNanos()),
        Times.text(untilNanos),
        world.nowNanos() / (double) wallNanos,
        left);
  }
}
