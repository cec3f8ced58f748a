package io.ebbmesh.protocol.codec.netty;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.ebbmesh.protocol.AllocationMeter;
import io.ebbmesh.protocol.FuzzRuns;
import io.ebbmesh.protocol.codec.FrameCodec;
import io.ebbmesh.protocol.codec.FrameException;
import io.ebbmesh.protocol.session.Frame;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.DecoderException;
import java.util.ArrayList;
import java.util.List;

/**
 * A stream from anywhere is frames until it is a {@link FrameException}, the same ones however it
 * is cut into pieces, and takes memory for what has come, not for what it says will come. Runs over
 * its seeds; searches with {@code JAZZER_FUZZ=1} (CONTRIBUTING.md).
 */
class FrameStreamFuzzTest {

  /** As for one frame, a piece of its own for each byte, and a buffer that grows. */
  private static final long PER_BYTE = 400;

  /** Each costs as much as a frame; where a long stream is cut does not matter more often. */
  private static final int MAX_PIECES = 64;

  @FuzzTest(maxDuration = "", maxExecutions = FuzzRuns.INPUTS)
  void aStreamIsFramesUntilItIsATypedException(byte[] input) {
    if (input.length == 0) {
      return;
    }
    List<String> whole = measured(input, input.length);
    List<String> cut = measured(input, Math.max(1 + (input[0] & 0x3F), input.length / MAX_PIECES));
    if (!cut.equals(whole)) {
      assertThat(cut).isEqualTo(whole);
    }
  }

  private static List<String> measured(byte[] input, int pieceBytes) {
    return AllocationMeter.measured(() -> read(input, pieceBytes), told -> input.length * PER_BYTE);
  }

  /** What the stream gives; the first byte is not of it. */
  private static List<String> read(byte[] input, int pieceBytes) {
    List<String> told = new ArrayList<>();
    EmbeddedChannel channel = new EmbeddedChannel(new FrameDecoder());
    try {
      for (int at = 1; at < input.length; at += pieceBytes) {
        int bytes = Math.min(pieceBytes, input.length - at);
        ByteBuf piece = Unpooled.buffer(bytes, bytes).writeBytes(input, at, bytes);
        feed(channel, piece, told);
      }
    } finally {
      channel.finishAndReleaseAll();
    }
    return told;
  }

  private static void feed(EmbeddedChannel channel, ByteBuf piece, List<String> told) {
    String problem = null;
    try {
      channel.writeInbound(piece);
    } catch (DecoderException e) {
      if (!(e.getCause() instanceof FrameException)) {
        throw e;
      }
      problem = e.getCause().getMessage();
    }
    // Frames that came before the bad bytes are handed on before the problem is told.
    for (Frame frame = channel.readInbound(); frame != null; frame = channel.readInbound()) {
      told.add(String.valueOf(FrameCodec.encodedSize(frame)));
    }
    if (problem != null) {
      told.add(problem);
    }
  }
}
