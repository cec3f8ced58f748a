package io.ebbmesh.sim.demo;

import io.ebbmesh.node.cli.ExitCode;
import io.ebbmesh.node.cli.Subcommand;
import io.ebbmesh.node.cli.UserErrorException;
import io.ebbmesh.node.detector.LabelledReading;
import io.ebbmesh.node.detector.SensorData;
import io.ebbmesh.sim.report.JsonFile;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Shows the whole on one machine, and holds it to its promise. */
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    description = {
      "One hub and three nodes on this machine: the hub trains a detector and delivers it, the"
          + " nodes replay sensor data, the link fails, a node is killed, the link returns, and"
          + " the books of what was produced and what arrived are checked."
    },
    footer = {
      "",
      "Examples:",
      "  ebbmesh demo",
      "  ebbmesh demo --outage 30 --speed 500 --json demo.json",
      "  ebbmesh demo --keep /tmp/ebbmesh-demo    settings, logs and stores stay there",
      "",
      "Exit code 0 only if the books balance, the killed node came back, and nodes decided",
      "while the link was cut, one of them through its neighbours."
    })
public final class DemoCommand implements Callable<Integer>, Subcommand {

  private static final double MIN_SPEED = 10;
  private static final double MAX_SPEED = 5_000;
  private static final int MAX_OUTAGE_SECONDS = 3_600;

  @Option(
      names = "--speed",
      defaultValue = "1200",
      description = "How much faster than real time the readings are replayed, 10 to 5000.")
  private double speed;

  @Option(
      names = "--outage",
      defaultValue = "10",
      description = "Seconds for which the link is cut, 1 to 3600.")
  private int outage;

  @Option(
      names = "--keep",
      paramLabel = "DIR",
      description = "New or empty folder that keeps settings, logs and stores.")
  private @Nullable Path keep;

  @Option(names = "--json", paramLabel = "FILE", description = "Write the report to this file.")
  private @Nullable Path json;

  /** Found by the service loader. */
  public DemoCommand() {}

  @Override
  public Object command() {
    return this;
  }

  @Override
  public Integer call() throws Exception {
    check();
    long startNanos = System.nanoTime();
    PrintStream out = System.out;
    List<LabelledReading> readings = SensorData.shipped();
    Map<DemoNode, Share> shares = new LinkedHashMap<>();
    DemoNode.ALL.forEach(node -> shares.put(node, Share.of(node, readings)));
    DemoFolder folder = DemoFolder.open(keep);
    out.println("one hub and three nodes in " + folder.path());
    Fleet fleet = null;
    try {
      fleet = Fleet.start(folder.path(), speed, shares);
      folder.endOnExit(fleet);
      DemoRun.Outcome outcome =
          new DemoRun(fleet, readings, shares, speed, Duration.ofSeconds(outage), out, startNanos)
              .run();
      out.print(DemoTable.of(outcome.report(), outcome.evaluation()));
      JsonFile.write(json, outcome.report());
      return conclude(outcome.report(), folder, out);
    } catch (IOException e) {
      if (!folder.keepUnlessEnding()) {
        out.println(
            "the demo was ended by a signal; "
                + (folder.isKept() ? "it is kept in " + folder.path() : "nothing of it is kept"));
        return ExitCode.FAILED;
      }
      out.println("the demo could not be finished: " + e.getMessage());
      folder.printLogTails(out);
      return ExitCode.FAILED;
    } finally {
      if (fleet != null) {
        fleet.close();
      }
      folder.close();
    }
  }

  private void check() {
    if (!(speed >= MIN_SPEED && speed <= MAX_SPEED)) {
      throw new UserErrorException(
          String.format(
              Locale.ROOT,
              "--speed must be %.0f to %.0f times real time, not %s",
              MIN_SPEED,
              MAX_SPEED,
              speed));
    }
    if (outage < 1 || outage > MAX_OUTAGE_SECONDS) {
      throw new UserErrorException(
          "--outage must be 1 to " + MAX_OUTAGE_SECONDS + " seconds, not " + outage);
    }
    JsonFile.requireWritable(json);
  }

  private static int conclude(DemoReport report, DemoFolder folder, PrintStream out)
      throws IOException {
    List<String> problems = report.problems();
    if (problems.isEmpty()) {
      out.printf(
          Locale.ROOT,
          "the books balance: nothing lost, nothing twice, in order (%.0f s)%n",
          report.seconds());
      return ExitCode.OK;
    }
    folder.keep();
    problems.forEach(problem -> out.println("PROBLEM: " + problem));
    folder.printLogTails(out);
    return ExitCode.FAILED;
  }
}
