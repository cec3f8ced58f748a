package io.ebbmesh.sim.check;

import java.io.IOException;
import java.time.Duration;
import java.util.Locale;

/** The scenario, on either ground. */
final class AgreementRun {

  private static final Duration START_LIMIT = Duration.ofSeconds(90);
  private static final Duration LATE_LIMIT = Duration.ofSeconds(30);

  /** As often as the real store can be looked into without being in the way. */
  private static final Duration LOOK = Duration.ofMillis(50);

  private final AgreementPlan plan;
  private final AgreementGround ground;
  private final long delivered;

  /**
   * @param insights that the hub did not hold when the link was mended
   * @param drainSeconds from the mend to the moment at which the hub held all
   * @param blocks that brought them
   * @param bytes that went up meanwhile
   */
  record Drain(long insights, long blocks, double drainSeconds, long bytes) {}

  /**
   * @param delivered insights that the hub holds before the link is cut
   */
  AgreementRun(AgreementPlan plan, AgreementGround ground, long delivered) {
    this.plan = plan;
    this.ground = ground;
    this.delivered = delivered;
  }

  Drain run() throws Exception {
    ground.start();
    until("the hub holds the first insights", START_LIMIT, () -> ground.stored() >= delivered);
    ground.cut();
    final long cut = ground.nanos();
    ground.pass(plan.outage());
    until("all readings are accepted", LATE_LIMIT, () -> ground.accepted() >= plan.readings());
    final long insights = plan.readings() - ground.stored();
    final long blocks = ground.blocks();
    final long bytes = ground.bytesUp();
    final long mended = ground.nanos();
    ground.mend();
    until("the backlog is drained", drainLimit(), () -> ground.stored() >= plan.readings());
    double seconds = (ground.nanos() - mended) / 1e9;
    System.out.printf(
        Locale.ROOT,
        "  cut for %.0f s, %,d insights drained in %.1f s%n",
        (mended - cut) / 1e9,
        insights,
        seconds);
    return new Drain(insights, ground.blocks() - blocks, seconds, ground.bytesUp() - bytes);
  }

  /** Twice what a kilobyte for each insight takes, and the time to connect. */
  private Duration drainLimit() {
    double seconds = 2 * 8_000.0 * plan.readings() / plan.link().bitsPerSecond();
    return START_LIMIT.plus(Duration.ofSeconds((long) seconds));
  }

  private void until(String what, Duration atMost, Wait.Question question)
      throws IOException, InterruptedException {
    long deadline = ground.nanos() + atMost.toNanos();
    while (!question.isSo()) {
      if (ground.nanos() > deadline) {
        throw new IOException("not within " + atMost.toSeconds() + " s: " + what);
      }
      ground.pass(LOOK);
    }
  }
}
