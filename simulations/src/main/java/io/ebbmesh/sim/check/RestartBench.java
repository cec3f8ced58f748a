package io.ebbmesh.sim.check;

import com.typesafe.config.Config;
import io.ebbmesh.node.cli.UserErrorException;
import io.ebbmesh.protocol.insight.Insight;
import io.ebbmesh.protocol.sample.DetectionStream;
import io.ebbmesh.sim.process.ProgramProcess;
import io.ebbmesh.sync.insight.outbox.LaneReader.BlockRef;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Starts a node whose outbox is full of insights, and reads how long it took to accept. */
@Command(
    name = "restart",
    mixinStandardHelpOptions = true,
    description = {
      "Fills an outbox, stops it, and starts a node over it with 128 MiB of heap: how long from the"
          + " start of the virtual machine until the outbox accepts. Exit code 0 only if the median"
          + " is within --at-most-ms and the insights are all there afterwards."
    },
    footer = {
      "",
      "Examples:",
      "  ebbmesh bench restart --insights 1000000 --json restart.json",
      "  ebbmesh bench restart --insights 10000000 --block 1000 --at-most-ms 3000"
    })
public final class RestartBench implements Callable<Integer> {

  private static final int MAX_INSIGHTS = 20_000_000;
  private static final int AT_ONCE = 100_000;
  private static final int IN_FLIGHT = 5_000;
  private static final int INSIGHT_BYTES = 200;
  private static final long SEED = 20261124;
  private static final long MAX_HEAP_BYTES = 128L << 20;
  private static final Duration START_LIMIT = Duration.ofSeconds(120);
  private static final Pattern ACCEPTING = Pattern.compile("(?m)^accepting after (\\d+) ms$");

  @Option(names = "--insights", defaultValue = "1000000", description = "Insights in the outbox.")
  private int insights;

  @Option(
      names = "--block",
      defaultValue = "100",
      description = "Most insights in a block: smaller blocks are more to recover.")
  private int block;

  @Option(
      names = "--at-most-ms",
      defaultValue = "2000",
      description = "Milliseconds that the median may take.")
  private long atMostMillis;

  @Option(names = "--starts", defaultValue = "5", description = "Starts; the result is the median.")
  private int starts;

  @Option(names = "--dir", description = "Directory for the store (default: a temporary one).")
  private @Nullable Path dir;

  @Option(names = "--json", description = "Write the report to this file.")
  private @Nullable Path json;

  @Override
  public Integer call() throws Exception {
    if (insights < 1 || insights > MAX_INSIGHTS || starts < 1 || block < 1 || block > 1_000) {
      throw new UserErrorException(
          "--insights must be 1 to " + MAX_INSIGHTS + ", --block 1 to 1000, --starts at least 1");
    }
    return Children.judge(
        dir, "restart", json, this::run, RestartBench::print, RestartReport::holds);
  }

  private RestartReport run(Children children) throws Exception {
    Path store = children.deployment().dataDir("node").resolve("outbox");
    List<BlockRef> blocks = fill(store);
    Path settings =
        children
            .deployment()
            .writeNode("node", 1, Map.of("ebbmesh.node.hub.endpoint", "127.0.0.1:1"));
    List<Long> millis = new ArrayList<>();
    List<Long> cpuMillis = new ArrayList<>();
    long peak = 0;
    long live = 0;
    ProgramProcess node = null;
    for (int i = 0; i < starts; i++) {
      if (node == null) {
        node = children.start("node", Map.of(), List.of("node", "--config", settings.toString()));
      } else {
        node.restart();
      }
      node.awaitReady(START_LIMIT);
      millis.add(acceptingMillis(node));
      cpuMillis.add(cpuMillis(node.pid()));
      ChildHeap heap = ChildHeap.of(node.pid());
      peak = Math.max(peak, heap.peakBytes());
      live = Math.max(live, heap.liveBytes());
      System.out.println(
          String.format(
              Locale.ROOT,
              "start %d: accepting after %d ms (processor %d ms); heap at most %.0f MiB,"
                  + " %.0f MiB after a collection",
              i + 1,
              millis.get(i),
              cpuMillis.get(i),
              heap.peakBytes() / 1048576.0,
              heap.liveBytes() / 1048576.0));
      node.kill();
    }
    List<Long> sorted = millis.stream().sorted().toList();
    return new RestartReport(
        insights,
        blocks.size(),
        insights / (double) blocks.size(),
        blocks.stream().mapToLong(BlockRef::bytes).sum(),
        held(store),
        sorted.get(sorted.size() / 2),
        sorted.get(sorted.size() - 1),
        cpuMillis.stream().sorted().toList().get(starts / 2),
        peak,
        live,
        MAX_HEAP_BYTES,
        atMostMillis,
        millis);
  }

  private List<BlockRef> fill(Path store) throws IOException, InterruptedException {
    Config settings =
        OpenOutbox.settings("ebbmesh.sync.outbox.max-block-insights = " + block + "\n");
    DetectionStream stream = new DetectionStream(SEED, INSIGHT_BYTES);
    try (OpenOutbox outbox = OpenOutbox.open(store, settings)) {
      for (int done = 0; done < insights; done += AT_ONCE) {
        List<Insight> some = new ArrayList<>();
        for (int i = 0; i < Math.min(AT_ONCE, insights - done); i++) {
          some.add(stream.next());
        }
        outbox.accept(some, IN_FLIGHT);
      }
      return outbox.blocks();
    }
  }

  /** A store that was set aside starts fast, too. */
  private static long held(Path store) throws IOException, InterruptedException {
    try (OpenOutbox outbox = OpenOutbox.open(store, OpenOutbox.settings(""))) {
      return outbox.blocks().stream().mapToLong(block -> block.seqs().count()).sum();
    }
  }

  private static long acceptingMillis(ProgramProcess node) throws IOException {
    Matcher matcher = ACCEPTING.matcher(node.output());
    if (!matcher.find()) {
      throw new IOException("the node did not say when it accepted");
    }
    return Long.parseLong(matcher.group(1));
  }

  private static long cpuMillis(long pid) {
    return ProcessHandle.of(pid)
        .flatMap(process -> process.info().totalCpuDuration())
        .map(Duration::toMillis)
        .orElse(0L);
  }

  private static void print(RestartReport report) {
    System.out.println(
        String.format(
            Locale.ROOT,
            "%,d insights (%,d afterwards) in %,d blocks (%.0f each, %,d bytes): accepting after %,d ms (median of"
                + " %d, slowest %,d ms); heap at most %.0f MiB of %.0f MiB",
            report.insights(),
            report.insightsAfterwards(),
            report.blocks(),
            report.insightsPerBlock(),
            report.storeBytes(),
            report.acceptingMillis(),
            report.starts().size(),
            report.acceptingMillisMax(),
            report.peakHeapBytes() / 1048576.0,
            report.maxHeapBytes() / 1048576.0));
  }
}
