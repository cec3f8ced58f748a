package io.ebbmesh.protocol.insight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.ebbmesh.protocol.insight.Ancestry.Ancestor;
import io.ebbmesh.protocol.insight.Ancestry.Stretch;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class AncestryTest {

  private static final Incarnation OWN = incarnation(100);

  private static Incarnation incarnation(long number) {
    return new Incarnation(new UUID(0, number));
  }

  private static Ancestor ancestor(long number, long insightFrom) {
    return new Ancestor(incarnation(number), Map.of(Lane.INSIGHT, insightFrom));
  }

  private static Stretch stretch(Incarnation of, long first, long last) {
    return new Stretch(of, new SeqRange(first, last));
  }

  @Test
  void a_store_that_never_parted_names_all_its_numbers() {
    assertThat(Ancestry.NONE.stretches(OWN, Lane.INSIGHT))
        .containsExactly(stretch(OWN, 1, Long.MAX_VALUE));
    assertThat(Ancestry.NONE.ownFrom(Lane.INSIGHT)).isEqualTo(1);
  }

  @Test
  void below_a_fork_point_numbers_are_the_ancestors() {
    Ancestry ancestry = Ancestry.NONE.plus(ancestor(1, 41));
    assertThat(ancestry.stretches(OWN, Lane.INSIGHT))
        .containsExactly(stretch(OWN, 41, Long.MAX_VALUE), stretch(incarnation(1), 1, 40));
    assertThat(ancestry.ownFrom(Lane.INSIGHT)).isEqualTo(41);
  }

  @Test
  void a_lane_that_an_ancestor_does_not_name_is_all_the_stores_own() {
    Ancestry ancestry = Ancestry.NONE.plus(ancestor(1, 41));
    assertThat(ancestry.stretches(OWN, Lane.ALARM))
        .containsExactly(stretch(OWN, 1, Long.MAX_VALUE));
    assertThat(ancestry.ownFrom(Lane.ALARM)).isEqualTo(1);
  }

  @Test
  void a_fork_before_everything_shares_nothing() {
    Ancestry ancestry = Ancestry.NONE.plus(ancestor(1, 41)).plus(ancestor(2, 1));
    assertThat(ancestry.stretches(OWN, Lane.INSIGHT))
        .containsExactly(stretch(OWN, 1, Long.MAX_VALUE));
    assertThat(ancestry.ancestors()).containsExactly(ancestor(2, 1));
  }

  @Test
  void a_store_that_parted_twice_has_three_that_name_its_numbers() {
    Ancestry ancestry = Ancestry.NONE.plus(ancestor(1, 41)).plus(ancestor(2, 90));
    assertThat(ancestry.stretches(OWN, Lane.INSIGHT))
        .containsExactly(
            stretch(OWN, 90, Long.MAX_VALUE),
            stretch(incarnation(2), 41, 89),
            stretch(incarnation(1), 1, 40));
  }

  @Test
  void a_second_fork_before_the_first_leaves_the_one_between_no_number() {
    Ancestry ancestry = Ancestry.NONE.plus(ancestor(1, 41)).plus(ancestor(2, 30));
    assertThat(ancestry.stretches(OWN, Lane.INSIGHT))
        .containsExactly(stretch(OWN, 30, Long.MAX_VALUE), stretch(incarnation(1), 1, 29));
  }

  @Test
  void what_is_forgotten_beyond_the_limit_counts_as_the_oldest_that_is_kept() {
    Ancestry ancestry = Ancestry.NONE;
    for (int i = 1; i <= Ancestry.MAX_ANCESTORS + 5; i++) {
      ancestry = ancestry.plus(ancestor(i, 10L * i));
    }
    assertThat(ancestry.ancestors()).hasSize(Ancestry.MAX_ANCESTORS);
    List<Stretch> stretches = ancestry.stretches(OWN, Lane.INSIGHT);
    assertThat(stretches.get(stretches.size() - 1)).isEqualTo(stretch(incarnation(6), 1, 59));
    List<Ancestor> tooMany =
        new ArrayList<>(Collections.nCopies(Ancestry.MAX_ANCESTORS + 1, ancestor(1, 1)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Ancestry(tooMany))
        .withMessageContaining("at most 16 ancestors, not 17");
  }

  @Test
  void a_fork_point_below_the_first_number_is_none() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ancestor(1, 0))
        .withMessageContaining("insight: 0");
  }
}
