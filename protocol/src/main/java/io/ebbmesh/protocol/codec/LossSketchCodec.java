package io.ebbmesh.protocol.codec;

import com.google.protobuf.UnsafeByteOperations;
import io.ebbmesh.protocol.codec.proto.PbCount;
import io.ebbmesh.protocol.codec.proto.PbLossSketch;
import io.ebbmesh.protocol.insight.LossRecord;
import io.ebbmesh.protocol.insight.LossSketch;
import io.ebbmesh.protocol.insight.LossSketch.Count;
import java.nio.ByteBuffer;
import java.util.List;

/** The bytes of a loss record's sketch: a byte that names the form, then {@code PbLossSketch}. */
public final class LossSketchCodec {

  private static final byte FORM = 1;
  private static final WireLimits LIMITS = WireLimits.of(PbLossSketch.getDescriptor());
  private static final byte[] NONE = {};

  private LossSketchCodec() {}

  /** The bytes for {@link LossRecord#sketch}; empty if the sketch is larger than that takes. */
  public static byte[] encode(LossSketch sketch) {
    PbLossSketch.Builder message =
        PbLossSketch.newBuilder()
            .setInsights(sketch.insights())
            .setFirstObservedWallMillis(sketch.firstObservedWallMillis())
            .setLastObservedWallMillis(sketch.lastObservedWallMillis())
            .setOtherStreams(sketch.otherStreams())
            .setOtherLabels(sketch.otherLabels());
    sketch.streams().forEach(count -> message.addStreams(count(count)));
    sketch.labels().forEach(count -> message.addLabels(count(count)));
    byte[] body = message.build().toByteArray();
    return body.length >= LossRecord.MAX_SKETCH_BYTES
        ? NONE
        : ByteBuffer.allocate(1 + body.length).put(FORM).put(body).array();
  }

  /**
   * Reads a sketch that is not empty.
   *
   * @throws FrameException if it is of a form that this program does not know, or is none
   */
  public static LossSketch decode(byte[] sketch) throws FrameException {
    if (sketch.length == 0 || sketch[0] != FORM) {
      throw FrameException.malformed(
          "loss sketch: form " + (sketch.length == 0 ? "none" : sketch[0]) + " is not known");
    }
    PbLossSketch message =
        Wire.parse(
            "loss sketch",
            UnsafeByteOperations.unsafeWrap(sketch, 1, sketch.length - 1),
            LIMITS,
            PbLossSketch.parser());
    return new LossSketch(
        message.getInsights(),
        message.getFirstObservedWallMillis(),
        message.getLastObservedWallMillis(),
        counts(message.getStreamsList()),
        counts(message.getLabelsList()),
        message.getOtherStreams(),
        message.getOtherLabels());
  }

  private static PbCount count(Count count) {
    return PbCount.newBuilder().setName(count.name()).setInsights(count.insights()).build();
  }

  private static List<Count> counts(List<PbCount> messages) {
    return messages.stream()
        .map(message -> new Count(message.getName(), message.getInsights()))
        .toList();
  }
}
