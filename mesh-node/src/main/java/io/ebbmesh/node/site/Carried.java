package io.ebbmesh.node.site;

import io.ebbmesh.protocol.reading.Tensor;
import io.ebbmesh.protocol.site.SiteLimits;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a message between neighbours carries at most, checked before it is encoded. */
final class Carried {

  private Carried() {}

  /** Names the limit that tensors are over; null if they can be sent. */
  static @Nullable String overLimit(Map<String, Tensor> tensors, int maxMessageBytes) {
    if (tensors.size() > SiteLimits.MAX_TENSORS) {
      return "there are " + tensors.size() + " tensors, at most " + SiteLimits.MAX_TENSORS + " go";
    }
    long bytes = 0;
    for (Map.Entry<String, Tensor> entry : tensors.entrySet()) {
      if (entry.getValue().shape().length > SiteLimits.MAX_DIMENSIONS) {
        return "tensor '"
            + entry.getKey()
            + "' has more than "
            + SiteLimits.MAX_DIMENSIONS
            + " dimensions";
      }
      bytes += entry.getValue().data().remaining();
    }
    return bytes <= maxMessageBytes
        ? null
        : "the tensors take "
            + bytes
            + " bytes, more than ebbmesh.node.site.max-message-bytes = "
            + maxMessageBytes;
  }
}
