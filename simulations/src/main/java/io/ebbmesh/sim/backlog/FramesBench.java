package io.ebbmesh.sim.backlog;

import io.ebbmesh.node.cli.UserErrorException;
import io.ebbmesh.sim.check.Children;
import io.ebbmesh.sim.process.ForgedAck;
import io.ebbmesh.sim.process.FrameTampering;
import io.ebbmesh.sim.process.HostileFrames;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Repeats, holds back and breaks frames between a node and its hub. */
@Command(
    name = "frames",
    mixinStandardHelpOptions = true,
    description = {
      "Puts an impostor with certificates of both between a node and a hub, which are processes"
          + " with TLS, real files and SQLite. For some seconds, while the node makes insights, it"
          + " sends frames of either side twice, lets younger ones pass, and breaks them, half"
          + " under the cipher, half in the clear; then the node drains.",
      "Exit code 0 only if the hub has every accepted insight once, as it was made and numbered, and"
          + " took at least half of them while frames were tampered with. A broken frame mostly"
          + " ends its session, and the next one waits as after any failure."
    },
    footer = {
      "",
      "Examples:",
      "  ebbmesh bench frames --seconds 300 --json frames.json",
      "  ebbmesh bench frames --seconds 300 --broken-blocks 0.02 --usual-waits"
    })
public final class FramesBench implements Callable<Integer> {

  private static final int MAX_SECONDS = 86_400;
  private static final double MAX_PER_SECOND = 10_000;

  @Option(names = "--seconds", defaultValue = "300", description = "Of tampering.")
  private int seconds;

  @Option(
      names = "--least-frames",
      defaultValue = "0",
      description = "Goes on for longer until there were so many.")
  private long leastFrames;

  @Option(names = "--duplication", defaultValue = "0.2", description = "Frames sent twice, 0 to 1.")
  private double duplication;

  @Option(
      names = "--reordering",
      defaultValue = "0.2",
      description = "Frames held back for up to 0.5 s, 0 to 1.")
  private double reordering;

  @Option(names = "--corruption", defaultValue = "0.05", description = "Frames broken, 0 to 1.")
  private double corruption;

  @Option(
      names = "--broken-blocks",
      defaultValue = "0",
      description = {
        "Blocks broken inside whole frames, 0 to 1, which no link with TLS can do. They end in"
            + " quarantine; nothing else may."
      })
  private double brokenBlocks;

  @Option(names = "--per-second", defaultValue = "100", description = "Insights made a second.")
  private double perSecond;

  @Option(
      names = "--usual-waits",
      description = {
        "Wait before the next dial as the program does, up to a minute; without it at most some"
            + " seconds, so that there are many sessions."
      })
  private boolean usualWaits;

  @Option(
      names = "--plant-forged-ack",
      description = {
        "Swallow one block and tell the node that the hub has it: shows that the run notices."
      })
  private boolean forgedAck;

  @Option(names = "--seed", defaultValue = "1", description = "Chooses the frames.")
  private long seed;

  @Option(names = "--dir", description = "Directory for the run (default: a temporary one).")
  private @Nullable Path dir;

  @Option(names = "--json", description = "Write the report to this file.")
  private @Nullable Path json;

  @Override
  public Integer call() throws Exception {
    if (seconds < 1 || seconds > MAX_SECONDS) {
      throw new UserErrorException("--seconds must be 1 to " + MAX_SECONDS);
    }
    if (!(perSecond > 0) || perSecond > MAX_PER_SECOND) {
      throw new UserErrorException("--per-second must be above 0, at most 10000");
    }
    HostileFrames hostile = hostile();
    return Children.judge(
        dir,
        "frames",
        json,
        children -> run(children, hostile, forgedAck ? new ForgedAck(hostile) : hostile),
        FramesBench::print,
        FramesReport::holds);
  }

  private HostileFrames hostile() {
    try {
      return new HostileFrames(
          new HostileFrames.Rates(duplication, reordering, corruption, brokenBlocks), seed);
    } catch (IllegalArgumentException e) {
      throw new UserErrorException(String.valueOf(e.getMessage()), e);
    }
  }

  private FramesReport run(Children children, HostileFrames hostile, FrameTampering tampering)
      throws Exception {
    TamperedLink link = TamperedLink.create(children.deployment(), tampering);
    try (Ground ground = new Ground(children, link)) {
      return new FramesRun(Duration.ofSeconds(seconds), leastFrames, perSecond, usualWaits)
          .run(ground, link, hostile);
    }
  }

  private static void print(FramesReport report) {
    line(
        "%.0f s: %,d frames, of which %,d twice, %,d held back (%,d passed by younger ones), %,d"
            + " broken; %,d dials, %,d sessions",
        report.seconds(),
        report.frames(),
        report.duplicated(),
        report.heldBack(),
        report.overtaken(),
        report.corrupted(),
        report.connections(),
        report.sessions());
    line(
        "meanwhile %,d insights made, %,d taken by the hub (%.1f/s)%s; the rest %.1f s after",
        report.made(),
        report.storedMeanwhile(),
        report.storedPerSecond(),
        report.progressed() ? "" : ": TOO FEW",
        report.drainSeconds());
    line("the hub counted: %s", report.hubCounted());
    line("%s", report.books().text());
    line(
        "%,d lost, %,d twice; %,d in quarantine, of which %,d were not broken by the link",
        report.lost(),
        report.books().duplicates(),
        report.books().quarantined(),
        report.quarantinedUnbroken());
  }

  @SuppressWarnings("AnnotateFormatMethod")
  private static void line(String format, Object... arguments) {
    System.out.println(String.format(Locale.ROOT, format, arguments));
  }
}
