package io.ebbmesh.node.insights;

import io.ebbmesh.node.cli.ExitCode;
import io.ebbmesh.node.cli.Subcommand;
import io.ebbmesh.node.cli.UserErrorException;
import io.ebbmesh.sync.insight.store.InsightQuery;
import io.ebbmesh.sync.insight.store.InsightQuery.Found;
import io.ebbmesh.sync.insight.store.InsightQuery.Order;
import io.ebbmesh.sync.insight.store.ReadPosition;
import io.ebbmesh.sync.insight.store.StoreException;
import io.ebbmesh.sync.insight.store.sqlite.SqliteInsightQuery;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Reads the insights of a hub. */
@Command(
    name = "insights",
    description = "Read the insights of a hub that runs or is stopped; changes nothing.",
    mixinStandardHelpOptions = true,
    subcommands = {
      InsightsCommand.Query.class,
      InsightsCommand.Tail.class,
      InsightsCommand.Export.class
    },
    footer = {
      "",
      "Examples:",
      "  ebbmesh insights query hub-data --node gw-1 --from 2h --limit 20",
      "  ebbmesh insights tail -f hub-data --label event",
      "  ebbmesh insights export --config hub.conf --format csv --out insights.csv",
      "",
      "A time with ~ (or \"estimate\") is what the node believed; the others the hub worked out",
      "from a session with that boot of the node. A time with < (or \"backfilled\") is history,",
      "sent after the node was offline; --live leaves it out. Where an output ended is on standard",
      "error, as a position for --after: nothing is missed and nothing repeated."
    })
public final class InsightsCommand implements Subcommand {

  /** Found by the service loader. */
  public InsightsCommand() {}

  @Override
  public Object command() {
    return this;
  }

  /** What all of them do: open the store, say what is wrong with it. */
  abstract static class Reading implements Callable<Integer> {

    @Mixin private DataDir dataDir = new DataDir();
    @Mixin private FilterOptions filter = new FilterOptions();

    @Option(names = "--format", description = "One of ${COMPLETION-CANDIDATES}.")
    private @Nullable Format format;

    abstract void read(InsightQuery query, InsightQuery.Filter filter)
        throws IOException, InterruptedException;

    Format format(Format otherwise) {
      return format == null ? otherwise : format;
    }

    @Override
    public Integer call() throws InterruptedException {
      InsightQuery.Filter wanted = filter.filter(Instant.now());
      try (InsightQuery query = SqliteInsightQuery.open(dataDir.hubStore())) {
        read(query, wanted);
        return ExitCode.OK;
      } catch (IOException e) {
        throw UserErrorException.of(e);
      } catch (StoreException e) {
        throw new UserErrorException(String.valueOf(e.getMessage()), e);
      }
    }

    static ReadPosition position(String text) {
      try {
        return ReadPosition.parse(text);
      } catch (IllegalArgumentException e) {
        throw new UserErrorException("--after: " + e.getMessage(), e);
      }
    }

    static void sayWhere(ReadPosition position) {
      System.err.println("position " + position);
    }

    static int checked(String option, int value, int least, int most) {
      if (value < least || value > most) {
        throw new UserErrorException(
            option
                + " must be "
                + least
                + " to "
                + most
                + ", not "
                + value
                + "; 'insights export' has no limit");
      }
      return value;
    }
  }

  @Command(
      name = "query",
      description = "Print the newest (or oldest) insights by the time of observation.",
      mixinStandardHelpOptions = true)
  static final class Query extends Reading {

    @Option(names = "--order", description = "newest or oldest first (default ${DEFAULT-VALUE}).")
    private String order = "newest";

    @Option(names = "--limit", description = "Most insights (default ${DEFAULT-VALUE}).")
    private int limit = 100;

    @Override
    void read(InsightQuery query, InsightQuery.Filter filter) {
      checked("--limit", limit, 1, InsightQuery.MAX_LIMIT);
      Printer printer = new Printer(System.out, format(Format.TABLE));
      printer.header();
      List<Found> found = query.byTime(filter, order(), limit);
      printer.print(found);
      if (found.isEmpty()) {
        System.err.println("no insight matches");
      }
    }

    private Order order() {
      return switch (order) {
        case "newest" -> Order.NEWEST_FIRST;
        case "oldest" -> Order.OLDEST_FIRST;
        default ->
            throw new UserErrorException("--order must be newest or oldest, not '" + order + "'");
      };
    }
  }

  @Command(
      name = "tail",
      description = "Print the insights that arrived last, and go on with -f.",
      mixinStandardHelpOptions = true)
  static final class Tail extends Reading {

    private static final long POLL_MILLIS = 250;

    @Option(
        names = {"-f", "--follow"},
        description = "Go on with what arrives, until interrupted.")
    private boolean follow;

    @Option(
        names = {"-n", "--lines"},
        description = "Insights to begin with (default ${DEFAULT-VALUE}).")
    private int lines = 10;

    @Option(names = "--after", paramLabel = "POSITION", description = "Begin there instead.")
    private @Nullable String after;

    @Override
    void read(InsightQuery query, InsightQuery.Filter filter) throws InterruptedException {
      checked("--lines", lines, 0, InsightQuery.MAX_LIMIT);
      Printer printer = new Printer(System.out, format(Format.TABLE));
      printer.header();
      ReadPosition at;
      if (after == null) {
        LastArrivals last = LastArrivals.of(query, filter, lines);
        printer.print(last.insights());
        at = last.end();
      } else {
        at = printer.printAfter(query, position(after), filter);
      }
      while (follow && !printer.failed()) {
        Thread.sleep(POLL_MILLIS);
        at = printer.printAfter(query, at, filter);
      }
      if (!printer.failed()) {
        sayWhere(at);
      }
    }
  }

  @Command(
      name = "export",
      description = "Write all insights in the order of arrival, in the memory of a page.",
      mixinStandardHelpOptions = true)
  static final class Export extends Reading {

    @Option(names = "--out", description = "New file (default: standard output).")
    private @Nullable Path out;

    @Option(names = "--after", paramLabel = "POSITION", description = "Only what arrived after it.")
    private @Nullable String after;

    @Override
    void read(InsightQuery query, InsightQuery.Filter filter) throws IOException {
      ReadPosition from = after == null ? query.start() : position(after);
      if (out == null) {
        sayWhere(export(query, from, filter, System.out));
        return;
      }
      if (Files.exists(out)) {
        throw new UserErrorException(out + " exists: name a new file with --out");
      }
      try (OutputStream file = Files.newOutputStream(out, StandardOpenOption.CREATE_NEW)) {
        sayWhere(export(query, from, filter, file));
      }
    }

    private ReadPosition export(
        InsightQuery query, ReadPosition from, InsightQuery.Filter filter, OutputStream to)
        throws IOException {
      Printer printer = new Printer(to, format(Format.JSON));
      printer.header();
      ReadPosition end = printer.printAfter(query, from, filter);
      if (printer.failed()) {
        throw new IOException("the output takes no more: it is not complete");
      }
      return end;
    }
  }
}
