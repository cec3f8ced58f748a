package io.ebbmesh.protocol.codec;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.UnsafeByteOperations;
import io.ebbmesh.protocol.codec.proto.PbFrame;
import io.ebbmesh.protocol.session.Frame;
import io.ebbmesh.protocol.session.SessionLimits;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;

/**
 * Frames and their bytes: a version byte, then a {@code PbFrame} (docs/session-protocol.md). The
 * length prefix is the transport's. Any thread may use it.
 */
public final class FrameCodec {

  /** First byte of each frame. */
  public static final int VERSION = 1;

  private static final WireLimits LIMITS = WireLimits.of(PbFrame.getDescriptor());

  private FrameCodec() {}

  /** A frame that is ready to be written. */
  public static final class Encoded {
    private final PbFrame message;
    private final int size;

    private Encoded(PbFrame message) {
      this.message = message;
      size = 1 + message.getSerializedSize();
    }

    /** Length in bytes, without a length prefix. */
    public int size() {
      return size;
    }

    /**
     * Writes {@link #size} bytes; blocks and chunks go straight from their arrays into {@code out}.
     *
     * @throws java.nio.BufferOverflowException if they do not fit
     */
    public void writeTo(ByteBuffer out) {
      if (out.remaining() < size) {
        throw new java.nio.BufferOverflowException();
      }
      out.put((byte) VERSION);
      CodedOutputStream stream = CodedOutputStream.newInstance(out);
      try {
        message.writeTo(stream);
        stream.flush();
      } catch (IOException e) {
        throw new UncheckedIOException("frame does not fit the buffer it was measured for", e);
      }
    }
  }

  /**
   * Makes a frame ready; its arrays are not copied and must not be written to any more.
   *
   * @throws IllegalArgumentException if it is over a limit of the wire, naming the field
   */
  public static Encoded prepare(Frame frame) {
    Encoded encoded = new Encoded(FrameToProto.convert(frame));
    Fields.atMost("frame", encoded.size(), SessionLimits.MAX_FRAME_BYTES);
    return encoded;
  }

  /**
   * All bytes of a frame.
   *
   * @throws IllegalArgumentException if it is over a limit of the wire, naming the field
   */
  public static byte[] encode(Frame frame) {
    Encoded encoded = prepare(frame);
    byte[] bytes = new byte[encoded.size()];
    encoded.writeTo(ByteBuffer.wrap(bytes));
    return bytes;
  }

  /**
   * Length of a frame in bytes.
   *
   * @throws IllegalArgumentException if it is over a limit of the wire, naming the field
   */
  public static int encodedSize(Frame frame) {
    return prepare(frame).size();
  }

  /** Like {@link #decode(ByteBuffer)} for a whole array. */
  public static Frame decode(byte[] bytes) throws FrameException {
    return decode(ByteBuffer.wrap(bytes));
  }

  /**
   * Reads one frame from position to limit; nothing of the result refers to {@code in}.
   *
   * @throws FrameException if it is malformed, over a limit, of a newer version, or of a kind that
   *     is not known here
   */
  public static Frame decode(ByteBuffer in) throws FrameException {
    if (in.remaining() > SessionLimits.MAX_FRAME_BYTES) {
      throw FrameException.overLimit(
          "frame has "
              + in.remaining()
              + " bytes, at most "
              + SessionLimits.MAX_FRAME_BYTES
              + " are allowed");
    }
    if (!in.hasRemaining()) {
      throw FrameException.malformed("frame is empty");
    }
    int version = in.get(in.position()) & 0xFF;
    if (version > VERSION) {
      throw new FrameException(
          FrameException.Reason.TOO_NEW,
          "frame has version " + version + ", newer than " + VERSION);
    }
    if (version < VERSION) {
      throw FrameException.malformed("frame has version " + version);
    }
    ByteBuffer body = in.slice(in.position() + 1, in.remaining() - 1);
    ByteString bytes = UnsafeByteOperations.unsafeWrap(body);
    return ProtoToFrame.convert(Wire.parse("frame", bytes, LIMITS, PbFrame.parser()));
  }
}
