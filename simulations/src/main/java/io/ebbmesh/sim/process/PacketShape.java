package io.ebbmesh.sim.process;

import java.time.Duration;

/**
 * A bad link at packet level, the same in both directions.
 *
 * @param megabitsPerSecond of IP packets with their headers; above 0
 * @param roundTrip of an empty link
 * @param loss part of the packets that is lost, each on its own, 0 to 1
 * @param queue longest wait before the narrow part; what would wait longer is dropped
 * @param seed of the losses
 */
public record PacketShape(
    double megabitsPerSecond, Duration roundTrip, double loss, Duration queue, long seed) {

  private static final Duration USUAL_QUEUE = Duration.ofMillis(200);

  public PacketShape {
    if (!(megabitsPerSecond > 0)) {
      throw new IllegalArgumentException(
          "a link's rate must be above 0, not " + megabitsPerSecond + " Mbit/s");
    }
    if (roundTrip.isNegative() || queue.isNegative()) {
      throw new IllegalArgumentException(
          "a link's round trip and queue must be at least 0, not " + roundTrip + " and " + queue);
    }
    if (!(loss >= 0 && loss <= 1)) {
      throw new IllegalArgumentException("a link's loss must be 0 to 1, not " + loss);
    }
  }

  /** With a queue of 200 ms, as routers at the edge have. */
  public static PacketShape of(double megabitsPerSecond, Duration roundTrip, double loss) {
    return new PacketShape(megabitsPerSecond, roundTrip, loss, USUAL_QUEUE, 1);
  }

  long oneWayNanos() {
    return roundTrip.toNanos() / 2;
  }

  double nanosPerByte() {
    return 8_000 / megabitsPerSecond;
  }
}
