package io.ebbmesh.sim.check;

import java.io.IOException;
import java.time.Duration;

/** Looks at real processes until something is so. */
final class Wait {

  private static final long STEP_MILLIS = 50;

  private Wait() {}

  /** Something to look at. */
  interface Question {
    boolean isSo() throws IOException, InterruptedException;
  }

  /**
   * @throws IOException naming what did not come about in time
   */
  static void until(String what, Duration atMost, Question question)
      throws IOException, InterruptedException {
    long deadline = System.nanoTime() + atMost.toNanos();
    while (!question.isSo()) {
      if (System.nanoTime() > deadline) {
        throw new IOException("not within " + atMost.toSeconds() + " s: " + what);
      }
      Thread.sleep(STEP_MILLIS);
    }
  }
}
