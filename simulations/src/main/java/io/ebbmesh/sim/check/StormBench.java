package io.ebbmesh.sim.check;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.ebbmesh.node.cli.UserErrorException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Lets many nodes come back to a hub at once, and a link flap. */
@Command(
    name = "storm",
    mixinStandardHelpOptions = true,
    description = {
      "Connects many nodes of this process, each by TLS with a certificate of its own, to a hub with"
          + " a heap of 128 MiB, kills the hub and starts it again: the hub holds a block of each"
          + " node, twice. With --flap, a node's link goes up and down for so many seconds: it"
          + " makes progress, dials at most once a second, and neither it nor the hub gathers"
          + " threads, descriptors or memory. Exit code 0 only if so."
    },
    footer = {
      "",
      "Examples:",
      "  ebbmesh bench storm --sessions 2000 --json storm.json",
      "  ebbmesh bench storm --sessions 0 --flap 300"
    })
public final class StormBench implements Callable<Integer> {

  private static final int MAX_SESSIONS = 20_000;
  private static final int MAX_FLAP = 86_400;

  @Option(names = "--sessions", defaultValue = "2000", description = "Nodes; 0 for no such run.")
  private int sessions;

  @Option(names = "--flap", defaultValue = "0", description = "Seconds; 0 for no such run.")
  private int flap;

  @Option(
      names = "--half-period-ms",
      defaultValue = "200",
      description = "The link is up for this long, then down for this long.")
  private int halfPeriodMillis;

  @Option(names = "--dir", description = "Directory for the run (default: a temporary one).")
  private @Nullable Path dir;

  @Option(names = "--json", description = "Write the report to this file.")
  private @Nullable Path json;

  @Override
  public Integer call() throws Exception {
    if (sessions < 0 || sessions > MAX_SESSIONS || flap < 0 || flap > MAX_FLAP) {
      throw new UserErrorException(
          "--sessions must be 0 to " + MAX_SESSIONS + ", --flap 0 to " + MAX_FLAP + " seconds");
    }
    if (halfPeriodMillis < 1 || sessions + flap == 0) {
      throw new UserErrorException(
          "--half-period-ms must be at least 1, and --sessions or --flap above 0");
    }
    // The load's own sessions say when they come and go; so many are no news.
    if (LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME) instanceof Logger logger) {
      logger.setLevel(Level.OFF);
    }
    return Children.judge(dir, "storm", json, this::run, report -> {}, StormReport::holds);
  }

  private StormReport run(Children children) throws Exception {
    boolean holds = true;
    StormReport.Reconnect reconnect = null;
    if (sessions > 0) {
      reconnect = new ReconnectRun(children).run(sessions);
      print(reconnect);
    }
    StormReport.Flap flapped = null;
    if (flap > 0) {
      flapped = new FlapRun(children).run(Duration.ofSeconds(flap), halfPeriodMillis);
      print(flapped);
      holds = FlapRun.holds(flapped);
    }
    return new StormReport(reconnect, flapped, holds);
  }

  private static void print(StormReport.Reconnect run) {
    System.out.println(
        String.format(
            Locale.ROOT,
            "%,d nodes served in %.1f s; again %.1f s after the hub's restart, with %.1f dials a"
                + " node; hub: %s",
            run.sessions(),
            run.firstSeconds(),
            run.againSeconds(),
            run.dialsAgain() / (double) run.sessions(),
            words(run.hub())));
  }

  private static void print(StormReport.Flap run) {
    System.out.println(
        String.format(
            Locale.ROOT,
            "%d ms up and down for %.0f s: %.2f dials a second; %,d readings accepted, %,d stored"
                + " meanwhile, all of them afterwards, %,d twice%n  node before: %s%n  node after:  %s"
                + "%n  hub before:  %s%n  hub after:   %s",
            run.halfPeriodMillis(),
            run.seconds(),
            run.connectionsPerSecond(),
            run.accepted(),
            run.stored(),
            run.repeated(),
            words(run.nodeBefore()),
            words(run.nodeAfter()),
            words(run.hubBefore()),
            words(run.hubAfter())));
  }

  private static String words(Footprint figures) {
    return String.format(
        Locale.ROOT,
        "%d threads, %,d descriptors, %.0f MiB resident (at most %.0f), %.0f MiB of live heap",
        figures.process().threads(),
        figures.process().descriptors(),
        figures.process().residentBytes() / 1048576.0,
        figures.process().peakResidentBytes() / 1048576.0,
        figures.heap().liveBytes() / 1048576.0);
  }
}
