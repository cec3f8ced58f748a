package io.ebbmesh.node.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Properties;
import java.util.ServiceLoader;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;

/** The {@code ebbmesh} command. */
@Command(
    name = "ebbmesh",
    description = "An inference mesh for places where the network comes and goes.",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    synopsisSubcommandLabel = "COMMAND",
    footer = {
      "",
      "Examples:",
      "  ebbmesh demo                         one hub, three nodes, an outage, a crash, the books",
      "  ebbmesh demo --outage 30 --json out.json",
      "  ebbmesh pki init --dir pki           make authorities and keys",
      "  ebbmesh hub --config hub.conf        run the hub",
      "  ebbmesh node --config node.conf      run an edge node",
      "  ebbmesh inspect DATA-DIR             print an outbox or a hub store, read-only",
      "  ebbmesh insights tail -f DATA-DIR    follow the insights of a hub",
      "  ebbmesh books DATA-DIR               produced, stored, quarantined, declared, pending",
      "  ebbmesh bench outbox --records 1000000 --in-flight 5000 --dir /tmp/bench",
      "",
      "Exit codes: 0 done; 1 done and the outcome is bad; 2 usage; 3 something cannot be used;",
      "            141 nobody reads the output any more, as after head; 143 hub or node ended by",
      "            SIGTERM, in order."
    })
public final class Main {

  private Main() {}

  public static void main(String[] arguments) {
    // Before any thread logs: a logger that is asked for while others are being made is replaced.
    LoggerFactory.getILoggerFactory();
    System.setOut(StandardOutput.ofProcess());
    System.exit(run(arguments));
  }

  /**
   * Runs one command.
   *
   * @return exit code for the shell, see {@link ExitCode}
   */
  public static int run(String... arguments) {
    CommandLine commandLine = new CommandLine(new Main());
    for (Subcommand subcommand : subcommands()) {
      commandLine.addSubcommand(subcommand.command());
    }
    commandLine.setExecutionExceptionHandler(Main::report);
    commandLine.setCaseInsensitiveEnumValuesAllowed(true);
    if (arguments.length == 0) {
      commandLine.usage(System.out);
      return ExitCode.USAGE;
    }
    int exitCode = commandLine.execute(arguments);
    if (StandardOutput.readerIsGone()) {
      return ExitCode.READER_GONE;
    }
    // The stream keeps quiet about a full disk.
    if (System.out.checkError() && exitCode == ExitCode.OK) {
      System.err.println("ebbmesh: standard output took no more: what was printed is not complete");
      return ExitCode.UNUSABLE;
    }
    return exitCode;
  }

  private static List<Subcommand> subcommands() {
    List<Subcommand> all = new ArrayList<>();
    ServiceLoader.load(Subcommand.class).forEach(all::add);
    all.sort(
        Comparator.comparing(
            subcommand -> subcommand.command().getClass().getAnnotation(Command.class).name()));
    return all;
  }

  private static int report(
      Exception problem, CommandLine commandLine, CommandLine.ParseResult ignored)
      throws Exception {
    if (problem instanceof UserErrorException && !StandardOutput.readerIsGone()) {
      commandLine.getErr().println("ebbmesh: " + problem.getMessage());
      return ExitCode.UNUSABLE;
    }
    if (problem instanceof UserErrorException) {
      return ExitCode.READER_GONE;
    }
    throw problem;
  }

  /** Version of the build, from the jar. */
  static final class Version implements IVersionProvider {

    @Override
    public String[] getVersion() {
      return new String[] {
        "ebbmesh " + version(),
        "Java " + System.getProperty("java.runtime.version"),
        System.getProperty("os.name") + " " + System.getProperty("os.arch")
      };
    }

    private static String version() {
      try (InputStream in = Main.class.getResourceAsStream("/ebbmesh-version.properties")) {
        Properties properties = new Properties();
        if (in != null) {
          properties.load(in);
        }
        return properties.getProperty("version", "unknown");
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
