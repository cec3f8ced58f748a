package io.ebbmesh.sim.crash;

import io.ebbmesh.node.cli.ExitCode;
import io.ebbmesh.node.cli.UserErrorException;
import io.ebbmesh.sim.report.JsonFile;
import io.ebbmesh.sync.failpoint.Failpoint;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Kills a node or a hub again and again, and compares what was promised with what is there. */
@Command(
    name = "crash",
    mixinStandardHelpOptions = true,
    description = {
      "One hub and one node as processes on this machine; producers post readings to the node,"
          + " repeat those that are not answered, and keep their own log. The target is killed at"
          + " random moments. In the end the log is compared with what the hub has stored."
    },
    footer = {
      "",
      "Examples:",
      "  ebbmesh bench crash --kills 50 --json crash.json",
      "  ebbmesh bench crash --kills 20 --target hub",
      "  ebbmesh bench crash --matrix --times 50 --random 1000",
      "  ebbmesh bench crash --kills 20 --mode power                  as root",
      "  ebbmesh bench crash --kills 20 --mode power --without-sync   must lose",
      "",
      "--mode power keeps the target's data on an ext4 image, cuts its power before the process is",
      "killed, and needs root.",
      "Exit code 0 only if nothing accepted was lost, nothing is there twice, and all is accounted",
      "for; then what --dir holds is removed. Else it is kept."
    })
public final class CrashBench implements Callable<Integer> {

  private static final int MAX_KILLS = 10_000;
  private static final int TIMES = 50;
  private static final int MAX_WORKERS = 256;

  @Option(
      names = "--kills",
      defaultValue = "50",
      description = "How often the target is killed, 1 to 10000 (default ${DEFAULT-VALUE}).")
  private int kills;

  @Option(
      names = "--matrix",
      description = "First kill node or hub at each named step of an insight's road.")
  private boolean matrix;

  @Option(
      names = "--times",
      description = "With --matrix: how often at each step, 1 to 10000 (" + TIMES + ").")
  private @Nullable Integer times;

  @Option(
      names = "--steps",
      split = ",",
      paramLabel = "STEP",
      description = "With --matrix: only these steps.")
  private List<String> steps = List.of();

  @Option(names = "--random", description = "The same as --kills, beside --matrix.")
  private @Nullable Integer random;

  @Option(
      names = "--target",
      defaultValue = "node",
      description = "What is killed: node or hub (default ${DEFAULT-VALUE}).")
  private String target = "node";

  @Option(
      names = "--mode",
      defaultValue = "kill",
      description = "kill: SIGKILL. power: the disk's power goes first (${DEFAULT-VALUE}).")
  private String mode = "kill";

  @Option(
      names = "--without-sync",
      description = "Run the target with libeatmydata, which swallows its syncs.")
  private boolean withoutSync;

  @Option(names = "--seed", description = "Of the moments and the readings (default: drawn).")
  private @Nullable Long seed;

  @Option(
      names = "--workers",
      defaultValue = "8",
      description = "Producers, 1 to 256; each has one reading on its way.")
  private int workers;

  @Option(names = "--dir", description = "New or empty folder for everything.")
  private @Nullable Path dir;

  @Option(names = "--json", paramLabel = "FILE", description = "Write the report to this file.")
  private @Nullable Path json;

  /** For the parent command. */
  public CrashBench() {}

  @Override
  public Integer call() throws Exception {
    check();
    CrashPlan plan =
        new CrashPlan(
            random == null ? kills : random,
            matrix ? times() : 0,
            steps(),
            choice(Target.class, "--target", target),
            choice(Mode.class, "--mode", mode),
            withoutSync,
            seed == null ? System.nanoTime() & 0xffff_ffffL : seed,
            workers,
            dir == null ? Path.of("") : dir);
    String unavailable = plan.mode() == Mode.POWER ? PowerImage.unavailable() : "";
    if (!unavailable.isEmpty()) {
      throw new UserErrorException(unavailable);
    }
    Path folder = folder();
    CrashPlan placed =
        new CrashPlan(
            plan.kills(),
            plan.times(),
            plan.steps(),
            plan.target(),
            plan.mode(),
            plan.withoutSync(),
            plan.seed(),
            plan.workers(),
            folder);
    CrashReport report = run(placed);
    JsonFile.write(json, report);
    print(report, folder, System.out);
    if (report.good()) {
      remove(folder);
      return ExitCode.OK;
    }
    return ExitCode.FAILED;
  }

  private static CrashReport run(CrashPlan plan) throws Exception {
    System.out.printf("one hub and one node in %s, seed %d%n", plan.dir(), plan.seed());
    return CrashFleet.with(
        CrashFleet.start(plan), fleet -> new CrashRun(plan, fleet, System.out).run());
  }

  private void check() {
    within("--kills", kills, 1, MAX_KILLS);
    within("--times", times(), 1, MAX_KILLS);
    if (!matrix && (times != null || !steps.isEmpty())) {
      throw new UserErrorException("--times and --steps go with --matrix");
    }
    within("--random", random == null ? 0 : random, 0, MAX_KILLS);
    if (matrix && (!mode.equals("kill") || !target.equals("node"))) {
      throw new UserErrorException(
          "--matrix kills node and hub: leave --mode and --target as they are");
    }
    if (workers < 1 || workers > MAX_WORKERS) {
      throw new UserErrorException("--workers must be 1 to " + MAX_WORKERS + ", not " + workers);
    }
    if (withoutSync) {
      // Says at once that it is missing.
      EatMyData.environment();
    }
    JsonFile.requireWritable(json);
  }

  private int times() {
    return times == null ? TIMES : times;
  }

  private List<Failpoint> steps() {
    return steps.isEmpty()
        ? List.of(Failpoint.values())
        : steps.stream().map(step -> choice(Failpoint.class, "--steps", step)).toList();
  }

  private static void within(String option, int value, int least, int most) {
    if (value < least || value > most) {
      throw new UserErrorException(option + " must be " + least + " to " + most + ", not " + value);
    }
  }

  private static <E extends Enum<E>> E choice(Class<E> choices, String option, String word) {
    for (E choice : choices.getEnumConstants()) {
      if (choice.name().equalsIgnoreCase(word)) {
        return choice;
      }
    }
    throw new UserErrorException(
        option
            + " must be one of "
            + List.of(choices.getEnumConstants()).toString().toLowerCase(Locale.ROOT)
            + ", not "
            + word);
  }

  private Path folder() throws IOException {
    Path folder = dir;
    if (folder == null) {
      return Files.createTempDirectory("ebbmesh-crash-");
    }
    if (Files.exists(folder)) {
      try (Stream<Path> files =
          Files.isDirectory(folder) ? Files.list(folder) : Stream.of(folder)) {
        if (files.findAny().isPresent()) {
          throw new UserErrorException(
              "--dir " + folder + " is not an empty folder: name a new one, or empty it first");
        }
      }
    }
    return Files.createDirectories(folder).toAbsolutePath();
  }

  private static void print(CrashReport report, Path folder, PrintStream out) {
    out.printf(
        Locale.ROOT,
        "%d kills, %,d accepted, %d of them lost, %d duplicates; produced %,d = stored %,d"
            + " + quarantined %d + declared lost %d + folded %,d + pending %d: %s (%d numbers"
            + " burnt, %d rows unknown, %.0f s)%n",
        report.kills(),
        report.accepted(),
        report.acceptedButLost(),
        report.duplicates(),
        report.produced(),
        report.stored(),
        report.quarantined(),
        report.declaredLost(),
        report.folded(),
        report.pending(),
        report.balanced() ? "balanced" : "NOT balanced",
        report.burnt(),
        report.unknown(),
        report.seconds());
    if (report.problem() != null) {
      out.println("PROBLEM: " + report.problem());
    }
    if (!report.good()) {
      out.println("lost, the first of them: " + report.lostKeys());
      out.println("seed " + report.seed() + "; logs and stores are kept in " + folder);
    }
  }

  static void remove(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
