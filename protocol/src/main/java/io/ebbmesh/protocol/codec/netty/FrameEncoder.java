package io.ebbmesh.protocol.codec.netty;

import io.ebbmesh.protocol.codec.FrameCodec;
import io.ebbmesh.protocol.session.Frame;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;

/**
 * Writes frames with their length; the write fails with an {@link IllegalArgumentException} if the
 * frame is over a limit.
 */
@Sharable
public final class FrameEncoder extends ChannelOutboundHandlerAdapter {

  @Override
  public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
    if (!(message instanceof Frame frame)) {
      context.write(message, promise);
      return;
    }
    ByteBuf out;
    try {
      out = encode(context, frame);
    } catch (IllegalArgumentException e) {
      promise.setFailure(e);
      return;
    }
    context.write(out, promise);
  }

  private static ByteBuf encode(ChannelHandlerContext context, Frame frame) {
    FrameCodec.Encoded encoded = FrameCodec.prepare(frame);
    int size = encoded.size();
    ByteBuf out = context.alloc().ioBuffer(FrameDecoder.MAX_LENGTH_BYTES + size);
    int rest = size;
    while (rest >= 0x80) {
      out.writeByte(rest & 0x7F | 0x80);
      rest >>>= 7;
    }
    out.writeByte(rest);
    encoded.writeTo(out.internalNioBuffer(out.writerIndex(), size));
    out.writerIndex(out.writerIndex() + size);
    return out;
  }
}
