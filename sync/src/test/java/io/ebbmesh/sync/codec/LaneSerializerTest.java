package io.ebbmesh.sync.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.protocol.insight.LossReason;
import io.ebbmesh.protocol.insight.LossRecord;
import io.ebbmesh.protocol.insight.SeqRange;
import io.ebbmesh.protocol.insight.SeqRanges;
import io.ebbmesh.sync.insight.outbox.LaneEvent.Acknowledged;
import io.ebbmesh.sync.insight.outbox.LaneEvent.BlockAppended;
import io.ebbmesh.sync.insight.outbox.LaneEvent.BlocksMerged;
import io.ebbmesh.sync.insight.outbox.LaneEvent.FoldMoved;
import io.ebbmesh.sync.insight.outbox.LaneEvent.RangeDeclaredLost;
import io.ebbmesh.sync.insight.outbox.LaneEvent.RangeFolded;
import io.ebbmesh.sync.insight.outbox.LaneEvent.SourceHead;
import io.ebbmesh.sync.insight.outbox.LaneEvent.Trimmed;
import io.ebbmesh.sync.insight.outbox.LaneSnapshot;
import io.ebbmesh.sync.insight.outbox.LaneTotals;
import java.io.IOException;
import java.io.InputStream;
import java.io.NotSerializableException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class LaneSerializerTest {

  private static final SeqRanges SOME =
      SeqRanges.of(List.of(new SeqRange(1, 1), new SeqRange(5, 400), new SeqRange(1_000, 70_000)));
  private static final LaneTotals TOTALS = new LaneTotals(12, 70_000, 987_654_321_000L);

  private final LaneSerializer serializer = new LaneSerializer();

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static LossRecord loss(long id) {
    return new LossRecord(
        Lane.INSIGHT, id, SOME, LossReason.TORN_TAIL, 1_795_514_400_000L, bytes("sketch"));
  }

  /** By manifest; the golden files were written from these. */
  private static Map<String, Object> messages() {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put(
        "LB1",
        new BlockAppended(
            new SeqRange(17, 116),
            bytes("the bytes of a block"),
            List.of(new SourceHead("csv/mote-7", 4_711, 116), new SourceHead("http/ü", 1, 20))));
    all.put("LM1", new BlocksMerged(new SeqRange(17, 1_016), bytes("a longer block")));
    all.put("LA1", new Acknowledged(SOME, 42));
    all.put("LL1", new RangeDeclaredLost(loss(43)));
    all.put(
        "LT1",
        new Trimmed(
            70_001, SOME, SeqRanges.of(new SeqRange(2, 4)), 43, TOTALS, List.of(), List.of()));
    all.put("LF1", new RangeFolded(loss(43), bytes("a block of aggregates")));
    all.put("LV1", new FoldMoved(43));
    all.put(
        "LS1",
        new LaneSnapshot(
            99,
            70_001,
            SOME,
            SeqRanges.of(new SeqRange(2, 4)),
            43,
            List.of(loss(44), loss(50)),
            List.of(new SourceHead("csv/mote-7", 4_711, 116), new SourceHead("http/ü", 1, 20)),
            new LaneSnapshot.Blocks(
                new long[] {401, 900, 70_000},
                new int[] {300, 100, 1},
                new long[] {60, 95, 61},
                new int[] {2_000, 1_234, 99}),
            TOTALS,
            1_000,
            57,
            List.of()));
    return all;
  }

  static Stream<String> manifests() {
    return messages().keySet().stream();
  }

  private static byte[] golden(String manifest) throws IOException {
    try (InputStream in =
        LaneSerializerTest.class.getResourceAsStream("/golden/lane/" + manifest + ".bin")) {
      assertThat(in).as("golden file of " + manifest).isNotNull();
      return in.readAllBytes();
    }
  }

  @ParameterizedTest
  @MethodSource("manifests")
  void readsWhatWasWrittenOnce(String manifest) throws IOException {
    Object read = serializer.fromBinary(golden(manifest), manifest);
    assertThat(read).usingRecursiveComparison().isEqualTo(messages().get(manifest));
  }

  @ParameterizedTest
  @MethodSource("manifests")
  void writesTheSameBytesAsThen(String manifest) throws IOException {
    Object message = messages().get(manifest);
    assertThat(serializer.manifest(message)).isEqualTo(manifest);
    assertThat(serializer.toBinary(message)).isEqualTo(golden(manifest));
  }

  @Test
  void aTrimAndASnapshotKeepTheFoldsThatAreNotMoved() throws IOException {
    Trimmed trimmed =
        new Trimmed(9, SOME, SeqRanges.EMPTY, 0, TOTALS, List.of(), List.of(7L, 300L));
    assertThat(serializer.fromBinary(serializer.toBinary(trimmed), "LT1")).isEqualTo(trimmed);
  }

  @Test
  void saysThatAnUnknownFormIsOfANewerProgram() {
    assertThatThrownBy(() -> serializer.fromBinary(new byte[0], "LB2"))
        .isInstanceOf(NotSerializableException.class)
        .hasMessageContaining("'LB2'")
        .hasMessageContaining("newer program");
  }

  @ParameterizedTest
  @MethodSource("manifests")
  void refusesBytesThatAreNotWhatTheManifestSays(String manifest) throws IOException {
    byte[] cut = golden(manifest);
    byte[] half = Arrays.copyOf(cut, cut.length - 1);
    assertThatThrownBy(() -> serializer.fromBinary(half, manifest))
        .isInstanceOf(NotSerializableException.class);
  }

  @Test
  void theManifestOfEachMessageIsItsOwn() {
    assertThat(messages().values().stream().map(serializer::manifest).distinct()).hasSize(8);
    assertThat(serializer.identifier()).isEqualTo(1_300_101);
  }
}
