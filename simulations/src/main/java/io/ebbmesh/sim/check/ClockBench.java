package io.ebbmesh.sim.check;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Runs a node whose wall clock says 1970. */
@Command(
    name = "clock",
    mixinStandardHelpOptions = true,
    description = {
      "Starts a hub, and a node that libfaketime keeps in 1970: it connects, delivers, is started"
          + " again without a link and without what it knew of the time, and delivers again. Exit"
          + " code 0 only if the hub has every insight within 2 s of the time it was accepted.",
      "Needs the Debian package faketime."
    },
    footer = {"", "Example:", "  ebbmesh bench clock --json clock.json"})
public final class ClockBench implements Callable<Integer> {

  @Option(names = "--dir", description = "Directory for the run (default: a temporary one).")
  private @Nullable Path dir;

  @Option(names = "--json", description = "Write the report to this file.")
  private @Nullable Path json;

  @Override
  public Integer call() throws Exception {
    Map<String, String> environment = FakeTime.in1970();
    return Children.judge(
        dir,
        "clock",
        json,
        children -> new ClockRun(children).run(environment),
        ClockBench::print,
        ClockReport::held);
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
