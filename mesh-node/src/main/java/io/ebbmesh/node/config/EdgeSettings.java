package io.ebbmesh.node.config;

import com.typesafe.config.Config;
import io.ebbmesh.protocol.insight.NodeId;
import io.ebbmesh.sync.link.Endpoint;
import io.ebbmesh.sync.pki.PeerName;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Settings of an edge node; keys and meaning are in {@code reference.conf} under {@code
 * ebbmesh.node}.
 *
 * @param hub null if the node works alone
 */
public record EdgeSettings(
    NodeId id,
    Path dataDir,
    @Nullable HubAddress hub,
    List<Path> trustedKeys,
    Accelerator accelerator) {

  /** Where the hub is, who must answer there, and what proves it. */
  public record HubAddress(Endpoint endpoint, PeerName name, KeyFiles keys) {}

  /** What this node decides with. */
  public enum Accelerator {
    CPU,
    NONE
  }

  /**
   * Reads the section {@code ebbmesh.node}.
   *
   * @throws SettingsException naming the key and the remedy
   */
  public static EdgeSettings of(Config config) {
    Section node = new Section(config, "ebbmesh.node");
    Section hub = new Section(config, "ebbmesh.node.hub");
    HubAddress address =
        hub.text("endpoint").isEmpty()
            ? null
            : new HubAddress(hub.endpoint("endpoint"), hub.hubName("name"), hub.keyFiles());
    return new EdgeSettings(
        node.nodeId("id"),
        Path.of(node.required("data-dir")),
        address,
        node.paths("models.trusted-keys"),
        node.choice("accelerator", Accelerator.class));
  }
}
