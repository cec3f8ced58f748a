package io.ebbmesh.sim.crash;

import io.ebbmesh.node.cli.ExitCode;
import io.ebbmesh.node.cli.UserErrorException;
import io.ebbmesh.sim.report.JsonFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Fills a node's disk and gives the space back, or makes its syncs fail. */
@Command(
    name = "disk",
    mixinStandardHelpOptions = true,
    description = {
      "A hub, and a node whose data-dir is on an ext4 image, while producers post and repeat.",
      "--full: something else fills the image. On the full disk the node is killed and started"
          + " again. Exit code 0 only if nothing accepted is lost, nothing is there twice, the node"
          + " starts and answers /v1/status on the full disk, says little, and accepts within 10 s"
          + " after the space is back.",
      "--sync-fails: strace makes syncs of the node fail, once and often, of files and of their"
          + " directory, with EIO and ENOSPC; then the node goes on, or the power goes. Exit code 0"
          + " only if nothing was accepted without a sync, no segment is synced again after it"
          + " failed, nothing accepted is lost, nothing is there twice, and the node accepts within"
          + " 10 s after syncs are good again.",
      "Needs root, for the image; --sync-fails needs the Debian package strace."
    },
    footer = {
      "",
      "Examples:",
      "  ebbmesh bench disk --full --json disk.json",
      "  ebbmesh bench disk --sync-fails --times 9"
    })
public final class DiskBench implements Callable<Integer> {

  private static final int MAX_TIMES = 1_000;

  /** What happens to the disk. */
  static final class Harm {

    @Option(names = "--full", description = "Fill the disk.")
    private boolean full;

    @Option(names = "--sync-fails", description = "Make syncs fail.")
    private boolean syncFails;
  }

  @ArgGroup(multiplicity = "1")
  private Harm harm = new Harm();

  @Option(
      names = "--times",
      defaultValue = "3",
      description = "With --sync-fails: rounds of each way to fail, 1 to 1000 (${DEFAULT-VALUE}).")
  private int times;

  @Option(
      names = "--faults",
      split = ",",
      paramLabel = "FAULT",
      description = "With --sync-fails: only these, of ${COMPLETION-CANDIDATES}.")
  private Set<SyncFault> faults = EnumSet.allOf(SyncFault.class);

  @Option(names = "--seed", defaultValue = "1", description = "Of the readings and moments.")
  private long seed;

  @Option(names = "--json", paramLabel = "FILE", description = "Write the report to this file.")
  private @Nullable Path json;

  /** For the parent command. */
  public DiskBench() {}

  @Override
  public Integer call() throws Exception {
    if (times < 1 || times > MAX_TIMES) {
      throw new UserErrorException("--times must be 1 to " + MAX_TIMES + ", not " + times);
    }
    JsonFile.requireWritable(json);
    String unavailable = PowerImage.unavailable();
    if (unavailable.isEmpty() && harm.syncFails) {
      unavailable = SyncTrace.unavailable();
    }
    if (!unavailable.isEmpty()) {
      throw new UserErrorException(unavailable);
    }
    Path folder = Files.createTempDirectory("ebbmesh-disk-");
    CrashPlan plan = CrashPlan.onImage(folder, seed);
    boolean held = harm.syncFails ? failSyncs(plan) : fill(plan);
    if (!held) {
      System.out.println("logs and stores are kept in " + folder);
      return ExitCode.FAILED;
    }
    CrashBench.remove(folder);
    return ExitCode.OK;
  }

  private boolean fill(CrashPlan plan) throws Exception {
    DiskReport report =
        with(CrashFleet.start(plan), fleet -> new DiskRun(plan, fleet).run(), DiskReport::failed);
    JsonFile.write(json, report);
    System.out.println(
        String.format(
            Locale.ROOT,
            "%,d accepted, %d lost, %d duplicates, %s; %d accepted on the full disk; it started"
                + " there: %b, status answered: %b, %,d bytes of log; accepting again after %,d ms",
            report.accepted(),
            report.acceptedButLost(),
            report.duplicates(),
            report.balanced() ? "balanced" : "NOT balanced",
            report.acceptedWhileFull(),
            report.startedFull(),
            report.statusAnswered(),
            report.logBytesWhileFull(),
            report.acceptingAgainMillis()));
    sayProblem(report.problem());
    return report.held();
  }

  private boolean failSyncs(CrashPlan plan) throws Exception {
    SyncFailReport report =
        with(
            CrashFleet.start(plan, SyncFailRun.SETTINGS),
            fleet -> new SyncFailRun(plan, fleet, faults, times, System.out).run(),
            SyncFailReport::failed);
    JsonFile.write(json, report);
    System.out.println(
        String.format(
            Locale.ROOT,
            "%,d accepted, %d lost, %d duplicates, %s; %s syncs failed, the power went %d times;"
                + " %d accepted without a sync, %d segments synced again after they failed;"
                + " accepting again after at most %,d ms",
            report.accepted(),
            report.acceptedButLost(),
            report.duplicates(),
            report.balanced() ? "balanced" : "NOT balanced",
            report.failedSyncs(),
            report.cuts(),
            report.unfounded(),
            report.retried(),
            report.acceptingAgainMillis()));
    sayProblem(report.problem());
    return report.held();
  }

  private static void sayProblem(@Nullable String problem) {
    if (problem != null) {
      System.out.println("PROBLEM: " + problem);
    }
  }

  private static <R> R with(CrashFleet fleet, CrashFleet.Run<R> run, Function<String, R> failed)
      throws InterruptedException {
    try {
      return CrashFleet.with(fleet, run);
    } catch (IOException e) {
      return failed.apply(String.valueOf(e.getMessage()));
    }
  }
}
