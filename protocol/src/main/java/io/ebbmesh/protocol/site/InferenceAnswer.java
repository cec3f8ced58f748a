package io.ebbmesh.protocol.site;

import io.ebbmesh.protocol.reading.Tensor;
import java.util.Map;

/** The outcome of an {@link InferenceRequest}. */
public sealed interface InferenceAnswer {

  /**
   * Decided.
   *
   * @param release the release that decided
   * @param decidedBy node that ran it
   * @param outputs tensors by output name, without the batch dimension
   */
  record Decided(long release, String decidedBy, Map<String, Tensor> outputs)
      implements InferenceAnswer {}

  /** Not decided; {@code retryable} if another node or a later time may do better. */
  record Failed(Reason reason, String message, boolean retryable) implements InferenceAnswer {}

  /** Why there is no decision. The code is what frames carry. */
  enum Reason {
    BUSY(1),
    DEADLINE(2),
    NO_DEVICE(3),
    UNKNOWN_MODEL(4),
    BAD_INPUT(5),
    DEVICE_FAILED(6);

    private final int code;

    Reason(int code) {
      this.code = code;
    }

    public int code() {
      return code;
    }

    /**
     * The reason with this code.
     *
     * @throws IllegalArgumentException if no reason has the code
     */
    public static Reason ofCode(int code) {
      for (Reason reason : values()) {
        if (reason.code == code) {
          return reason;
        }
      }
      throw new IllegalArgumentException("unknown inference failure " + code);
    }
  }
}
