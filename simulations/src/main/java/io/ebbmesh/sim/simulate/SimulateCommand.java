package io.ebbmesh.sim.simulate;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import io.ebbmesh.node.cli.ExitCode;
import io.ebbmesh.node.cli.Subcommand;
import io.ebbmesh.node.cli.UserErrorException;
import io.ebbmesh.sim.machine.PlantedBug;
import io.ebbmesh.sim.report.JsonFile;
import io.ebbmesh.sim.scenario.ScenarioException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Runs scenarios in virtual time. */
@Command(
    name = "simulate",
    mixinStandardHelpOptions = true,
    description = {
      "Runs the real actors of a hub and its nodes on one thread in virtual time, with the links,"
          + " load and faults of a scenario. The same seed gives the same run. Exit code 0 only if"
          + " every promise and every expectation held."
    },
    footer = {
      "",
      "Scenarios: residential-gateways, industrial-site, ship-on-satellite, bus-fleet,",
      "           rewound-disk, cloned-node, clock-from-1970, flapping, reconnect-storm,",
      "           or a file (see docs/scenarios.md)",
      "",
      "Examples:",
      "  ebbmesh simulate industrial-site --seed 7 --json run.json --report report",
      "  ebbmesh simulate residential-gateways --nodes 200 --seed 1",
      "  ebbmesh simulate flapping --seeds 1..1000 --jobs 2"
    })
public final class SimulateCommand implements Subcommand, Callable<Integer> {

  private static final int MAX_JOBS = 256;

  @Parameters(paramLabel = "SCENARIO", description = "A shipped scenario or a file.")
  private String scenario = "";

  @Option(names = "--seed", defaultValue = "1", description = "Decides all chance.")
  private long seed;

  @Option(names = "--seeds", paramLabel = "A..B", description = "Runs all of these, one by one.")
  private @Nullable String seeds;

  @Option(
      names = "--until",
      paramLabel = "T",
      description = "Ends the run at this time, such as 2h; nothing is expected of its end then.")
  private @Nullable String until;

  @Option(names = "--nodes", description = "Scales all groups to about this many nodes.")
  private int nodes;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "Sets a key of the scenario, such as nodes.ship.link.trace=FILE.")
  private List<String> sets = new ArrayList<>();

  @Option(
      names = "--without-faults",
      split = ",",
      paramLabel = "N",
      description = "Leaves out faults by their number in the scenario, from 1.")
  private List<Integer> withoutFaults = new ArrayList<>();

  @Option(names = "--json", paramLabel = "FILE", description = "Write the figures to this file.")
  private @Nullable Path json;

  @Option(names = "--report", paramLabel = "DIR", description = "Write an HTML page for each run.")
  private @Nullable Path report;

  @Option(names = "--trace", paramLabel = "FILE", description = "Write every event to this file.")
  private @Nullable Path trace;

  @Option(names = "--shrink", description = "Look for a smaller run that fails, too.")
  private boolean shrink;

  @Option(
      names = "--jobs",
      defaultValue = "1",
      description = "Runs of --seeds that run at once, each on a thread of its own.")
  private int jobs;

  @Option(
      names = "--plant",
      paramLabel = "BUG",
      description = "Give the simulated disk, wire or store a bug, to see that it is found.")
  private @Nullable String plant;

  /** What of the programs' own log is shown. */
  private enum Log {
    OFF,
    ERROR,
    WARN,
    INFO
  }

  @Option(
      names = "--log",
      defaultValue = "OFF",
      description = "Show the log of all nodes and the hub: ${COMPLETION-CANDIDATES}.")
  private Log log = Log.OFF;

  /** Found by the service loader. */
  public SimulateCommand() {}

  @Override
  public Object command() {
    return this;
  }

  @Override
  public Integer call() {
    check();
    // Thousands of nodes say what a single one would say; a run is read from its trace and report.
    ((LoggerContext) LoggerFactory.getILoggerFactory())
        .getLoggerList()
        .forEach(logger -> logger.setLevel(Level.toLevel(log.name())));
    try {
      simulation(seed).scenario();
    } catch (ScenarioException e) {
      throw new UserErrorException(String.valueOf(e.getMessage()), e);
    }
    try {
      return seeds == null ? one() : many(seeds);
    } catch (OutOfMemoryError e) {
      throw new UserErrorException(
          "the heap of "
              + (Runtime.getRuntime().maxMemory() >> 20)
              + " MiB is full; a node takes about 0.3 MiB: simulate fewer with --nodes, or give more"
              + " with EBBMESH_JAVA_OPTS=-Xmx5g",
          e);
    }
  }

  private void check() {
    JsonFile.requireWritable(json);
    JsonFile.requireWritable(trace);
    if (jobs < 1 || jobs > MAX_JOBS) {
      throw new UserErrorException("--jobs must be 1 to " + MAX_JOBS);
    }
    if (nodes < 0) {
      throw new UserErrorException("--nodes must be at least 1");
    }
    if (seeds != null && (trace != null || shrink)) {
      throw new UserErrorException(
          "--trace and --shrink are for one run: use --seed with the seed that failed");
    }
    if (report != null) {
      try {
        Files.createDirectories(report);
      } catch (IOException e) {
        throw new UserErrorException(
            "cannot make the folder " + report + " of --report: " + e.getMessage(), e);
      }
    }
  }

  private Simulation simulation(long ofSeed) {
    Simulation simulation =
        Simulation.of(scenario)
            .seed(ofSeed)
            .nodes(nodes)
            .until(duration())
            .withoutFaults(Set.copyOf(new TreeSet<>(withoutFaults)))
            .record(report != null)
            .plant(planted());
    sets.forEach(simulation::set);
    return simulation;
  }

  private @Nullable Duration duration() {
    return until == null ? null : Durations.parse("--until", until);
  }

  private @Nullable PlantedBug planted() {
    return plant == null ? null : Bugs.parse(plant);
  }

  private int one() {
    Simulation simulation = simulation(seed).trace(trace).progress(new Console());
    Run run = simulation.run();
    Printed.print(run);
    JsonFile.write(json, run.result());
    Pages.write(report, run);
    if (!run.held() && shrink) {
      Shrink.from(() -> simulation(seed), run, System.out::println);
    }
    return run.held() ? ExitCode.OK : ExitCode.FAILED;
  }

  private int many(String range) {
    Seeds all = Seeds.parse(range);
    List<RunResult> results = new ArrayList<>();
    int failed = 0;
    long done = 0;
    for (Run run : all.run(jobs, this::simulation)) {
      done++;
      results.add(run.result());
      Pages.write(report, run);
      if (!run.held()) {
        failed++;
        System.out.print(run.text());
      } else {
        Printed.line(run, done, all.count());
      }
    }
    JsonFile.write(json, results);
    System.out.printf("%d of %d seeds held%n", done - failed, done);
    return failed == 0 ? ExitCode.OK : ExitCode.FAILED;
  }
}
