package io.ebbmesh.sync.insight.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.ebbmesh.sync.insight.outbox.LaneEvent.SourceHead;
import org.junit.jupiter.api.Test;

final class KnownSourcesTest {

  private static final int LIMIT = 3;

  @Test
  void howeverManyKeysComeTheyPushNoSourceOut() {
    SourcePositions positions = new SourcePositions(LIMIT);
    KnownSources known = new KnownSources(LIMIT);
    accept(positions, known, "csv/a", 41);
    for (int i = 1; i <= 10; i++) {
      accept(positions, known, "http/" + i, 1);
    }
    assertThat(positions.of("csv/a")).isEqualTo(new SourceHead("csv/a", 41, 41));
    assertThat(known.find("csv/a")).isNotNull();
    assertThat(positions.of("http/7")).isNull();
    assertThat(positions.of("http/8")).isNotNull();
    assertThat(known.find("http/7")).isNull();
    assertThat(known.find("http/8")).isNotNull();
  }

  @Test
  void theSourceThatWasSilentLongestIsForgottenFirstAlsoAfterASnapshot() {
    SourcePositions positions = new SourcePositions(LIMIT);
    KnownSources known = new KnownSources(LIMIT);
    for (String source : new String[] {"http/k", "a", "b", "c", "a"}) {
      accept(positions, known, source, 1);
    }
    SourcePositions again = new SourcePositions(LIMIT);
    positions.copy().forEach(again::advance);
    accept(again, known, "d", 1);
    assertThat(again.copy())
        .extracting(SourceHead::source)
        .containsExactly("c", "a", "d", "http/k");
    assertThat(known.find("b")).isNull();
    assertThat(known.find("http/k")).isNotNull();
  }

  @Test
  void askingForASourceDoesNotMakeItKnown() {
    KnownSources known = new KnownSources(LIMIT);
    for (int i = 1; i <= 10; i++) {
      assertThat(known.find("http/" + i)).isNull();
      assertThat(known.find("http/" + i)).isNull();
    }
    assertThat(known.of("http/1")).isSameAs(known.find("http/1"));
  }

  private static void accept(
      SourcePositions positions, KnownSources known, String source, long position) {
    positions.advance(new SourceHead(source, position, position));
    PendingBlock block = new PendingBlock();
    KnownSources.advance(known.of(source), block, position, position);
    known.settle(block);
  }
}
