package io.ebbmesh.node.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Reads the user's settings over the commented defaults of all modules. */
public final class SettingsFile {

  private SettingsFile() {}

  /**
   * Reads and checks a file.
   *
   * @return the whole configuration, resolved
   * @throws SettingsException with a line per problem: file, line, key, what is wrong, the remedy
   */
  public static Config load(Path file) {
    if (!Files.isReadable(file)) {
      throw new SettingsException(
          List.of(
              "settings file "
                  + file.toAbsolutePath()
                  + " cannot be read: give an existing file with --config"));
    }
    try {
      return check(ConfigFactory.parseFile(file.toFile()));
    } catch (ConfigException.UnresolvedSubstitution e) {
      throw new SettingsException(
          List.of(
              e.getMessage()
                  + ": set it as an environment variable, or write the value into the file"));
    } catch (ConfigException e) {
      throw new SettingsException(List.of(String.valueOf(e.getMessage())));
    }
  }

  /** As {@link #load}, for settings that are not in a file. */
  public static Config check(Config user) {
    Config defaults = ConfigFactory.defaultReference();
    Config program = ConfigFactory.parseResources("application.conf").withFallback(defaults);
    Config resolved = user.withFallback(program).resolve();
    List<String> problems = new SettingsCheck(defaults).problems(user.resolveWith(resolved));
    if (!problems.isEmpty()) {
      throw new SettingsException(problems);
    }
    return ConfigFactory.defaultOverrides().withFallback(resolved).resolve();
  }
}
