package io.ebbmesh.protocol.block;

import static org.assertj.core.api.Assertions.assertThat;

import io.ebbmesh.protocol.insight.Insight;
import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.protocol.sample.DetectionStream;
import io.ebbmesh.protocol.time.BootTime;
import io.ebbmesh.protocol.time.ClockQuality;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BlockCodecTest {

  private static final BootTime BASE =
      new BootTime(new UUID(1, 2), 90_000_000_000_000L, 1_700_000_000_000L, ClockQuality.CARRIED);

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7, 8, 9, 10, 63, 64, 100, 1_000, 5_000})
  void aBlockGivesBackWhatWasPutIn(int count) throws BlockException {
    DetectionStream detections = new DetectionStream(count, 200);
    List<Insight> insights = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      insights.add(detections.next());
    }
    try (BlockEncoder encoder = new BlockEncoder(3)) {
      insights.forEach(encoder::add);
      Block block = encoder.encode(Lane.INSIGHT, 17, BASE);
      Block read = BlockDecoder.parse(block.bytes());
      assertThat(read.header()).isEqualTo(block.header());
      assertThat(BlockDecoder.decode(read))
          .usingRecursiveFieldByFieldElementComparator()
          .containsExactlyElementsOf(insights);
    }
  }
}
