package io.ebbmesh.sim.crash;

import java.io.File;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The classes that a role loaded, as the virtual machine archives them: with it a start takes half
 * as long. Where the class path has folders beside the one of the simulations, there is none.
 *
 * @param file where it lies
 */
record ClassArchive(Path file) {

  /** Options of a process that makes it when it ends in order. */
  List<String> making() {
    return List.of("-cp", jars(), "-XX:ArchiveClassesAtExit=" + file, "-Xlog:cds=off");
  }

  /** Options of a process that uses it; none if it was not made. */
  List<String> using() {
    return Files.exists(file) ? List.of("-cp", jars(), "-XX:SharedArchiveFile=" + file) : List.of();
  }

  /** The program needs nothing of the simulations, and a folder cannot be archived. */
  private static String jars() {
    Path own = own();
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
        .filter(element -> !Path.of(element).toAbsolutePath().equals(own))
        .collect(Collectors.joining(File.pathSeparator));
  }

  private static Path own() {
    try {
      return Path.of(
          ClassArchive.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException("the class path is no path", e);
    }
  }
}
