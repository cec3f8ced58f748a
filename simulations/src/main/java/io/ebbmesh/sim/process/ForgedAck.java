package io.ebbmesh.sim.process;

import io.ebbmesh.protocol.codec.FrameCodec;
import io.ebbmesh.protocol.codec.FrameException;
import io.ebbmesh.protocol.insight.SeqRanges;
import io.ebbmesh.protocol.session.Frame;
import org.jspecify.annotations.Nullable;

/**
 * The bug that a run must notice: one block is swallowed, and the next acknowledgement of its lane
 * says that the hub has it.
 */
public final class ForgedAck implements FrameTampering {

  private final FrameTampering others;
  private Frame.@Nullable BlockPush swallowed;
  private boolean told;

  public ForgedAck(FrameTampering others) {
    this.others = others;
  }

  @Override
  public synchronized FrameFate of(boolean toHub, byte[] frame) {
    if (told) {
      return others.of(toHub, frame);
    }
    try {
      Frame meant = FrameCodec.decode(frame);
      Frame.BlockPush push = swallowed;
      if (push == null && meant instanceof Frame.BlockPush first) {
        swallowed = first;
        return new FrameFate(new byte[0], false, 0, 0);
      }
      if (push != null && meant instanceof Frame.Ack ack && ack.lane() == push.lane()) {
        told = true;
        return FrameFate.unharmed(
            FrameCodec.encode(
                new Frame.Ack(
                    ack.lane(),
                    ack.held().plus(SeqRanges.of(push.seqs())),
                    ack.lossId(),
                    ack.creditBytes())));
      }
      return FrameFate.unharmed(frame);
    } catch (FrameException e) {
      throw new IllegalStateException("node and hub send what can be decoded", e);
    }
  }
}
