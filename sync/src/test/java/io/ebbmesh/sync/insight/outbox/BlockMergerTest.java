package io.ebbmesh.sync.insight.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.ebbmesh.protocol.block.Block;
import io.ebbmesh.protocol.block.BlockDecoder;
import io.ebbmesh.protocol.block.BlockEncoder;
import io.ebbmesh.protocol.block.BlockException;
import io.ebbmesh.protocol.insight.Insight;
import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.protocol.insight.SeqRange;
import io.ebbmesh.protocol.time.BootTime;
import io.ebbmesh.protocol.time.ClockQuality;
import io.ebbmesh.sync.insight.outbox.LaneEvent.BlocksMerged;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class BlockMergerTest {

  private static final int LEVEL = 3;
  private static final BootTime FIRST_BOOT = boot(1, 1_000, ClockQuality.SYNCHRONISED);
  private static final BootTime SECOND_BOOT = boot(2, 1_000, ClockQuality.LOWER_BOUND);

  private final BlockEncoder encoder = new BlockEncoder(LEVEL);
  private final List<byte[]> blocks = new ArrayList<>();
  private long nextSeq = 1;

  private static BootTime boot(long id, long wallMillis, ClockQuality quality) {
    return new BootTime(new UUID(0, id), 7, wallMillis, quality);
  }

  private void add(int insights, BootTime base) {
    long first = nextSeq;
    for (int i = 0; i < insights; i++, nextSeq++) {
      encoder.add(Samples.insight("a", nextSeq));
    }
    blocks.add(encoder.encode(Lane.INSIGHT, first, base).bytes());
  }

  private List<SeqRange> merged(int maxInsights) {
    return BlockMerger.merge(Lane.INSIGHT, blocks, maxInsights, LEVEL).stream()
        .map(BlocksMerged::seqs)
        .toList();
  }

  @Test
  void aHundredSmallBlocksBecomeOneWithTheSameInsights() throws BlockException {
    for (int i = 0; i < 100; i++) {
      add(1, FIRST_BOOT);
    }
    List<BlocksMerged> merged = BlockMerger.merge(Lane.INSIGHT, blocks, 1_000, LEVEL);
    assertThat(merged).hasSize(1);
    Block block = BlockDecoder.parse(merged.get(0).block());
    assertThat(block.header().seqs()).isEqualTo(new SeqRange(1, 100));
    assertThat(block.header().base()).isEqualTo(FIRST_BOOT);
    List<Insight> insights = BlockDecoder.decode(block);
    for (int i = 0; i < 100; i++) {
      assertThat(insights.get(i)).usingRecursiveComparison().isEqualTo(Samples.insight("a", i + 1));
    }
    assertThat(block.bytes().length).isLessThan(10 * blocks.get(0).length);
  }

  @Test
  void insightsOfTwoBootsNeverShareABlock() {
    add(2, FIRST_BOOT);
    add(3, FIRST_BOOT);
    add(1, SECOND_BOOT);
    add(4, SECOND_BOOT);
    assertThat(merged(1_000)).containsExactly(new SeqRange(1, 5), new SeqRange(6, 10));
  }

  @Test
  void theBetterKnownClockOfABootIsKept() throws BlockException {
    add(1, boot(1, 5_000, ClockQuality.SYNCHRONISED));
    add(1, boot(1, 9_000, ClockQuality.LOWER_BOUND));
    byte[] block = BlockMerger.merge(Lane.INSIGHT, blocks, 1_000, LEVEL).get(0).block();
    assertThat(BlockDecoder.parse(block).header().base().wallMillis()).isEqualTo(5_000);
  }

  @Test
  void aHoleOrABlockThatCannotBeReadPartsItsNeighbours() {
    add(1, FIRST_BOOT);
    add(1, FIRST_BOOT);
    add(1, FIRST_BOOT);
    blocks.get(2)[40] ^= 1;
    add(1, FIRST_BOOT);
    add(1, FIRST_BOOT);
    nextSeq++;
    add(1, FIRST_BOOT);
    add(1, FIRST_BOOT);
    assertThat(merged(1_000))
        .containsExactly(new SeqRange(1, 2), new SeqRange(4, 5), new SeqRange(7, 8));
  }

  @Test
  void noBlockGetsMoreInsightsThanAllowedAndABlockAloneStaysAsItIs() {
    add(6, FIRST_BOOT);
    add(4, FIRST_BOOT);
    add(9, FIRST_BOOT);
    add(3, FIRST_BOOT);
    assertThat(merged(10)).containsExactly(new SeqRange(1, 10));
  }

  @Test
  void blocksThatTogetherAreTooLargeForOneAreNotForcedIntoIt() {
    float[] values = new float[4_000];
    for (int block = 0; block < 4; block++) {
      long first = nextSeq;
      for (int i = 0; i < 60; i++, nextSeq++) {
        Insight small = Samples.insight("a", nextSeq);
        encoder.add(
            new Insight(
                small.kind(),
                small.stream(),
                small.model(),
                small.label(),
                small.decidedBy(),
                small.observedNanos(),
                small.score(),
                values,
                small.source()));
      }
      blocks.add(encoder.encode(Lane.INSIGHT, first, FIRST_BOOT).bytes());
    }
    assertThat(merged(1_000)).containsExactly(new SeqRange(1, 120), new SeqRange(121, 240));
  }
}
