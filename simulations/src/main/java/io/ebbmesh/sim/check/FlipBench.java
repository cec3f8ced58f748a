package io.ebbmesh.sim.check;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.ebbmesh.node.cli.ExitCode;
import io.ebbmesh.node.cli.UserErrorException;
import io.ebbmesh.sim.report.JsonFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Flips single bits of a stopped store and opens it again. */
@Command(
    name = "flip",
    mixinStandardHelpOptions = true,
    description = {
      "Flips one bit at a time in a copy of a stopped node's store, then cuts its newest file short,"
          + " opens it with the outbox that serves nodes, and compares everything with what was accepted. Half of the bits are"
          + " chosen from the bytes in use, half from all bytes of the files. Exit code 0 only if"
          + " the store opened every time, nothing was missing or changed undeclared, and none"
          + " took more than the block that it hit."
    },
    footer = {"", "Example:", "  ebbmesh bench flip --flips 1000 --seed 7 --json flip.json"})
public final class FlipBench implements Callable<Integer> {

  private static final int MAX_FLIPS = 1_000_000;
  private static final int MAX_CUT_STEP = 1_000_000;
  private static final int PROGRESS = 100;

  @Option(names = "--flips", defaultValue = "10000", description = "Bits to flip, one at a time.")
  private int flips;

  @Option(
      names = "--cut-step",
      defaultValue = "1",
      description =
          "Cut the newest file at every so many-th byte of its last three events; 0: never.")
  private int cutStep;

  @Option(names = "--seed", defaultValue = "1", description = "Chooses bits and insights.")
  private long seed;

  @Option(names = "--dir", description = "Directory for the copies (default: a temporary one).")
  private @Nullable Path dir;

  @Option(names = "--json", description = "Write the report to this file.")
  private @Nullable Path json;

  private int done;

  @Override
  public Integer call() throws Exception {
    if (flips < 1 || flips > MAX_FLIPS) {
      throw new UserErrorException("--flips must be 1 to " + MAX_FLIPS);
    }
    if (cutStep < 0 || cutStep > MAX_CUT_STEP) {
      throw new UserErrorException("--cut-step must be 0 to " + MAX_CUT_STEP);
    }
    JsonFile.requireWritable(json);
    Path work = workDirectory();
    // Every other opening reports damage, as it should: that is counted, not printed.
    ((Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME)).setLevel(Level.OFF);
    FlipReport report;
    try {
      report = FlipRun.of(work, flips, cutStep, seed, this::show);
    } finally {
      if (dir == null) {
        StoreBits.delete(work);
      }
    }
    print(report);
    JsonFile.write(json, report);
    return report.holds() ? ExitCode.OK : ExitCode.FAILED;
  }

  private Path workDirectory() throws IOException {
    if (dir == null) {
      return Files.createTempDirectory("ebbmesh-flip");
    }
    for (String name : new String[] {"store", "copy"}) {
      if (Files.exists(dir.resolve(name))) {
        throw new UserErrorException(dir.resolve(name) + " is there already: name a new directory");
      }
    }
    return Files.createDirectories(dir);
  }

  private void show(Flip flip) {
    done++;
    if (!flip.holds()) {
      System.out.println("flip " + done + ": " + flip);
    } else if (done % PROGRESS == 0) {
      System.out.println(done + " bits flipped and files cut");
    }
  }

  private static void print(FlipReport report) {
    System.out.println(
        String.format(
            Locale.ROOT,
            "store: %d files, %,d bytes in use of %,d; %,d insights, %,d of them pending%n"
                + "%,d flips: %,d unaffected, %,d repaired, %,d declared lost (%,d insights, at most"
                + " %,d at once); %,d cuts, %,d of them declared lost%n%,d silent, %,d too much lost, %,d not"
                + " started; %.0f ms each",
            report.files(),
            report.usedBytes(),
            report.allBytes(),
            report.insights(),
            report.pendingInsights(),
            report.flips(),
            report.unaffected(),
            report.repaired(),
            report.declaredLost(),
            report.insightsLost(),
            report.mostLostAtOnce(),
            report.cuts(),
            report.cutsDeclared(),
            report.silent(),
            report.tooMuchLost(),
            report.notStarted(),
            report.millisPerFlip()));
  }
}
