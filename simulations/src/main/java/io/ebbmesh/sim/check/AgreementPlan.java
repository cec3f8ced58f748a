package io.ebbmesh.sim.check;

import io.ebbmesh.node.detector.SensorData;
import io.ebbmesh.sim.process.LinkShape;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * What happens on both grounds: a node replays sensor readings at a pace, its link is cut once it
 * has delivered some, and mended when all readings are accepted.
 *
 * @param outage how long the link is cut, at least
 * @param perSecond readings
 */
record AgreementPlan(Duration outage, LinkShape link, int perSecond) {

  /**
   * Short, so that the chance of the dial after the mend is small beside the drain: it is counted
   * in on both grounds.
   */
  static final Duration BACKOFF_CAP = Duration.ofMillis(250);

  /** Readings end this long before the mend, so that both grounds have the same of them. */
  private static final double QUIET_SECONDS = 1;

  private static final double WARM_SECONDS = 1;

  /** Delivered before the cut. */
  int warm() {
    return (int) Math.ceil(WARM_SECONDS * perSecond);
  }

  int readings() {
    return warm() + (int) ((outage.toMillis() / 1e3 - QUIET_SECONDS) * perSecond);
  }

  /** Writes the shipped readings, again from the first when they are at their end. */
  void write(Path csv) throws IOException {
    try (InputStream shipped = SensorData.class.getResourceAsStream("/wsn/multi-hop.csv")) {
      if (shipped == null) {
        throw new IOException("the program was built without its sensor data");
      }
      List<String> lines =
          new BufferedReader(new InputStreamReader(shipped, StandardCharsets.UTF_8))
              .lines()
              .toList();
      try (BufferedWriter out = Files.newBufferedWriter(csv)) {
        out.write(lines.get(0) + "\n");
        for (int i = 0; i < readings(); i++) {
          out.write(lines.get(1 + i % (lines.size() - 1)) + "\n");
        }
      }
    }
  }

  /** Settings of the node, by path. */
  Map<String, Object> nodeSettings(Path csv, Path sourceLog) {
    return Map.of(
        "ebbmesh.node.csv.file",
        csv.toString(),
        "ebbmesh.node.csv.source-log",
        sourceLog.toString(),
        "ebbmesh.node.csv.interval",
        1_000_000_000 / perSecond + " ns",
        "ebbmesh.sync.session.backoff-base",
        BACKOFF_CAP.toMillis() + " ms",
        "ebbmesh.sync.session.backoff-cap",
        BACKOFF_CAP.toMillis() + " ms");
  }
}
