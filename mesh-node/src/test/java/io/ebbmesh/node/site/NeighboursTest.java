package io.ebbmesh.node.site;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;

class NeighboursTest {

  private final Neighbours<String> neighbours = new Neighbours<>();

  @Test
  void equalNeighboursAreAskedInTurn() {
    neighbours.replace(Set.of("a", "b", "c"));

    for (String expected : new String[] {"a", "b", "c", "a", "b"}) {
      assertThat(neighbours.ask(Set.of())).hasValue(expected);
      neighbours.over(expected);
    }
  }

  @Test
  void theLeastBusyIsAskedFirst() {
    neighbours.replace(Set.of("a", "b"));
    neighbours.ask(Set.of());
    neighbours.ask(Set.of());
    neighbours.over("b");

    assertThat(neighbours.ask(Set.of())).hasValue("b");
  }

  @Test
  void whoWasTriedIsNotAskedAgain() {
    neighbours.replace(Set.of("a", "b"));

    assertThat(neighbours.ask(Set.of("a"))).hasValue("b");
    assertThat(neighbours.anyBut(Set.of("a"))).isTrue();
    assertThat(neighbours.ask(Set.of("a", "b"))).isEmpty();
    assertThat(neighbours.anyBut(Set.of("a", "b"))).isFalse();
  }

  @Test
  void whoNoLongerServesIsToldAndNotAsked() {
    neighbours.replace(Set.of("a", "b"));

    assertThat(neighbours.replace(Set.of("b", "c"))).containsExactly("a");
    assertThat(neighbours.ask(Set.of("b", "c"))).isEmpty();
  }

  @Test
  void aNeighbourThatStaysKeepsWhatItWasGivenAndOneThatReturnsStartsFromNothing() {
    neighbours.replace(Set.of("a", "b"));
    neighbours.ask(Set.of("b"));
    neighbours.replace(Set.of("a", "b"));
    assertThat(neighbours.ask(Set.of())).hasValue("b");

    neighbours.replace(Set.of("b"));
    neighbours.over("a");
    neighbours.replace(Set.of("a", "b"));
    assertThat(neighbours.ask(Set.of())).hasValue("a");
  }
}
