package io.ebbmesh.sim.backlog;

import static io.ebbmesh.sim.report.Terminal.line;

import io.ebbmesh.node.cli.UserErrorException;
import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.sim.check.Children;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Drains what a node accepted one at a time while it had no hub. */
@Command(
    name = "drain",
    mixinStandardHelpOptions = true,
    description = {
      "Lets a node without a hub accept insights one at a time, starts the hub, and measures how"
          + " fast the hub's store has them all and what went up for each. Node and hub are"
          + " processes with TLS, real files and SQLite.",
      "Exit code 0 only if the hub has every insight once, as it was made and numbered."
    },
    footer = {
      "",
      "Examples:",
      "  ebbmesh bench drain --records 1000000 --dir /data/drain --json drain.json",
      "  ebbmesh bench drain --filled /data/million --rate-mbit 10 --rtt-ms 100 --loss 1"
    })
public final class DrainBench implements Callable<Integer> {

  private static final long MAX_RECORDS = 10_000_000;
  private static final String ACCEPTED = "one at a time, each after a sync of its own";
  private static final int MIN_BYTES = 150;
  private static final int MAX_BYTES = 2_000;

  @Option(names = "--records", defaultValue = "1000000", description = "Insights to drain.")
  private long records;

  @Option(names = "--lane", defaultValue = "insight", description = "Lane that they are in.")
  private String lane = "";

  @Option(names = "--size", defaultValue = "200", description = "Bytes of an insight as protobuf.")
  private int size;

  @Option(
      names = "--filled",
      description = {
        "Directory of a node that was filled before; made if it is not there. For many drains of"
            + " the same insights."
      })
  private @Nullable Path filled;

  @Mixin private LinkOptions link = new LinkOptions();

  @Option(names = "--dir", description = "Directory for the run (default: a temporary one).")
  private @Nullable Path dir;

  @Option(names = "--json", description = "Write the report to this file.")
  private @Nullable Path json;

  @Override
  public Integer call() throws Exception {
    DrainRun plan = plan();
    link.check();
    return Children.judge(
        dir, "drain", json, children -> run(plan, children), DrainBench::print, DrainReport::holds);
  }

  private DrainReport run(DrainRun plan, Children children) throws Exception {
    try (Ground ground = new Ground(children, link.create())) {
      DrainRun.Times times = plan.run(ground, filled == null ? null : new FilledStore(filled));
      return report(plan, times, ground.link().counts(), ground.stop());
    }
  }

  private DrainRun plan() {
    if (records < 1 || records > MAX_RECORDS) {
      throw new UserErrorException("--records must be 1 to " + MAX_RECORDS + ", not " + records);
    }
    requireSize(size);
    for (Lane known : Lane.values()) {
      if (known.id().equals(lane)) {
        return new DrainRun(records, known, size);
      }
    }
    throw new UserErrorException("--lane must be alarm, insight, aggregate or sample");
  }

  static void requireSize(int size) {
    if (size < MIN_BYTES || size > MAX_BYTES) {
      throw new UserErrorException("--size must be " + MIN_BYTES + " to " + MAX_BYTES + " bytes");
    }
  }

  private DrainReport report(
      DrainRun plan, DrainRun.Times times, String bytesCounted, Ledger books) {
    double stored = Math.max(1, books.stored());
    double seconds = Math.max(1, times.drainMillis()) / 1e3;
    Ledger.Sizes sizes = books.sizes();
    double bytes = times.bytesUp() / stored;
    double large = sizes.largeBlockBytes() / stored;
    LinkFigures used = link.figures(sizes.blockBytes(), times.bytesUp(), seconds);
    return new DrainReport(
        books.stored() / seconds,
        used == null ? null : used.use(),
        bytes,
        books.duplicates(),
        bytes / large,
        bytesCounted,
        plan.records(),
        plan.lane().id(),
        ACCEPTED,
        plan.records() * 1e3 / times.fillMillis(),
        seconds,
        stored / sizes.blocks(),
        sizes.blockBytes() / stored,
        large,
        used,
        books);
  }

  private static void print(DrainReport report) {
    line("accepted one at a time: %,.0f insights/s", report.acceptedPerSecond());
    line(
        "%,d insights drained in %.1f s: %,.0f/s; %.1f bytes each of %s (blocks %.1f, %.0f insights"
            + " each), %.2f times blocks of 1,000 (%.1f)",
        report.records(),
        report.drainSeconds(),
        report.insightsPerSecond(),
        report.bytesPerInsight(),
        report.bytesCounted(),
        report.blockBytesPerInsight(),
        report.insightsPerBlock(),
        report.ratioToLargeBlocks(),
        report.largeBlockBytesPerInsight());
    if (report.link() != null) {
      line("%s", report.link().text());
    }
    line("%s", report.books().text());
  }
}
