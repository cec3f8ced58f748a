package io.ebbmesh.sim.check;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.ebbmesh.node.cli.UserErrorException;
import io.ebbmesh.sim.process.LinkShape;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Runs one outage twice, simulated and with real processes, and compares the drains. */
@Command(
    name = "agreement",
    mixinStandardHelpOptions = true,
    description = {
      "Cuts the link of a node, mends it, and measures how long the hub takes to hold everything"
          + " that was accepted meanwhile: once in the simulator, once with real processes through"
          + " a proxy with the same rate and delay. Exit code 0 only if the two agree.",
      "Both replay the same readings; the simulated disks are as fast as the real one. The first"
          + " dial after the mend is counted in, with a backoff of at most 250 ms on both sides."
    },
    footer = {
      "",
      "Examples:",
      "  ebbmesh bench agreement --json agreement.json",
      "  ebbmesh bench agreement --outage 60 --rate-mbit 0.5 --per-second 100"
    })
public final class AgreementBench implements Callable<Integer> {

  private static final int MIN_OUTAGE = 3;
  private static final int MAX_OUTAGE = 86_400;
  private static final int MAX_PER_SECOND = 1_000;

  @Option(names = "--outage", defaultValue = "600", description = "Seconds without a link.")
  private int outage;

  @Option(
      names = "--rate-mbit",
      defaultValue = "1",
      description = "Megabits a second of the link, in each direction.")
  private double rateMbit;

  @Option(names = "--rtt-ms", defaultValue = "40", description = "Round trip in milliseconds.")
  private int roundTripMillis;

  @Option(names = "--per-second", defaultValue = "30", description = "Readings a second.")
  private int perSecond;

  @Option(
      names = "--tolerance",
      defaultValue = "0.15",
      description = "How far apart the drain times may be.")
  private double tolerance;

  @Option(names = "--dir", description = "Directory for the run (default: a temporary one).")
  private @Nullable Path dir;

  @Option(names = "--json", description = "Write the report to this file.")
  private @Nullable Path json;

  @Override
  public Integer call() throws Exception {
    AgreementPlan plan = plan();
    // What the simulated programs log is neither about this machine nor about its time.
    ((Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME)).setLevel(Level.OFF);
    return Children.judge(
        dir,
        "agreement",
        json,
        children -> run(plan, children),
        AgreementBench::print,
        AgreementReport::agree);
  }

  private AgreementPlan plan() {
    if (outage < MIN_OUTAGE || outage > MAX_OUTAGE) {
      throw new UserErrorException(
          "--outage must be " + MIN_OUTAGE + " to " + MAX_OUTAGE + " seconds");
    }
    if (perSecond < 1 || perSecond > MAX_PER_SECOND || roundTripMillis < 0) {
      throw new UserErrorException(
          "--per-second must be 1 to " + MAX_PER_SECOND + ", --rtt-ms 0 or more");
    }
    if (!(rateMbit > 0) || !(tolerance > 0)) {
      throw new UserErrorException("--rate-mbit and --tolerance must be above 0");
    }
    LinkShape link = new LinkShape(rateMbit * 1e6, Duration.ofMillis(roundTripMillis).dividedBy(2));
    return new AgreementPlan(Duration.ofSeconds(outage), link, perSecond);
  }

  private AgreementReport run(AgreementPlan plan, Children children) throws Exception {
    Path root = children.deployment().root();
    Path csv = root.resolve("readings.csv");
    plan.write(csv);
    long syncNanos = DiskSync.medianNanos(root);
    System.out.println("real:");
    AgreementRun.Drain real;
    try (RealGround ground = new RealGround(children, plan, csv)) {
      real = new AgreementRun(plan, ground, plan.warm()).run();
    }
    System.out.println("simulated:");
    try (SimulatedGround ground =
        new SimulatedGround(plan, syncNanos, csv, root.resolve("simulated.source.log"))) {
      // A busy machine cuts a little late; the simulated link is cut as late.
      long delivered = plan.readings() - real.insights();
      AgreementRun.Drain simulated = new AgreementRun(plan, ground, delivered).run();
      return AgreementReport.of(plan, simulated, real, tolerance, syncNanos);
    }
  }

  private static void print(AgreementReport report) {
    System.out.println(
        String.format(
            Locale.ROOT,
            "%,d insights after %.0f s without a link of %.1f Mbit/s: drained in %.1f s"
                + " (%,d blocks, %,d bytes), simulated in %.1f s (%,d blocks, %,d bytes); ratio %.3f, may be off by %.0f %%",
            report.insights(),
            report.outageSeconds(),
            report.rateMbit(),
            report.realDrainSeconds(),
            report.blocksReal(),
            report.bytesReal(),
            report.simulatedDrainSeconds(),
            report.blocksSimulated(),
            report.bytesSimulated(),
            report.ratio(),
            100 * report.tolerance()));
  }
}
