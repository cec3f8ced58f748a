package io.ebbmesh.node.config;

import com.typesafe.config.Config;
import io.ebbmesh.protocol.insight.NodeId;
import io.ebbmesh.sync.link.Endpoint;
import io.ebbmesh.sync.pki.PeerName;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** One section of the settings, read with messages that name the key. */
final class Section {

  private final Config config;
  private final String path;

  Section(Config whole, String path) {
    this.config = whole.getConfig(path);
    this.path = path;
  }

  String text(String key) {
    return config.getString(key).strip();
  }

  String required(String key) {
    String value = text(key);
    if (value.isEmpty()) {
      throw problem(key, "is required");
    }
    return value;
  }

  @Nullable Path optionalPath(String key) {
    String value = text(key);
    return value.isEmpty() ? null : Path.of(value);
  }

  List<Path> paths(String key) {
    return config.getStringList(key).stream().map(Path::of).toList();
  }

  Endpoint endpoint(String key) {
    try {
      return Endpoint.parse(required(key));
    } catch (IllegalArgumentException e) {
      throw problem(key, "must be host:port: " + e.getMessage());
    }
  }

  NodeId nodeId(String key) {
    try {
      return new NodeId(required(key));
    } catch (IllegalArgumentException e) {
      throw problem(key, "cannot be used: " + e.getMessage());
    }
  }

  PeerName hubName(String key) {
    try {
      return PeerName.hub(required(key));
    } catch (IllegalArgumentException e) {
      throw problem(key, "cannot be used: " + e.getMessage());
    }
  }

  <E extends Enum<E>> E choice(String key, Class<E> type) {
    String value = text(key);
    for (E constant : type.getEnumConstants()) {
      if (constant.name().equalsIgnoreCase(value)) {
        return constant;
      }
    }
    throw problem(
        key,
        "must be one of "
            + Arrays.toString(type.getEnumConstants()).toLowerCase(Locale.ROOT)
            + ", not '"
            + value
            + "'");
  }

  KeyFiles keyFiles() {
    return new KeyFiles(
        Path.of(required("key-store")),
        config.getString("key-store-password"),
        Path.of(required("trust-store")),
        config.getString("trust-store-password"));
  }

  private SettingsException problem(String key, String what) {
    return new SettingsException(List.of("'" + path + "." + key + "' " + what));
  }
}
