package io.ebbmesh.node.insights;

import static io.ebbmesh.node.insights.HubFolder.LANE;
import static io.ebbmesh.node.insights.HubFolder.block;
import static io.ebbmesh.node.insights.HubFolder.run;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.ebbmesh.node.cli.ExitCode;
import io.ebbmesh.node.insights.HubFolder.Said;
import io.ebbmesh.protocol.block.BlockEncoder;
import io.ebbmesh.protocol.block.Digest;
import io.ebbmesh.protocol.insight.Incarnation;
import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.protocol.insight.SeqRange;
import io.ebbmesh.protocol.insight.SeqRanges;
import io.ebbmesh.sync.insight.store.InsightStore.LaneKey;
import io.ebbmesh.sync.insight.store.InsightStore.Quarantine;
import io.ebbmesh.sync.insight.store.InsightStore.StoreBlock;
import io.ebbmesh.sync.insight.store.sqlite.HubStoreReport;
import io.ebbmesh.sync.insight.store.sqlite.LaneReport;
import io.ebbmesh.sync.insight.store.sqlite.SqliteInsightStore;
import io.ebbmesh.sync.insight.store.sqlite.SqliteSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The hub runs: its store is open while the commands work. */
class QuarantineCommandTest {

  @TempDir Path folder;

  private SqliteInsightStore hub;
  private byte[] readable;

  /** 4 to 6 are stored; of 1 to 10 the rest is in a block that an older program did not read. */
  @BeforeEach
  void fill() throws Exception {
    hub = HubFolder.open(folder);
    HubFolder.apply(hub, block(SeqRanges.EMPTY, 4, 6));
    StoreBlock whole = (StoreBlock) block(SeqRanges.EMPTY, 1, 10);
    BlockEncoder encoder = new BlockEncoder(1);
    whole.insights().forEach(encoder::add);
    readable = encoder.encode(Lane.INSIGHT, 1, whole.base()).bytes();
    HubFolder.apply(
        hub, new Quarantine(LANE, held(4, 6), new SeqRange(1, 10), readable, "old decoder"));
    HubFolder.apply(
        hub, new Quarantine(LANE, held(1, 10), new SeqRange(11, 12), new byte[40], "checksum"));
  }

  @AfterEach
  void close() {
    hub.close();
  }

  private static SeqRanges held(long first, long last) {
    return SeqRanges.of(new SeqRange(first, last));
  }

  @Test
  void what_this_program_reads_becomes_stored_and_the_rest_stays() throws Exception {
    Said said = run("quarantine", "retry", folder.toString(), "--all");
    assertThat(said.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(said.out())
        .contains("1: stored 7 insights")
        .contains("2: stays in quarantine")
        .contains("1 stored, 1 stay in quarantine");
    Said books = run("books", folder.toString());
    assertThat(books.exitCode()).isEqualTo(ExitCode.OK);
    assertThat(books.out().lines().toList().get(1).split("\\s+"))
        .containsSequence("12", "10", "2", "0", "0", "0", "balanced");
    // What a running session expects is still the truth.
    HubFolder.apply(hub, block(held(1, 12), 13, 13));
    assertThat(run("insights", "export", folder.toString()).out().lines()).hasSize(11);
    assertThat(run("quarantine", "retry", folder.toString(), "--id", "1").err())
        .contains("no entry 1");
  }

  @Test
  void they_are_listed_with_what_is_known_of_them() throws Exception {
    Said said = run("quarantine", "list", folder.toString());
    assertThat(said.out().lines()).hasSize(3);
    assertThat(said.out()).contains("gw-1", "insight", "old decoder", "checksum", "" + 40);
    String json = run("quarantine", "list", "--json", folder.toString()).out();
    assertThat(
            new ObjectMapper()
                .readTree(json.lines().findFirst().orElseThrow())
                .get("counted")
                .asLong())
        .isEqualTo(7);
  }

  @Test
  void the_bytes_of_one_are_written_as_they_came() throws Exception {
    Path out = folder.resolve("block.bin");
    String[] words = {
      "quarantine", "export", folder.toString(), "--id", "1", "--out", out.toString()
    };
    assertThat(run(words).exitCode()).isEqualTo(ExitCode.OK);
    assertThat(Files.readAllBytes(out)).isEqualTo(readable);
    assertThat(run(words).err()).contains("exists");
    assertThat(run("quarantine", "retry", folder.toString()).err()).contains("--id, or take --all");
  }

  @Test
  void what_gave_up_its_bytes_stays_in_the_list_and_says_why_it_is_not_to_be_had()
      throws Exception {
    hub.close();
    Config small =
        ConfigFactory.parseString("quarantine.max-size = 64 KiB")
            .withFallback(ConfigFactory.defaultReference().getConfig("ebbmesh.sync.hub-store"));
    hub = SqliteInsightStore.open(folder.resolve("insights.db"), SqliteSettings.of(small));
    HubFolder.apply(
        hub, new Quarantine(LANE, held(1, 12), new SeqRange(13, 13), new byte[65_500], "checksum"));
    assertThat(run("quarantine", "list", folder.toString()).out().lines().toList().get(1))
        .contains("" + readable.length, "old decoder (bytes given up)");
    JsonNode json =
        new ObjectMapper()
            .readTree(
                run("quarantine", "list", "--json", folder.toString())
                    .out()
                    .lines()
                    .findFirst()
                    .orElseThrow());
    assertThat(json.get("bytesGivenUp").asBoolean()).isTrue();
    assertThat(json.get("sha256").asText()).isEqualTo(Digest.of(readable).toString());
    Said one = run("quarantine", "retry", folder.toString(), "--id", "1");
    assertThat(one.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(one.out())
        .contains("1: stays in quarantine: its bytes were given up", "quarantine.max-size");
    Said all = run("quarantine", "retry", folder.toString(), "--all");
    assertThat(all.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(all.out()).contains("more stay in quarantine for good").doesNotContain("1: ");
    Path out = folder.resolve("block.bin");
    Said export =
        run("quarantine", "export", folder.toString(), "--id", "1", "--out", out.toString());
    assertThat(export.err()).contains("entry 1", "its bytes were given up");
    assertThat(out).doesNotExist();
    assertThat(run("books", folder.toString()).exitCode()).isEqualTo(ExitCode.OK);
  }

  @Test
  void what_contradicts_the_stored_is_passed_over_and_stays_beside_it() throws Exception {
    StoreBlock known = (StoreBlock) block(held(1, 12), 4, 6);
    StoreBlock other = (StoreBlock) block(held(1, 12), 5, 7);
    HubFolder.apply(
        hub,
        new StoreBlock(
            LANE,
            held(1, 12),
            known.seqs(),
            known.base(),
            known.digest(),
            other.insights(),
            readable,
            false));
    assertThat(run("quarantine", "list", folder.toString()).out())
        .contains("other insights are stored under 4-6");
    Said all = run("quarantine", "retry", folder.toString(), "--all");
    assertThat(all.out()).contains("1 stored, 1 stay in quarantine").doesNotContain("3:");
    Said one = run("quarantine", "retry", folder.toString(), "--id", "3");
    assertThat(one.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(one.out()).contains("3: stays in quarantine: the hub holds other insights");
    assertThat(run("books", folder.toString()).exitCode()).isEqualTo(ExitCode.OK);
  }

  @Test
  void of_a_block_over_a_fork_point_each_incarnation_gets_its_part() throws Exception {
    LaneKey child = new LaneKey(LANE.node(), new Incarnation(new UUID(5, 6)), LANE.lane());
    HubFolder.apply(
        hub, new Quarantine(child, SeqRanges.EMPTY, new SeqRange(7, 10), readable, "old decoder"));
    assertThat(run("quarantine", "retry", folder.toString(), "--id", "3").out())
        .contains("3: stored 4 insights");
    List<String> rows = new ArrayList<>();
    try (HubStoreReport report = HubStoreReport.open(folder.resolve("insights.db"))) {
      report.insights(
          LANE.node(),
          row -> {
            if (row.incarnation().equals(child.incarnation())) {
              rows.add(row.seq() + "=" + row.insight().source().position());
            }
          });
      assertThat(report.lanes()).allMatch(LaneReport::balances);
    }
    assertThat(rows).containsExactly("7=7", "8=8", "9=9", "10=10");
  }
}
