package io.ebbmesh.sim.process;

import io.ebbmesh.protocol.codec.FrameCodec;
import io.ebbmesh.protocol.codec.FrameException;
import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.protocol.insight.SeqRange;
import io.ebbmesh.protocol.insight.SeqRanges;
import io.ebbmesh.protocol.session.Frame;
import java.util.EnumMap;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Repeats, holds back and breaks frames by chance. A broken frame never says something else than
 * its sender meant, which only TLS could keep from the receiver:
 *
 * <pre>
 * half       a bit flips under the cipher       the connection breaks
 * the rest   a bit flips in the frame's head,   the frame's decoder refuses it, or skips the
 *            and it can be decoded no more      frame as one of a newer program
 * </pre>
 *
 * Beside these, blocks can be broken inside frames that are whole: the hub has to notice by itself,
 * and quarantines them.
 */
public final class HostileFrames implements FrameTampering {

  /** Chances of a frame, each 0 to 1. */
  public record Rates(double duplication, double reordering, double corruption, double blocks) {

    public Rates {
      requireRate("duplication", duplication);
      requireRate("reordering", reordering);
      requireRate("corruption", corruption);
      requireRate("blocks", blocks);
    }

    private static void requireRate(String what, double rate) {
      if (!(rate >= 0 && rate <= 1)) {
        throw new IllegalArgumentException("a rate of " + what + " must be 0 to 1, not " + rate);
      }
    }
  }

  /** As in the simulator. */
  private static final double LATEST_NANOS = 500e6;

  /** Version, kind and the first fields: beyond them a block's own bytes begin. */
  private static final int HEAD_BYTES = 8;

  private final Rates rates;
  private final SplittableRandom chance;
  private final Map<Lane, SeqRanges> brokenBlocks = new EnumMap<>(Lane.class);
  private boolean calm;
  private long twice;
  private long heldBack;
  private long broken;

  public HostileFrames(Rates rates, long seed) {
    this.rates = rates;
    this.chance = new SplittableRandom(seed);
  }

  /** From now on every frame arrives as it is. */
  public synchronized void calm() {
    calm = true;
  }

  /** Frames that were sent twice so far. */
  public synchronized long duplicated() {
    return twice;
  }

  /** Frames that were held back so far, so that those behind them pass. */
  public synchronized long heldBack() {
    return heldBack;
  }

  /** Frames that were broken so far, by whichever way. */
  public synchronized long corrupted() {
    return broken;
  }

  /** Insights of blocks that were broken inside frames. */
  public synchronized SeqRanges brokenBlocks(Lane lane) {
    return brokenBlocks.getOrDefault(lane, SeqRanges.EMPTY);
  }

  @Override
  public synchronized FrameFate of(boolean toHub, byte[] frame) {
    if (calm) {
      return FrameFate.unharmed(frame);
    }
    // Each draw is made for each frame, so that a rate does not change what the others hit.
    final boolean repeated = chance.nextDouble() < rates.duplication();
    final boolean late = chance.nextDouble() < rates.reordering();
    final boolean damaged = chance.nextDouble() < rates.corruption();
    final boolean inside = chance.nextDouble() < rates.blocks();
    final long lateNanos = (long) (chance.nextDouble() * LATEST_NANOS);
    boolean noisy = damaged && chance.nextBoolean();
    byte[] bytes = damaged && !noisy ? unreadable(frame) : frame;
    broken += damaged ? 1 : 0;
    if (inside && !damaged && toHub) {
      bytes = withBrokenBlock(frame);
    }
    twice += repeated ? 1 : 0;
    heldBack += late ? 1 : 0;
    return new FrameFate(bytes, noisy, late ? lateNanos : 0, repeated ? 1 : 0);
  }

  private byte[] unreadable(byte[] frame) {
    // Ends: most flips of the first byte make a version that nobody speaks.
    while (true) {
      byte[] flipped = frame.clone();
      flip(flipped, Math.min(HEAD_BYTES, frame.length));
      try {
        FrameCodec.decode(flipped);
      } catch (FrameException e) {
        return flipped;
      }
    }
  }

  private byte[] withBrokenBlock(byte[] frame) {
    try {
      if (FrameCodec.decode(frame) instanceof Frame.BlockPush push) {
        byte[] block = push.block().clone();
        flip(block, block.length);
        broken++;
        SeqRange seqs = push.seqs();
        brokenBlocks.merge(push.lane(), SeqRanges.of(seqs), SeqRanges::plus);
        return FrameCodec.encode(new Frame.BlockPush(push.lane(), seqs, block, push.backfilled()));
      }
      return frame;
    } catch (FrameException e) {
      throw new IllegalStateException("a node sent what cannot be decoded", e);
    }
  }

  private void flip(byte[] bytes, int within) {
    bytes[chance.nextInt(within)] ^= (byte) (1 << chance.nextInt(Byte.SIZE));
  }
}
