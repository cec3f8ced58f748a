package io.ebbmesh.node.inspect;

import io.ebbmesh.node.cli.ExitCode;
import io.ebbmesh.node.cli.Subcommand;
import io.ebbmesh.node.cli.UserErrorException;
import io.ebbmesh.node.config.DataFolder;
import io.ebbmesh.sync.clock.HubClock;
import io.ebbmesh.sync.insight.outbox.OutboxReport;
import io.ebbmesh.sync.insight.outbox.SalvagedOutbox;
import io.ebbmesh.sync.insight.outbox.StoppedOutbox;
import io.ebbmesh.sync.insight.store.StoreException;
import io.ebbmesh.sync.insight.store.sqlite.HubStoreReport;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Prints an outbox or a hub store. */
@Command(
    name = "inspect",
    description =
        "Print what a node's outbox or a hub's store holds, read-only: lanes, cursors, backlog,"
            + " blocks. The node must be stopped; a hub may run.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Examples:",
      "  ebbmesh inspect /var/lib/ebbmesh/gw-1       a node's data-dir",
      "  ebbmesh inspect --verify /var/lib/ebbmesh/gw-1   also read every block",
      "  ebbmesh inspect /var/lib/ebbmesh/hub        a hub's data-dir",
      "  ebbmesh inspect --salvage /var/lib/ebbmesh/gw-1 > insights.jsonl",
      "",
      "Exit code 1 if an outbox is damaged: the lines with problem say how, with --salvage on",
      "standard error. What was delivered or given up is not read again by --verify, as long as it",
      "is on the disk --salvage reads it."
    })
public final class InspectCommand implements Callable<Integer>, Subcommand {

  @Parameters(paramLabel = "FOLDER", description = "data-dir of a node or of a hub.")
  private Path folder = Path.of(".");

  @Option(
      names = "--verify",
      description = "Read every block that an outbox still needs, to find all damage of these.")
  private boolean verify;

  @Option(
      names = "--salvage",
      description =
          "Print every insight of an outbox that can still be read, delivered or not, as a line of"
              + " JSON each: of a damaged store, or of one that was set aside.")
  private boolean salvage;

  /** Found by the service loader. */
  public InspectCommand() {}

  @Override
  public Object command() {
    return this;
  }

  /** Exits with 1 if an outbox is damaged. */
  @Override
  public Integer call() {
    Path insights = DataFolder.hubStore(folder);
    Path outbox =
        Files.isDirectory(folder.resolve("outbox/log")) ? folder.resolve("outbox") : folder;
    try {
      if (salvage) {
        return salvage(folder);
      }
      if (DataFolder.isHubs(folder) && DataFolder.isNodes(folder)) {
        throw new UserErrorException(DataFolder.bothIn(folder));
      }
      if (Files.exists(insights)) {
        if (verify) {
          throw new UserErrorException(
              "--verify reads the blocks of an outbox, and "
                  + folder
                  + " is a hub's: leave it out");
        }
        try (HubStoreReport report = HubStoreReport.open(insights)) {
          System.out.print(report.text());
        }
        return ExitCode.OK;
      }
      if (Files.isDirectory(outbox.resolve("log"))) {
        OutboxReport report =
            StoppedOutbox.read(outbox, HubClock.create(UUID.randomUUID()), verify);
        System.out.print(OutboxText.of(outbox, report));
        return report.problems().isEmpty() ? ExitCode.OK : ExitCode.FAILED;
      }
      throw new UserErrorException(
          folder + " holds neither an outbox nor a hub store: name the data-dir of a node or hub");
    } catch (IOException e) {
      throw UserErrorException.of(e);
    } catch (StoreException e) {
      throw new UserErrorException(String.valueOf(e.getMessage()), e);
    }
  }

  private static int salvage(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      throw new UserErrorException(folder + " is no folder: name the data-dir of a node");
    }
    PrintStream out =
        new PrintStream(new BufferedOutputStream(System.out), false, StandardCharsets.UTF_8);
    SalvageLines lines = new SalvageLines(out);
    SalvagedOutbox.Report report = SalvagedOutbox.read(folder, lines);
    out.flush();
    report.problems().forEach(problem -> System.err.println("problem: " + problem));
    System.err.printf(
        Locale.ROOT,
        "%d files, %d blocks, %d insights; %d places cannot be read%n",
        report.files(),
        report.blocks(),
        lines.count(),
        report.damaged());
    return report.damaged() == 0 && report.problems().isEmpty() ? ExitCode.OK : ExitCode.FAILED;
  }
}
