package io.ebbmesh.protocol.insight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.ebbmesh.protocol.session.Frame.RefusalReason;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecordsTest {

  @ParameterizedTest
  @ValueSource(strings = {"a", "7", "gateway-03", "plant.north_2"})
  void aNodeIdIsLikeAHostName(String name) {
    assertThat(new NodeId(name)).hasToString(name);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-a", "a-", "A", "ü", "a b", "a/b", "a\n"})
  void otherNodeIdsAreRefusedByName(String name) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new NodeId(name))
        .withMessageContaining("'" + name + "'");
  }

  @Test
  void aNodeIdHasAtMost63Characters() {
    assertThat(new NodeId("a".repeat(63)).value()).hasSize(63);
    assertThatIllegalArgumentException().isThrownBy(() -> new NodeId("a".repeat(64)));
  }

  @Test
  void aLineageForgetsItsOldestOpenings() {
    Lineage lineage = new Lineage(List.of());
    for (int i = 1; i <= Lineage.MAX_EPOCHS + 5; i++) {
      lineage = lineage.plus(new Lineage.Epoch(i, Map.of()));
    }
    assertThat(lineage.epochs()).hasSize(Lineage.MAX_EPOCHS);
    assertThat(lineage.epochs().get(0).id()).isEqualTo(6);
  }

  @Test
  void anOpeningKeepsItsNumbersWhateverBecomesOfTheMap() {
    Map<Lane, Long> seqs = new EnumMap<>(Lane.class);
    seqs.put(Lane.INSIGHT, 77L);
    Lineage.Epoch epoch = new Lineage.Epoch(1, seqs);
    seqs.put(Lane.INSIGHT, 78L);

    assertThat(epoch.firstSeqs()).containsExactly(Map.entry(Lane.INSIGHT, 77L));
  }

  @Test
  void aLossRecordNamesSomethingAndNotTooMuch() {
    assertThatIllegalArgumentException().isThrownBy(() -> loss(SeqRanges.EMPTY));
    SeqRanges ranges = SeqRanges.EMPTY;
    for (int i = 0; i <= LossRecord.MAX_RANGES; i++) {
      ranges = ranges.plus(new SeqRange(3 * i + 1, 3 * i + 1));
    }
    SeqRanges tooMany = ranges;
    assertThatIllegalArgumentException()
        .isThrownBy(() -> loss(tooMany))
        .withMessageContaining("several records");
  }

  private static LossRecord loss(SeqRanges ranges) {
    return new LossRecord(Lane.INSIGHT, 1, ranges, LossReason.QUOTA, 0, new byte[0]);
  }

  @Test
  void codesAreDifferentAndComeBack() {
    for (Lane lane : Lane.values()) {
      assertThat(Lane.ofCode(lane.code())).isEqualTo(lane);
    }
    for (InsightKind kind : InsightKind.values()) {
      assertThat(InsightKind.ofCode(kind.code())).isEqualTo(kind);
    }
    for (LossReason reason : LossReason.values()) {
      assertThat(LossReason.ofCode(reason.code())).isEqualTo(reason);
    }
    for (RefusalReason reason : RefusalReason.values()) {
      assertThat(RefusalReason.ofCode(reason.code())).isEqualTo(reason);
    }
    assertThatIllegalArgumentException().isThrownBy(() -> Lane.ofCode(0));
  }
}
