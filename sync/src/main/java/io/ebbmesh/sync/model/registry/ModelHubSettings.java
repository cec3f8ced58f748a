package io.ebbmesh.sync.model.registry;

import com.typesafe.config.Config;
import io.ebbmesh.protocol.session.SessionLimits;

/**
 * Limits of the hub's model road; keys and meaning are in {@code reference.conf} under {@code
 * ebbmesh.sync.model.hub}.
 */
public record ModelHubSettings(
    int chunkBytes, int maxReads, int maxRequestsPerNode, int maxReports) {

  private static final String PATH = "ebbmesh.sync.model.hub.";
  private static final int LEAST_CHUNK_BYTES = 512;

  public ModelHubSettings {
    if (chunkBytes < LEAST_CHUNK_BYTES || chunkBytes > SessionLimits.MAX_CHUNK_BYTES) {
      throw new IllegalArgumentException(
          PATH + "chunk-bytes is " + chunkBytes + ": choose 512 B to 1 MiB");
    }
    atLeastOne("max-reads", maxReads);
    atLeastOne("max-requests-per-node", maxRequestsPerNode);
    atLeastOne("max-reports", maxReports);
  }

  private static void atLeastOne(String key, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(PATH + key + " is " + value + ": choose at least 1");
    }
  }

  /** Reads the section {@code ebbmesh.sync.model.hub}. */
  public static ModelHubSettings of(Config hub) {
    return new ModelHubSettings(
        (int) Math.min(Integer.MAX_VALUE, hub.getBytes("chunk-bytes")),
        hub.getInt("max-reads"),
        hub.getInt("max-requests-per-node"),
        hub.getInt("max-reports"));
  }
}
