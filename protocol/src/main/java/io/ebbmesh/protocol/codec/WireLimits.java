package io.ebbmesh.protocol.codec;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.WireFormat;
import io.ebbmesh.protocol.codec.proto.PbLimits;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Walks over the raw bytes of a message and checks them against the limits in its {@code .proto}
 * file, before anything is built from them.
 */
final class WireLimits {

  /** Fields of newer peers that one message may carry; they are kept by the parser. */
  private static final int MAX_UNKNOWN_FIELDS = 64;

  private static final int MAX_VARINT_BYTES = 10;

  private record Rule(
      int index, FieldDescriptor field, int maxItems, int maxBytes, @Nullable WireLimits message) {}

  private final Descriptor type;
  private final Map<Integer, Rule> rules = new LinkedHashMap<>();

  private WireLimits(Descriptor type) {
    this.type = type;
    for (FieldDescriptor field : type.getFields()) {
      boolean nested = field.getJavaType() == JavaType.MESSAGE;
      boolean blob =
          field.getJavaType() == JavaType.STRING || field.getJavaType() == JavaType.BYTE_STRING;
      int maxItems = field.getOptions().getExtension(PbLimits.maxItems);
      int maxBytes = field.getOptions().getExtension(PbLimits.maxBytes);
      if ((field.isRepeated() && maxItems == 0) || (blob && maxBytes == 0)) {
        throw new IllegalStateException("field " + field.getFullName() + " has no limit");
      }
      rules.put(
          field.getNumber(),
          new Rule(
              rules.size(),
              field,
              field.isRepeated() ? maxItems : 1,
              maxBytes,
              nested ? new WireLimits(field.getMessageType()) : null));
    }
  }

  /**
   * @throws IllegalStateException if a field of the message, or of one inside it, has no limit
   */
  static WireLimits of(Descriptor type) {
    return new WireLimits(type);
  }

  /**
   * Checks one message that reaches to the end of {@code in}.
   *
   * @throws FrameException if a limit is exceeded, naming the field
   * @throws IOException if the bytes are no message
   */
  void check(CodedInputStream in) throws FrameException, IOException {
    int[] counts = new int[rules.size()];
    int unknown = 0;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      Rule rule = rules.get(WireFormat.getTagFieldNumber(tag));
      int wireType = WireFormat.getTagWireType(tag);
      if (rule == null || !matches(rule.field, wireType)) {
        if (++unknown > MAX_UNKNOWN_FIELDS) {
          throw FrameException.overLimit(
              type.getName() + " has more than " + MAX_UNKNOWN_FIELDS + " unknown fields");
        }
        in.skipField(tag);
        continue;
      }
      if (++counts[rule.index] > rule.maxItems) {
        throw FrameException.overLimit(
            name(rule) + " comes more than " + rule.maxItems + " times in one message");
      }
      if (wireType == WireFormat.WIRETYPE_LENGTH_DELIMITED) {
        checkDelimited(rule, in);
      } else {
        in.skipField(tag);
      }
    }
  }

  private static void checkDelimited(Rule rule, CodedInputStream in)
      throws FrameException, IOException {
    int size = in.readRawVarint32();
    if (size < 0) {
      throw FrameException.malformed(name(rule) + " has a negative length");
    }
    if (rule.message != null) {
      int outer = in.pushLimit(size);
      rule.message.check(in);
      in.popLimit(outer);
      return;
    }
    boolean packed = rule.field.isPackable();
    long maxBytes = packed ? (long) rule.maxItems * width(rule.field) : rule.maxBytes;
    if (size > maxBytes) {
      throw FrameException.overLimit(
          name(rule) + " has " + size + " bytes, at most " + maxBytes + " are allowed");
    }
    in.skipRawBytes(size);
  }

  private static int width(FieldDescriptor field) {
    return field.getJavaType() == JavaType.FLOAT ? Float.BYTES : MAX_VARINT_BYTES;
  }

  private static boolean matches(FieldDescriptor field, int wireType) {
    int single = field.getLiteType().getWireType();
    return wireType == single
        || (field.isPackable() && wireType == WireFormat.WIRETYPE_LENGTH_DELIMITED);
  }

  private static String name(Rule rule) {
    return rule.field.getContainingType().getName() + "." + rule.field.getName();
  }
}
