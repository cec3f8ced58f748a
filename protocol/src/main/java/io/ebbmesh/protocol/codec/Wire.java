package io.ebbmesh.protocol.codec;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Parser;
import java.io.IOException;

/** Parses messages: limits first, then the message, whose bytes fields are views of the input. */
final class Wire {

  private Wire() {}

  static <M> M parse(String what, ByteString bytes, WireLimits limits, Parser<M> parser)
      throws FrameException {
    try {
      limits.check(bytes.newCodedInput());
      CodedInputStream in = bytes.newCodedInput();
      in.enableAliasing(true);
      M message = parser.parseFrom(in);
      in.checkLastTagWas(0);
      return message;
    } catch (InvalidProtocolBufferException e) {
      throw FrameException.malformed(what + " is no protobuf message: " + e.getMessage());
    } catch (IOException e) {
      throw FrameException.malformed(what + " cannot be read: " + e.getMessage());
    }
  }
}
