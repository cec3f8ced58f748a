package io.ebbmesh.accelerator.infer;

import io.ebbmesh.protocol.reading.Tensor;
import io.ebbmesh.protocol.site.InferenceAnswer;
import io.ebbmesh.protocol.site.InferenceAnswer.Failed;
import io.ebbmesh.protocol.site.InferenceAnswer.Reason;
import java.util.Arrays;
import java.util.Map;
import org.apache.pekko.actor.typed.ActorRef;

/** A request that was taken in and not answered yet. */
record Pending(
    long token, Map<String, Tensor> inputs, long deadlineNanos, ActorRef<Answered> replyTo) {

  void answer(InferenceAnswer answer, int credit) {
    replyTo.tell(new Answered(token, answer, credit));
  }

  void fail(Reason reason, String message, int credit) {
    answer(failed(reason, message), credit);
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

  static Failed failed(Reason reason, String message) {
    boolean retryable =
        switch (reason) {
          case BUSY, NO_DEVICE, UNKNOWN_MODEL, DEVICE_FAILED -> true;
          case DEADLINE, BAD_INPUT -> false;
        };
    return new Failed(reason, message, retryable);
  }
}
