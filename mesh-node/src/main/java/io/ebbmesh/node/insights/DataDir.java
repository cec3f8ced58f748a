package io.ebbmesh.node.insights;

import com.typesafe.config.Config;
import io.ebbmesh.node.cli.UserErrorException;
import io.ebbmesh.node.config.DataFolder;
import io.ebbmesh.node.config.SettingsException;
import io.ebbmesh.node.config.SettingsFile;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Where a hub or a node keeps what a command reads: a folder, or the settings file that names it.
 */
public final class DataDir {

  @Parameters(
      paramLabel = "FOLDER",
      arity = "0..1",
      description = "data-dir of a hub; of 'books' also that of a stopped node.")
  private @Nullable Path folder;

  @Option(names = "--config", description = "Settings file that names the data-dir.")
  private @Nullable Path config;

  /** Made by picocli. */
  public DataDir() {}

  /** Whether a folder or its settings file is named. */
  public boolean isNamed() {
    return folder != null || config != null;
  }

  /**
   * The folder.
   *
   * @throws UserErrorException if none is named, or two
   */
  public Path folder() {
    if ((folder == null) == (config == null)) {
      throw new UserErrorException("name either a data-dir or its settings file with --config");
    }
    if (folder != null) {
      return folder;
    }
    try {
      Config settings = SettingsFile.load(config);
      String hub = settings.getString("ebbmesh.hub.data-dir").strip();
      String node = settings.getString("ebbmesh.node.data-dir").strip();
      if (hub.isEmpty() == node.isEmpty()) {
        throw new UserErrorException(
            config + " must set one of 'ebbmesh.hub.data-dir' and 'ebbmesh.node.data-dir'");
      }
      return Path.of(hub.isEmpty() ? node : hub);
    } catch (SettingsException e) {
      throw new UserErrorException(String.valueOf(e.getMessage()), e);
    }
  }

  /**
   * Name of the node, as its settings have it. Its store does not know it: without settings, the
   * folder's.
   */
  public String nodeName() {
    String id =
        config == null ? "" : SettingsFile.load(config).getString("ebbmesh.node.id").strip();
    return id.isEmpty() ? "folder " + folder().toAbsolutePath().normalize().getFileName() : id;
  }

  /** Whether a hub's store is there. */
  public boolean isHub() {
    return DataFolder.isHubs(folder());
  }

  /**
   * The file of a hub's store.
   *
   * @throws UserErrorException if there is none
   */
  public Path hubStore() {
    if (!isHub()) {
      throw new UserErrorException(
          folder() + " holds no hub store (insights.db): name the data-dir of a hub");
    }
    return DataFolder.hubStore(folder());
  }
}
