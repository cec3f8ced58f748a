package io.ebbmesh.sync.insight.uplink;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Uplink and ingest connected, while everything between and around them fails at random. */
class BothEndsTest {

  private static final int STEPS = 1_500;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void every_insight_is_stored_once_and_nothing_is_acknowledged_that_is_not(long seed) {
    BothEnds world = new BothEnds(seed);
    for (int step = 0; step < STEPS; step++) {
      world.step();
      world.checkPromises();
    }
    world.heal();
    world.checkBooks();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2})
  void the_same_seed_gives_the_same_run(long seed) {
    assertThat(trace(seed)).isEqualTo(trace(seed));
  }

  private static String trace(long seed) {
    BothEnds world = new BothEnds(seed);
    for (int step = 0; step < 500; step++) {
      world.step();
    }
    return world.trace();
  }
}
