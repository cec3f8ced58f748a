package io.ebbmesh.node.hub;

import static org.assertj.core.api.Assertions.assertThat;

import io.ebbmesh.sync.insight.ingest.Trouble;
import io.ebbmesh.sync.session.DoorCause;
import java.util.EnumMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DoorReportTest {

  private final Map<DoorCause, Long> sentAway = new EnumMap<>(DoorCause.class);

  @Test
  void saysNothingWhileNothingHappened() {
    sentAway.put(DoorCause.NO_HELLO, 0L);
    assertThat(DoorReport.line(Map.of(), sentAway, Map.of(), 0)).isEmpty();
  }

  @Test
  void namesEachCauseThatHappened() {
    sentAway.put(DoorCause.NO_HELLO, 3L);
    sentAway.put(DoorCause.NOTHING_HEARD, 0L);
    assertThat(DoorReport.line(Map.of(), sentAway, Map.of(Trouble.WRONG_LANE, 2L), 0))
        .isEqualTo(
            "since the start: connections that failed: none; peers that were sent away: 3 "
                + DoorCause.NO_HELLO
                + "; blocks that were not taken as they came: 2 wrong-lane");
  }

  @Test
  void saysHowManyBlocksGaveUpTheirBytes() {
    assertThat(DoorReport.line(Map.of(), sentAway, Map.of(), 4))
        .endsWith("not taken as they came: none; blocks in quarantine that gave up their bytes: 4");
  }
}
