package io.ebbmesh.node.config;

import com.typesafe.config.Config;
import io.ebbmesh.sync.link.Endpoint;
import io.ebbmesh.sync.pki.PeerName;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Settings of a hub; keys and meaning are in {@code reference.conf} under {@code ebbmesh.hub}.
 *
 * @param signingKey null if this hub publishes nothing
 * @param trainDetector {@code builtin}, a path, or empty
 */
public record HubSettings(
    PeerName name,
    Path dataDir,
    Endpoint listen,
    KeyFiles keys,
    @Nullable Path signingKey,
    String trainDetector) {

  /**
   * Reads the section {@code ebbmesh.hub}.
   *
   * @throws SettingsException naming the key and the remedy
   */
  public static HubSettings of(Config config) {
    Section hub = new Section(config, "ebbmesh.hub");
    return new HubSettings(
        hub.hubName("name"),
        Path.of(hub.required("data-dir")),
        hub.endpoint("listen"),
        hub.keyFiles(),
        hub.optionalPath("models.signing-key"),
        hub.text("models.train-detector"));
  }
}
