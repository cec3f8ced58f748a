package io.ebbmesh.node.ingress;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The streams that this node has a pipeline for. */
@FunctionalInterface
public interface Streams {

  /** Names of a stream's channels, in the order of a reading's values; null if it is unknown. */
  @Nullable List<String> channels(String stream);
}
