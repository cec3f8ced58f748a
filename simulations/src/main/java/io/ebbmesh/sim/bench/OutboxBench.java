package io.ebbmesh.sim.bench;

import static io.ebbmesh.sim.report.Terminal.line;

import io.ebbmesh.node.cli.ExitCode;
import io.ebbmesh.node.cli.UserErrorException;
import io.ebbmesh.protocol.insight.Insight;
import io.ebbmesh.protocol.sample.DetectionStream;
import io.ebbmesh.sim.report.JsonFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Runs a producer through the outbox on real files, beside a plain file in the same directory. */
@Command(
    name = "outbox",
    mixinStandardHelpOptions = true,
    description = {
      "Measures the outbox: accepted insights a second, time from offer to acceptance and bytes on"
          + " disk; and in the same run the ceiling: the same insights as uncompressed protobuf,"
          + " grouped as the outbox grouped them, appended and synced to a plain file."
    },
    footer = {
      "",
      "Examples:",
      "  ebbmesh bench outbox --records 1000000 --size 200 --in-flight 5000 --dir /data/bench",
      "  ebbmesh bench outbox --records 20000 --in-flight 1 --dir /data/bench --json outbox.json"
    })
public final class OutboxBench implements Callable<Integer> {

  private static final int MAX_RECORDS = 5_000_000;
  private static final int MAX_WARM_UP = 500_000;
  private static final int SAMPLED_FOR_SIZE = 100_000;
  private static final long SEED = 20261124;

  @Option(names = "--records", defaultValue = "1000000", description = "Insights of one run.")
  private int records;

  @Option(
      names = "--size",
      defaultValue = "200",
      description = "Bytes of an insight as protobuf, on average.")
  private int size;

  @Option(names = "--in-flight", defaultValue = "5000", description = "Offers without an answer.")
  private int inFlight;

  @Option(
      names = "--dir",
      required = true,
      description = "Directory on the disk to measure; its contents are removed afterwards.")
  private Path dir = Path.of("");

  @Option(names = "--json", description = "Write the report to this file.")
  private @Nullable Path json;

  @Option(names = "--runs", defaultValue = "5", description = "Runs; the report is their median.")
  private int runs;

  /** Runs the benchmark by itself. */
  public static void main(String[] args) {
    System.exit(new CommandLine(new OutboxBench()).execute(args));
  }

  @Override
  public Integer call() throws Exception {
    check();
    JsonFile.requireWritable(json);
    List<Insight> insights = new ArrayList<>(records);
    DetectionStream stream = new DetectionStream(SEED, size);
    for (int i = 0; i < records; i++) {
      insights.add(stream.next());
    }
    OutboxReport.Sizes sizes = sizes(insights);
    int warmUp = Math.min(records, MAX_WARM_UP);
    run("warm-up", insights.subList(0, warmUp));
    List<OutboxReport.Run> measured = new ArrayList<>();
    for (int run = 1; run <= runs; run++) {
      measured.add(run("run-" + run, insights));
      print(run, measured.get(measured.size() - 1));
    }
    OutboxReport report = OutboxReport.of(records, inFlight, sizes, measured);
    print(report);
    JsonFile.write(json, report);
    return ExitCode.OK;
  }

  private void check() throws IOException {
    if (records < 1 || records > MAX_RECORDS || inFlight < 1 || runs < 1) {
      throw new UserErrorException(
          "--records must be 1 to " + MAX_RECORDS + ", --in-flight and --runs at least 1");
    }
    if (size < DetectionStream.MIN_BYTES || size > DetectionStream.MAX_BYTES) {
      throw new UserErrorException(
          "--size must be "
              + DetectionStream.MIN_BYTES
              + " to "
              + DetectionStream.MAX_BYTES
              + " bytes, not "
              + size);
    }
    if (Files.exists(dir) && !isEmptyDirectory(dir)) {
      throw new UserErrorException(dir + " is not an empty directory: name a new one");
    }
    Files.createDirectories(dir);
  }

  private static boolean isEmptyDirectory(Path path) throws IOException {
    if (!Files.isDirectory(path)) {
      return false;
    }
    try (Stream<Path> files = Files.list(path)) {
      return files.findAny().isEmpty();
    }
  }

  private static OutboxReport.Sizes sizes(List<Insight> insights) {
    List<Insight> sample = insights.subList(0, Math.min(insights.size(), SAMPLED_FOR_SIZE));
    return new OutboxReport.Sizes(
        OutboxCeiling.protobufBytes(sample),
        OutboxCeiling.zstdBytes(sample, 100),
        OutboxCeiling.zstdBytes(sample, 1_000));
  }

  private OutboxReport.Run run(String name, List<Insight> insights)
      throws IOException, InterruptedException, ExecutionException, TimeoutException {
    Path store = dir.resolve(name);
    Path plain = dir.resolve(name + ".plain");
    Path syncs = dir.resolve(name + ".syncs");
    try {
      OutboxRun outbox = OutboxRun.of(store, insights, inFlight);
      double ceiling = OutboxCeiling.perSecond(plain, insights, outbox.groups());
      return OutboxReport.Run.of(outbox, ceiling, OutboxCeiling.syncP50Micros(syncs));
    } finally {
      Files.deleteIfExists(plain);
      Files.deleteIfExists(syncs);
      delete(store);
    }
  }

  private static void delete(Path directory) throws IOException {
    if (!Files.exists(directory)) {
      return;
    }
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  private static void print(int run, OutboxReport.Run measured) {
    line(
        "run %d: %,.0f accepted/s, p50 %.0f us, p99 %.0f us, %.1f B/insight on disk (blocks %.1f,"
            + " %.0f insights each); ceiling %,.0f/s, ratio %.2f; sync p50 %.0f us",
        run,
        measured.acceptedPerSecond(),
        measured.p50Micros(),
        measured.p99Micros(),
        measured.diskBytesPerInsight(),
        measured.blockBytesPerInsight(),
        measured.insightsPerBlock(),
        measured.ceilingPerSecond(),
        measured.ratioToCeiling(),
        measured.syncP50Micros());
  }

  private static void print(OutboxReport report) {
    line(
        "median of %d: %,.0f accepted/s (%,.0f to %,.0f), p50 %.0f us (%.0f to %.0f), p99 %.0f us",
        report.runs().size(),
        report.acceptedPerSecond(),
        report.spread().acceptedPerSecondMin(),
        report.spread().acceptedPerSecondMax(),
        report.p50Micros(),
        report.spread().p50MicrosMin(),
        report.spread().p50MicrosMax(),
        report.p99Micros());
    line(
        "ceiling %,.0f/s, ratio %.2f (%.2f to %.2f); 4 KiB fdatasync p50 %.0f us",
        report.ceilingPerSecond(),
        report.ratioToCeiling(),
        report.spread().ratioToCeilingMin(),
        report.spread().ratioToCeilingMax(),
        report.syncP50Micros());
    line(
        "bytes per insight: %.1f on disk; protobuf %.1f, its zstd-3 %.1f at 100 and %.1f at 1,000",
        report.diskBytesPerInsight(),
        report.protobufBytesPerInsight(),
        report.zstdBytesPerInsightAt100(),
        report.zstdBytesPerInsight());
  }
}
