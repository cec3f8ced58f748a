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

  @Override
  public Integer call() throws Exception {
    Running role;
    try {
      role = start(SettingsFile.load(config));
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
