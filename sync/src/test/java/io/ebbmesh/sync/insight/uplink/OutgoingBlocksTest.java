package io.ebbmesh.sync.insight.uplink;

import static org.assertj.core.api.Assertions.assertThat;

import io.ebbmesh.protocol.block.Block;
import io.ebbmesh.protocol.block.BlockDecoder;
import io.ebbmesh.protocol.block.BlockEncoder;
import io.ebbmesh.protocol.block.BlockSupport;
import io.ebbmesh.protocol.insight.Insight;
import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.protocol.sample.DetectionStream;
import io.ebbmesh.protocol.time.BootTime;
import io.ebbmesh.protocol.time.ClockQuality;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class OutgoingBlocksTest {

  private static final BootTime BASE =
      new BootTime(new UUID(1, 2), 90_000_000_000_000L, 5, ClockQuality.CARRIED);

  private final OutgoingBlocks outgoing = new OutgoingBlocks();
  private final List<Insight> insights = new ArrayList<>();
  private final Block block = block();

  private Block block() {
    DetectionStream stream = new DetectionStream(1, 200);
    BlockEncoder encoder = new BlockEncoder(3);
    for (int i = 0; i < 5; i++) {
      insights.add(stream.next());
      encoder.add(insights.get(i));
    }
    return encoder.encode(Lane.ALARM, 701, BASE, BlockSupport.CURRENT);
  }

  @Test
  void whatTheHubReadsGoesAsItIs() {
    outgoing.hubReads(BlockSupport.CURRENT);
    assertThat(outgoing.fit(block.bytes())).isSameAs(block.bytes());
    assertThat(outgoing.rewritten()).isZero();
  }

  @Test
  void whatTheHubDoesNotReadIsWrittenAgainWithTheSameNumbersAndTimes() throws Exception {
    assertThat(block.header().dictionaryId()).isPositive();

    Block again = BlockDecoder.parse(outgoing.fit(block.bytes()));

    assertThat(again.header().dictionaryId()).isZero();
    assertThat(again.header().lane()).isEqualTo(block.header().lane());
    assertThat(again.header().seqs()).isEqualTo(block.header().seqs());
    assertThat(again.header().base()).isEqualTo(block.header().base());
    assertThat(BlockDecoder.decode(again)).usingRecursiveComparison().isEqualTo(insights);
    assertThat(outgoing.rewritten()).isEqualTo(1);
  }

  @Test
  void blocksThatBecomeLongerHaveRoomInTheCreditOfTheHub() {
    assertThat(outgoing.credit(1_000)).isEqualTo(250);
    outgoing.hubReads(BlockSupport.CURRENT);
    assertThat(outgoing.credit(1_000)).isEqualTo(1_000);
  }

  @Test
  void aDamagedBlockGoesAsItIsToBePutIntoQuarantine() {
    byte[] damaged = block.bytes().clone();
    damaged[damaged.length - 1] ^= 1;
    assertThat(outgoing.fit(damaged)).isSameAs(damaged);
  }
}
