package io.ebbmesh.protocol.insight;

import static org.assertj.core.api.Assertions.assertThat;

import io.ebbmesh.protocol.insight.Fork.Kind;
import io.ebbmesh.protocol.insight.Lineage.Epoch;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A lineage is written as id:first number of lane insight, oldest first; {@code -} is none. */
class ForkTest {

  private static final Epoch BOTH_LANES = new Epoch(1, Map.of(Lane.ALARM, 1L, Lane.INSIGHT, 1L));

  private static Lineage lineage(String text) {
    List<Epoch> epochs = new ArrayList<>();
    for (String epoch : text.equals("-") ? new String[0] : text.split(" ")) {
      String[] parts = epoch.split(":");
      epochs.add(
          new Epoch(Long.parseLong(parts[0]), Map.of(Lane.INSIGHT, Long.parseLong(parts[1]))));
    }
    return new Lineage(epochs);
  }

  private static Map<Lane, SeqRanges> upTo(long last) {
    return last == 0 ? Map.of() : Map.of(Lane.INSIGHT, SeqRanges.of(new SeqRange(1, last)));
  }

  private static Lineage run(int firstId, int lastId) {
    List<Epoch> epochs = new ArrayList<>();
    for (int id = firstId; id <= lastId; id++) {
      epochs.add(new Epoch(id, Map.of(Lane.INSIGHT, 10L * id)));
    }
    return new Lineage(epochs);
  }

  @ParameterizedTest
  @CsvSource({
    // nothing to compare with
    "-,            0,   1:1",
    "-,            9,   1:1 2:5",
    "-,            0,   -",
    // the same opening again, whatever the hub holds
    "1:1,          0,   1:1",
    "1:1 2:5,      900, 1:1 2:5",
    // new openings, the first of them behind everything held
    "1:1,          4,   1:1 2:5",
    "1:1,          0,   1:1 2:1",
    "1:1,          4,   1:1 2:5 3:9 4:9",
    // the hub forgot, or was set back itself
    "1:1,          4,   1:1 2:50 3:90",
  })
  void goesOn(String known, long held, String told) {
    assertThat(Fork.between(lineage(known), upTo(held), lineage(told))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "1:1,          5,   1:1 2:5,        NUMBERS_REUSED,  5",
    "1:1,          900, 1:1 2:5 3:901,  NUMBERS_REUSED,  5",
    "1:1 2:5,      4,   1:1,            OLDER_OPENING,   5",
    "1:1 2:5 3:7,  0,   1:1 2:5,        OLDER_OPENING,   7",
    "1:1 2:5,      0,   1:1 3:4,        OTHER_OPENINGS,  4",
    "1:1 2:5,      0,   1:1 3:9,        OTHER_OPENINGS,  5",
    "1:1 2:5,      9,   1:1 3:10 2:5,   OTHER_OPENINGS,  5",
    "1:1 2:5,      0,   3:1 4:5,        UNRELATED,       1",
    "1:1 2:5,      0,   -,              UNRELATED,       1",
  })
  void parts(String known, long held, String told, Kind kind, long firstSeq) {
    Optional<Fork> fork = Fork.between(lineage(known), upTo(held), lineage(told));
    assertThat(fork).isPresent();
    assertThat(fork.get().kind()).isEqualTo(kind);
    assertThat(fork.get().firstSeqs()).containsEntry(Lane.INSIGHT, firstSeq);
  }

  @Test
  void lineagesThatForgotTheirOldestOpeningsAreComparedOnWhatBothRemember() {
    int most = Lineage.MAX_EPOCHS;
    Lineage known = run(1, most);
    assertThat(Fork.between(known, upTo(10L * most), run(6, most + 5))).isEmpty();
    assertThat(Fork.between(known, upTo(10L * most + 10), run(6, most + 5)))
        .contains(new Fork(Kind.NUMBERS_REUSED, Map.of(Lane.INSIGHT, 10L * most + 10)));
    assertThat(Fork.between(run(6, most + 5), upTo(0), known).map(Fork::kind))
        .contains(Kind.OLDER_OPENING);
  }

  @Test
  void moreNewOpeningsThanAreRememberedLeaveNothingToCompare() {
    int most = Lineage.MAX_EPOCHS;
    assertThat(Fork.between(run(1, 5), upTo(9), run(5, most + 4))).isEmpty();
    assertThat(Fork.between(run(1, 5), upTo(9), run(6, most + 5)).map(Fork::kind))
        .contains(Kind.UNRELATED);
  }

  @Test
  void oneLaneThatUsesNumbersAgainIsEnough() {
    Map<Lane, SeqRanges> held =
        Map.of(
            Lane.ALARM, SeqRanges.of(new SeqRange(1, 3)),
            Lane.INSIGHT, SeqRanges.of(new SeqRange(1, 40)));
    Epoch next = new Epoch(2, Map.of(Lane.ALARM, 3L, Lane.INSIGHT, 41L));
    Lineage known = new Lineage(List.of(BOTH_LANES));
    Fork fork = Fork.between(known, held, known.plus(next)).orElseThrow();
    assertThat(fork.firstSeqs()).isEqualTo(next.firstSeqs());
    assertThat(fork.beyond(held, Lane.ALARM)).isEqualTo(SeqRanges.of(new SeqRange(3, 3)));
    assertThat(fork.beyond(held, Lane.INSIGHT)).isEqualTo(SeqRanges.EMPTY);
    assertThat(fork.beyond(held, Lane.SAMPLE)).isEqualTo(SeqRanges.EMPTY);
  }

  @Test
  void aLaneThatIsNoLongerOpenedUsesNoNumbers() {
    Map<Lane, SeqRanges> held = Map.of(Lane.ALARM, SeqRanges.of(new SeqRange(1, 3)));
    Lineage known = new Lineage(List.of(BOTH_LANES));
    Lineage without = known.plus(new Epoch(2, Map.of(Lane.INSIGHT, 41L)));
    assertThat(Fork.between(known, held, without)).isEmpty();
    Lineage again = without.plus(new Epoch(3, Map.of(Lane.ALARM, 4L, Lane.INSIGHT, 41L)));
    assertThat(Fork.between(known, held, again)).isEmpty();
    Lineage rewound = without.plus(new Epoch(3, Map.of(Lane.ALARM, 2L, Lane.INSIGHT, 41L)));
    assertThat(Fork.between(known, held, rewound)).isPresent();
  }

  @Test
  void whatIsHeldWithHolesCountsFromTheForkPointOn() {
    SeqRanges holes =
        SeqRanges.of(List.of(new SeqRange(1, 4), new SeqRange(8, 9), new SeqRange(12, 20)));
    Fork fork = new Fork(Kind.NUMBERS_REUSED, Map.of(Lane.INSIGHT, 9L));
    assertThat(fork.beyond(Map.of(Lane.INSIGHT, holes), Lane.INSIGHT).count()).isEqualTo(10);
  }
}
