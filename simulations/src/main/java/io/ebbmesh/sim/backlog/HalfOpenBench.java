package io.ebbmesh.sim.backlog;

import io.ebbmesh.node.cli.UserErrorException;
import io.ebbmesh.sim.check.Children;
import io.ebbmesh.sim.process.EmulatedLink;
import io.ebbmesh.sim.process.PacketShape;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Lets the link of a node fall silent. */
@Command(
    name = "half-open",
    mixinStandardHelpOptions = true,
    description = {
      "Lets all packets between a node and its hub vanish, without a word to either, while the node"
          + " makes insights and again while it is idle; measures when each noticed, and how soon"
          + " after the link is good again there is a session and the hub has everything. Needs"
          + " root.",
      "Exit code 0 only if each noticed within the liveness deadline and 5 s (45 s by the"
          + " program's own settings), and the hub has every insight once."
    },
    footer = {"", "Example:", "  ebbmesh bench half-open --json half-open.json"})
public final class HalfOpenBench implements Callable<Integer> {

  private static final double RATE_MBIT = 10;
  private static final Duration ROUND_TRIP = Duration.ofMillis(50);
  private static final int MAX_LIVENESS = 3_600;
  private static final double MAX_PER_SECOND = 10_000;

  @Option(
      names = "--liveness",
      description = "Seconds after which a silent session is given up (default: the program's).")
  private @Nullable Integer livenessSeconds;

  @Option(names = "--per-second", defaultValue = "20", description = "Insights made a second.")
  private double perSecond;

  @Option(names = "--dir", description = "Directory for the run (default: a temporary one).")
  private @Nullable Path dir;

  @Option(names = "--json", description = "Write the report to this file.")
  private @Nullable Path json;

  @Override
  public Integer call() throws Exception {
    Integer seconds = livenessSeconds;
    if (seconds != null && (seconds < 1 || seconds > MAX_LIVENESS)) {
      throw new UserErrorException("--liveness must be 1 to " + MAX_LIVENESS + " seconds");
    }
    if (!(perSecond > 0) || perSecond > MAX_PER_SECOND) {
      throw new UserErrorException("--per-second must be above 0, at most 10000");
    }
    String missing = EmulatedLink.unavailable();
    if (!missing.isEmpty()) {
      throw new UserErrorException(missing);
    }
    Duration liveness = seconds == null ? HalfOpenRun.usualLiveness() : Duration.ofSeconds(seconds);
    return Children.judge(
        dir,
        "half-open",
        json,
        children -> run(children, liveness),
        HalfOpenBench::print,
        HalfOpenReport::holds);
  }

  private HalfOpenReport run(Children children, Duration liveness) throws Exception {
    NamespaceLink link = NamespaceLink.create(PacketShape.of(RATE_MBIT, ROUND_TRIP, 0));
    try (Ground ground = new Ground(children, link)) {
      return new HalfOpenRun(liveness, perSecond).run(ground, link);
    }
  }

  private static void print(HalfOpenReport report) {
    print("with traffic", report.busy(), report.limitSeconds());
    print("idle", report.idle(), report.limitSeconds());
    System.out.println(report.books().text());
  }

  private static void print(String when, HalfOpenReport.Silence silence, double limit) {
    System.out.println(
        String.format(
            Locale.ROOT,
            "%s: noticed by the node after %.2f s, by the hub after %.2f s (limit %.0f s); link"
                + " good again after %.1f s: session %.2f s later, hub has everything %.2f s later",
            when,
            silence.node(),
            silence.hub(),
            limit,
            silence.lasted(),
            silence.connected(),
            silence.drained()));
  }
}
