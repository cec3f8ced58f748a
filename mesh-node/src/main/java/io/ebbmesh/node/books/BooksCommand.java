package io.ebbmesh.node.books;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.ebbmesh.node.cli.ExitCode;
import io.ebbmesh.node.cli.Subcommand;
import io.ebbmesh.node.cli.UserErrorException;
import io.ebbmesh.node.config.DataFolder;
import io.ebbmesh.node.insights.DataDir;
import io.ebbmesh.protocol.insight.Incarnation;
import io.ebbmesh.sync.clock.HubClock;
import io.ebbmesh.sync.insight.outbox.OutboxProblem;
import io.ebbmesh.sync.insight.outbox.OutboxReport;
import io.ebbmesh.sync.insight.outbox.StoppedOutbox;
import io.ebbmesh.sync.insight.store.StoreException;
import io.ebbmesh.sync.insight.store.sqlite.HubStoreReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Prints the books, and says whether they balance. */
@Command(
    name = "books",
    description =
        "Print produced, stored, quarantined, declared, pending and unaccounted for each node,"
            + " incarnation and lane; read-only. Exits 1 if they do not balance, or if damage of a node's"
            + " store hides insights from them.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Examples:",
      "  ebbmesh books hub-data                         a hub that runs or is stopped",
      "  ebbmesh books gw-1-data                        a node that is stopped",
      "  ebbmesh books --url http://127.0.0.1:7340      a node that runs",
      "",
      "A hub knows of what a node named in its last Hello or sent since; a node counts everything",
      "that the hub acknowledged as stored, also what is quarantined there. Unaccounted is what an",
      "incarnation reported that another one of the node has followed, and never delivered.",
      "Losses are folded (into aggregates), quota (given up for room), expired, damaged (could not be",
      "read), torn_tail (a write that was not finished) or store_lost."
    })
public final class BooksCommand implements Callable<Integer>, Subcommand {

  /**
   * What is printed.
   *
   * @param losses none of a node that runs
   * @param outbox a stopped node's store, which says its problems again when it is opened
   */
  private record Books(List<Account> accounts, List<Loss> losses, @Nullable OutboxReport outbox) {

    List<String> problems() {
      return outbox == null
          ? List.of()
          : outbox.problems().stream().map(OutboxProblem::text).toList();
    }

    boolean balanced() {
      return accounts.stream().allMatch(Account::balanced)
          && (outbox == null || !outbox.hidesInsights());
    }
  }

  private static final ObjectMapper JSON = new ObjectMapper();

  @Mixin private DataDir dataDir = new DataDir();

  @Option(names = "--url", description = "Where a node that runs answers HTTP.")
  private @Nullable String url;

  @Option(
      names = "--token-file",
      description = "File with the node's ebbmesh.node.http.bearer-token.")
  private @Nullable Path tokenFile;

  @Option(
      names = "--losses",
      description =
          "List the loss records, too: all at a hub, at a stopped node those that the hub has not"
              + " got.")
  private boolean losses;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  /** Found by the service loader. */
  public BooksCommand() {}

  @Override
  public Object command() {
    return this;
  }

  @Override
  public Integer call() throws Exception {
    check();
    Books books;
    try {
      books = books();
    } catch (IOException e) {
      throw UserErrorException.of(e);
    } catch (StoreException e) {
      throw new UserErrorException(String.valueOf(e.getMessage()), e);
    }
    boolean balanced = books.balanced();
    if (json) {
      Map<String, Object> report = new LinkedHashMap<>();
      report.put("balanced", balanced);
      report.put("lanes", books.accounts());
      report.put("problems", books.problems());
      if (losses) {
        report.put("losses", books.losses());
      }
      System.out.println(JSON.writerWithDefaultPrettyPrinter().writeValueAsString(report));
    } else {
      print(books);
    }
    return balanced ? ExitCode.OK : ExitCode.FAILED;
  }

  /** The verdict comes last, below what it rests on. */
  private void print(Books books) {
    System.out.print(AccountTable.of(books.accounts()));
    if (losses) {
      books.losses().forEach(loss -> System.out.print(loss.text()));
      if (books.losses().isEmpty()) {
        System.out.println("no losses");
      }
    }
    books.problems().forEach(problem -> System.out.println("problem: " + problem));
    OutboxReport outbox = books.outbox();
    if (outbox != null && !outbox.problems().isEmpty()) {
      System.out.println(outbox.problemSum());
    }
    System.out.println(
        AccountTable.verdict(books.accounts(), outbox != null && outbox.hidesInsights()));
  }

  private void check() {
    if (url == null) {
      if (tokenFile != null) {
        throw new UserErrorException("--token-file goes with --url: a folder asks for no token");
      }
      return;
    }
    if (dataDir.isNamed()) {
      throw new UserErrorException("name a folder, or a node that runs with --url, not both");
    }
    if (losses) {
      throw new UserErrorException(
          "--losses reads a folder: name the data-dir of a hub, or of a node that is stopped");
    }
  }

  private Books books() throws IOException, InterruptedException {
    if (url != null) {
      return new Books(Account.of(RunningNode.status(url, tokenFile)), List.of(), null);
    }
    Path folder = dataDir.folder();
    if (DataFolder.isHubs(folder) && DataFolder.isNodes(folder)) {
      throw new UserErrorException(DataFolder.bothIn(folder));
    }
    return dataDir.isHub() ? ofHub(dataDir.hubStore()) : ofStoppedNode(folder, dataDir.nodeName());
  }

  private Books ofHub(Path store) {
    try (HubStoreReport report = HubStoreReport.open(store)) {
      return new Books(
          report.lanes().stream().map(Account::of).toList(),
          losses
              ? report.losses().stream()
                  .map(loss -> Loss.of(loss.node().value(), loss.loss(), loss.counted()))
                  .toList()
              : List.of(),
          null);
    }
  }

  private static Books ofStoppedNode(Path folder, String node) throws IOException {
    OutboxReport report = outbox(folder);
    @Nullable Incarnation incarnation =
        report.identity() == null ? null : report.identity().incarnation();
    return new Books(
        report.lanes().stream().map(lane -> Account.of(node, incarnation, lane)).toList(),
        report.lanes().stream()
            .flatMap(lane -> lane.unacknowledgedLosses().stream())
            .map(loss -> Loss.of(node, loss, loss.ranges().count()))
            .toList(),
        report);
  }

  private static OutboxReport outbox(Path folder) throws IOException {
    Path outbox =
        Files.isDirectory(folder.resolve("outbox/log")) ? folder.resolve("outbox") : folder;
    if (!Files.isDirectory(outbox.resolve("log"))) {
      throw new UserErrorException(
          folder + " holds neither an outbox nor a hub store: name the data-dir of a node or hub");
    }
    return StoppedOutbox.read(outbox, HubClock.create(UUID.randomUUID()), false);
  }
}
