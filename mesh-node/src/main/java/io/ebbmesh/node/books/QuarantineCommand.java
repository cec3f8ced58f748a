package io.ebbmesh.node.books;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.ebbmesh.node.cli.ExitCode;
import io.ebbmesh.node.cli.Subcommand;
import io.ebbmesh.node.cli.UserErrorException;
import io.ebbmesh.node.insights.DataDir;
import io.ebbmesh.node.insights.Printable;
import io.ebbmesh.protocol.block.Digest;
import io.ebbmesh.protocol.time.NodeClock;
import io.ebbmesh.sync.clock.HubClock;
import io.ebbmesh.sync.insight.store.StoreException;
import io.ebbmesh.sync.insight.store.sqlite.QuarantineDesk;
import io.ebbmesh.sync.insight.store.sqlite.QuarantineDesk.Entry;
import io.ebbmesh.sync.insight.store.sqlite.QuarantineDesk.Retried;
import io.ebbmesh.sync.insight.store.sqlite.Retention;
import io.ebbmesh.sync.insight.store.sqlite.SqliteSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What a hub keeps because it arrived damaged. */
@Command(
    name = "quarantine",
    description = "List the damaged blocks that a hub keeps, and ingest them again.",
    mixinStandardHelpOptions = true,
    subcommands = {
      QuarantineCommand.ListEntries.class,
      QuarantineCommand.Retry.class,
      QuarantineCommand.Export.class
    },
    footer = {
      "",
      "Examples:",
      "  ebbmesh quarantine list hub-data",
      "  ebbmesh quarantine retry hub-data --all        with a program that can read them",
      "  ebbmesh quarantine export hub-data --id 7 --out block-7.bin",
      "",
      "The hub may run or be stopped. Of blocks over the limit of quarantine it keeps what they were",
      "and gives up their bytes, the oldest first: they stay in the list, and that is all."
    })
public final class QuarantineCommand implements Subcommand {

  /** Found by the service loader. */
  public QuarantineCommand() {}

  @Override
  public Object command() {
    return this;
  }

  /** What all of them do: open the store, say what is wrong with it. */
  abstract static class Working implements Callable<Integer> {

    @Mixin private DataDir dataDir = new DataDir();

    abstract int work(QuarantineDesk desk) throws IOException;

    @Override
    public Integer call() {
      Config defaults = ConfigFactory.defaultReference();
      NodeClock clock = HubClock.create(UUID.randomUUID());
      try (QuarantineDesk desk =
          QuarantineDesk.open(
              dataDir.hubStore(),
              SqliteSettings.of(defaults.getConfig("ebbmesh.sync.hub-store")),
              Retention.of(defaults.getConfig("ebbmesh.hub.retention")),
              () -> clock.now().wallMillis())) {
        return work(desk);
      } catch (IOException e) {
        throw UserErrorException.of(e);
      } catch (StoreException e) {
        throw new UserErrorException(String.valueOf(e.getMessage()), e);
      }
    }
  }

  @Command(name = "list", description = "Print them.", mixinStandardHelpOptions = true)
  static final class ListEntries extends Working {

    private static final String ROW = "%8s %-24s %-16s %-36s %-9s %-20s %10s  %s";

    @Option(names = "--json", description = "Print a JSON object a line.")
    private boolean json;

    @Override
    int work(QuarantineDesk desk) throws JsonProcessingException {
      List<Entry> entries = desk.list();
      if (!json && entries.isEmpty()) {
        System.out.println("nothing is in quarantine");
      } else if (!json) {
        row("ID", "ARRIVED", "NODE", "INCARNATION", "LANE", "NUMBERS", "BYTES", "PROBLEM");
      }
      for (Entry entry : entries) {
        if (json) {
          System.out.println(json(entry));
        } else {
          row(
              entry.id(),
              arrived(entry),
              entry.lane().node(),
              entry.lane().incarnation(),
              entry.lane().lane().id(),
              entry.counted(),
              entry.bytes(),
              Printable.of(entry.problem()) + (entry.isGivenUp() ? " (bytes given up)" : ""));
        }
      }
      return ExitCode.OK;
    }

    private static void row(Object... cells) {
      System.out.println(String.format(Locale.ROOT, ROW, cells));
    }

    private static String arrived(Entry entry) {
      return entry.arrivedWallMillis() == 0
          ? "unknown"
          : Instant.ofEpochMilli(entry.arrivedWallMillis()).toString();
    }

    private static String json(Entry entry) throws JsonProcessingException {
      ObjectMapper mapper = new ObjectMapper();
      ObjectNode node =
          mapper
              .createObjectNode()
              .put("id", entry.id())
              .put("arrived", arrived(entry))
              .put("node", entry.lane().node().value())
              .put("incarnation", entry.lane().incarnation().toString())
              .put("lane", entry.lane().lane().id())
              .put("firstSeq", entry.seqs().first())
              .put("lastSeq", entry.seqs().last())
              .put("counted", entry.counted().count())
              .put("bytes", entry.bytes())
              .put("problem", entry.problem())
              .put("bytesGivenUp", entry.isGivenUp());
      Digest digest = entry.givenUpDigest();
      if (digest != null) {
        node.put("sha256", digest.toString());
      }
      return mapper.writeValueAsString(node);
    }
  }

  @Command(
      name = "retry",
      description =
          "Decode them again and store what can be read; exits 1 if any stays in quarantine.",
      mixinStandardHelpOptions = true)
  static final class Retry extends Working {

    @Option(names = "--id", description = "Which; repeatable.")
    private List<Long> ids = List.of();

    @Option(
        names = "--all",
        description =
            "All of them but those that only contradict what is stored or gave up their bytes.")
    private boolean all;

    @Override
    int work(QuarantineDesk desk) {
      if (all != ids.isEmpty()) {
        throw new UserErrorException("name entries with --id, or take --all");
      }
      List<Long> wanted = ids;
      long givenUp = 0;
      if (all) {
        List<Entry> counting =
            desk.list().stream().filter(each -> !each.counted().isEmpty()).toList();
        givenUp = counting.stream().filter(Entry::isGivenUp).count();
        wanted = counting.stream().filter(each -> !each.isGivenUp()).map(Entry::id).toList();
      }
      int staying = 0;
      for (long id : wanted) {
        Retried retried = desk.retry(id);
        staying += retried.problem() == null ? 0 : 1;
        System.out.println(
            retried.problem() == null
                ? id + ": stored " + retried.stored() + " insights"
                : id + ": stays in quarantine: " + retried.problem());
      }
      System.out.println(wanted.size() - staying + " stored, " + staying + " stay in quarantine");
      if (givenUp > 0) {
        System.out.println(
            givenUp
                + " more stay in quarantine for good: their bytes were given up for newer blocks"
                + " (ebbmesh.sync.hub-store.quarantine.max-size)");
      }
      return staying == 0 && givenUp == 0 ? ExitCode.OK : ExitCode.FAILED;
    }
  }

  @Command(
      name = "export",
      description = "Write the bytes of one as they arrived.",
      mixinStandardHelpOptions = true)
  static final class Export extends Working {

    @Option(names = "--id", required = true, description = "Which.")
    private long id;

    @Option(names = "--out", required = true, description = "New file.")
    private @Nullable Path out;

    @Override
    int work(QuarantineDesk desk) throws IOException {
      Path file = out == null ? Path.of("") : out;
      if (Files.exists(file)) {
        throw new UserErrorException(file + " exists: name a new file with --out");
      }
      byte[] bytes = desk.bytes(id);
      Files.write(file, bytes, StandardOpenOption.CREATE_NEW);
      System.out.println("wrote " + bytes.length + " bytes to " + file);
      return ExitCode.OK;
    }
  }
}
