package io.ebbmesh.node.site;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class IslandsTest {

  private final Islands islands = new Islands();

  private boolean confirmed(String self, List<String> mine, List<String> other) {
    assertThat(islands.givesWay(self, mine, other)).isFalse();
    return islands.givesWay(self, mine, other);
  }

  @Test
  void theSmallerGivesWayOnceItWasSeenTwice() {
    assertThat(confirmed("a", List.of("a"), List.of("b", "c"))).isTrue();
  }

  @Test
  void theLargerStays() {
    assertThat(confirmed("b", List.of("b", "c"), List.of("a"))).isFalse();
  }

  @Test
  void ofTwoEqualOnesExactlyOneGivesWay() {
    assertThat(confirmed("c", List.of("c", "d"), List.of("a", "b"))).isTrue();
    assertThat(confirmed("a", List.of("a", "b"), List.of("c", "d"))).isFalse();
  }

  @Test
  void aNodeThatTheOtherSideHoldsAsAMemberStays() {
    assertThat(confirmed("a", List.of("a"), List.of("a", "b", "c"))).isFalse();
  }

  @Test
  void oneSiteSeenFromTwoSidesIsNoOther() {
    assertThat(confirmed("a", List.of("a", "b"), List.of("b", "c", "d"))).isFalse();
  }

  @Test
  void whoIsInNoSiteGivesNoWay() {
    assertThat(confirmed("a", List.of(), List.of("b"))).isFalse();
    assertThat(confirmed("a", List.of("a"), List.of())).isFalse();
  }

  @Test
  void aVerdictThatChangesInBetweenStartsOver() {
    assertThat(islands.givesWay("a", List.of("a"), List.of("b", "c"))).isFalse();
    assertThat(islands.givesWay("a", List.of("a", "d", "e"), List.of("b", "c"))).isFalse();
    assertThat(islands.givesWay("a", List.of("a"), List.of("b", "c"))).isFalse();
  }
}
