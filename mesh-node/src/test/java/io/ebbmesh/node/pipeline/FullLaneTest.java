package io.ebbmesh.node.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.ebbmesh.protocol.insight.Lane;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Test;

class FullLaneTest {

  private final LongAdder refused = new LongAdder();
  private final FullLane lane = new FullLane(Lane.ALARM, refused);

  @Test
  void aFullLaneIsSaidOnceHoweverManyReadingsItRefuses() {
    assertThat(lane.taken(0)).isNull();
    assertThat(lane.full("full", 1)).isEqualTo("full");
    for (int i = 0; i < 100; i++) {
      lane.refused();
      assertThat(lane.full("full", 2 + i)).isNull();
    }
    assertThat(refused.sum()).isEqualTo(100);
  }

  @Test
  void aLaneAtItsLimitThatTakesSomeIsNotOverItYet() {
    lane.full("full", 0);
    lane.full("full", 10);
    assertThat(lane.taken(9 + FullLane.QUIET_NANOS)).isNull();
    assertThat(lane.full("full", 10 + FullLane.QUIET_NANOS)).isNull();
  }

  @Test
  void thatItTakesReadingsAgainIsSaidOnceWithHowManyItRefused() {
    refused.add(5);
    lane.full("full", 0);
    lane.refused();
    lane.refused();
    assertThat(lane.taken(FullLane.QUIET_NANOS))
        .isEqualTo("lane alarm takes readings again; refused meanwhile: 2");
    assertThat(lane.taken(2 * FullLane.QUIET_NANOS)).isNull();
    assertThat(lane.full("full", 3 * FullLane.QUIET_NANOS)).isEqualTo("full");
  }
}
