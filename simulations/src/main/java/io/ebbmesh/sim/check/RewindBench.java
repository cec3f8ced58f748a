package io.ebbmesh.sim.check;

import io.ebbmesh.node.cli.UserErrorException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Puts an old image back on a node, and runs a copy beside it. */
@Command(
    name = "rewind",
    mixinStandardHelpOptions = true,
    description = {
      "Starts a hub and a node. Puts an image of its data directory back that is older than what"
          + " the hub holds; then copies the directory while the node runs and starts the copy"
          + " beside it. Producers repeat to both what they have forgotten. Exit code 0 only if"
          + " both were noticed, every accepted reading is at the hub once, nothing that the hub"
          + " held has changed, and its books balance."
    },
    footer = {"", "Example:", "  ebbmesh bench rewind --readings 200 --json rewind.json"})
public final class RewindBench implements Callable<Integer> {

  private static final int MAX_READINGS = 10_000;

  @Option(
      names = "--readings",
      defaultValue = "100",
      description = "Readings in each of the six phases.")
  private int readings;

  @Option(names = "--dir", description = "Directory for the run (default: a temporary one).")
  private @Nullable Path dir;

  @Option(names = "--json", description = "Write the report to this file.")
  private @Nullable Path json;

  @Override
  public Integer call() throws Exception {
    if (readings < 1 || readings > MAX_READINGS) {
      throw new UserErrorException("--readings must be 1 to " + MAX_READINGS + ", not " + readings);
    }
    return Children.judge(
        dir,
        "rewind",
        json,
        children -> new RewindRun(children, readings).run(),
        RewindBench::print,
        RewindReport::held);
  }

  private static void print(RewindReport report) {
    System.out.print(report.books());
    System.out.println(
        String.format(
            Locale.ROOT,
            "%d readings accepted, %d stored, %d missing, %d stored twice; of %d that were repeated"
                + " to disks that had forgotten them the hub recognised %d; of %d rows that it"
                + " held %d changed; %d incarnations; the rewound store was %s, the copy was %s"
                + " and let in %.1f s after the node was gone",
            report.accepted(),
            report.stored(),
            report.missing(),
            report.twice(),
            report.repeats(),
            report.repeated(),
            report.heldBefore(),
            report.changed(),
            report.incarnations(),
            report.rewoundNoticed() ? "noticed" : "NOT NOTICED",
            report.copyNoticed() ? "noticed" : "NOT NOTICED",
            report.copyAdmittedAfterSeconds()));
  }
}
