package io.ebbmesh.protocol.codec;

import com.google.protobuf.UnsafeByteOperations;
import io.ebbmesh.protocol.codec.proto.PbInsight;
import io.ebbmesh.protocol.codec.proto.PbSourcePosition;
import io.ebbmesh.protocol.insight.Insight;
import io.ebbmesh.protocol.insight.InsightKind;
import io.ebbmesh.protocol.reading.SourcePosition;

/** One insight as a protobuf message, outside of a block. */
public final class InsightCodec {

  private static final WireLimits LIMITS = WireLimits.of(PbInsight.getDescriptor());

  private InsightCodec() {}

  /** A {@code PbInsight}. */
  public static byte[] encode(Insight insight) {
    PbInsight.Builder message =
        PbInsight.newBuilder()
            .setKind(insight.kind().code())
            .setStream(insight.stream())
            .setModel(insight.model())
            .setLabel(insight.label())
            .setDecidedBy(insight.decidedBy())
            .setObservedNanos(insight.observedNanos())
            .setScore(insight.score());
    for (float value : insight.values()) {
      message.addValues(value);
    }
    SourcePosition source = insight.source();
    if (source != null) {
      message.setSource(
          PbSourcePosition.newBuilder().setSource(source.source()).setPosition(source.position()));
    }
    return message.build().toByteArray();
  }

  /**
   * Reads a {@code PbInsight}.
   *
   * @throws FrameException if the bytes are no such message or a field is over a limit
   */
  public static Insight decode(byte[] bytes) throws FrameException {
    try {
      PbInsight message =
          Wire.parse("insight", UnsafeByteOperations.unsafeWrap(bytes), LIMITS, PbInsight.parser());
      float[] values = new float[message.getValuesCount()];
      for (int i = 0; i < values.length; i++) {
        values[i] = message.getValues(i);
      }
      PbSourcePosition source = message.getSource();
      return new Insight(
          InsightKind.ofCode(message.getKind()),
          message.getStream(),
          message.getModel(),
          message.getLabel(),
          message.getDecidedBy(),
          message.getObservedNanos(),
          message.getScore(),
          values,
          message.hasSource()
              ? new SourcePosition(source.getSource(), source.getPosition())
              : null);
    } catch (IllegalArgumentException e) {
      throw FrameException.malformed("insight: " + e.getMessage());
    }
  }
}
