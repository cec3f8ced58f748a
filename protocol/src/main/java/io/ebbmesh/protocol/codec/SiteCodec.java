package io.ebbmesh.protocol.codec;

import com.google.protobuf.Message;
import com.google.protobuf.UnsafeByteOperations;
import io.ebbmesh.protocol.codec.proto.PbDecided;
import io.ebbmesh.protocol.codec.proto.PbFailed;
import io.ebbmesh.protocol.codec.proto.PbInferenceAnswer;
import io.ebbmesh.protocol.codec.proto.PbInferenceRequest;
import io.ebbmesh.protocol.codec.proto.PbNamedTensor;
import io.ebbmesh.protocol.reading.ElementType;
import io.ebbmesh.protocol.reading.Tensor;
import io.ebbmesh.protocol.site.InferenceAnswer;
import io.ebbmesh.protocol.site.InferenceRequest;
import io.ebbmesh.protocol.site.SiteLimits;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What neighbours ask and answer, and its bytes. Tensors that are read are views of the bytes. */
public final class SiteCodec {

  private static final WireLimits REQUEST = WireLimits.of(PbInferenceRequest.getDescriptor());
  private static final WireLimits ANSWER = WireLimits.of(PbInferenceAnswer.getDescriptor());

  private SiteCodec() {}

  /**
   * A {@code PbInferenceRequest}.
   *
   * @throws IllegalArgumentException if it is over a limit of {@link SiteLimits}, naming the field
   */
  public static byte[] encode(InferenceRequest request) {
    return bounded(
        "inference_request",
        PbInferenceRequest.newBuilder()
            .setModel(request.model())
            .addAllInputs(ofTensors("inference_request.inputs", request.inputs()))
            .setBudgetNanos(request.budgetNanos())
            .build());
  }

  /**
   * A {@code PbInferenceAnswer}.
   *
   * @throws IllegalArgumentException if it is over a limit of {@link SiteLimits}, naming the field
   */
  public static byte[] encode(InferenceAnswer answer) {
    PbInferenceAnswer.Builder message = PbInferenceAnswer.newBuilder();
    if (answer instanceof InferenceAnswer.Decided decided) {
      message.setDecided(
          PbDecided.newBuilder()
              .setRelease(decided.release())
              .setDecidedBy(decided.decidedBy())
              .addAllOutputs(ofTensors("inference_answer.outputs", decided.outputs())));
    } else if (answer instanceof InferenceAnswer.Failed failed) {
      message.setFailed(
          PbFailed.newBuilder()
              .setReason(failed.reason().code())
              .setMessage(Fields.message(failed.message()))
              .setRetryable(failed.retryable()));
    }
    return bounded("inference_answer", message.build());
  }

  /**
   * Reads a request; its inputs keep their order.
   *
   * @throws FrameException if the bytes are no request or over a limit, naming the field
   */
  public static InferenceRequest decodeRequest(byte[] bytes) throws FrameException {
    checkLength("inference_request", bytes);
    PbInferenceRequest message =
        Wire.parse(
            "inference request",
            UnsafeByteOperations.unsafeWrap(bytes),
            REQUEST,
            PbInferenceRequest.parser());
    return new InferenceRequest(
        message.getModel(),
        tensors("inference_request.inputs", message.getInputsList()),
        Fields.natural("inference_request.budget_nanos", message.getBudgetNanos()));
  }

  /**
   * Reads an answer; its outputs keep their order.
   *
   * @throws FrameException if the bytes are no answer or over a limit, naming the field
   */
  public static InferenceAnswer decodeAnswer(byte[] bytes) throws FrameException {
    checkLength("inference_answer", bytes);
    PbInferenceAnswer message =
        Wire.parse(
            "inference answer",
            UnsafeByteOperations.unsafeWrap(bytes),
            ANSWER,
            PbInferenceAnswer.parser());
    switch (message.getAnswerCase()) {
      case DECIDED:
        PbDecided decided = message.getDecided();
        return new InferenceAnswer.Decided(
            Fields.natural("inference_answer.release", decided.getRelease()),
            decided.getDecidedBy(),
            tensors("inference_answer.outputs", decided.getOutputsList()));
      case FAILED:
        PbFailed failed = message.getFailed();
        return new InferenceAnswer.Failed(
            Fields.checked(
                "inference_answer.reason", () -> InferenceAnswer.Reason.ofCode(failed.getReason())),
            failed.getMessage(),
            failed.getRetryable());
      case ANSWER_NOT_SET:
        break;
    }
    throw new FrameException(
        FrameException.Reason.UNKNOWN_TYPE, "inference answer is of a kind that is not known here");
  }

  private static byte[] bounded(String field, Message message) {
    Fields.atMost(field, message.getSerializedSize(), SiteLimits.MAX_MESSAGE_BYTES);
    return message.toByteArray();
  }

  private static void checkLength(String field, byte[] bytes) throws FrameException {
    if (bytes.length > SiteLimits.MAX_MESSAGE_BYTES) {
      throw FrameException.overLimit(
          field
              + " has "
              + bytes.length
              + " bytes, at most "
              + SiteLimits.MAX_MESSAGE_BYTES
              + " are allowed");
    }
  }

  private static List<PbNamedTensor> ofTensors(String field, Map<String, Tensor> tensors) {
    Fields.atMost(field, tensors.size(), SiteLimits.MAX_TENSORS);
    List<PbNamedTensor> result = new ArrayList<>(tensors.size());
    for (Map.Entry<String, Tensor> entry : tensors.entrySet()) {
      Tensor tensor = entry.getValue();
      Fields.atMost(field + ".shape", tensor.shape().length, SiteLimits.MAX_DIMENSIONS);
      Fields.atMost(field + ".data", tensor.data().remaining(), SiteLimits.MAX_TENSOR_BYTES);
      PbNamedTensor.Builder message =
          PbNamedTensor.newBuilder()
              .setName(entry.getKey())
              .setType(tensor.type().code())
              .setData(UnsafeByteOperations.unsafeWrap(tensor.data()));
      for (long extent : tensor.shape()) {
        message.addShape(extent);
      }
      result.add(message.build());
    }
    return result;
  }

  private static Map<String, Tensor> tensors(String field, List<PbNamedTensor> messages)
      throws FrameException {
    Map<String, Tensor> result = new LinkedHashMap<>();
    for (PbNamedTensor message : messages) {
      if (result.put(message.getName(), tensor(field, message)) != null) {
        throw FrameException.malformed(field + " names '" + message.getName() + "' twice");
      }
    }
    return Collections.unmodifiableMap(result);
  }

  private static Tensor tensor(String field, PbNamedTensor message) throws FrameException {
    ElementType type = Fields.checked(field + ".type", () -> ElementType.ofCode(message.getType()));
    long[] shape = new long[message.getShapeCount()];
    for (int i = 0; i < shape.length; i++) {
      shape[i] = Fields.natural(field + ".shape", message.getShape(i));
    }
    if (shape.length > SiteLimits.MAX_DIMENSIONS) {
      throw FrameException.overLimit(
          field + ".shape has more than " + SiteLimits.MAX_DIMENSIONS + " dimensions");
    }
    return Fields.checked(
        field, () -> new Tensor(type, shape, message.getData().asReadOnlyByteBuffer()));
  }
}
