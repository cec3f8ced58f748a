package io.ebbmesh.node.cli;

import com.typesafe.config.Config;
import io.ebbmesh.node.config.SettingsException;
import io.ebbmesh.node.config.SettingsFile;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Option;

/**
 * Runs one role until it is told to stop. Prints {@code ready …} once it serves, so that whoever
 * started it need not guess.
 */
abstract class RoleCommand implements Callable<Integer>, Subcommand {

  /** A role that runs. */
  interface Running {

    /** What follows the word {@code ready}. */
    String describe();

    /** Blocks until the role ended. */
    void awaitEnd() throws InterruptedException;

    /** Ends the role in order; returns when everything that was accepted is safe. */
    void stop();
  }

  @Option(
      names = "--config",
      description = "Settings file (default: ${DEFAULT-VALUE}).",
      defaultValue = "ebbmesh.conf")
  private Path config = Path.of("ebbmesh.conf");

  @Override
  public Object command() {
    return this;
  }

  /**
   * Starts the role.
   *
   * @throws UserErrorException if a setting, file, port or certificate cannot be used
   */
  abstract Running start(Config settings) throws Exception;

  /** Key without which a file has no settings of this role. */
  abstract String key();

  /** Likewise of the other role, and its command. */
  abstract String otherKey();

  abstract String otherCommand();

  private void requireRole(Config settings) {
    if (settings.getString(key()).isBlank()) {
      throw new UserErrorException(
          config
              + ": '"
              + key()
              + "' is required"
              + (settings.getString(otherKey()).isBlank()
                  ? ""
                  : "; the file has '"
                      + otherKey()
                      + "': start it with 'ebbmesh "
                      + otherCommand()
                      + "', or name another with --config"));
    }
  }

  @Override
  public Integer call() throws Exception {
    Running role;
    try {
      Config settings = SettingsFile.load(config);
      requireRole(settings);
      role = start(settings);
    } catch (SettingsException e) {
      throw new UserErrorException(String.valueOf(e.getMessage()), e);
    }
    Thread hook =
        new Thread(
            () -> {
              role.stop();
              System.out.println("stopped " + role.describe());
            },
            "ebbmesh-stop");
    Runtime.getRuntime().addShutdownHook(hook);
    System.out.println("ready " + role.describe());
    role.awaitEnd();
    // A signal ends the process by its hook and its own exit code: this is an end nobody asked for.
    return ExitCode.FAILED;
  }
}
