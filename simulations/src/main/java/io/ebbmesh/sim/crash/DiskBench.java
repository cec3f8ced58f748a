package io.ebbmesh.sim.crash;

import io.ebbmesh.node.cli.ExitCode;
import io.ebbmesh.node.cli.UserErrorException;
import io.ebbmesh.sim.report.JsonFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Fills a node's disk, starts the node on it, and gives the space back. */
@Command(
    name = "disk",
    mixinStandardHelpOptions = true,
    description = {
      "A hub, and a node whose data-dir is on a small ext4 image that something else fills, while"
          + " producers post and repeat. On the full disk the node is killed and started again."
          + " Exit code 0 only if nothing accepted is lost, nothing is there twice, the node starts"
          + " and answers /v1/status on the full disk, says little, and accepts within 10 s after"
          + " the space is back.",
      "Needs root, for the image."
    },
    footer = {"", "Example:", "  ebbmesh bench disk --full --json disk.json"})
public final class DiskBench implements Callable<Integer> {

  @Option(names = "--full", required = true, description = "Fill the disk.")
  private boolean full;

  @Option(names = "--seed", defaultValue = "1", description = "Of the readings.")
  private long seed;

  @Option(names = "--json", paramLabel = "FILE", description = "Write the report to this file.")
  private @Nullable Path json;

  /** For the parent command. */
  public DiskBench() {}

  @Override
  public Integer call() throws Exception {
    if (!full) {
      throw new UserErrorException("name what happens to the disk: --full");
    }
    JsonFile.requireWritable(json);
    String unavailable = PowerImage.unavailable();
    if (!unavailable.isEmpty()) {
      System.err.println("skipped: " + unavailable);
      return ExitCode.OK;
    }
    Path folder = Files.createTempDirectory("ebbmesh-disk-");
    DiskReport report = run(folder);
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
    if (report.problem() != null) {
      System.out.println("PROBLEM: " + report.problem());
    }
    if (!report.held()) {
      System.out.println("logs and stores are kept in " + folder);
      return ExitCode.FAILED;
    }
    CrashBench.remove(folder);
    return ExitCode.OK;
  }

  private DiskReport run(Path folder) throws Exception {
    CrashPlan plan = CrashPlan.onImage(folder, seed);
    CrashFleet fleet = CrashFleet.start(plan);
    Thread onExit = new Thread(fleet::close, "disk-end");
    Runtime.getRuntime().addShutdownHook(onExit);
    try {
      return new DiskRun(plan, fleet).run();
    } catch (IOException e) {
      return DiskReport.failed(String.valueOf(e.getMessage()));
    } finally {
      fleet.close();
      Runtime.getRuntime().removeShutdownHook(onExit);
    }
  }
}
