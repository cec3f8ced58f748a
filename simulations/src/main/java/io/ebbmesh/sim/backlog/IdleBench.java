package io.ebbmesh.sim.backlog;

import static io.ebbmesh.sim.report.Terminal.line;

import io.ebbmesh.node.cli.UserErrorException;
import io.ebbmesh.sim.check.Children;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** What an idle node costs, and what a node writes for what it accepts. */
@Command(
    name = "idle",
    mixinStandardHelpOptions = true,
    description = {
      "Watches a node in a session with its hub (Linux; as root on an ext4 image of its own): memory, threads and disk writes"
          + " while it has nothing to do; then what it writes to the disk for each byte that it"
          + " accepts, as fast as it can and at a pace.",
      "Writes an hour are extrapolated: what the node does once an hour, such as keeping the time,"
          + " is not seen in a minute. Exit code 0 only if the hub has everything once."
    },
    footer = {"", "Example:", "  ebbmesh bench idle --seconds 300 --json idle.json"})
public final class IdleBench implements Callable<Integer> {

  private static final int MAX_SECONDS = 86_400;
  private static final long MAX_FAST = 10_000_000;
  private static final double MAX_RATE = 1_000;
  private static final double MEBIBYTE = 1 << 20;

  @Option(names = "--seconds", defaultValue = "60", description = "Seconds to watch idleness.")
  private int seconds;

  @Option(names = "--records", defaultValue = "100000", description = "Insights at full speed.")
  private long records;

  @Option(names = "--rate", defaultValue = "20", description = "Insights a second at a pace.")
  private double rate;

  @Option(names = "--paced-seconds", defaultValue = "60", description = "Seconds to watch it.")
  private int pacedSeconds;

  @Option(names = "--size", defaultValue = "200", description = "Bytes of an insight as protobuf.")
  private int size;

  @Option(names = "--dir", description = "Directory for the run (default: a temporary one).")
  private @Nullable Path dir;

  @Option(names = "--json", description = "Write the report to this file.")
  private @Nullable Path json;

  @Override
  public Integer call() throws Exception {
    IdleRun plan = plan();
    return Children.judge(
        dir, "idle", json, children -> run(plan, children), IdleBench::print, IdleReport::holds);
  }

  private static IdleReport run(IdleRun plan, Children children) throws Exception {
    try (DiskOfItsOwn disk = DiskOfItsOwn.under(children.deployment().root());
        Ground ground = new Ground(children, LoopbackLink.create())) {
      return plan.run(ground, disk.gauge());
    }
  }

  private IdleRun plan() {
    if (seconds < 1 || seconds > MAX_SECONDS || pacedSeconds < 1 || pacedSeconds > MAX_SECONDS) {
      throw new UserErrorException("--seconds and --paced-seconds must be 1 to " + MAX_SECONDS);
    }
    if (records < 1 || records > MAX_FAST || !(rate > 0) || rate > MAX_RATE) {
      throw new UserErrorException(
          "--records must be 1 to " + MAX_FAST + ", --rate above 0, at most 1000");
    }
    DrainBench.requireSize(size);
    if (!Files.exists(Path.of("/proc/self/io"))) {
      throw new UserErrorException("this needs Linux: it reads /proc");
    }
    return new IdleRun(seconds, records, rate, pacedSeconds, size);
  }

  private static void print(IdleReport report) {
    line(
        "idle: %.0f MiB resident, %d threads; from %.0f s: %.1f MiB and %,.0f write calls an hour",
        report.residentBytes() / MEBIBYTE,
        report.threads(),
        report.idleSeconds(),
        report.diskBytesPerHour() / MEBIBYTE,
        report.writeCallsPerHour());
    line("to the disk: %s", report.diskBytesCounted());
    print("as fast as accepted", report.fast());
    print("at a pace", report.paced());
    line("%s", report.books().text());
  }

  private static void print(String how, IdleReport.Written written) {
    line(
        "%s (%,.0f/s): %,d insights, %,d bytes as protobuf, %,d bytes to the disk: %.2f times",
        how,
        written.perSecond(),
        written.insights(),
        written.payloadBytes(),
        written.diskBytes(),
        written.amplification());
  }
}
