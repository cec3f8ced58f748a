package io.ebbmesh.sim.backlog;

import io.ebbmesh.node.cli.UserErrorException;
import io.ebbmesh.sim.process.EmulatedLink;
import io.ebbmesh.sim.process.PacketShape;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The link of a run: loopback, or an emulated one. */
final class LinkOptions {

  private static final double MAX_RATE_MBIT = 1_000;
  private static final int MAX_ROUND_TRIP_MILLIS = 2_000;
  private static final double MAX_LOSS = 50;
  private static final double PERCENT = 100;

  @Option(
      names = "--rate-mbit",
      description = {
        "Megabits a second, in each direction, of a link between two network namespaces (root)."
            + " Without it node and hub are on loopback."
      })
  private @Nullable Double rateMbit;

  @Option(names = "--rtt-ms", defaultValue = "100", description = "Its round trip.")
  private int roundTripMillis;

  @Option(names = "--loss", defaultValue = "0", description = "Its lost packets, in percent.")
  private double lossPercent;

  /** Bad values and what is missing on this machine. */
  void check() {
    if (rateMbit == null) {
      return;
    }
    if (!(rateMbit > 0)
        || rateMbit > MAX_RATE_MBIT
        || !(lossPercent >= 0)
        || lossPercent > MAX_LOSS) {
      throw new UserErrorException("--rate-mbit must be above 0, at most 1000; --loss 0 to 50");
    }
    if (roundTripMillis < 0 || roundTripMillis > MAX_ROUND_TRIP_MILLIS) {
      throw new UserErrorException("--rtt-ms must be 0 to " + MAX_ROUND_TRIP_MILLIS);
    }
    String missing = EmulatedLink.unavailable();
    if (!missing.isEmpty()) {
      throw new UserErrorException(missing);
    }
  }

  RunLink create() throws IOException, InterruptedException {
    return rateMbit == null
        ? LoopbackLink.create()
        : NamespaceLink.create(
            PacketShape.of(rateMbit, Duration.ofMillis(roundTripMillis), lossPercent / PERCENT));
  }

  /**
   * How the link was used.
   *
   * @param blockBytes that the hub stored
   * @param bytesUp everything that went up
   * @return null on loopback
   */
  @Nullable LinkFigures figures(long blockBytes, long bytesUp, double seconds) {
    if (rateMbit == null) {
      return null;
    }
    double carries = rateMbit * 1e6 / Byte.SIZE * seconds;
    return new LinkFigures(
        rateMbit, roundTripMillis, lossPercent, blockBytes / carries, bytesUp / carries);
  }
}
