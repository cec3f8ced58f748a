package io.ebbmesh.sync.model.registry;

import com.typesafe.config.Config;

/**
 * Limits of the hub's model road; keys and meaning are in {@code reference.conf} under {@code
 * ebbmesh.sync.model.hub}.
 */
public record ModelHubSettings(
    int chunkBytes, int maxReads, int maxRequestsPerNode, int maxReports) {

  /** Reads the section {@code ebbmesh.sync.model.hub}. */
  public static ModelHubSettings of(Config hub) {
    return new ModelHubSettings(
        (int) Math.min(Integer.MAX_VALUE, hub.getBytes("chunk-bytes")),
        hub.getInt("max-reads"),
        hub.getInt("max-requests-per-node"),
        hub.getInt("max-reports"));
  }
}
