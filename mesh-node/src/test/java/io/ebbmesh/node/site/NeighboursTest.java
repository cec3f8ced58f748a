package io.ebbmesh.node.site;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;

class NeighboursTest {

  private static final long NOW = 1_000;

  private final Neighbours<String> neighbours = new Neighbours<>();

  @Test
  void equalNeighboursAreAskedInTurn() {
    neighbours.replace(Set.of("a", "b", "c"));

    for (String expected : new String[] {"a", "b", "c", "a", "b"}) {
      assertThat(neighbours.ask(Set.of(), NOW)).hasValue(expected);
      neighbours.over(expected);
    }
  }

  @Test
  void theLeastBusyIsAskedFirst() {
    neighbours.replace(Set.of("a", "b"));
    neighbours.ask(Set.of(), NOW);
    neighbours.ask(Set.of(), NOW);
    neighbours.over("b");

    assertThat(neighbours.ask(Set.of(), NOW)).hasValue("b");
  }

  @Test
  void whoWasTriedIsNotAskedAgain() {
    neighbours.replace(Set.of("a", "b"));

    assertThat(neighbours.ask(Set.of("a"), NOW)).hasValue("b");
    assertThat(neighbours.anyBut(Set.of("a"))).isTrue();
    assertThat(neighbours.ask(Set.of("a", "b"), NOW)).isEmpty();
    assertThat(neighbours.anyBut(Set.of("a", "b"))).isFalse();
  }

  @Test
  void whoNoLongerServesIsToldAndNotAsked() {
    neighbours.replace(Set.of("a", "b"));

    assertThat(neighbours.replace(Set.of("b", "c"))).containsExactly("a");
    assertThat(neighbours.ask(Set.of("b", "c"), NOW)).isEmpty();
  }

  @Test
  void aNeighbourThatStaysKeepsWhatItWasGivenAndOneThatReturnsStartsFromNothing() {
    neighbours.replace(Set.of("a", "b"));
    neighbours.ask(Set.of("b"), NOW);
    neighbours.replace(Set.of("a", "b"));
    assertThat(neighbours.ask(Set.of(), NOW)).hasValue("b");

    neighbours.replace(Set.of("b"));
    neighbours.over("a");
    neighbours.replace(Set.of("a", "b"));
    assertThat(neighbours.ask(Set.of(), NOW)).hasValue("a");
  }

  @Test
  void whoKeptSilentIsAskedLastUntilItsTimeIsOverOrItAnswers() {
    neighbours.replace(Set.of("a", "b"));
    neighbours.silent("a", NOW + 10);

    assertThat(neighbours.ask(Set.of(), NOW)).hasValue("b");
    assertThat(neighbours.ask(Set.of(), NOW)).hasValue("b");
    assertThat(neighbours.ask(Set.of("b"), NOW)).hasValue("a");
    neighbours.over("a");
    assertThat(neighbours.ask(Set.of(), NOW + 10)).hasValue("a");
    neighbours.over("a");
    neighbours.heard("a");
    assertThat(neighbours.ask(Set.of(), NOW)).hasValue("a");
  }
}
