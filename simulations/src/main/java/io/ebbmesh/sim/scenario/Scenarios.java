package io.ebbmesh.sim.scenario;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The scenarios that come with the program, and those in files. */
public final class Scenarios {

  private static final List<String> SHIPPED =
      List.of(
          "residential-gateways",
          "industrial-site",
          "ship-on-satellite",
          "bus-fleet",
          "rewound-disk",
          "cloned-node",
          "clock-from-1970",
          "flapping",
          "reconnect-storm");

  private static final String ENDING = ".conf";

  private Scenarios() {}

  /** Names of the scenarios that come with the program. */
  public static List<String> shipped() {
    return SHIPPED;
  }

  /**
   * Reads and checks a scenario.
   *
   * @param nameOrFile a shipped one, or a file
   * @param sets {@code key=value}, over what the scenario says
   * @throws ScenarioException with a line for each problem
   */
  public static Scenario load(String nameOrFile, List<String> sets) {
    if (SHIPPED.contains(nameOrFile)) {
      String file = nameOrFile + ENDING;
      return ScenarioReader.read(nameOrFile, file, null, resource(file), sets);
    }
    Path path = Path.of(nameOrFile);
    if (!Files.isRegularFile(path)) {
      throw new ScenarioException(
          List.of(
              nameOrFile
                  + ": there is no such scenario and no such file; shipped are "
                  + String.join(", ", SHIPPED)));
    }
    try {
      String name = path.getFileName().toString();
      return ScenarioReader.read(
          name.endsWith(ENDING) ? name.substring(0, name.length() - ENDING.length()) : name,
          nameOrFile,
          path.toAbsolutePath().getParent(),
          Files.readString(path),
          sets);
    } catch (IOException e) {
      throw new ScenarioException(
          List.of(nameOrFile + ": cannot be read: " + e.getMessage() + "; name a readable file"));
    }
  }

  private static String resource(String name) {
    try (InputStream in = Scenarios.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("the program was built without " + name);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
