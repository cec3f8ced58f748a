package io.ebbmesh.sim.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ebbmesh.protocol.codec.FrameCodec;
import io.ebbmesh.protocol.codec.FrameException;
import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.protocol.insight.SeqRange;
import io.ebbmesh.protocol.insight.SeqRanges;
import io.ebbmesh.protocol.session.Frame;
import io.ebbmesh.sim.process.HostileFrames.Rates;
import org.junit.jupiter.api.Test;

class HostileFramesTest {

  private static final int FRAMES = 10_000;
  private static final SeqRange SEQS = new SeqRange(5, 9);
  private static final byte[] PUSH =
      FrameCodec.encode(new Frame.BlockPush(Lane.INSIGHT, SEQS, new byte[500]));
  private static final byte[] ACK =
      FrameCodec.encode(new Frame.Ack(Lane.INSIGHT, SeqRanges.of(SEQS), 0, 500));

  @Test
  void framesAreHitAsOftenAsAsked() {
    HostileFrames hostile = new HostileFrames(new Rates(0.2, 0.2, 0.05, 0), 7);
    int noisy = 0;
    for (int i = 0; i < FRAMES; i++) {
      noisy += hostile.of(true, PUSH).noisy() ? 1 : 0;
    }
    assertThat(hostile.duplicated()).isBetween(1_800L, 2_200L);
    assertThat(hostile.heldBack()).isBetween(1_800L, 2_200L);
    assertThat(hostile.corrupted()).isBetween(400L, 600L);
    assertThat(noisy).isBetween(150, 350);
  }

  /** It would be a forgery, which TLS keeps out: no protocol above it could tell. */
  @Test
  void whatIsBrokenInTheClearNeverSaysSomethingElse() {
    HostileFrames hostile = new HostileFrames(new Rates(0, 0, 1, 0), 7);
    for (int i = 0; i < FRAMES; i++) {
      boolean toHub = i % 2 == 0;
      FrameFate fate = hostile.of(toHub, toHub ? PUSH : ACK);
      if (fate.noisy()) {
        assertThat(fate.bytes()).isEqualTo(toHub ? PUSH : ACK);
      } else {
        assertThatThrownBy(() -> FrameCodec.decode(fate.bytes()))
            .isInstanceOf(FrameException.class);
      }
    }
  }

  @Test
  void aBlockIsBrokenInsideAWholeFrameAndItsNumbersAreKept() throws Exception {
    HostileFrames hostile = new HostileFrames(new Rates(0, 0, 0, 1), 7);
    Frame.BlockPush push = (Frame.BlockPush) FrameCodec.decode(hostile.of(true, PUSH).bytes());
    assertThat(push.seqs()).isEqualTo(SEQS);
    assertThat(push.block()).hasSize(500).isNotEqualTo(new byte[500]);
    assertThat(hostile.brokenBlocks(Lane.INSIGHT)).isEqualTo(SeqRanges.of(SEQS));
    assertThat(hostile.of(false, ACK).bytes()).isEqualTo(ACK);
  }

  @Test
  void aCalmLinkHarmsNothing() {
    HostileFrames hostile = new HostileFrames(new Rates(1, 1, 1, 1), 7);
    hostile.calm();
    FrameFate fate = hostile.of(true, PUSH);
    assertThat(fate).isEqualTo(FrameFate.unharmed(PUSH));
    assertThat(hostile.corrupted()).isZero();
  }
}
