package io.ebbmesh.sim.ingest;

import io.ebbmesh.node.cli.ExitCode;
import io.ebbmesh.node.cli.UserErrorException;
import io.ebbmesh.sim.report.JsonFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Measures how fast a hub stores what sessions push, and how fast it answers meanwhile. */
@Command(
    name = "ingest",
    mixinStandardHelpOptions = true,
    description = {
      "Measures the hub's ingest: insights a second from a number of TLS sessions into a real hub"
          + " on a fresh store, and the latency of queries meanwhile. The sessions run in the same"
          + " process, so that their share of the processor is in the figures. Exits 1 if the books"
          + " do not have exactly what was pushed."
    },
    footer = {
      "",
      "Examples:",
      "  ebbmesh bench ingest --sessions 1,10,100",
      "  ebbmesh bench ingest --sessions 100 --records 100000 --block 1 --json ingest.json"
    })
public final class IngestBench implements Callable<Integer> {

  private static final int MAX_SESSIONS = 1_000;
  private static final long MAX_RECORDS = 100_000_000;
  private static final int MAX_BLOCK = 1_000;
  private static final long WARM_UP = 200_000;

  @Option(names = "--sessions", split = ",", description = "How many, a run each.")
  private List<Integer> sessions = List.of(1, 10, 100);

  @Option(names = "--records", defaultValue = "1000000", description = "Insights of a run.")
  private long records;

  @Option(names = "--block", defaultValue = "1000", description = "Insights of a block.")
  private int block;

  @Option(
      names = "--dir",
      description =
          "New directory on the disk to measure; removed afterwards (default: a new one).")
  private @Nullable Path dir;

  @Option(names = "--json", description = "Write the report to this file.")
  private @Nullable Path json;

  /** Made by picocli. */
  public IngestBench() {}

  @Override
  public Integer call() throws Exception {
    check();
    JsonFile.requireWritable(json);
    Path folder =
        dir == null ? Files.createTempDirectory("ebbmesh-ingest-") : Files.createDirectories(dir);
    try {
      IngestRun run = new IngestRun(folder, sessions.stream().mapToInt(i -> i).max().orElse(1));
      run.run("warm-up", 1, Math.min(records, WARM_UP), block);
      List<IngestReport.Run> runs = new ArrayList<>();
      for (int count : sessions) {
        IngestReport.Run one = run.run("run-" + runs.size(), count, records, block);
        print(one);
        runs.add(one);
      }
      JsonFile.write(json, new IngestReport(records, block, runs));
      return runs.stream().allMatch(IngestReport.Run::balanced) ? ExitCode.OK : ExitCode.FAILED;
    } finally {
      remove(folder);
    }
  }

  private void check() {
    if (sessions.isEmpty() || sessions.stream().anyMatch(i -> i < 1 || i > MAX_SESSIONS)) {
      throw new UserErrorException("--sessions must be numbers from 1 to " + MAX_SESSIONS);
    }
    if (records < 1 || records > MAX_RECORDS || block < 1 || block > MAX_BLOCK) {
      throw new UserErrorException(
          "--records must be 1 to " + MAX_RECORDS + " and --block 1 to " + MAX_BLOCK);
    }
    if (dir != null && Files.exists(dir)) {
      throw new UserErrorException(dir + " exists: name a new directory with --dir");
    }
  }

  private static void print(IngestReport.Run run) {
    System.out.println(
        String.format(
            Locale.ROOT,
            "%4d sessions: %,.0f insights/s, %,.0f a transaction, %.1f B each; %d queries meanwhile,"
                + " p50 %.1f ms, p99 %.1f ms%s",
            run.sessions(),
            run.insightsPerSecond(),
            run.insightsPerTransaction(),
            run.bytesPerInsight(),
            run.queries(),
            run.queryP50Millis(),
            run.queryP99Millis(),
            run.balanced() ? "" : "; THE BOOKS DO NOT BALANCE"));
  }

  private static void remove(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
