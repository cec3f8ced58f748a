package io.ebbmesh.protocol.codec.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.ebbmesh.protocol.codec.FrameException;
import io.ebbmesh.protocol.codec.FrameSamples;
import io.ebbmesh.protocol.insight.Lane;
import io.ebbmesh.protocol.insight.SeqRange;
import io.ebbmesh.protocol.session.Frame;
import io.ebbmesh.protocol.session.SessionLimits;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.DecoderException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FramePipelineTest {

  private final EmbeddedChannel sender = new EmbeddedChannel(new FrameEncoder());
  private final List<Object> events = new ArrayList<>();
  private final EmbeddedChannel receiver =
      new EmbeddedChannel(
          new FrameDecoder(),
          new ChannelInboundHandlerAdapter() {
            @Override
            public void userEventTriggered(ChannelHandlerContext context, Object event) {
              events.add(event);
            }
          });

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7, 100, 100_000})
  void framesArriveInOrderHoweverTheStreamIsCut(int piece) {
    List<Frame> frames = new ArrayList<>(FrameSamples.all().values());
    frames.add(new Frame.BlockPush(Lane.INSIGHT, new SeqRange(1, 9), new byte[70_000]));
    ByteBuf stream = Unpooled.buffer();
    for (Frame frame : frames) {
      stream.writeBytes(sent(frame));
    }

    while (stream.isReadable()) {
      receiver.writeInbound(stream.readBytes(Math.min(piece, stream.readableBytes())));
    }

    List<Object> received = new ArrayList<>(receiver.inboundMessages());
    assertThat(received).usingRecursiveFieldByFieldElementComparator().isEqualTo(frames);
  }

  @Test
  void anUnknownKindIsSkippedAndTold() {
    Frame next = FrameSamples.of("ack");
    receiver.writeInbound(
        Unpooled.wrappedBuffer(
            Unpooled.wrappedBuffer(new byte[] {4, 1, (byte) 0xE2, 0x01, 0}), sent(next)));

    assertThat(events).hasOnlyElementsOfType(FrameDecoder.SkippedFrame.class).hasSize(1);
    assertThat(receiver.<Object>readInbound()).usingRecursiveComparison().isEqualTo(next);
  }

  @Test
  void aLengthOverTheLimitIsRefusedBeforeAnyOfItArrives() {
    ByteBuf length = Unpooled.buffer();
    int tooLong = SessionLimits.MAX_FRAME_BYTES + 1;
    for (int rest = tooLong; rest > 0; rest >>>= 7) {
      length.writeByte(rest >= 0x80 ? rest & 0x7F | 0x80 : rest);
    }
    assertRefused(length, FrameException.Reason.OVER_LIMIT);
  }

  @Test
  void aLengthWithoutEndIsRefused() {
    assertRefused(
        Unpooled.wrappedBuffer(new byte[] {-1, -1, -1, -1}), FrameException.Reason.OVER_LIMIT);
  }

  @Test
  void nothingIsReadAfterAMalformedFrame() {
    assertRefused(Unpooled.wrappedBuffer(new byte[] {1, 0}), FrameException.Reason.MALFORMED);

    receiver.writeInbound(sent(FrameSamples.of("ack")));

    assertThat(receiver.inboundMessages()).isEmpty();
  }

  @Test
  void aFrameOverItsLimitFailsTheWriteAndNothingIsSent() {
    Frame.BlockPush push =
        new Frame.BlockPush(
            Lane.INSIGHT, new SeqRange(1, 1), new byte[SessionLimits.MAX_BLOCK_BYTES + 1]);

    assertThat(sender.writeOneOutbound(push).cause())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("block_push.block");
    assertThat(sender.outboundMessages()).isEmpty();
  }

  private ByteBuf sent(Frame frame) {
    assertThat(sender.writeOutbound(frame)).isTrue();
    ByteBuf written = sender.readOutbound();
    ByteBuf kept = Unpooled.copiedBuffer(written);
    written.release();
    return kept;
  }

  private void assertRefused(ByteBuf bytes, FrameException.Reason reason) {
    assertThatExceptionOfType(DecoderException.class)
        .isThrownBy(() -> receiver.writeInbound(bytes))
        .havingCause()
        .isInstanceOfSatisfying(
            FrameException.class, e -> assertThat(e.reason()).isEqualTo(reason));
  }
}
