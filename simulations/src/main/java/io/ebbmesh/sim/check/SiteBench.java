package io.ebbmesh.sim.check;

import io.ebbmesh.node.cli.UserErrorException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Kills two of three nodes of a site and watches the third. */
@Command(
    name = "site",
    mixinStandardHelpOptions = true,
    description = {
      "Starts a hub and a site of three nodes that each replay sensor data, kills two of them, and"
          + " starts them again: the third decides every reading throughout, as the same process,"
          + " and the site is whole again. With --accelerator none the third cannot decide alone:"
          + " it waits, and decides everything once a neighbour is back. Exit code 0 only if so."
    },
    footer = {
      "",
      "Examples:",
      "  ebbmesh bench site --down 60 --json site.json",
      "  ebbmesh bench site --down 30 --accelerator none"
    })
public final class SiteBench implements Callable<Integer> {

  private static final int MAX_DOWN = 3_600;

  @Option(names = "--down", defaultValue = "60", description = "Seconds that two nodes are dead.")
  private int down;

  @Option(
      names = "--accelerator",
      defaultValue = "cpu",
      description = "Of the third node: cpu or none.")
  private String accelerator = "cpu";

  @Option(names = "--dir", description = "Directory for the run (default: a temporary one).")
  private @Nullable Path dir;

  @Option(names = "--json", description = "Write the report to this file.")
  private @Nullable Path json;

  @Override
  public Integer call() throws Exception {
    if (down < 1 || down > MAX_DOWN || !List.of("cpu", "none").contains(accelerator)) {
      throw new UserErrorException(
          "--down must be 1 to " + MAX_DOWN + " seconds, --accelerator cpu or none");
    }
    return Children.judge(
        dir,
        "site",
        json,
        children -> new SiteRun(children, accelerator).run(down),
        SiteBench::print,
        SiteReport::held);
  }

  private static void print(SiteReport report) {
    System.out.println(
        String.format(
            Locale.ROOT,
            "%d s with two of three nodes dead: the third (accelerator %s) accepted %,d readings"
                + " meanwhile, longest pause %.1f s; %,d produced, %,d accepted; same process:"
                + " %s; site whole %.1f s after the restart",
            report.downSeconds(),
            report.accelerator(),
            report.acceptedWhileDown(),
            report.longestGapSeconds(),
            report.produced(),
            report.accepted(),
            report.samePid() ? "yes" : "no",
            report.wholeAfterSeconds()));
  }
}
