package io.ebbmesh.sim.check;

import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Runs a node whose wall clock says 1970, or nodes and hubs whose wall clocks jump. */
@Command(
    name = "clock",
    mixinStandardHelpOptions = true,
    description = {
      "Starts a hub, and a node that libfaketime keeps in 1970: it connects, delivers, is started"
          + " again without a link and without what it knew of the time, and delivers again. Exit"
          + " code 0 only if the hub has every insight within 2 s of the time it was accepted.",
      "--jumps: the clocks of a node and of its hub jump by five years and by an hour, forward and"
          + " back, while they run and across restarts; with certificates of a month, of a month for"
          + " the hub and decades for the node, and of decades. Lanes have a time to live, the hub deletes by age. Exit code 0 only if nothing"
          + " is lost, given up, deleted or there twice, and the session comes back each time.",
      "Needs the Debian package faketime."
    },
    footer = {
      "",
      "Examples:",
      "  ebbmesh bench clock --json clock.json",
      "  ebbmesh bench clock --jumps"
    })
public final class ClockBench implements Callable<Integer> {

  @Option(names = "--jumps", description = "Let clocks jump instead.")
  private boolean jumps;

  @Option(
      names = "--certificates",
      split = ",",
      paramLabel = "WHICH",
      description = "With --jumps: only with these, of ${COMPLETION-CANDIDATES}.")
  private Set<JumpRun.Certificates> certificates = EnumSet.allOf(JumpRun.Certificates.class);

  @Option(names = "--dir", description = "Directory for the run (default: a temporary one).")
  private @Nullable Path dir;

  @Option(names = "--json", description = "Write the report to this file.")
  private @Nullable Path json;

  @Override
  public Integer call() throws Exception {
    Map<String, String> environment = FakeTime.in1970();
    if (jumps) {
      return Children.judge(
          dir,
          "clock",
          json,
          children -> new JumpRun(children, certificates, System.out).run(),
          ClockBench::print,
          JumpReport::held);
    }
    return Children.judge(
        dir,
        "clock",
        json,
        children -> new ClockRun(children).run(environment),
        ClockBench::print,
        ClockReport::held);
  }

  private static void print(JumpReport report) {
    System.out.println(
        String.format(
            Locale.ROOT,
            "%d jumps: %d readings accepted, %d not at the hub, %d duplicates, %d declared lost, %d"
                + " deleted by age, %s; the session was back after at most %,d ms",
            report.jumps(),
            report.accepted(),
            report.missing(),
            report.duplicates(),
            report.declaredLost(),
            report.deleted(),
            report.balanced() ? "balanced" : "NOT balanced",
            report.backAfterMillis()));
  }

  private static void print(ClockReport report) {
    System.out.println(
        String.format(
            Locale.ROOT,
            "%d readings accepted in 1970 (%d of them without a link), %d delivered; %d were"
                + " called a lower bound by the node, its estimates up to %,d ms off; at the hub"
                + " at most %,d ms off, quality %s",
            report.readings(),
            report.offline(),
            report.delivered(),
            report.saidLowerBound(),
            report.furthestNodeErrorMillis(),
            report.furthestErrorMillis(),
            report.byQuality()));
  }
}
