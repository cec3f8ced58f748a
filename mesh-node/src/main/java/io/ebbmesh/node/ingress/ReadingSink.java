package io.ebbmesh.node.ingress;

import io.ebbmesh.protocol.reading.Reading;
import java.util.concurrent.CompletionStage;

/** Where an ingress adapter leaves a reading: the pipeline. */
@FunctionalInterface
public interface ReadingSink {

  /**
   * Hands one reading over; readings of one source in ascending position. Does not block.
   *
   * @return completes when the insight of the reading is durable, or with why it is not; never
   *     exceptionally
   */
  CompletionStage<ReadingOutcome> submit(Reading reading);
}
