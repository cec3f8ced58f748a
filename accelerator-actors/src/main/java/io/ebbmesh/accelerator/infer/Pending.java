package io.ebbmesh.accelerator.infer;

import io.ebbmesh.protocol.reading.Tensor;
import io.ebbmesh.protocol.site.InferenceAnswer;
import io.ebbmesh.protocol.site.InferenceAnswer.Failed;
import io.ebbmesh.protocol.site.InferenceAnswer.Reason;
import java.util.Arrays;
import java.util.Map;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * A request that was taken in. Only the device's actor answers it, and once: with what a worker
 * found, or before that when the deadline passed or the worker died.
 */
final class Pending {

  private final long token;
  private final Map<String, Tensor> inputs;
  private final long deadlineNanos;
  private final ActorRef<Answered> replyTo;
  private boolean answered;

  Pending(DeviceActor.Infer infer) {
    this.token = infer.token();
    this.inputs = infer.request().inputs();
    this.deadlineNanos = infer.deadlineNanos();
    this.replyTo = infer.replyTo();
  }

  Map<String, Tensor> inputs() {
    return inputs;
  }

  void answer(InferenceAnswer answer, int credit) {
    if (!answered) {
      answered = true;
      replyTo.tell(new Answered(token, answer, credit));
    }
  }

  void fail(Reason reason, String message, int credit) {
    answer(failed(reason, message), credit);
  }

  static Failed failed(Reason reason, String message) {
    boolean retryable =
        switch (reason) {
          case BUSY, NO_DEVICE, UNKNOWN_MODEL, DEVICE_FAILED -> true;
          case DEADLINE, BAD_INPUT -> false;
        };
    return new Failed(reason, message, retryable);
  }

  boolean expired(long nowNanos) {
    return deadlineNanos - nowNanos <= 0;
  }

  boolean sameShapes(Pending other) {
    for (Map.Entry<String, Tensor> input : inputs.entrySet()) {
      Tensor theirs = other.inputs.get(input.getKey());
      if (theirs == null || !Arrays.equals(input.getValue().shape(), theirs.shape())) {
        return false;
      }
    }
    return true;
  }
}
