package io.ebbmesh.protocol.codec.netty;

import io.ebbmesh.protocol.codec.FrameCodec;
import io.ebbmesh.protocol.codec.FrameException;
import io.ebbmesh.protocol.session.SessionLimits;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.util.List;

/**
 * Cuts the stream into frames. A frame of an unknown kind is skipped and told as a {@link
 * SkippedFrame} event; anything else that is wrong is an exception whose cause is a {@link
 * FrameException}, after which the rest of the stream is dropped unread.
 */
public final class FrameDecoder extends ByteToMessageDecoder {

  /** Bytes that a length may take: enough for {@link SessionLimits#MAX_FRAME_BYTES}. */
  static final int MAX_LENGTH_BYTES = 4;

  /**
   * Told when a frame was skipped.
   *
   * @param problem for the log
   */
  public record SkippedFrame(String problem) {}

  private boolean failed;

  @Override
  protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out)
      throws FrameException {
    if (failed) {
      in.skipBytes(in.readableBytes());
      return;
    }
    try {
      int start = in.readerIndex();
      int length = readLength(in);
      if (length < 0 || in.readableBytes() < length) {
        in.readerIndex(start);
        return;
      }
      int frameAt = in.readerIndex();
      in.skipBytes(length);
      // A view: the frame copies what it keeps before this buffer is read on.
      out.add(FrameCodec.decode(in.nioBuffer(frameAt, length)));
    } catch (FrameException e) {
      if (e.reason() == FrameException.Reason.UNKNOWN_TYPE) {
        context.fireUserEventTriggered(new SkippedFrame(String.valueOf(e.getMessage())));
        return;
      }
      failed = true;
      throw e;
    }
  }

  /** The length of the next frame, or -1 if it is not here yet. */
  private static int readLength(ByteBuf in) throws FrameException {
    int length = 0;
    for (int i = 0; i < MAX_LENGTH_BYTES; i++) {
      if (!in.isReadable()) {
        return -1;
      }
      int next = in.readByte();
      length |= (next & 0x7F) << (7 * i);
      if (next >= 0) {
        if (length > SessionLimits.MAX_FRAME_BYTES) {
          throw tooLong("frame of " + length + " bytes");
        }
        return length;
      }
    }
    throw tooLong("length of a frame of more than " + MAX_LENGTH_BYTES + " bytes");
  }

  private static FrameException tooLong(String what) {
    return new FrameException(
        FrameException.Reason.OVER_LIMIT,
        what + ", at most " + SessionLimits.MAX_FRAME_BYTES + " bytes are allowed");
  }
}
