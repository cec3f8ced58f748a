package io.ebbmesh.sim.backlog;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.ebbmesh.node.cli.ExitCode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class BacklogBenchTest {

  @TempDir private Path folder;

  @Test
  void whatWasAcceptedOneAtATimeIsAtTheHubOnceAndInLargeBlocks() throws Exception {
    Path run = folder.resolve("run");
    JsonNode report =
        run(new DrainBench(), ExitCode.OK, "--records", "2000", "--dir", run.toString());

    assertThat(report.path("books").path("stored").asLong()).isEqualTo(2_000);
    assertThat(report.path("duplicates").asLong()).isZero();
    assertThat(report.path("insightsPerBlock").asDouble()).isGreaterThan(100);
    assertThat(report.path("bytesPerInsight").asDouble()).isPositive();
    theBooksNoticeWhatTheSourceSaysOtherwise(run);
  }

  private static void theBooksNoticeWhatTheSourceSaysOtherwise(Path run) throws Exception {
    FeedAccount more = FeedLog.read(run.resolve("source.log"));
    FeedAccount.Track track = more.tracks().iterator().next();
    track.add(track.first() + track.count(), 2_001, 0, 0);
    Ledger lost = ledger(more, run);
    assertThat(lost.produced()).isEqualTo(2_001);
    assertThat(lost.stored()).isEqualTo(2_000);
    assertThat(lost.balanced()).isFalse();

    Ledger unknown = ledger(new FeedAccount(), run);
    assertThat(unknown.unknown()).isEqualTo(2_000);
    assertThat(unknown.balanced()).isFalse();

    FeedAccount other = FeedLog.read(run.resolve("source.log"));
    FeedAccount altered = new FeedAccount();
    other.sources().forEach((name, is) -> alter(is, altered.track(name, is.lane())));
    Ledger wrong = ledger(altered, run);
    assertThat(wrong.stored()).isEqualTo(2_000);
    assertThat(wrong.wrong()).isEqualTo(2_000);
    assertThat(wrong.balanced()).isFalse();
  }

  private static void alter(FeedAccount.Track from, FeedAccount.Track to) {
    for (int i = 0; i < from.count(); i++) {
      to.add(from.first() + i, from.seq(i), from.hash(i) + 1, from.madeAtMillis(i));
    }
  }

  private static Ledger ledger(FeedAccount account, Path run) throws Exception {
    return Ledger.of(
        account, Ground.NODE, run.resolve("node/outbox"), run.resolve("hub/insights.db"));
  }

  @Test
  void whatIsMadeWhileABacklogDrainsIsAtTheHubToo() throws Exception {
    // Whether it is there in time is for a quiet machine to say.
    JsonNode report = run(new BacklogBench(), null, "--hours", "0.1", "--alarms-per-minute", "0");

    assertThat(report.path("backlog").asLong()).isEqualTo(7_200);
    assertThat(report.path("books").path("stored").asLong()).isGreaterThan(7_200);
    assertThat(report.path("firstLiveSeconds").asDouble()).isPositive();
  }

  private JsonNode run(Object bench, @Nullable Integer exitCode, String... options)
      throws Exception {
    Path json = folder.resolve("report.json");
    List<String> words = new ArrayList<>(List.of(options));
    words.addAll(List.of("--json", json.toString()));
    int exit = new CommandLine(bench).execute(words.toArray(String[]::new));
    assertThat(json).exists();
    String text = Files.readString(json);
    if (exitCode != null) {
      assertThat(exit).as(text).isEqualTo(exitCode);
    }
    JsonNode report = new ObjectMapper().readTree(text);
    assertThat(report.path("books").path("balanced").asBoolean()).isTrue();
    return report;
  }
}
