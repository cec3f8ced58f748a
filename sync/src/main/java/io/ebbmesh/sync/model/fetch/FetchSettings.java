package io.ebbmesh.sync.model.fetch;

import com.typesafe.config.Config;
import java.time.Duration;

/**
 * Limits of the node's model road; keys and meaning are in {@code reference.conf} under {@code
 * ebbmesh.sync.model}.
 */
public record FetchSettings(
    int windowChunks, Duration chunkTimeout, Duration goldenTimeout, long maxModelBytes) {

  /** Reads the section {@code ebbmesh.sync.model}. */
  public static FetchSettings of(Config model) {
    return new FetchSettings(
        model.getInt("window-chunks"),
        model.getDuration("chunk-timeout"),
        model.getDuration("golden-timeout"),
        model.getBytes("max-model-bytes"));
  }
}
